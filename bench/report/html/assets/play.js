// A cursor that moves along the time of all lanes of a section, twenty times slower than it was.
(() => {
  const SECONDS = 3;
  for (const section of document.querySelectorAll("section")) {
    const cursors = [...section.querySelectorAll(".cursor")];
    if (!cursors.length || matchMedia("(prefers-reduced-motion: reduce)").matches) continue;
    const button = document.createElement("button");
    button.className = "button play";
    button.type = "button";
    button.textContent = "Play";
    button.title = "Move a cursor along time, in all panels";
    section.querySelector("h2").before(button);
    let running = [];

    function stop() {
      for (const each of running) each.cancel();
      running = [];
      button.textContent = "Play";
    }

    button.addEventListener("click", () => {
      if (running.length) return stop();
      button.textContent = "Stop";
      running = cursors.map((cursor) => {
        const way = cursor.dataset.way;
        const frames = { transform: ["none", `translateX(${way}px)`], opacity: [1, 1] };
        return cursor.animate(frames, { duration: SECONDS * 1000 });
      });
      running[0].onfinish = stop;
    });
  }
})();
