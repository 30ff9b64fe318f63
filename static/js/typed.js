// What is typed in a form is never lost. It is kept in this window, encrypted (unsent.js), until the server has taken it: the
// next page says so. A form is sent only if the server can be reached and the same person is signed in; what was kept
// comes back when the form is opened again, and where it has no place there any more it is shown, to be copied. What is typed in
// a field for text is also kept by the server (typed_there.js).
// A Star in progress, which is saved as it goes, has saving.js instead.
//
// Markup: #session-end with data-taken, the path of the form that was sent before this page and is taken, and data-refused if
// this page answers a form that was not; form[data-guard], which asks before it is left, unless for a form[data-beside], after
// which this page comes again; form[data-lets-go], which, once it
// is sent, has what was typed at that address forgotten; [data-kept] in a form, which says that the server keeps it.

import { askSession, isMine, takeToken } from "./session.js";
import { makeLink, sayTrouble, signInAddress } from "./trouble.js";
import { forgetThere, openStoreThere } from "./typed_there.js";
import { canKeep, forget, openStore } from "./unsent.js";

const FORMS = "main form[method=post]:not([role=search], [data-passkey], [data-draft])";
const page = document.getElementById("session-end")?.dataset;
const LEFT = `star-tracker left by ${page?.user}`; // in the window's storage: the page that was left with something typed on it

const pathOf = (address) => new URL(address, location).pathname;
const isSame = (some, others) => JSON.stringify(some) === JSON.stringify(others);
const clean = (values) => values.map((value) => value.replace(/\r\n/g, "\n")).filter(Boolean);
const isTyped = ({ name, type }) => name && !["hidden", "submit", "button", "password", "file"].includes(type);
// "Exit this page", by click or by key, which is never held up.
const isExiting = () => document.body.classList.contains("govuk-exit-this-page-hide-content");
const isText = ({ type }) => ["text", "textarea"].includes(type);
const isTicked = ({ type }) => ["radio", "checkbox"].includes(type);

// Returns `findUnsent()`, a form with something typed that is not sent, if there is one; and `markLeft()`, to be called
// when the page is left and its reader did not mean to give that up.
export function keepTyped() {
  if (!page?.key) return { findUnsent: () => null, markLeft() {} };
  const taken = page.taken ? forgetBoth(page.taken) : null;
  const watched = [...document.querySelectorAll(FORMS)].map(watchForm);
  const findUnsent = () => watched.find((one) => one.isUnsent())?.form ?? null;
  const markLeft = () => sessionStorage.setItem(LEFT, location.pathname + location.search);
  window.addEventListener("beforeunload", () => isExiting() && findUnsent() && markLeft());
  bringBack(watched, taken);
  return { findUnsent, markLeft };
}

function forgetBoth(path) {
  forget(path);
  return forgetThere(path);
}

async function bringBack(watched, taken) {
  await taken; // before the server is asked what it has
  const left = sessionStorage.getItem(LEFT);
  sessionStorage.removeItem(LEFT);
  for (const one of watched) await one.bringBack();
  const paths = new Set(watched.map((one) => one.path));
  if (document.querySelector("form[data-draft]")) paths.add(location.pathname);
  for (const address of new Set([location.pathname, left ?? location.pathname])) {
    if (paths.has(pathOf(address))) continue;
    const entries = Object.values(await openStore(pathOf(address)).read());
    if (!entries.length) continue;
    const letGo = () => forgetBoth(pathOf(address));
    showNotice(["What you typed is not saved. It is kept in this window."], entries, letGo, address === left && address);
  }
}

