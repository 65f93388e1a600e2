// The rows of a table that are shown, as text for others: CSV and Markdown.
const tables = (() => {
  const shown = (table) => [...table.rows].filter((row) => !row.hidden && row.id !== "none");

  // What a cell says, without its signs and pictures.
  function plain(cell) {
    if ("value" in cell.dataset) return cell.dataset.value;
    if ("plain" in cell.dataset) return cell.dataset.plain;
    const copy = cell.cloneNode(true);
    for (const each of copy.querySelectorAll("[aria-hidden]")) each.remove();
    for (const each of copy.querySelectorAll("small")) each.before(" ");
    return copy.textContent.replace(/\s+/g, " ").trim();
  }

  // A spreadsheet runs what looks like a formula: such a text gets a quote in front. Numbers are numbers.
  function field(cell) {
    let text = plain(cell);
    if (!("value" in cell.dataset) && /^\s*[=+\-@]|^[\t\r\n]/.test(text)) text = `'${text}`;
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  }

  const csv = (table) => shown(table).map((row) => [...row.cells].map(field).join(",") + "\r\n").join("");

  const escaped = (text) => text.replace(/[\\|*_<`[\]]/g, "\\$&");

  function markdown(table) {
    const [head, ...rows] = shown(table).map((row) => [...row.cells].map((cell) => escaped(plain(cell))));
    const rule = [...table.rows[0].cells].map((cell) => (getComputedStyle(cell).textAlign === "right" ? "---:" : "---"));
    return [head, rule, ...rows].map((row) => `| ${row.join(" | ")} |\n`).join("");
  }

  return { csv, markdown, escaped };
})();
