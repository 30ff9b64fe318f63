// The page that works without a connection (templates/stars/offline/show.html): opens what was taken along, lets it be scored
// as ever, keeps it encrypted (taken.js) as it is typed, and sends it when there is a connection and the person is signed in.
// It is sent by the drafts' own protocol: each field with what it said on the server, so nobody is overwritten, and where
// somebody else has answered too, the person is asked, here. The Star is recorded on the service's own pages.
//
// Markup: the bar of a Star (bar.js), hidden, with [data-who] and [data-saved]; [data-offline] with data-session and
// data-sign-in, in it one [data-view] each: "none", "unlock", "list", "star"; form[data-unlock]; [data-items],
// [data-until], [data-send], [data-sent] of the list; form[data-star] as in star_areas.js, with [data-checked],
// [data-answers], [data-rest], [data-ready] of what is shown before it is ready.

import { arrangeAreas } from "./areas.js";
import { useBar } from "./bar.js";
import { useKeys } from "./keys.js";
import { drawLiveStar } from "./live_star.js";
import { read, showMet, write } from "./showing.js";
import { choose, isAnswered, readReason, readValue } from "./star_areas.js";
import { LIFE, TRIES } from "./taken.js";
import { checkTaken, taken } from "./taken_state.js";
import { makeLink, sayTrouble } from "./trouble.js";

const UNUSED = 20 * 60 * 1000; // milliseconds until the password is asked for again
const NOT_DISCUSSED = "not_discussed";

const page = document.querySelector("[data-offline]");
const find = (name) => page.querySelector(`[data-${name}]`);
const form = page.querySelector("form[data-star]");
const stage = arrangeAreas(form);
const bar = document.querySelector("[data-bar]");
const saved = bar.querySelector("[data-saved]");
const heading = document.querySelector("h1");
const title = heading.textContent;
heading.tabIndex = -1; // what has the focus goes with each view
const names = [...new Set([...form.elements].map(({ name }) => name).filter(Boolean))];

let vault = null; // what the password has opened
let current = null; // the one that is being scored
let met = new Set(); // its fields in which somebody else's answer waits for a choice
let usedAt = Date.now();

const sayTime = (at) => at.toLocaleTimeString("en-GB", { hour: "numeric", minute: "2-digit", hour12: true }).replace(" ", "");
const nameOf = ({ item }) => `${item.parent}, family ${item.family}`;
const isAreaAnswered = (area) => isAnswered(area) || current.item.answered.includes(area.code);

function show(view, text = title, isFirst = false) {
  for (const each of page.querySelectorAll("[data-view]")) each.hidden = each.dataset.view !== view;
  bar.hidden = view !== "star";
  heading.textContent = text;
  sayTrouble([]);
  if (isFirst) return;
  window.scrollTo(0, 0);
  heading.focus({ preventScroll: true });
}

function make(tag, className, text = "") {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

function makeButton(text, more, press) {
  const button = make("button", "govuk-button govuk-button--secondary app-case__button", text);
  button.type = "button";
  button.append(make("span", "govuk-visually-hidden", ` ${more}`));
  button.addEventListener("click", press);
  return button;
}

// --- opening

async function begin() {
  await checkTaken();
  const isThere = (await taken.list()).length > 0;
  show(isThere ? "unlock" : "none", title, true);
  if (isThere) find("unlock").querySelector("input").focus();
}

find("unlock").addEventListener("submit", async (event) => {
  event.preventDefault();
  const field = find("unlock").querySelector("input");
  const wrong = find("wrong");
  wrong.textContent = "Opening …";
  vault = await taken.open(field.value);
  field.value = "";
  wrong.textContent = "";
  if (vault) return showList();
  if (!(await taken.list()).length) return show("none");
  wrong.textContent = `That password opens nothing on this device. After ${TRIES} wrong ones in all, nothing is left on it.`;
  field.focus();
});

// --- the list

function describe({ item, isUnsent }) {
  if (item.isReady) return "Ready to send";
  return isUnsent ? `Begun: ${stage.areas.filter(({ code }) => item.now[code]).length} of 10 answered here` : "Not begun";
}

function showList() {
  current = null;
  find("items").replaceChildren(...vault.all.map(makeRow));
  const until = new Date(Math.min(...vault.all.map(({ takenAt }) => takenAt)) + LIFE);
  const when = `${until.toLocaleDateString("en-GB", { weekday: "long" })} at ${sayTime(until)}`;
  find("until").textContent = vault.all.length ? `What is here goes off this device on ${when}.` : "Nothing more is on this device.";
  find("send").hidden = !vault.all.some(({ isUnsent }) => isUnsent);
  show("list");
}

function makeRow(one) {
  const row = make("li", "app-case");
  const who = make("div", "app-case__who");
  who.append(make("h3", "govuk-heading-s app-case__parent", one.item.parent), make("p", "app-case__note", `Family ${one.item.family}`));
  const what = make("div", "app-case__what");
  what.append(make("p", "app-case__due", describe(one)));
  if (one.problem) what.append(make("p", "govuk-error-message", one.problem));
  const action = make("div", "app-case__action");
  action.append(makeButton(one.isUnsent ? "Go on with the Star" : "Begin a Star", `of ${nameOf(one)}`, () => openStar(one)));
  row.append(who, what, action);
  return row;
}

// --- scoring

function openStar(one) {
  current = one;
  met = new Set();
  form.reset();
  for (const each of form.querySelectorAll("[data-met], [data-answered]")) each.remove();
  find("checked").hidden = true;
  for (const name of names) write(form, name, one.item.now[name] ?? "");
  for (const details of form.querySelectorAll(".app-note")) {
    details.open = [...details.querySelectorAll("textarea, :checked")].some(({ value }) => value);
  }
  for (const area of stage.areas.filter(({ code }) => one.item.answered.includes(code))) {
    const note = make("p", "govuk-hint", "This has an answer already, which is not on this device. Leave it empty to keep that one.");
    note.dataset.answered = "";
    area.fieldset.querySelector("legend").after(note);
  }
  saved.textContent = "Kept here as you go.";
  bar.querySelector("[data-who]").textContent = one.item.parent;
  show("star", `Star of ${one.item.parent}`);
  stage.begin();
}

// Keep what the form says now. What fails is said, and tried again with the next change.
async function keep(changes = {}) {
  const one = current;
  const now = Object.fromEntries(names.map((name) => [name, read(form, name)]).filter(([, value]) => value));
  Object.assign(one, { isUnsent: true, item: { ...one.item, isReady: false, ...changes, now } });
  try {
    if (!(await vault.save(one))) return sayTrouble(["This is not on this device any more, so it cannot be kept: its 24 hours are over, or it was taken off. Write down what you need from this page."]);
    saved.textContent = `Kept here at ${sayTime(new Date())}.`;
    sayTrouble([]);
  } catch {
    saved.textContent = "Not kept yet.";
    sayTrouble(["This device is full: what you enter now is on this page alone, so do not close it. Make room on the device, then change something here."]);
  }
}

form.addEventListener("input", () => keep());
form.addEventListener("change", () => current && !find("checked").hidden && showAnswers());
form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (met.size) return form.querySelector("[data-met] button").focus();
  find("checked").hidden = false;
  showAnswers();
  find("checked").querySelector("h2").focus();
});

