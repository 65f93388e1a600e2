// The navigation: the section that is read is marked, and a choice closes the menu.
(() => {
  const menu = document.querySelector(".menu");
  if (!menu) return;
  const links = new Map([...menu.querySelectorAll("a")].map((link) => [link.hash.slice(1), link]));
  const sections = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean);
  const seen = new Set();

  function mark() {
    const current = sections.find((section) => seen.has(section));
    for (const link of links.values()) link.removeAttribute("aria-current");
    if (current) links.get(current.id).setAttribute("aria-current", "true");
  }

  // A section is read while it lies under a line below the bar.
  const observer = new IntersectionObserver(
    (changes) => {
      for (const { target, isIntersecting } of changes) {
        if (isIntersecting) seen.add(target);
        else seen.delete(target);
      }
      mark();
    },
    { rootMargin: "-25% 0px -74% 0px" },
  );
  for (const section of sections) observer.observe(section);

  menu.addEventListener("click", (event) => {
    if (event.target.closest("a")) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
})();
