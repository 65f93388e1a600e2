// Draws a timeline: an axis, and under it a band for each model with a row for each worker.
const timelineDraw = (() => {
  const AXIS = 24;
  const HEADING = 26;
  const ROOM = 340; // for all rows together, where they can be that thin
  const TICK_APART = 84;

  // Where each lane's band is, and how high everything is.
  function layout(lanes) {
    const rows = lanes.reduce((sum, lane) => sum + lane.workers.length, 0);
    const wanted = Math.min(12, Math.max(3, Math.floor(ROOM / rows)));
    let top = AXIS;
    const bands = lanes.map((lane) => {
      const row = Math.min(Math.max(wanted, 10 / lane.workers.length), 160 / lane.workers.length);
      const band = { lane, heading: top, top: top + HEADING, row, height: row * lane.workers.length };
      top += HEADING + band.height;
      return band;
    });
    return { bands, height: Math.ceil(top + 8) };
  }

  // A round step of time, so that ticks are some way apart.
  function stepOf(range, width) {
    const least = (range * TICK_APART) / width;
    const power = 10 ** Math.floor(Math.log10(least));
    return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least * 0.999);
  }

  function axis(pen, { width, height, view, ink }) {
    const range = view.to - view.from;
    const step = stepOf(range, width);
    const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    pen.textBaseline = "middle";
    for (let i = Math.ceil(view.from / step); i * step <= view.to; i += 1) {
      const x = Math.round(((i * step - view.from) / range) * width);
      pen.fillStyle = ink.line;
      pen.fillRect(Math.min(x, width - 1), AXIS - 6, 1, height - AXIS + 6);
      pen.fillStyle = ink.muted;
      const text = `${(i * step).toFixed(digits)} ms`;
      const half = pen.measureText(text).width / 2;
      pen.fillText(text, Math.min(Math.max(x, half), width - half) - half, AXIS / 2 - 2);
    }
  }

  function heading(pen, band, { width, ink, font }) {
    const middle = band.heading + HEADING / 2 + 1;
    pen.save();
    pen.translate(7, middle);
    pen.fillStyle = ink.of[band.lane.css];
    pen.fill(new Path2D(band.lane.mark));
    pen.restore();
    pen.font = `620 ${font}`;
    const name = pen.measureText(band.lane.name).width;
    pen.font = font;
    const note = pen.measureText(band.lane.note).width;
    // The lines of the axis stop where there is text.
    pen.fillStyle = ink.card;
    pen.fillRect(16, middle - 9, Math.min(name + note + 20, width), 18);
    pen.fillStyle = ink.muted;
    pen.fillText(band.lane.note, 28 + name, middle, Math.max(1, width - 28 - name));
    pen.fillStyle = ink.full;
    pen.font = `620 ${font}`;
    pen.fillText(band.lane.name, 20, middle, width - 20);
    pen.font = font;
  }

  function spans(pen, band, { width, view, ink }, marked) {
    const { lane } = band;
    const scale = width / (view.to - view.from);
    const thick = Math.max(band.row - (band.row >= 3 ? 1 : 0), 1);
    const [first, before] = timelineLanes.between(lane, view.from, view.to);
    const drawn = new Float64Array(lane.workers.length).fill(-1); // how far, in each row
    pen.fillStyle = ink.of[lane.css];
    for (let i = first; i < before; i += 1) {
      const row = lane.row[i];
      const left = Math.max((lane.start[i] - view.from) * scale, 0);
      const right = Math.min((lane.start[i] + lane.length[i] - view.from) * scale, width);
      if (right < 0 || right <= drawn[row]) continue; // out of sight, or within a pixel that is full
      // A gap after it, where there is room, tells it from the next.
      const wide = Math.max(right - left - (right - left > 4 ? 1 : 0), 1);
      pen.globalAlpha = marked && marked.lane === lane && marked.index === i ? 1 : 0.8;
      pen.fillRect(left, band.top + row * band.row, wide, thick);
      drawn[row] = left + wide;
    }
    pen.globalAlpha = 1;
  }

  // All of it; `marked` is the task that is pointed at.
  function draw(pen, scene, marked) {
    const { width, height, ratio, bands, ink, font } = scene;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.fillStyle = ink.card;
    pen.fillRect(0, 0, width, height);
    pen.font = font;
    axis(pen, scene);
    for (const band of bands) {
      pen.fillStyle = ink.sunken;
      pen.fillRect(0, band.top, width, band.height);
      spans(pen, band, scene, marked);
      heading(pen, band, scene);
    }
    if (marked) {
      const { band, index } = marked;
      const scale = width / (scene.view.to - scene.view.from);
      const left = (band.lane.start[index] - scene.view.from) * scale;
      const top = band.top + band.lane.row[index] * band.row;
      pen.strokeStyle = ink.full;
      pen.strokeRect(left - 0.5, top - 0.5, Math.max(band.lane.length[index] * scale, 1), band.row);
    }
  }

  return { layout, draw };
})();
