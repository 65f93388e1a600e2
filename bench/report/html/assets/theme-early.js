// Before the first paint: the theme that was chosen last time.
"use strict";
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem("bench-theme");
  } catch {
    // No storage here: the system's theme it is.
  }
  if (chosen === "light" || chosen === "dark") {
    document.documentElement.dataset.theme = chosen;
  }
})();
