// A button beside each command that the page names: to the clipboard.
(() => {
  for (const command of document.querySelectorAll("code.command")) {
    const button = document.createElement("button");
    button.className = "button copy";
    button.type = "button";
    button.textContent = "Copy";
    button.setAttribute("aria-label", `Copy the command ${command.textContent}`);
    button.addEventListener("click", () => clipboard.copy(command.textContent, "The command", button));
    (command.closest("pre") ?? command).after(" ", button);
  }
})();
