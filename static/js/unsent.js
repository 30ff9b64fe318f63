// What of a Star could not be sent yet, kept in this window's own storage so that a reload or a lost connection loses
// nothing. It is encrypted: the key comes with the page, from the server, to the person who is signed in. Signing out
// and leaving forget it all.

const PREFIX = "star-tracker ";
const LOST = "Some answers of a Star could not be saved yet. If you sign out now, they are lost. Sign out?";
const STILL_IN = "There is no connection, so you are still signed in. What is not saved is kept here. Sign out when the connection is back.";

const fromHex = (text) => Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
const toText = (bytes) => btoa(String.fromCharCode(...bytes));
const fromText = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

// The store of one Star for one person. Browsers encrypt on secure pages alone: on another, nothing is kept.
export function openStore({ draft, user, key }) {
  const name = `${PREFIX}${draft} of ${user}`;
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

    // What was kept; nothing if it cannot be opened, because the service has another key by now.
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

// Signing out asks first if something would be lost, and leaves nothing in the browser once it is done; so does "Exit this
// page", which never asks.
export function forgetOnLeaving(signOut, exit) {
  signOut?.addEventListener("submit", async (event) => {
    if (!isAnythingUnsent() && navigator.onLine) return;
    event.preventDefault();
    await new Promise((done) => {
      const isUnheard = document.dispatchEvent(new CustomEvent("send-now", { cancelable: true, detail: done }));
      if (isUnheard) done(); // this page has nothing that could send it
    });
    if (isAnythingUnsent() && navigator.onLine && !window.confirm(LOST)) return;
    try {
      await fetch(signOut.action, { method: "POST", body: new URLSearchParams(new FormData(signOut)), redirect: "manual" });
    } catch {
      return window.alert(STILL_IN);
    }
    forgetUnsent();
    document.dispatchEvent(new Event("leaving"));
    location.assign("/");
  });
  exit?.addEventListener("click", forgetUnsent);
}
