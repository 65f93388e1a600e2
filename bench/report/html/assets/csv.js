// The rows that are shown, as a CSV file made here.
(() => {
  const button = document.getElementById("csv");
  if (!button) return;
  const table = document.getElementById("measurements");

  // A spreadsheet runs what looks like a formula: such a text gets a quote in front. Numbers are numbers.
  function field(cell) {
    if ("value" in cell.dataset) return cell.dataset.value;
    let text = cell.dataset.plain ?? cell.textContent;
    if (/^\s*[=+\-@]|^[\t\r\n]/.test(text)) text = `'${text}`;
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  }

  function csv() {
    const rows = [...table.rows].filter((row) => !row.hidden && row.id !== "none");
    return rows.map((row) => [...row.cells].map(field).join(",") + "\r\n").join("");
  }

  button.addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([csv()], { type: "text/csv" }));
    link.download = "measurements.csv";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
})();
