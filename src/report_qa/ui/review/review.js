"use strict";
(() => {
  const BUTTONS = { a: "rqf-approve", j: "rqf-next", n: "rqf-next", k: "rqf-previous", u: "rqf-undo" };
  const BOXES = { e: "rqf-answer", r: "rqf-reason", g: "rqf-to" };
  const box = (id) => document.querySelector(`#${id} textarea, #${id} input`);

  function press(id) {
    // a box hands its text over when it loses the focus
    if (document.activeElement) document.activeElement.blur();
    setTimeout(() => document.getElementById(id)?.click(), 60);
  }

  document.addEventListener("keydown", (event) => {
    if (!document.getElementById("rqf-desk") || event.isComposing) return;
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (typing) {
      if (event.key === "Escape") typing.blur();
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        event.stopPropagation();
        press("rqf-save");
      }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.toLowerCase();
    if (BUTTONS[key]) press(BUTTONS[key]);
    else if (BOXES[key]) {
      event.preventDefault();
      box(BOXES[key])?.focus();
    }
  }, true);
})();
