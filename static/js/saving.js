// Saves a Star while it is scored (templates/stars/drafts/show.html). Every change is sent at once, what is typed after a
// short pause; what cannot be sent is said, kept (unsent.js) and tried again. Two people may write in one Star: a field
// is sent with what it said before, so the server refuses to overwrite what somebody else has put there meanwhile, and
// the person is asked.
//
// Markup: form[data-star] with data-draft, the hidden fields `was` (JSON: what each field says on the server), `revision` and
// `csrf_token`; and [data-saved], which says when it was saved.
// From here the form gets data-unsaved: how many answers wait.

import { makeLink, sayTrouble, signInAddress } from "./trouble.js";
import { openStore } from "./unsent.js";

const PAUSE = 600; // milliseconds after a key, before what was typed is sent
const LONGEST = 1500; // and no later than this after the first of them
const AGAIN = [1000, 2000, 4000, 8000]; // before another try, the last one for good
const NEWS = 10000; // how often to ask whether others wrote
const PATIENCE = 8000; // for an answer

export function saveAsItGoes(form, { showEarlier }) {
  if (!form?.dataset.draft) return;
  const store = openStore(location.pathname);
  const fields = form.elements;
  const known = JSON.parse(fields.was.value); // what each field said when this page or the server last spoke of it
  const held = new Map(); // fields in which somebody else's answer was met: what they say
  const uncertain = new Map(); // what was sent and not answered: perhaps it is there
  const tooLong = new Map(); // what the server would not take: not sent again until it is changed
  let timer, waitingSince, lastSaid, failures = 0, sending = null, isLeaving = false, isOver = false;

  const read = (name) => (new FormData(form).get(name) ?? "").replace(/\r\n/g, "\n");
  const changed = () => Object.keys(known).filter((name) => read(name) !== known[name]);
  const unsent = () => changed().filter((name) => !held.has(name) && tooLong.get(name) !== read(name));

  function cameWith(name) {
    const all = [...form.querySelectorAll(`[name="${name}"]`)];
    if (["radio", "checkbox"].includes(all[0].type)) return all.find((field) => field.defaultChecked)?.value ?? "";
    return all[0].defaultValue.replace(/\r\n/g, "\n");
  }

  function keep() {
    return store.keep(Object.fromEntries(changed().map((name) => [name, { was: known[name], now: read(name) }])));
  }

  function write(name, value) {
    for (const field of form.querySelectorAll(`[name="${name}"]`)) {
      if (field.type === "radio") field.checked = field.value === value;
      else if (field.type === "checkbox") field.checked = Boolean(value);
      else field.value = value;
      if (field.type !== "radio" || field.checked || !value) field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }

  function sendSoon(delay) {
    clearTimeout(timer);
    if (isOver) return;
    waitingSince ??= Date.now();
    timer = setTimeout(send, Math.max(0, Math.min(delay, waitingSince + LONGEST - Date.now())));
  }

  // Send what is not sent; with nothing to send, ask what others did. One at a time.
  function send() {
    if (isOver) return Promise.resolve();
    sending ??= exchange().finally(() => {
      sending = null;
      if (!isLeaving && unsent().length && !failures) sendSoon(0);
    });
    return sending;
  }

  async function sendEverything() {
    await sending;
    await send();
  }

  async function exchange() {
    clearTimeout(timer);
    waitingSince = undefined;
    const sent = Object.fromEntries(unsent().map((name) => [name, read(name)]));
    const was = Object.fromEntries(Object.keys(sent).map((name) => [name, known[name]]));
    const about = { was: JSON.stringify(was), revision: fields.revision.value, csrf_token: fields.csrf_token.value };
    let answer, status;
    try {
      const response = await fetch(location.pathname, {
        method: "POST",
        headers: { Accept: "application/json" },
        body: new URLSearchParams({ ...sent, ...about }),
        signal: AbortSignal.timeout(PATIENCE),
      });
      status = response.status;
      if (status === 200 || status === 422) answer = await response.json();
    } catch {
      status = 0;
    }
    if (status === 200) return hear(answer, sent);
    isOver = [400, 401, 403, 404].includes(status);
    if (isOver) return sayState(status === 403 || status === 404 ? "gone" : "signed out");
    if (status === 422) {
      tooLong.set(answer.field, sent[answer.field]);
      return sayState("refused", answer);
    }
    for (const [name, value] of Object.entries(sent)) uncertain.set(name, value);
    sayState(status ? "not taken" : "not sent");
    timer = setTimeout(send, AGAIN[Math.min(failures++, AGAIN.length - 1)]);
  }

  function hear(answer, sent) {
    failures = 0;
    if (answer.finished) {
      isOver = true;
      return changed().length ? sayState("too late", answer.finished) : leaveFor(answer.finished);
    }
    fields.revision.value = answer.revision;
    for (const [name, value] of Object.entries(sent)) if (!answer.refused.includes(name)) known[name] = value;
    const news = [];
    for (const [name, { value, by }] of Object.entries(answer.others)) {
      if (answer.refused.includes(name) && uncertain.get(name) === value) known[name] = value; // it was there after all
      else if (answer.refused.includes(name) || held.has(name)) meet(name, value, by);
      else if (read(name) === known[name]) {
        known[name] = value;
        write(name, value);
        news.push(`${by} has entered ${say(name, value)} for ${nameOf(name)}.`);
      }
    }
    for (const name of answer.refused) if (!answer.others[name]) meet(name, "", "Somebody");
    uncertain.clear();
    fields.was.value = JSON.stringify(known);
    showEarlier(answer.earlier);
    keep();
    sayState(held.size ? "met" : news.length ? "news" : "none", news);
  }

  // Both answers are shown, and the person chooses.
  function meet(name, theirs, by) {
    held.set(name, theirs);
    const mine = read(name);
    const box = document.createElement("div");
    box.className = "govuk-inset-text app-met";
    box.dataset.met = name;
    box.setAttribute("role", "alert");
    const words = document.createElement("p");
    words.className = "govuk-body";
    words.textContent = `${nameOf(name)}: ${by} has entered ${say(name, theirs)} meanwhile; here it says ${say(name, mine)}. Which is right?`;
    box.append(words, choice(`Keep ${say(name, mine)}`), choice(`Take ${say(name, theirs)}`, theirs));
    form.querySelector(`[data-met="${name}"]`)?.remove();
    (form.querySelector(`[name="${name}"]`)?.closest(".app-area, .govuk-form-group") || form).prepend(box);

    function choice(text, value) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "govuk-button govuk-button--secondary";
      button.textContent = text;
      button.addEventListener("click", () => {
        const area = box.parentElement;
        held.delete(name);
        known[name] = theirs;
        box.remove();
        write(name, value ?? read(name));
        area.querySelector(`[name="${name}"]:checked, [name="${name}"]`)?.focus();
        keep();
        send();
      });
      return button;
    }
  }

  function say(name, value) {
    if (!value) return "nothing";
    const field = [...form.querySelectorAll(`[name="${name}"]`)].find((one) => one.value === value);
    const label = field?.type === "radio" && form.querySelector(`label[for="${field.id}"]`)?.textContent.trim();
    const text = label || value;
    return text.length > 400 ? `“${text.slice(0, 400)}…”` : /^\d+$/.test(text) ? text : `“${text}”`;
  }

  function nameOf(name) {
    const field = form.querySelector(`[name="${name}"]`);
    const legend = field?.closest("fieldset")?.querySelector("legend");
    return (legend || field?.labels?.[0])?.textContent.trim() || "an answer";
  }

  function sayState(kind, more) {
    lastSaid = [kind, more];
    const saved = form.querySelector("[data-saved]");
    const number = changed().length;
    const answers = number === 1 ? "1 answer is not saved yet" : `${number} answers are not saved yet`;
    const kept = `${number === 1 ? "It is" : "They are"} kept in this window`;
    const signIn = link("Sign in again", signInAddress());
    const words = {
      none: [],
      news: (more || []).slice?.(0, 3),
      met: ["Somebody else has answered too: choose which answer is right."],
      "not sent": [number ? `${answers}: there is no connection. ${kept}, so do not close it: what is kept is sent as soon as there is one.` : "There is no connection. Your answers are saved: go on when there is one."],
      "not taken": [number ? `${answers}: the service does not answer as it should. ${kept}, and sent again.` : "The service does not answer as it should. Your answers are saved: go on in a moment."],
      "too late": [`Somebody has recorded this Star. ${answers} and not in it. `, link("See the recorded Star", more), ", which can be corrected."],
      "signed out": [`You have been signed out. ${number ? `${answers}. ${kept}. ` : ""}`, signIn, " and go on here."],
      gone: ["Somebody has thrown this Star away, or you may not see it any more. What you entered is still on this page, and cannot be saved here: copy what you need from it."],
      refused: [`${nameOf(more?.field)}: ${more?.message}.`],
    }[kind];
    sayTrouble(words.flatMap((part) => [part, " "]).slice(0, -1), { isGood: kind === "news" });
    const time = new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
    saved.textContent = number ? "Not saved yet." : `Saved at ${time}.`;
    form.dataset.unsaved = number;
  }

  function link(text, address) {
    const element = makeLink(text, address);
    element.addEventListener("click", () => (isLeaving = true));
    return element;
  }

  function leaveFor(address) {
    isLeaving = true;
    store.keep({});
    location.assign(address);
  }

  async function restore() {
    // What the page came with and the server does not have: it was sent, and met somebody else's answer.
    for (const name of changed()) if (cameWith(name) !== known[name]) meet(name, known[name], "Somebody else");
    for (const [name, { was, now }] of Object.entries(await store.read())) {
      if (!(name in known) || known[name] === now || held.has(name)) continue;
      known[name] = was; // if that is no longer so, the server says it
      write(name, now);
    }
    form.dataset.unsaved = changed().length;
    if (unsent().length) send();
  }

  form.addEventListener("input", (event) => {
    if (!(event.target.name in known)) return;
    keep();
    form.dataset.unsaved = changed().length;
    if (isOver) sayState(...lastSaid);
    sendSoon(["radio", "checkbox"].includes(event.target.type) ? 0 : PAUSE);
  });
  form.addEventListener("change", (event) => {
    if (event.target.name in known && unsent().length) sendSoon(0);
  });
  form.addEventListener("submit", async (event) => {
    if (isLeaving) return;
    event.preventDefault(); // what is shown is saved first, and a page that may not come is not waited for
    const button = event.submitter;
    await sendEverything();
    if (failures || isOver || changed().length) return form.querySelector("[data-met] button")?.focus();
    isLeaving = true;
    setTimeout(() => form.requestSubmit(button)); // within the event the browser would take no notice
  });
  document.addEventListener("send-now", async (event) => {
    event.preventDefault();
    await sendEverything();
    event.detail();
  });
  window.addEventListener("online", () => {
    failures = 0;
    send();
  });
  document.addEventListener("signed-in-again", () => {
    if (lastSaid?.[0] === "signed out") isOver = false;
    send();
  });
  document.addEventListener("leaving", () => (isLeaving = true)); // to be safe, or after being asked
  window.addEventListener("beforeunload", (event) => {
    const isExit = document.body.classList.contains("govuk-exit-this-page-hide-content"); // never held up
    if (!isExit && !isLeaving && changed().length) event.preventDefault();
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) isLeaving = false;
  });
  setInterval(() => {
    if (!document.hidden && navigator.onLine && !failures && !changed().length) send();
  }, NEWS);
  restore();
}
