// What stays at the top of the window while a Star is scored says how many areas are answered, and takes the last answer back;
// beside each area its answer can be cleared. Undo is for the answers that were chosen in this window: what somebody else
// has entered meanwhile stays.
//
// Markup: the form and its areas as in star_areas.js; [data-answered-count]; the button [data-undo], in it [data-undoes], which
// says what it would take back; [data-undone] (role=status) says what it has; in each area a button [data-clear].

import { choose, clear, isAnswered, readReason, readValue } from "./star_areas.js";

const isTypedInto = ({ type, tagName }) => tagName === "TEXTAREA" || (tagName === "INPUT" && !["radio", "checkbox"].includes(type));

// `stage` is what `arrangeAreas` returns.
export function useBar(form, stage) {
  const count = document.querySelector("[data-answered-count]");
  const tell = () => {
    count.textContent = `${stage.areas.filter(isAnswered).length} of ${stage.areas.length} answered`;
  };
  form.addEventListener("change", tell);
  form.addEventListener("reset", () => setTimeout(tell)); // the radios go back after this event
  window.addEventListener("pageshow", tell); // the browser may bring back what was chosen before
  offerClearing(stage);
  offerUndo(form, stage);
}

function offerClearing({ areas }) {
  for (const area of areas) {
    const button = area.element.querySelector("[data-clear]");
    button.hidden = false;
    button.addEventListener("click", () => {
      clear(area.radios);
      area.radios[0].focus({ preventScroll: true });
    });
  }
}

function offerUndo(form, stage) {
  const button = document.querySelector("[data-undo]");
  const [undoes, undone] = ["undoes", "undone"].map((name) => document.querySelector(`[data-${name}]`));
  const groups = stage.areas.flatMap((area) => [
    { area, radios: area.radios, says: area.label },
    { area, radios: area.parentRadios, says: `${area.label}, the parent’s own value` },
  ]);
  const groupOf = ({ name }) => groups.find(({ radios }) => radios[0]?.name === name);
  const read = ({ radios }) => radios.find(({ checked }) => checked)?.value ?? "";
  const sayAnswer = ({ radios }) => readValue(radios) ?? (readReason({ radios }) || "no answer");
  let taken = []; // what can be taken back: {group, was}, the last one last

  const remember = () => groups.forEach((group) => (group.shown = read(group)));

  function tell() {
    const last = taken.at(-1);
    button.setAttribute("aria-disabled", String(!last));
    undoes.textContent = last ? `${last.group.says}, ${sayAnswer(last.group)}` : "";
  }

  function undo({ focus }) {
    const last = taken.pop();
    if (!last) return;
    const { area, radios, says } = last.group;
    last.group.isUndone = true;
    if (last.was) choose(radios, last.was);
    else clear(radios);
    delete last.group.isUndone;
    undone.textContent = `${says}: ${sayAnswer(last.group)}, as before.`;
    stage.show(area, { focus });
    tell();
  }

  // Whoever chooses makes both events; what is written into the page, because others have entered it, makes the second alone.
  form.addEventListener("input", ({ target }) => {
    const group = groupOf(target);
    if (!group) return;
    if (!group.isUndone) taken.push({ group, was: group.shown });
    group.isChosen = true;
  });
  form.addEventListener("change", ({ target }) => {
    const group = groupOf(target);
    if (!group) return;
    if (!group.isChosen) taken = taken.filter((one) => one.group !== group);
    group.isChosen = false;
    group.shown = read(group);
    tell();
  });
  form.addEventListener("reset", () => setTimeout(() => {
    taken = [];
    remember();
    tell();
  }));
  window.addEventListener("pageshow", remember);
  button.addEventListener("click", () => undo({ focus: false }));
  document.addEventListener("keydown", (event) => {
    const isUndo = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "z";
    if (!isUndo || isTypedInto(event.target) || !taken.length) return;
    event.preventDefault();
    undo({ focus: true });
  });
  remember();
  tell();
  button.hidden = false;
}
