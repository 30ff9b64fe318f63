// What saving a Star (saving.js) reads from the form and shows on the page: fields, what was met in them, and whether all is
// saved.
//
// Markup: see saving.js.

import { makeLink, sayTrouble, signInAddress } from "./trouble.js";

const LONGEST = 400; // of an answer that is told beside another

const fieldsOf = (form, name) => [...form.querySelectorAll(`[name="${name}"]`)];
const isTicked = ({ type }) => ["radio", "checkbox"].includes(type);
const clean = (text) => text.replace(/\r\n/g, "\n");

export const read = (form, name) => clean(new FormData(form).get(name) ?? "");

// What a field said when the page came.
export function cameWith(form, name) {
  const all = fieldsOf(form, name);
  if (isTicked(all[0])) return all.find((field) => field.defaultChecked)?.value ?? "";
  return clean(all[0].defaultValue);
}

export function write(form, name, value) {
  for (const field of fieldsOf(form, name)) {
    if (field.type === "radio") field.checked = field.value === value;
    else if (field.type === "checkbox") field.checked = Boolean(value);
    else field.value = value;
    if (field.type !== "radio" || field.checked || !value) field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function say(form, name, value) {
  if (!value) return "nothing";
  const field = fieldsOf(form, name).find((one) => one.value === value);
  const label = field?.type === "radio" && form.querySelector(`label[for="${field.id}"]`)?.textContent.trim();
  const text = label || value;
  return text.length > LONGEST ? `“${text.slice(0, LONGEST)}…”` : /^\d+$/.test(text) ? text : `“${text}”`;
}

function nameOf(form, name) {
  const [field] = fieldsOf(form, name);
  const legend = field?.closest("fieldset")?.querySelector("legend");
  return (legend || field?.labels?.[0])?.textContent.trim() || "an answer";
}

export const sayNews = (form, { name, value, by }) => `${by} has entered ${say(form, name, value)} for ${nameOf(form, name)}.`;

// Both answers are shown, and the person chooses: `choose(answer)`.
export function showMet(form, { name, value, by }, choose) {
  const mine = say(form, name, read(form, name));
  const theirs = say(form, name, value);
  const box = document.createElement("div");
  box.className = "govuk-inset-text app-met";
  box.dataset.met = name;
  box.setAttribute("role", "alert");
  const words = document.createElement("p");
  words.className = "govuk-body";
  words.textContent = `${nameOf(form, name)}: ${by} has entered ${theirs} meanwhile; here it says ${mine}. Which is right?`;
  box.append(words, makeChoice(`Keep ${mine}`, () => read(form, name)), makeChoice(`Take ${theirs}`, () => value));
  form.querySelector(`[data-met="${name}"]`)?.remove();
  (fieldsOf(form, name)[0]?.closest(".app-area, .govuk-form-group") || form).prepend(box);

  function makeChoice(text, readAnswer) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "govuk-button govuk-button--secondary";
    button.textContent = text;
    button.addEventListener("click", () => {
      const area = box.parentElement;
      box.remove();
      choose(readAnswer());
      area.querySelector(`[name="${name}"]:checked, [name="${name}"]`)?.focus();
    });
    return button;
  }
}

// `kind` is what became of the last try, `more` what there is to tell of it, and `number` how many answers are not saved;
// `leave()` is called when a link of it is followed.
export function sayState(form, kind, { number, more, leave }) {
  const answers = number === 1 ? "1 answer is not saved yet" : `${number} answers are not saved yet`;
  const kept = `${number === 1 ? "It is" : "They are"} kept in this window`;
  const words = {
    none: () => [],
    news: () => more.slice(0, 3),
    met: () => ["Somebody else has answered too: choose which answer is right."],
    "not sent": () => [number ? `${answers}: there is no connection. ${kept}, so do not close it: what is kept is sent as soon as there is one.` : "There is no connection. Your answers are saved: go on when there is one."],
    "not taken": () => [number ? `${answers}: the service does not answer as it should. ${kept}, and sent again.` : "The service does not answer as it should. Your answers are saved: go on in a moment."],
    "too late": () => [`Somebody has recorded this Star. ${answers} and not in it. `, link("See the recorded Star", more), ", which can be corrected."],
    "signed out": () => [`You have been signed out. ${number ? `${answers}. ${kept}. ` : ""}`, link("Sign in again", signInAddress()), " and go on here."],
    gone: () => ["Somebody has thrown this Star away, or you may not see it any more. What you entered is still on this page, and cannot be saved here: copy what you need from it."],
    refused: () => [`${nameOf(form, more.field)}: ${more.message}.`],
  }[kind]();
  sayTrouble(words.flatMap((part) => [part, " "]).slice(0, -1), { isGood: kind === "news" });
  const time = new Date().toLocaleTimeString("en-GB", { hour: "numeric", minute: "2-digit", hour12: true }).replace(" ", "");
  document.querySelector("[data-saved]").textContent = number ? "Not saved yet." : `Saved at ${time}.`;
  form.dataset.unsaved = number;

  function link(text, address) {
    const element = makeLink(text, address);
    element.addEventListener("click", leave);
    return element;
  }
}
