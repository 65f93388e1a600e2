// What scrolls takes the focus, so that keys can scroll it; what does not is no stop on the way.
(() => {
  const regions = document.querySelectorAll(".scroll");

  function check(region) {
    const scrolls = region.scrollWidth > region.clientWidth || region.scrollHeight > region.clientHeight;
    if (scrolls) region.tabIndex = 0;
    else region.removeAttribute("tabindex");
  }

  const observer = new ResizeObserver((changes) => changes.forEach(({ target }) => check(target)));
  for (const region of regions) observer.observe(region);
})();
