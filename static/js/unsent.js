// What could not be sent yet, kept in this window's own storage, so that a reload, a lost connection, the end of a session or
// "Exit this page" loses nothing. It is encrypted: the key comes with the page, from the server, to the person who is signed
// in. Signing out forgets it all.
//
// Markup: #session-end with data-user and data-key; both are missing or empty where nothing may be kept.

import { useTaken } from "./taken.js";
import { deviceStore } from "./taken_store.js";

const OURS = "star-tracker ";
const PREFIX = `${OURS}typed `;
const LOST = "Something that you entered is not saved yet. If you sign out now, it may be lost. Sign out?";
const STILL_IN = "There is no connection, so you are still signed in. What is not saved is kept here. Sign out when the connection is back.";

const taken = useTaken(deviceStore);
const { user, key } = document.getElementById("session-end")?.dataset ?? {};
const fromHex = (text) => Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
const toText = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
const fromText = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
// Browsers encrypt on secure pages alone: on another, nothing is kept.
const cipher = key && crypto.subtle?.importKey("raw", fromHex(key), "AES-GCM", false, ["encrypt", "decrypt"]);

export const canKeep = Boolean(cipher);

const nameOf = (path) => `${PREFIX}${path} of ${user}`;

// The store of what is typed in the form that is sent to this path. `entries` is an object with a key for each field.
export function openStore(path) {
  const name = nameOf(path);
  let last = 0;

  return {
    // Keep these, or nothing if there are none; of two calls the later one stands.
    async keep(entries) {
      const turn = ++last;
      if (!canKeep || !Object.keys(entries).length) return sessionStorage.removeItem(name);
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const text = new TextEncoder().encode(JSON.stringify(entries));
      const hidden = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await cipher, text);
      if (turn === last) sessionStorage.setItem(name, `${toText(iv)} ${toText(new Uint8Array(hidden))}`);
    },

    // What was kept; nothing if it cannot be opened, because the service has another key by now.
    async read() {
      const [iv, hidden] = (sessionStorage.getItem(name) || "").split(" ");
      if (!canKeep || !hidden) return {};
      try {
        const text = await crypto.subtle.decrypt({ name: "AES-GCM", iv: fromText(iv) }, await cipher, fromText(hidden));
        return JSON.parse(new TextDecoder().decode(text));
      } catch {
        return {};
      }
    },
  };
}

export const forget = (path) => sessionStorage.removeItem(nameOf(path));

export function isAnythingUnsent() {
  return Object.keys(sessionStorage).some((name) => name.startsWith(PREFIX));
}

// Signing out asks first if something would be lost, and leaves nothing in the browser once it is done.
export function forgetOnSigningOut(signOut) {
  let onDevice = []; // what was taken along (taken.js), as it was when the page came
  if (signOut) taken.list().then((all) => (onDevice = all), () => {});
  signOut?.addEventListener("submit", async (event) => {
    if (!isAnythingUnsent() && navigator.onLine && !onDevice.length) return;
    event.preventDefault();
    await new Promise((done) => {
      const isUnheard = document.dispatchEvent(new CustomEvent("send-now", { cancelable: true, detail: done }));
      if (isUnheard) done(); // this page has nothing that could send it
    });
    const isTakenUnsent = onDevice.some((one) => one.isUnsent && one.user === user);
    if ((isAnythingUnsent() || isTakenUnsent) && navigator.onLine && !window.confirm(LOST)) return;
    try {
      await fetch(signOut.action, { method: "POST", body: new URLSearchParams(new FormData(signOut)), redirect: "manual" });
    } catch {
      return window.alert(STILL_IN);
    }
    await taken.forget({ user });
    for (const name of Object.keys(sessionStorage)) if (name.startsWith(OURS)) sessionStorage.removeItem(name);
    document.dispatchEvent(new Event("leaving"));
    location.assign("/");
  });
}
