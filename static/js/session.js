// Says two minutes before the end that the session will end, lets it be prolonged, and keeps what is typed when it ends.
// Another window may have prolonged it: the server knows how long it lasts, and asking does not prolong it.

const WARN_SECONDS = 120;

export function watchSession(dialog) {
  if (!dialog) return;
  const { address, end, signIn, token } = dialog.dataset;

  async function ask() {
    try {
      const response = await fetch(address, { headers: { Accept: "application/json" } });
      if (response.ok) look((await response.json()).seconds);
      else later(30);
    } catch {
      later(30); // no connection now: nothing can be sent, so nothing is lost by waiting
    }
  }

  function later(seconds) {
    setTimeout(ask, seconds * 1000);
  }

  function look(seconds) {
    if (seconds <= 0) return finish();
    if (seconds > WARN_SECONDS) {
      if (dialog.open) dialog.close();
      return later(seconds - WARN_SECONDS + 1);
    }
    if (!dialog.open) dialog.showModal();
    later(Math.min(10, Math.max(1, seconds - 2)));
    if (seconds <= 5) finish();
  }

  async function finish() {
    const form = document.querySelector("main form[method=post]");
    const isKept = form && !form.closest("[data-passkey], [data-draft]"); // a Star in progress was saved as it went
    const typed = new URLSearchParams(isKept ? new FormData(form) : []);
    typed.set("csrf_token", token);
    const here = encodeURIComponent(location.pathname + location.search);
    try {
      await fetch(`${end}?address=${here}`, { method: "POST", body: typed });
    } finally {
      document.dispatchEvent(new Event("leaving"));
      location.replace(form?.dataset.draft ? `${signIn}?next=${here}` : signIn);
    }
  }

  dialog.querySelector("button").addEventListener("click", async () => {
    const body = new URLSearchParams({ csrf_token: token });
    const response = await fetch(address, { method: "POST", body }).catch(() => null);
    if (response && response.ok && !response.redirected) dialog.close();
    ask();
  });
  ask();
}
