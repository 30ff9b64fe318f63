// Offers to print a page that is made for paper: only where this script runs is there a button.
export function offerPrint(button) {
  if (!button) return;
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
