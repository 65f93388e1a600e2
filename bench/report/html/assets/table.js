// The table of all measurements: sort by a heading, filter by a text.
(() => {
  const table = document.getElementById("measurements");
  if (!table) return;
  for (const element of document.querySelectorAll("#data .scripted")) element.hidden = false;

  const body = table.tBodies[0];
  const none = document.getElementById("none");
  const rows = [...body.rows].filter((row) => row !== none);
  const headings = [...table.tHead.rows[0].cells];

  // A number, a text in small letters, or null for what is not known.
  function key(row, column) {
    const cell = row.cells[column];
    if (!("value" in cell.dataset)) return cell.textContent.toLowerCase();
    return cell.dataset.value === "" ? null : Number(cell.dataset.value);
  }

  function compare(a, b, direction) {
    if (a === null || b === null) return (a === null) - (b === null);
    return direction * (typeof a === "string" ? a.localeCompare(b) : a - b);
  }

  function sort(column) {
    const heading = headings[column];
    const direction = heading.getAttribute("aria-sort") === "ascending" ? -1 : 1;
    for (const other of headings) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", direction > 0 ? "ascending" : "descending");
    rows.sort((a, b) => compare(key(a, column), key(b, column), direction));
    body.append(...rows, none);
  }

  headings.forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = heading.textContent;
    button.addEventListener("click", () => sort(column));
    heading.replaceChildren(button);
  });

  const input = document.getElementById("filter");
  const count = document.getElementById("count");

  function filter() {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      if (!row.hidden) shown += 1;
    }
    none.hidden = shown > 0;
    count.textContent = `${shown} of ${rows.length} rows`;
  }

  input.addEventListener("input", filter);
  filter();
})();
