// Says two minutes before the end that the session will end, and lets it be prolonged. When it has ended the page is left, so
// that nobody else sees it, and what is typed is kept: by the server if it can still be sent, and in the window (unsent.js).
// Where neither can be, or there is no connection, the page stays.
// Another window may have prolonged it: the server knows how long it lasts, and asking does not prolong it. Another window
// may also have signed in again: then this page goes on with the new session's token, unless it is somebody else's.

import { makeLink, sayTrouble, signInAddress } from "./trouble.js";
import { canKeep } from "./unsent.js";

const WARN_SECONDS = 120;
const AGAIN = 30; // seconds until another try where the server did not answer
const PATIENCE = 8000; // milliseconds for an answer
const MOMENT = 500; // milliseconds until a connection that has just come carries something

const dialog = document.getElementById("session-end");

// {seconds, user, token} of the session as it is now, the last two only if somebody is signed in; null without an answer.
// A connection that the browser has just announced may need a moment: then it asks once more.
export async function askSession(tries = 2) {
  try {
    const headers = { Accept: "application/json" };
    const response = await fetch(dialog.dataset.address, { headers, signal: AbortSignal.timeout(PATIENCE) });
    return response.ok ? await response.json() : null;
  } catch (error) {
    if (tries < 2 || error.name === "TimeoutError" || !navigator.onLine) return null;
    await new Promise((done) => setTimeout(done, MOMENT));
    return askSession(tries - 1);
  }
}

export const isMine = (session) => session?.user === dialog.dataset.user;

// Have every form of the page carry the token of the session as it is now.
export function takeToken({ token }) {
  if (token === dialog.dataset.token) return;
  dialog.dataset.token = token;
  for (const field of document.querySelectorAll("input[name=csrf_token]")) field.value = token;
  sayTrouble([]);
  document.dispatchEvent(new Event("signed-in-again"));
}

// `typed` is what keepTyped returns.
export function watchSession(typed) {
  if (!dialog) return;
  const { address, end, signIn } = dialog.dataset;
  const exit = document.querySelector(".govuk-exit-this-page__button");
  let timer, isEnding = false;

  function later(seconds) {
    clearTimeout(timer);
    timer = setTimeout(ask, seconds * 1000);
  }

  async function ask() {
    const session = await askSession();
    if (isEnding) return;
    if (!session) return later(AGAIN); // nothing can be sent now, so nothing is lost by waiting
    if (session.user && !isMine(session)) return leave();
    if (session.token) takeToken(session);
    look(session.seconds);
  }

  function look(seconds) {
    if (seconds <= 5) return finish();
    if (seconds > WARN_SECONDS) {
      dialog.close();
      return later(seconds - WARN_SECONDS + 1);
    }
    dialog.querySelector("[data-typed]").hidden = !canKeep || !typed.findUnsent();
    if (!dialog.open) dialog.showModal();
    later(Math.min(10, seconds - 4));
  }

  async function finish() {
    isEnding = true;
    const form = typed.findUnsent();
    const body = new URLSearchParams(form ? new FormData(form) : []);
    body.set("csrf_token", dialog.dataset.token);
    const here = encodeURIComponent(location.pathname + location.search);
    const answer = await fetch(`${end}?address=${here}`, { method: "POST", body }).catch(() => null);
    isEnding = false;
    if (!answer) return later(AGAIN);
    leave({ isKeptThere: answer.ok });
  }

  function leave({ isKeptThere = false } = {}) {
    const draft = document.querySelector("form[data-draft]");
    const form = typed.findUnsent();
    if (!isKeptThere && !canKeep && (form || Number(draft?.dataset.unsaved))) return sayStays();
    if (form) typed.markLeft();
    document.dispatchEvent(new Event("leaving"));
    location.replace(draft || (form && !isKeptThere) ? signInAddress() : signIn);
  }

  function sayStays() {
    dialog.close();
    const link = makeLink("Sign in again in another tab", signIn);
    link.target = "_blank";
    sayTrouble(["You have been signed out. What you typed is still on this page, and nowhere else: do not leave it. ", link, ", then go on here."]);
    later(AGAIN);
  }

  dialog.querySelector("[data-prolong]").addEventListener("click", async () => {
    const body = new URLSearchParams({ csrf_token: dialog.dataset.token });
    const response = await fetch(address, { method: "POST", body }).catch(() => null);
    if (response && response.ok && !response.redirected) dialog.close();
    ask();
  });
  const leaveLink = dialog.querySelector("[data-leave]");
  leaveLink.hidden = !exit;
  leaveLink.addEventListener("click", (event) => {
    event.preventDefault();
    exit.click();
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && !isEnding) ask(); // a tablet that slept did not count the time
  });
  ask();
}
