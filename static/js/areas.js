// How the ten areas of a Star are gone through: all on one page, or one at a time, as the practitioner prefers.
//
// Markup: the form and its areas as in star_areas.js; the form has data-layout="page" or "area". In "area" the server
// has marked all areas hidden but one (or those with an error), each area has buttons name=go, value=CODE that show
// another one (without JavaScript they send the form, and the server does it), [data-progress] says "Area 3 of 10",
// and [data-finish], the button that ends it, is hidden until the last area. With data-begin the first area that is
// not answered takes the focus when the page opens, where a keyboard is likely and no message needs it.

import { isAnswered, readAreas, restingRadio } from "./star_areas.js";
import { edgeAbove } from "./strip.js";

const PAUSE = 350; // milliseconds: long enough to see what was chosen before the next area comes

// Returns the stage: `areas`, `current` (the one that is shown alone, or null), `finish` and these, each for an area:
//   show(area, {focus})  bring it into view, and move the focus to it
//   goOn(area)           do so with the one after it, or with the button that ends it all
//   tappedOnStar(area)   a value of it was tapped on the star
// and begin(), which moves the focus to the first area that is not answered, where a keyboard is likely.
export function arrangeAreas(form) {
  const areas = readAreas(form);
  const finish = form.querySelector("[data-finish]");
  const stage = (form.dataset.layout === "area" ? oneAtATime : allOnAPage)(form, areas, finish);
  stage.goOn = (area) => {
    const next = areas[areas.indexOf(area) + 1];
    if (next) stage.show(next, { focus: true });
    else finish?.focus();
  };
  stage.begin = () => begin(stage);
  const isAlone = !document.querySelector('.govuk-error-summary, [role="alert"]');
  // Unless somebody was quicker than the script.
  if ("begin" in form.dataset && isAlone && document.activeElement === document.body) begin(stage);
  return stage;
}

function begin(stage) {
  // On a tablet the mark of the focus would only look as if a value were proposed.
  if (!window.matchMedia("(hover: hover)").matches) return;
  const first = stage.current || stage.areas.find((area) => !isAnswered(area));
  if (first) restingRadio(first).focus({ preventScroll: true });
}

function allOnAPage(form, areas, finish) {
  function show(area, { focus = false } = {}) {
    if (focus) restingRadio(area).focus({ preventScroll: true });
    // By keyboard at once, for a next key may follow; else gently, for eyes must follow.
    if (focus || !isInView(area)) bringIntoView(area, { gently: !focus });
  }

  form.addEventListener("click", (event) => {
    const area = areaOfTap(event, areas);
    const next = area && areas.slice(areas.indexOf(area) + 1).find((each) => !isAnswered(each));
    if (next && !isInView(next)) bringIntoView(next, { gently: true });
  });
  return { areas, finish, current: null, show, tappedOnStar() {} };
}

function oneAtATime(form, areas, finish) {
  const progress = form.querySelector("[data-progress]");
  const stage = { areas, finish, current: findFirst(areas), show, tappedOnStar };
  let timer;

  function show(area, { focus = true } = {}) {
    clearTimeout(timer);
    stage.current = area;
    arrange();
    if (focus) restingRadio(area).focus({ preventScroll: true });
    if (!isInView(area)) bringIntoView(area);
  }

  function arrange() {
    for (const each of areas) each.element.hidden = each !== stage.current;
    if (finish) finish.hidden = stage.current !== areas.at(-1) && !areas.every(isAnswered);
    const says = `Area ${areas.indexOf(stage.current) + 1} of ${areas.length}`;
    if (progress && progress.textContent !== says) progress.textContent = says;
  }

  function goOnSoon(area) {
    clearTimeout(timer);
    if (area !== areas.at(-1)) timer = setTimeout(() => stage.goOn(area), PAUSE);
  }

  function tappedOnStar(area) {
    if (area !== stage.current) show(area);
    goOnSoon(area);
  }

  form.addEventListener("change", arrange); // the last answer may bring the button that ends it
  form.addEventListener("click", (event) => {
    const area = areaOfTap(event, areas);
    if (area) return goOnSoon(area);
    if (event.target.closest("summary")) clearTimeout(timer); // whoever opens a note is not done here
    const button = event.target.closest('button[name="go"]');
    const wanted = button && areas.find(({ code }) => code === button.value);
    if (!wanted) return;
    event.preventDefault();
    show(wanted);
  });
  form.addEventListener("keydown", (event) => {
    clearTimeout(timer); // whoever uses the keys goes on by them
    // Enter in a radio would press the form's first button, whichever area that belongs to.
    const area = event.key === "Enter" && areas.find(({ radios }) => radios.includes(event.target));
    if (!area) return;
    event.preventDefault();
    stage.goOn(area);
  });
  // A link of the error summary leads to an area that may be hidden: before the focus moves there, it is shown.
  document.addEventListener("click", (event) => followLink(event, areas, show), { capture: true });
  arrange();
  return stage;
}

// The first with an error, else the one that the server shows.
function findFirst(areas) {
  const wrong = areas.find(({ element }) => element.querySelector(".govuk-error-message"));
  return wrong || areas.find(({ element }) => !element.hidden) || areas[0];
}

function followLink(event, areas, show) {
  const link = event.target.closest('a[href^="#"]');
  const target = link && document.getElementById(link.hash.slice(1));
  const area = target && areas.find(({ element }) => element.contains(target));
  if (area) show(area, { focus: false });
}

// The area in which a value was tapped or clicked. A key makes clicks too, whose `detail`, the number of clicks, is 0:
// whoever chooses with the arrows is still choosing.
function areaOfTap(event, areas) {
  if (!event.detail || !Number(event.target.value)) return null;
  return areas.find(({ radios }) => radios.includes(event.target));
}

function isInView({ fieldset }) {
  const { top, bottom } = fieldset.getBoundingClientRect();
  return top >= edgeAbove(fieldset) && bottom <= window.innerHeight;
}

function bringIntoView({ fieldset }, { gently = false } = {}) {
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  fieldset.scrollIntoView({ behavior: gently && !still ? "smooth" : "auto", block: "nearest" });
}
