// Exit this page with one key: Escape clears the screen and leaves. (Three times Shift does too: GOV.UK's own way.)

export function leaveByKey(button) {
  if (!button) return;
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    button.click();
  });
}
