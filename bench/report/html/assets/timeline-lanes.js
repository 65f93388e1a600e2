// The lanes of a timeline: unpacked, and searched. Times are milliseconds.
const timelineLanes = (() => {
  const TICK_MS = 0.01;

  // [delta of the start, length, row, ...] as columns; the starts ascend.
  function unpacked(lane) {
    const count = lane.spans.length / 3;
    const start = new Float64Array(count);
    const length = new Float64Array(count);
    const row = new Uint32Array(count);
    let now = 0;
    let longest = 0;
    for (let i = 0; i < count; i += 1) {
      now += lane.spans[3 * i];
      start[i] = now * TICK_MS;
      length[i] = lane.spans[3 * i + 1] * TICK_MS;
      row[i] = lane.spans[3 * i + 2];
      longest = Math.max(longest, length[i]);
    }
    const workers = lane.rows.flatMap((rows, worker) => Array(rows).fill(worker));
    return { ...lane, start, length, row, longest, workers };
  }

  // The first index whose start is not before that time.
  function first(start, time) {
    let low = 0;
    let high = start.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (start[middle] < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  // The indices, from and before, of all that may be seen between two times.
  function between(lane, from, to) {
    return [first(lane.start, from - lane.longest), first(lane.start, to)];
  }

  // The task in a row at a time, give or take a little; -1 if there is none.
  function at(lane, row, time, slack) {
    const [from, to] = between(lane, time - slack, time + slack);
    let near = -1;
    for (let i = from; i < to; i += 1) {
      if (lane.row[i] !== row || lane.start[i] + lane.length[i] < time - slack) continue;
      if (near < 0 || lane.start[i] <= time) near = i;
    }
    return near;
  }

  return { TICK_MS, unpacked, between, at };
})();
