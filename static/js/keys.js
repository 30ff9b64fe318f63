// Scoring a Star by keyboard: a digit scores the area that has the focus and goes on to the next. Only there: elsewhere
// a digit is what is typed (WCAG 2.1.4).
//
// Markup: the form and its areas as in star_areas.js; [data-keys], which tells of the keys, hidden until they work and
// with an id, within a group (role=group) around the areas, whose description it becomes: once, not ten times.

import { choose } from "./star_areas.js";

export function useKeys(form, stage) {
  const hint = form.querySelector("[data-keys]");
  if (hint) {
    hint.hidden = false;
    const isShown = getComputedStyle(hint).display !== "none"; // not where things are touched (_live_star.scss)
    if (isShown) hint.closest('[role="group"]')?.setAttribute("aria-describedby", hint.id);
  }
  form.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const area = stage.areas.find(({ radios, parentRadios }) => [...radios, ...parentRadios].includes(event.target));
    if (!area) return;
    if (/^[0-9]$/.test(event.key)) return score(event, area, stage);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") return move(event, area, stage);
  });
}

function score(event, area, stage) {
  event.preventDefault();
  if (event.repeat) return; // a key held down too long scores one area, not all
  const value = event.key === "0" ? 10 : Number(event.key);
  if (area.radios.includes(event.target)) {
    choose(area.radios, value);
    stage.goOn(area);
  } else {
    choose(area.parentRadios, value);
    area.parentRadios.find((radio) => radio.checked).focus();
  }
}

// Up and down would change the value, as left and right do: here they go between areas and change nothing.
function move(event, area, stage) {
  event.preventDefault();
  if (event.key === "ArrowDown") return stage.goOn(area);
  const previous = stage.areas[stage.areas.indexOf(area) - 1];
  if (previous) stage.show(previous, { focus: true });
}
