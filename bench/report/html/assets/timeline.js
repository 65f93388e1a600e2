// The timeline of tasks per worker: what is chosen and seen, redrawn once a frame at most.
(() => {
  const data = document.getElementById("timeline-data");
  if (!data) return;
  const NARROWEST_MS = 0.5;
  const part = (name) => document.getElementById(`timeline-${name}`);
  const [canvas, choice, figure] = [part("canvas"), part("choice"), part("figure")];
  const pen = canvas.getContext("2d");
  const works = JSON.parse(data.textContent).map((work) => ({
    ...work,
    end: work.end * timelineLanes.TICK_MS,
    lanes: work.lanes.map(timelineLanes.unpacked),
  }));

  let work;
  let scene;
  let pointer = null; // where it is over the canvas
  let frame = 0;

  // The colours are the style sheet's: those of the models are asked of an element of that class.
  function inks() {
    const style = getComputedStyle(figure);
    const probe = figure.appendChild(document.createElement("i"));
    const of = {};
    for (const lane of work.lanes) {
      probe.className = lane.css;
      of[lane.css] = getComputedStyle(probe).getPropertyValue("--model").trim();
    }
    probe.remove();
    const [card, sunken, line, muted, full] = ["card", "sunken", "line", "ink-muted", "ink"].map((name) =>
      style.getPropertyValue(`--${name}`).trim(),
    );
    return { of, card, sunken, line, muted, full };
  }

  function fit() {
    scene.width = canvas.clientWidth;
    scene.ratio = window.devicePixelRatio;
    canvas.width = Math.round(scene.width * scene.ratio);
    canvas.height = Math.round(scene.height * scene.ratio);
    paint();
  }

  function pointed() {
    const band = pointer && scene.bands.find(({ top, height }) => pointer.y >= top && pointer.y < top + height);
    if (!band) return null;
    const pixel = (scene.view.to - scene.view.from) / scene.width;
    const row = Math.floor((pointer.y - band.top) / band.row);
    const index = timelineLanes.at(band.lane, row, scene.view.from + pointer.x * pixel, 2 * pixel);
    return index < 0 ? null : { band, lane: band.lane, index };
  }

  function told({ lane, index }) {
    const worker = lane.workers[lane.row[index]] + 1;
    const [start, length] = [lane.start[index].toFixed(2), lane.length[index].toFixed(2)];
    return `${lane.name}, worker ${worker} of ${lane.rows.length}: starts at ${start} ms, takes ${length} ms`;
  }

  function paint() {
    cancelAnimationFrame(frame);
    frame = 0;
    if (!canvas.clientWidth) return;
    if (scene.ratio !== window.devicePixelRatio) return void fit(); // moved to another screen
    const marked = pointed();
    timelineDraw.draw(pen, scene, marked);
    const { from, to } = scene.view;
    part("range").textContent = `${from.toFixed(1)} to ${to.toFixed(1)} ms of ${work.end.toFixed(1)} ms`;
    part("task").textContent = marked ? told(marked) : "";
  }

  function redraw() {
    frame ||= requestAnimationFrame(paint);
  }

  function look(from, range) {
    const start = Math.min(Math.max(from, 0), work.end - range);
    scene.view = { from: start, to: start + range };
    redraw();
  }

  // The time under x stays under it.
  function zoom(factor, x = scene.width / 2) {
    const before = scene.view.to - scene.view.from;
    const range = Math.min(Math.max(before / factor, Math.min(NARROWEST_MS, work.end)), work.end);
    look(scene.view.from + ((before - range) * x) / scene.width, range);
  }

  function pan(pixels) {
    const range = scene.view.to - scene.view.from;
    look(scene.view.from + (pixels * range) / scene.width, range);
  }

  const reset = () => look(0, work.end);
  const whole = () => scene.view.to - scene.view.from >= work.end;

  function choose() {
    work = works[Number(choice.value)];
    const font = `12px ${getComputedStyle(canvas).fontFamily}`;
    scene = { ...timelineDraw.layout(work.lanes), view: { from: 0, to: work.end }, ink: inks(), font };
    part("see").textContent = work.see;
    canvas.setAttribute("aria-label", work.label);
    fit();
  }

  function recolour() {
    scene.ink = inks();
    paint();
  }

  figure.hidden = false;
  part("stills").classList.add("drawn");
  choose();
  choice.addEventListener("change", choose);
  part("in").addEventListener("click", () => zoom(1.5));
  part("out").addEventListener("click", () => zoom(1 / 1.5));
  part("all").addEventListener("click", reset);
  timelineHands(canvas, { zoom, pan, reset, whole });
  for (const name of ["pointerdown", "pointermove"]) {
    canvas.addEventListener(name, (event) => {
      pointer = { x: event.offsetX, y: event.offsetY };
      redraw();
    });
  }
  canvas.addEventListener("pointerleave", (event) => {
    if (event.pointerType !== "mouse") return; // what a finger touched stays told after it
    pointer = null;
    redraw();
  });
  new ResizeObserver(() => canvas.clientWidth !== scene.width && fit()).observe(figure);
  new MutationObserver(recolour).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolour);
})();
