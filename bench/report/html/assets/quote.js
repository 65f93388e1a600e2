// A control for each figure: its address, its figures as text, and its picture, to go with others' words.
(() => {
  const about = [...document.querySelectorAll("#about span")].map((line) => line.textContent);

  // The chart of a figure; of the timeline, which a script draws, the one that stands still.
  function chartOf(figure) {
    const choice = document.getElementById("timeline-choice");
    const still = choice && document.querySelector(`#timeline-${Number(choice.value) + 1} .chart`);
    return figure.querySelector(".chart") ?? (figure.querySelector("canvas") && still);
  }

  // The section's title and the figure's own.
  function titleOf(figure) {
    const choice = figure.querySelector("select");
    const own = choice ? choice.selectedOptions[0].textContent : figure.querySelector("h3, h4")?.textContent;
    const section = figure.closest("section, .fold").querySelector("h2, h3").textContent;
    return own ? `${section}: ${own}` : section;
  }

  const addressOf = (figure) => `${location.href.split("#")[0]}#${figure.id}`;

  function markdown(figure, table) {
    const see = figure.querySelector("figcaption p")?.textContent;
    const parts = [`**${tables.escaped(titleOf(figure))}**`, see && tables.escaped(see), tables.markdown(table)];
    return [...parts, tables.escaped(about.join(" · "))].filter(Boolean).map((part) => part.trim()).join("\n\n") + "\n";
  }

  function control(figure) {
    const table = document.getElementById(figure.dataset.table);
    const svg = () => picture.svg(chartOf(figure), titleOf(figure), about);
    const actions = {
      "Copy link": (button) => clipboard.copy(addressOf(figure), "The link", button),
      "Copy Markdown": (button) => clipboard.copy(markdown(figure, table), "The Markdown", button),
      "Copy CSV": (button) => clipboard.copy(tables.csv(table), "The CSV", button),
    };
    if (chartOf(figure)) {
      actions["Save SVG"] = () => save(`${figure.id}.svg`, new Blob([picture.written(svg())], { type: "image/svg+xml" }));
      actions["Save PNG"] = async () => save(`${figure.id}.png`, await picture.png(svg()));
    }
    const fold = document.createElement("details");
    fold.className = "quote";
    const summary = fold.appendChild(document.createElement("summary"));
    summary.textContent = "Quote";
    summary.setAttribute("aria-label", `Quote the figure: ${titleOf(figure)}`);
    const list = fold.appendChild(document.createElement("div"));
    for (const [name, action] of Object.entries(actions)) {
      const button = list.appendChild(document.createElement("button"));
      button.type = "button";
      button.textContent = name;
      button.addEventListener("click", () => action(button));
    }
    return fold;
  }

  for (const figure of document.querySelectorAll("figure[data-table]")) figure.prepend(control(figure));

  // One at a time, and none once the reader has turned elsewhere.
  function close(but) {
    for (const fold of document.querySelectorAll(".quote[open]")) if (!fold.contains(but)) fold.open = false;
  }
  document.addEventListener("click", (event) => close(event.target));
  document.addEventListener("focusin", (event) => close(event.target));
  document.addEventListener("keydown", (event) => event.key === "Escape" && close(null));
})();
