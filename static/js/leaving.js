// Exit this page with one key: Escape clears the screen and leaves, wherever the focus is and whatever is typed, which is
// kept (typed.js, saving.js). Only where Escape has something to close at this moment does it do that instead, and the
// next press leaves: a dialog, an open list or picker, a word that an input method has not finished.
// (Three times Shift leaves too: GOV.UK's own way.)

const OPEN_PICKER = ":is(select, input):open";

export function leaveByKey(button) {
  if (!button) return;
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || event.isComposing || isSomethingOpen()) return;
    event.preventDefault();
    button.click();
  });
}

function isSomethingOpen() {
  if (document.querySelector("dialog[open]")) return true;
  return CSS.supports(`selector(${OPEN_PICKER})`) && Boolean(document.querySelector(OPEN_PICKER));
}