function watchForm(form) {
  const path = pathOf(form.action);
  const store = openStore(path);
  const there = [...form.elements].some(isText) ? openStoreThere(path, sayKept) : null;
  const names = [...new Set([...form.elements].filter(isTyped).map(({ name }) => name))];
  // What the server has of each field, as far as this page knows.
  const known = new Map(names.map((name) => [name, "refused" in page ? [] : cameWith(form, name)]));
  let homeless = {}; // what was typed and has no place here any more
  let isSent = false, isSure = false, isAsking = false, isCutOff = false;

  const read = (name) => clean(new FormData(form).getAll(name));
  const changed = () => names.filter((name) => !isSame(read(name), known.get(name)));
  const isUnsent = () => !isSent && changed().length > 0;

  function keep() {
    const entry = (name) => ({ was: known.get(name), now: read(name), label: labelOf(form, name), says: say(form, name, read(name)) });
    const entries = { ...homeless, ...Object.fromEntries(changed().map((name) => [name, entry(name)])) };
    there?.keep(entries);
    return store.keep(entries);
  }

  function sayKept(isKept) {
    const place = form.querySelector("[data-kept]");
    if (!place) return;
    const time = new Date().toLocaleTimeString("en-GB", { hour: "numeric", minute: "2-digit", hour12: true }).replace(" ", "");
    place.textContent = isKept ? `What you typed is kept (${time}), and not saved yet.` : place.dataset.kept;
  }

  async function bringBackHere() {
    let isBack = false;
    const kept = { ...(await there?.read()), ...(await store.read()) };
    for (const [name, entry] of Object.entries(kept)) {
      const here = known.has(name) ? cameWith(form, name) : null;
      if (here && isSame(here, entry.now)) {
        if ("refused" in page) known.set(name, entry.was);
      } else if (here && isSame(here, entry.was)) {
        write(form, name, entry.now);
        isBack = true;
      } else homeless[name] = entry;
    }
    keep();
    const entries = Object.values(homeless);
    const words = isBack ? ["What you had typed here is back. It is not saved yet."] : [];
    if (entries.length) words.push("This has changed since you typed it, or cannot be changed any more:");
    if (words.length) showNotice(words, entries, letGo, null, form);
  }

  function letGo() {
    homeless = {};
    for (const name of names) {
      known.set(name, cameWith(form, name));
      write(form, name, cameWith(form, name));
    }
    keep();
  }

  async function sendSafely(submitter) {
    isAsking = true;
    await keep();
    await there?.flush();
    const session = await askSession();
    isAsking = false;
    const isTypedIn = changed().length > 0;
    const kept = !isTypedIn ? "" : canKeep ? " What you typed is kept in this window." : " What you typed is still on this page.";
    const signIn = makeLink("Sign in again", signInAddress());
    if (!canKeep) signIn.target = "_blank";
    isCutOff = !session;
    if (isCutOff) return sayTrouble([`This is not sent: there is no connection.${kept} Try again when there is one.`]);
    if (!session.user) return sayTrouble([`This is not sent: you have been signed out.${kept} `, signIn, " and go on here."]);
    if (!isMine(session)) return sayTrouble([`This is not sent: somebody else has signed in in this browser.${kept} `, signIn, " yourself."]);
    takeToken(session);
    isSure = true;
    if (isTypedIn) sessionStorage.setItem(LEFT, location.pathname + location.search);
    form.requestSubmit(submitter);
  }

  form.addEventListener("submit", (event) => {
    if (isSure) {
      isSure = false;
      isSent = true;
      if (form.dataset.letsGo) forgetBoth(pathOf(form.dataset.letsGo));
      return;
    }
    event.preventDefault();
    if (!isAsking) sendSafely(event.submitter);
  });
  form.addEventListener("input", keep);
  form.addEventListener("change", keep);
  document.addEventListener("leaving", () => (isSent = true));
  window.addEventListener("pageshow", (event) => event.persisted && (isSent = false));
  window.addEventListener("online", () => {
    if (isCutOff) sayTrouble(["The connection is back. This is not sent yet: try again now."], { isGood: true });
  });
  let isBesideSent = false; // a form that comes back to this page, where what is typed here is brought back
  document.addEventListener("submit", ({ target }) => (isBesideSent = "beside" in target.dataset));
  window.addEventListener("beforeunload", (event) => {
    if ("guard" in form.dataset && isUnsent() && !isBesideSent && !isExiting()) event.preventDefault();
  });
  return { form, path, isUnsent, bringBack: bringBackHere };
}

const fieldsOf = (form, name) => [...form.elements].filter((field) => field.name === name);

// What a field said when the page came, whatever the browser or a person has put there since.
function cameWith(form, name) {
  return clean(
    fieldsOf(form, name).flatMap((field) => {
      if (isTicked(field)) return field.defaultChecked ? [field.value] : [];
      if (!field.options) return [field.defaultValue];
      const chosen = [...field.options].filter((option) => option.defaultSelected);
      return (chosen.length ? chosen : [...field.options].slice(0, 1)).map((option) => option.value);
    }),
  );
}

function write(form, name, values) {
  for (const field of fieldsOf(form, name)) {
    if (isTicked(field)) field.checked = values.includes(field.value);
    else field.value = values[0] ?? "";
    for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    if (!isTicked(field) || field.checked) field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function labelOf(form, name) {
  const [field] = fieldsOf(form, name);
  const legend = field.closest("fieldset")?.querySelector("legend");
  const parts = isTicked(field) && legend ? [legend] : [legend, field.labels?.[0]];
  return parts.filter(Boolean).map((part) => part.textContent.trim()).join(", ");
}

function say(form, name, values) {
  const fields = fieldsOf(form, name);
  const choices = fields.flatMap((field) => (field.options ? [...field.options] : isTicked(field) ? [field] : []));
  const textOf = (choice) => (choice.labels ? choice.labels[0] : choice)?.textContent?.trim();
  const spoken = values.map((value) => textOf(choices.find((choice) => choice.value === value) ?? {}) || value);
  return spoken.join(", ") || "nothing";
}

// Above the form, or first on the page: what became of what was typed, the texts to be copied, and the way to let it go.
function showNotice(words, entries, letGo, address, form) {
  const box = document.createElement("div");
  box.className = "govuk-inset-text app-typed";
  box.setAttribute("role", "status");
  for (const text of words) box.append(paragraph(text));
  const list = document.createElement("dl");
  for (const { label, says } of entries) {
    const [term, text] = [document.createElement("dt"), document.createElement("dd")];
    [term.textContent, text.textContent] = [label, says];
    list.append(term, text);
  }
  if (entries.length) box.append(list);
  const row = paragraph("");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "govuk-button govuk-button--secondary";
  button.textContent = "Let it go";
  button.addEventListener("click", () => {
    letGo();
    box.remove();
  });
  row.className = "govuk-button-group";
  row.append(button, ...(address ? [makeLink("Go on with it", address)] : []));
  box.append(row);
  if (form) form.before(box);
  else document.querySelector("main").prepend(box);
}

function paragraph(text) {
  const element = document.createElement("p");
  element.className = "govuk-body";
  element.textContent = text;
  return element;
}
