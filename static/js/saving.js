// Saves a Star while it is scored (templates/stars/drafts/show.html). Every change is sent at once, what is typed after a
// short pause; what cannot be sent is said (showing.js), kept (unsent.js) and tried again. Two people may write in one Star
// (merging.js): a field is sent with what it said before, so the server refuses to overwrite what somebody else has put there
// meanwhile, and the person is asked.
//
// Markup: form[data-star] with data-draft, the hidden fields `was` (JSON: what each field says on the server), `revision` and
// `csrf_token`; and, anywhere on the page, [data-saved], which says when it was saved. From here the form gets data-unsaved: how many answers wait.

import { mergeAnswers } from "./merging.js";
import { cameWith, read, sayNews, sayState, showMet, write } from "./showing.js";
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
  const answers = mergeAnswers(JSON.parse(fields.was.value), (name) => read(form, name));
  let timer, waitingSince, lastSaid, failures = 0, sending = null, isLeaving = false, isOver = false;

  const keep = () => store.keep(answers.listUnsaved());

  function tell(kind, more) {
    lastSaid = [kind, more];
    sayState(form, kind, { number: answers.changed().length, more, leave: () => (isLeaving = true) });
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
      if (!isLeaving && answers.unsent().length && !failures) sendSoon(0);
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
    const { sent, was } = answers.listUnsent();
    const about = { was: JSON.stringify(was), revision: fields.revision.value, csrf_token: fields.csrf_token.value };
    const { status, answer } = await post({ ...sent, ...about });
    if (status === 200) return hear(answer, sent);
    isOver = [400, 401, 403, 404].includes(status);
    if (isOver) return tell(status === 403 || status === 404 ? "gone" : "signed out");
    if (status === 422) {
      answers.refuse(answer.field, sent[answer.field]);
      return tell("refused", answer);
    }
    answers.doubt(sent);
    tell(status ? "not taken" : "not sent");
    timer = setTimeout(send, AGAIN[Math.min(failures++, AGAIN.length - 1)]);
  }

  function hear(answer, sent) {
    failures = 0;
    if (answer.finished) {
      isOver = true;
      return answers.changed().length ? tell("too late", answer.finished) : leaveFor(answer.finished);
    }
    fields.revision.value = answer.revision;
    const { met, news } = answers.hear(answer, sent);
    met.forEach(meet);
    for (const { name, value } of news) {
      answers.know(name, value);
      write(form, name, value);
    }
    fields.was.value = JSON.stringify(answers.known);
    showEarlier(answer.earlier);
    keep();
    const said = news.map((one) => sayNews(form, one));
    tell(answers.isMet() ? "met" : news.length ? "news" : "none", said);
  }

  // `other` is {name, value, by}: what somebody else has entered in this field.
  function meet(other) {
    answers.meet(other.name, other.value);
    showMet(form, other, (chosen) => {
      answers.settle(other.name);
      write(form, other.name, chosen);
      keep();
      send();
    });
  }

  function leaveFor(address) {
    isLeaving = true;
    store.keep({});
    location.assign(address);
  }

  async function restore() {
    // What the page came with and the server does not have: it was sent, and met somebody else's answer.
    for (const name of answers.changed()) {
      const value = answers.known[name];
      if (cameWith(form, name) !== value) meet({ name, value, by: "Somebody else" });
    }
    for (const [name, entry] of Object.entries(await store.read())) {
      if (answers.takeBack(name, entry)) write(form, name, entry.now);
    }
    form.dataset.unsaved = answers.changed().length;
    if (answers.unsent().length) send();
  }

  form.addEventListener("input", ({ target: { name, type } }) => {
    if (!answers.isField(name)) return;
    keep();
    form.dataset.unsaved = answers.changed().length;
    if (isOver) tell(...lastSaid);
    sendSoon(["radio", "checkbox"].includes(type) ? 0 : PAUSE);
  });
  form.addEventListener("change", ({ target: { name } }) => {
    if (answers.isField(name) && answers.unsent().length) sendSoon(0);
  });
  form.addEventListener("submit", async (event) => {
    if (isLeaving) return;
    event.preventDefault(); // what is shown is saved first, and a page that may not come is not waited for
    const button = event.submitter;
    await sendEverything();
    if (failures || isOver || answers.changed().length) return form.querySelector("[data-met] button")?.focus();
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
    if (!isExit && !isLeaving && answers.changed().length) event.preventDefault();
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) isLeaving = false;
  });
  setInterval(() => {
    if (!document.hidden && navigator.onLine && !failures && !answers.changed().length) send();
  }, NEWS);
  restore();
}

// The answer's status, 0 if none came, and what it says where it is one of ours.
async function post(values) {
  try {
    const response = await fetch(location.pathname, {
      method: "POST",
      headers: { Accept: "application/json" },
      body: new URLSearchParams(values),
      signal: AbortSignal.timeout(PATIENCE),
    });
    const { status } = response;
    return { status, answer: status === 200 || status === 422 ? await response.json() : null };
  } catch {
    return { status: 0, answer: null };
  }
}
