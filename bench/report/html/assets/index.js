// Two runs that are ticked, as the command that compares them: the older first.
(() => {
  const boxes = [...document.querySelectorAll("input[name=run]")];
  if (!boxes.length) return;
  const command = document.getElementById("command");
  const form = command.textContent;

  function show() {
    const ticked = boxes.filter((box) => box.checked).reverse();
    const both = ticked.length === 2;
    command.textContent = both ? `python -m bench compare ${ticked.map((box) => box.value).join(" ")}` : form;
    command.closest("pre").nextElementSibling.setAttribute("aria-label", `Copy the command ${command.textContent}`);
    for (const box of boxes) box.disabled = both && !box.checked;
    document.getElementById("announce").textContent = both ? "The command compares the two runs." : "";
  }

  for (const box of boxes) box.addEventListener("change", show);
  for (const element of document.querySelectorAll(".scripted")) element.hidden = false;
  show();
})();
