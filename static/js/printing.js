// Offers to print a page that is made for paper: only where this script runs is there a button.
export function offerPrint(button) {
  if (!button) return;
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// Pictures far below are not waited for; once the page is there they are fetched all the same, for paper shows them all and
// a browser that prints does not wait.
export function fetchForPaper(pictures) {
  window.addEventListener("load", () => {
    for (const picture of pictures) picture.loading = "eager";
  });
}
