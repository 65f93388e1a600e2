// What hands do to a timeline: wheel, drag, pinch and keys, as zoom(factor, x), pan(pixels) and reset().
function timelineHands(canvas, { zoom, pan, reset, whole }) {
  const fingers = new Map(); // pointer -> x

  const middle = () => [...fingers.values()].reduce((sum, x) => sum + x, 0) / fingers.size;
  const apart = () => Math.max(...fingers.values()) - Math.min(...fingers.values());

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    fingers.set(event.pointerId, event.offsetX);
    canvas.setPointerCapture(event.pointerId);
  });

  canvas.addEventListener("pointermove", (event) => {
    if (!fingers.has(event.pointerId)) return;
    const [was, span] = [middle(), apart()];
    fingers.set(event.pointerId, event.offsetX);
    pan(was - middle());
    if (fingers.size > 1 && span > 8 && apart() > 8) zoom(apart() / span, middle());
  });

  for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) {
    canvas.addEventListener(name, (event) => fingers.delete(event.pointerId));
  }

  // The page scrolls under the wheel until the canvas is meant: it has the focus, or Ctrl is held (as it is
  // said to be when two fingers pinch a touchpad). It scrolls on, too, where there is nothing to zoom out of.
  canvas.addEventListener(
    "wheel",
    (event) => {
      const held = event.ctrlKey || event.metaKey;
      if (!held && document.activeElement !== canvas) return;
      const lines = event.deltaMode === 1 ? 16 : 1;
      const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
      if (!held && !sideways && event.deltaY > 0 && whole()) return;
      event.preventDefault();
      if (sideways) pan(event.deltaX * lines);
      else zoom(Math.exp(-event.deltaY * lines * (held ? 0.005 : 0.002)), event.offsetX);
    },
    { passive: false },
  );

  const KEYS = {
    ArrowLeft: () => pan(-0.1 * canvas.clientWidth),
    ArrowRight: () => pan(0.1 * canvas.clientWidth),
    "+": () => zoom(1.25),
    "=": () => zoom(1.25),
    "-": () => zoom(0.8),
    0: reset,
    Home: reset,
  };

  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.key in KEYS)) return;
    event.preventDefault();
    KEYS[event.key]();
  });
}