function showAnswers() {
  const rows = stage.areas.map((area) => {
    const row = make("tr", "govuk-table__row");
    const label = make("th", "govuk-table__header", area.label);
    label.scope = "row";
    const says = readValue(area.radios) ?? (readReason(area) || (isAreaAnswered(area) ? "Answered before" : "No answer"));
    row.append(label, make("td", "govuk-table__cell govuk-table__cell--numeric", says));
    return row;
  });
  find("answers").replaceChildren(...rows);
  find("rest").hidden = stage.areas.every(isAreaAnswered);
  find("ready").hidden = !find("rest").hidden;
}

find("rest").addEventListener("click", () => {
  for (const area of stage.areas) if (!isAreaAnswered(area)) choose(area.radios, NOT_DISCUSSED);
  showAnswers();
  find("ready").focus();
});
find("ready").addEventListener("click", async () => {
  await keep({ isReady: true });
  showList();
});
find("back").addEventListener("click", showList);

// --- sending

find("send").addEventListener("click", async () => {
  const session = await fetch(page.dataset.session, { headers: { Accept: "application/json" } }).then((answer) => answer.json()).catch(() => null);
  if (!session) return sayTrouble(["There is no connection. What you scored stays on this device until there is one."]);
  if (session.user !== vault.user) return sayTrouble([session.user ? "Somebody else is signed in here: sign in as the person who scored this. " : "Sign in to send it. ", makeLink("Sign in", page.dataset.signIn)]);
  for (const one of vault.all.filter(({ isUnsent }) => isUnsent)) await sendOne(one, session.token);
  const asked = vault.all.find(({ others }) => others);
  if (!asked) return showList();
  openStar(asked);
  for (const other of asked.others) askAbout(other);
  delete asked.others;
});

async function sendOne(one, token) {
  const { item } = one;
  one.problem = "";
  const begun = await post(item.begin, { ...item.now, edition: item.edition, csrf_token: token });
  if (!begun.address) return (one.problem = begun.message || "It was not sent: try again in a moment.");
  const changed = names.filter((name) => (item.now[name] ?? "") !== (item.was[name] ?? ""));
  const sent = Object.fromEntries(changed.map((name) => [name, item.now[name] ?? ""]));
  const was = Object.fromEntries(changed.map((name) => [name, item.was[name] ?? ""]));
  const answer = await post(begun.address, { ...sent, was: JSON.stringify(was), revision: 0, csrf_token: token });
  if (!answer.refused) return (one.problem = answer.message || "It was not sent: try again in a moment.");
  if (answer.refused.length) {
    one.others = answer.refused.map((name) => ({ name, value: "", by: "Somebody", ...answer.others[name] }));
    return;
  }
  await vault.remove(one);
  const sentRow = make("li", "");
  sentRow.append(makeLink(`Check and record the Star of ${nameOf(one)}`, `${begun.address}/check`));
  find("sent").append(sentRow);
  find("sent-part").hidden = false;
}

async function post(address, values) {
  try {
    const response = await fetch(address, { method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams(values) });
    return response.ok || response.status === 422 ? await response.json() : {};
  } catch {
    return {};
  }
}

// Both answers are shown; what is chosen takes the other's place on the server when it is sent again.
function askAbout(other) {
  met.add(other.name);
  showMet(form, other, async (chosen) => {
    met.delete(other.name);
    write(form, other.name, chosen);
    await keep({ was: { ...current.item.was, [other.name]: other.value }, isReady: true });
    if (!met.size) showList();
  });
  const box = form.querySelector(`[data-met="${other.name}"]`);
  const details = box.closest("details");
  if (details) details.open = true;
  box.scrollIntoView({ block: "center" });
}

// --- a device that is left alone

for (const type of ["input", "click", "keydown"]) document.addEventListener(type, () => (usedAt = Date.now()));
const lock = () => vault && Date.now() - usedAt > UNUSED && location.reload(); // with the key, which is in memory alone
setInterval(lock, 30_000);
document.addEventListener("visibilitychange", lock);

drawLiveStar(form, stage);
useKeys(form, stage);
useBar(form, stage);
navigator.serviceWorker?.register("/worker.js").catch(() => {}); // then a newer one waits for the next time
begin();
