// Text to the clipboard, or, where there is none, out of a field that is gone at once.
const clipboard = (() => {
  const SHOWN_MS = 1500;

  function byHand(text) {
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "hidden";
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }

  // `what` was copied: said aloud, and for a moment on the button.
  async function copy(text, what, button) {
    let done = true;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      done = byHand(text);
    }
    const named = button.textContent;
    button.textContent = done ? "Copied" : "Not copied";
    document.getElementById("announce").textContent = done ? `${what} was copied.` : `${what} was not copied.`;
    setTimeout(() => (button.textContent = named), SHOWN_MS);
  }

  return { copy };
})();
