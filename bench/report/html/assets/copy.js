// The command, to the clipboard; where there is none, it is selected.
(() => {
  const button = document.getElementById("copy");
  if (!button) return;
  const command = document.getElementById("command");
  const announce = document.getElementById("announce");

  function done() {
    button.textContent = "Copied";
    announce.textContent = "The command was copied.";
    setTimeout(() => (button.textContent = "Copy"), 1500);
  }

  function select() {
    getSelection().selectAllChildren(command);
    announce.textContent = "The command is selected: copy it with the keyboard.";
  }

  button.addEventListener("click", () => {
    if (navigator.clipboard) navigator.clipboard.writeText(command.textContent).then(done, select);
    else select();
  });
  button.hidden = false;
})();
