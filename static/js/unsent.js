// What of a Star could not be sent yet, kept in this window's own storage so that a reload or a lost connection loses
// nothing. It is encrypted: the key comes with the page, from the server, to the person who is signed in. Signing out
// and leaving forget it all.

const PREFIX = "star-tracker ";

const fromHex = (text) => Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
const toText = (bytes) => btoa(String.fromCharCode(...bytes));
const fromText = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

// The store of one Star. Browsers encrypt on secure pages alone: on another, nothing is kept.
export function openStore(draft, key) {
  const name = PREFIX + draft;
  const cipher = window.crypto.subtle?.importKey("raw", fromHex(key), "AES-GCM", false, ["encrypt", "decrypt"]);
  let last = 0;

  return {
    // Keep this, or nothing if it is empty; of two calls the later one stands.
    async keep(changes) {
      const turn = ++last;
      if (!cipher || !Object.keys(changes).length) return sessionStorage.removeItem(name);
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const text = new TextEncoder().encode(JSON.stringify(changes));
      const hidden = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await cipher, text);
      if (turn === last) sessionStorage.setItem(name, `${toText(iv)} ${toText(new Uint8Array(hidden))}`);
    },

    // What was kept; nothing if it was another person's, which their key alone opens.
    async read() {
      const [iv, hidden] = (sessionStorage.getItem(name) || "").split(" ");
      if (!cipher || !hidden) return {};
      try {
        const text = await crypto.subtle.decrypt({ name: "AES-GCM", iv: fromText(iv) }, await cipher, fromText(hidden));
        return JSON.parse(new TextDecoder().decode(text));
      } catch {
        return {};
      }
    },
  };
}

export function isAnythingUnsent() {
  return Object.keys(sessionStorage).some((name) => name.startsWith(PREFIX));
}

export function forgetUnsent() {
  for (const name of Object.keys(sessionStorage)) if (name.startsWith(PREFIX)) sessionStorage.removeItem(name);
}

// Signing out asks first if something would be lost, and leaves nothing in the browser; so does "Exit this page", which
// never asks.
export function forgetOnLeaving(signOut, exit) {
  signOut?.addEventListener("submit", async (event) => {
    if (isAnythingUnsent()) {
      event.preventDefault();
      await new Promise((done) => {
        const heard = document.dispatchEvent(new CustomEvent("send-now", { cancelable: true, detail: done }));
        if (heard) done(); // nobody on this page can send it
      });
      if (isAnythingUnsent() && !window.confirm("Some answers of a Star could not be saved yet. If you sign out now, they are lost. Sign out?")) return;
      forgetUnsent();
      signOut.submit();
    }
  });
  exit?.addEventListener("click", forgetUnsent);
}
