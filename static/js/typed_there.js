// What is typed in a form is also kept by the server, while it is typed: encrypted, for the person who typed it alone, until the
// form is taken or a week is over. So it is there again in another window, on another device, or when the browser was closed.
// What the server cannot be told now is told with the next change, or when the connection is back; the window has it meanwhile.
//
// Markup: #session-end with data-typed-address.

const PAUSE = 600; // milliseconds after a key, before what was typed is sent
const LONGEST = 1500; // and no later than this after the first of them
const PATIENCE = 8000; // for an answer

const dialog = document.getElementById("session-end");

// The server's store of what is typed in the form that is sent to this path. `say(isKept)` is told what became of each sending.
export function openStoreThere(path, say = () => {}) {
  let entries = null; // what is to be sent; null if nothing is
  let timer, waitingSince, sending = null, isThere = false;

  async function sendOne() {
    const sent = entries;
    entries = null;
    const isKept = await send(path, sent);
    if (!isKept) entries ??= sent;
    isThere = isKept ? Object.keys(sent).length > 0 : isThere;
    say(isKept && isThere);
  }

  function flush() {
    clearTimeout(timer);
    waitingSince = undefined;
    if (!entries) return sending ?? Promise.resolve();
    sending = (sending ?? Promise.resolve()).then(() => entries && sendOne());
    return sending;
  }

  window.addEventListener("online", flush);
  window.addEventListener("pagehide", flush);

  return {
    // Keep these soon, or nothing if there are none.
    keep(wanted) {
      if (!Object.keys(wanted).length && !isThere && !entries && !sending) return;
      entries = wanted;
      clearTimeout(timer);
      waitingSince ??= Date.now();
      timer = setTimeout(flush, Math.max(0, Math.min(PAUSE, waitingSince + LONGEST - Date.now())));
    },

    // What was kept; nothing if the server does not answer.
    async read() {
      const address = `${dialog.dataset.typedAddress}?path=${encodeURIComponent(path)}`;
      try {
        const response = await fetch(address, { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(PATIENCE) });
        const kept = response.ok ? (await response.json()).entries : {};
        isThere = Object.keys(kept).length > 0;
        return kept;
      } catch {
        return {};
      }
    },

    flush,
  };
}

export const forgetThere = (path) => send(path, {});

async function send(path, entries) {
  const body = new URLSearchParams({ path, entries: JSON.stringify(entries), csrf_token: dialog.dataset.token });
  try {
    const headers = { Accept: "application/json" };
    const response = await fetch(dialog.dataset.typedAddress, { method: "POST", headers, body, keepalive: body.toString().length < 60000 });
    return response.ok && !response.redirected;
  } catch {
    return false;
  }
}
