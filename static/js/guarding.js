// Asks before a form is left whose words are not saved: form[data-guard]. Exit this page is never held up.

export function guardForm(form) {
  if (!form) return;
  const read = () => new URLSearchParams(new FormData(form)).toString();
  const before = read();
  let isSent = false;
  form.addEventListener("submit", () => (isSent = true));
  document.addEventListener("leaving", () => (isSent = true));
  window.addEventListener("beforeunload", (event) => {
    if (document.body.classList.contains("govuk-exit-this-page-hide-content")) return;
    if (!isSent && read() !== before) event.preventDefault();
  });
}
