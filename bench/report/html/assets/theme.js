// The theme button: auto, light, dark, and round again.
(() => {
  const NAMES = { auto: "◐ Auto", light: "☀ Light", dark: "☾ Dark" };
  const ORDER = Object.keys(NAMES);
  const root = document.documentElement;
  const button = document.getElementById("theme");

  const current = () => root.dataset.theme || "auto";

  function show() {
    button.textContent = NAMES[current()];
    button.setAttribute("aria-label", `Theme: ${current()}`);
  }

  function choose(theme) {
    if (theme === "auto") delete root.dataset.theme;
    else root.dataset.theme = theme;
    try {
      localStorage.setItem("bench-theme", theme);
    } catch {
      // Not remembered, but shown.
    }
    show();
  }

  button.addEventListener("click", () => choose(ORDER[(ORDER.indexOf(current()) + 1) % ORDER.length]));
  button.hidden = false;
  show();
})();
