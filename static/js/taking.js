// "Take with me" (templates/stars/offline/choose.html): asks the server for what was chosen, keeps it encrypted on this
// device, and has the service worker keep the page that opens it.
//
// Markup: form[data-find], which searches and takes along who is chosen; form[data-take] with checkboxes `registration`, csrf_token, a field without a name for the password; [data-taken], shown
// when it is done, instead of each [data-before]; [data-chosen], which counts what is chosen; and [data-cannot], shown instead
// where a browser lacks what it takes.

import { checkTaken, taken } from "./taken_state.js";
import { MOST } from "./taken.js";
import { sayTrouble } from "./trouble.js";

const SHORTEST = 12; // characters, as for an account's password
const form = document.querySelector("form[data-take]");
const find = document.querySelector("form[data-find]");
const password = form.querySelector("input[type=password]");

// What is wrong is said at the top of the window, where it is seen wherever the list is scrolled to.
function say(text, field) {
  sayTrouble(text ? [text] : []);
  field?.focus();
}

async function take() {
  const chosen = new FormData(form);
  const number = chosen.getAll("registration").length;
  if (!number) return say("Choose at least one parent.", form.querySelector("[name=registration]"));
  if (number > MOST) return say(`Choose up to ${MOST} parents: ${number} are chosen.`, form.querySelector("[name=registration]"));
  if (password.value.length < SHORTEST) return say(`Enter a password of ${SHORTEST} characters or more.`, password);
  say("Taking it onto this device …");
  const response = await fetch(form.action, { method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams(chosen) });
  if (!response.ok) return say("The service did not give what was chosen: open this page again, and try once more.");
  const why = await taken.keep(await response.json(), password.value);
  if (why === "password") return say("There is something on this device already, under another password: enter that one.", password);
  if (why === "many") return say(`With what is on this device already it would be more than ${MOST}: send that first, or choose fewer.`);
  await navigator.serviceWorker.ready;
  password.value = "";
  say("");
  form.hidden = true;
  for (const before of document.querySelectorAll("[data-before]")) before.hidden = true;
  const done = document.querySelector("[data-taken]");
  done.hidden = false;
  done.querySelector("h2").focus();
}

function listChosen() {
  return new FormData(form).getAll("registration");
}

function count() {
  const number = listChosen().length;
  document.querySelector("[data-chosen]").textContent = number ? `${number} of up to ${MOST} chosen.` : "";
}

if (form && crypto.subtle && navigator.serviceWorker) {
  form.hidden = find.hidden = false;
  document.querySelector("[data-cannot]").hidden = true;
  navigator.serviceWorker.register("/worker.js").catch(() => say("This browser does not let Star Tracker open without a connection."));
  checkTaken();
  form.addEventListener("change", count);
  count();
  find.addEventListener("formdata", (event) => {
    for (const number of listChosen()) event.formData.append("registration", number);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    take().catch(() => say("It was not taken: there is no connection, or this device is full. Try again."));
  });
}
