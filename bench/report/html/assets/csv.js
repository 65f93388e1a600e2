// The rows of the table of all measurements that are shown, as a CSV file.
document.getElementById("csv")?.addEventListener("click", () => {
  const table = document.getElementById("measurements");
  save("measurements.csv", new Blob([tables.csv(table)], { type: "text/csv" }));
});
