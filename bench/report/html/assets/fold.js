// What an address names is shown, however deep it is folded; and paper has the folds that are for it.
(() => {
  function unfold(element) {
    for (let each = element; each; each = each.parentElement) if (each.tagName === "DETAILS") each.open = true;
  }

  function arrive() {
    let target = null;
    try {
      target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    } catch {
      return; // no address of this page
    }
    if (!target) return;
    unfold(target);
    target.scrollIntoView({ behavior: "instant" });
  }

  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details.printed:not([open])")];
    for (const each of opened) each.open = true;
  });
  addEventListener("afterprint", () => {
    for (const each of opened) each.open = false;
    opened = [];
  });
  addEventListener("hashchange", arrive);
  document.addEventListener("click", (event) => {
    // The same address again changes nothing, but may have been folded meanwhile.
    const link = event.target.closest('a[href^="#"]');
    if (link && link.hash === location.hash) arrive();
  });
  arrive();
})();
