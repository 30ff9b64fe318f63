// The live star: a large radar beside the ten questions that follows their radio buttons and can be tapped itself.
// It is a picture of the radios and hidden from screen readers; without JavaScript the radios alone do everything.
//
// Markup: the form and its areas as in star_areas.js, and in the form [data-live-star], the star without values as
// templates/components/live_star.html draws it. If wanted, that has data-kind (a Star's kind, where no field `kind` of the
// form says it) and data-earlier (JSON, as `showEarlier` takes it), and a button [data-size]. Elements [data-live-words] say in words what can be done
// with it; they are shown once it can be. The words for the key, and those of the readout, are in this file.

import { choose, isAnswered, readReason, readStage, readValue } from "./star_areas.js";
import { drawEarlier, drawLive, drawNames, drawOwn, drawSector, make, readPicture } from "./star_picture.js";
import { followPointer } from "./star_pointer.js";

let shown = null; // the live star of this page

// `stage` is what `arrangeAreas` returns: the areas, and how one is shown.
export function drawLiveStar(form, stage) {
  const container = form.querySelector("[data-live-star]");
  if (!container) return;
  const { areas } = stage;
  const picture = readPicture(container.querySelector("svg"));
  const [readoutArea, readoutValue, readoutStage] = container.querySelector("[data-readout]").children;
  const key = container.querySelector("[data-key]");

  let current = null; // the spoke that is being scored
  let held = null; // {spoke, value} while the star is pressed
  let earlier = [];

  function draw() {
    const value = (area, spoke) => (held?.spoke === spoke && held.value ? held.value : readValue(area.radios));
    const scored = areas[held ? held.spoke : current]?.code;
    drawSector(picture, scored);
    drawLive(picture, areas.map((area, spoke) => ({ code: area.code, value: value(area, spoke) })));
    drawOwn(picture, areas.map(({ code, parentRadios }) => ({ code, value: readValue(parentRadios) })));
    drawNames(picture, new Set(areas.filter(readReason).map(({ code }) => code)), scored);
    container.dataset.drawnAs = readKind(form, container) === "start" ? "start" : "latest";
    if (held) say(areas[held.spoke], held.value ?? "as it was");
    else if (current === null) say({ label: `${areas.filter(isAnswered).length} of ${areas.length} areas answered` }, "");
    else say(areas[current], readValue(areas[current].radios) ?? readReason(areas[current]));
    drawKey(key, earlier, areas);
  }

  function say({ label, radios }, says) {
    readoutArea.textContent = label;
    readoutValue.textContent = says;
    readoutStage.textContent = typeof says === "number" ? readStage(radios, says) : "";
    readoutValue.className = typeof says === "number" ? "app-live-star__value" : "";
  }

  function makeCurrent(element) {
    const spoke = areas.findIndex((area) => area.element.contains(element));
    if (spoke >= 0) current = spoke;
    draw();
  }

  function startAgain() {
    current = null;
    makeCurrent(stage.current?.element || document.activeElement);
  }

  offerSize(container);
  followPointer(picture, {
    show(spoke, value) {
      held = spoke === null ? null : { spoke, value };
      draw();
    },
    set(spoke, value) {
      current = spoke;
      choose(areas[spoke].radios, value);
      draw();
      stage.tappedOnStar(areas[spoke]);
    },
    find(code) {
      const area = areas.find((each) => each.code === code);
      makeCurrent(area.element);
      stage.show(area);
    },
  });
  form.addEventListener("change", (event) => makeCurrent(event.target));
  form.addEventListener("focusin", (event) => makeCurrent(event.target));
  form.addEventListener("reset", () => setTimeout(startAgain)); // the radios go back after this event
  window.addEventListener("pageshow", draw); // the browser may bring back what was chosen before

  shown = {
    showEarlier(stars) {
      earlier = stars;
      drawEarlier(picture, stars.map(({ values }) => areas.map(({ code }) => ({ code, value: values[code] ?? null }))));
      draw();
    },
  };
  startAgain();
  shown.showEarlier(JSON.parse(container.dataset.earlier || "[]"));
  for (const words of form.querySelectorAll("[data-live-words]")) words.hidden = false;
}

// Lay earlier Stars beneath the live one: [{caption: "Start, 3 May 2018", values: {CODE: 1 to 10, or null}}].
export function showEarlier(stars) {
  shown?.showEarlier(stars);
}

// On a phone the star is small and stays above the question (_live_star.scss), too small to be tapped: a button makes it large.
function offerSize(container) {
  const button = container.querySelector("[data-size]");
  button.hidden = false;
  const around = container.querySelector(".app-live-star__window");
  around.addEventListener("click", ({ target }) => target === around && button.click()); // the small one takes no taps itself
  button.addEventListener("click", () => {
    const isLarge = container.toggleAttribute("data-large");
    button.textContent = isLarge ? "Small star" : "Large star";
    if (isLarge) container.scrollIntoView({ block: "start" });
  });
}

// A start is drawn as the printed chart draws a start, any other Star as it draws the latest.
function readKind(form, container) {
  const fields = form.elements.kind; // radios, one hidden field, or none
  return container.dataset.kind || fields?.value || "start";
}

// What each line is, once there is more than one; the values of earlier Stars in words for who cannot see the lines.
function drawKey(key, earlier, areas) {
  const rows = earlier.map(({ caption, values }, number) => {
    const row = makeKeyRow(`earlier app-live-star__earlier--${number % 3}`, caption);
    const words = document.createElement("span");
    words.className = "govuk-visually-hidden";
    words.textContent = `: ${areas.map(({ code, label }) => `${label} ${values[code] ?? "not scored"}`).join(", ")}`;
    row.append(words);
    return row;
  });
  if (areas.some(({ parentRadios }) => readValue(parentRadios))) rows.unshift(makeKeyRow("own", "The parent’s own value"));
  key.replaceChildren(...(rows.length ? [makeKeyRow("live", "This Star"), ...rows] : []));
}

function makeKeyRow(look, caption) {
  const line = make("polyline", { class: "app-live-star__line", points: "2,10 54,10" });
  const marks = {
    live: [line, make("rect", { class: "app-live-star__point", x: 22.5, y: 4.5, width: 11, height: 11 })],
    own: [make("polygon", { class: "app-live-star__own", points: "28,2 36,10 28,18 20,10" })],
  }[look] || [line, make("circle", { class: "app-live-star__point", cx: 28, cy: 10, r: 4 })];
  const swatch = make(
    "svg",
    { viewBox: "0 0 56 20", width: 56, height: 20, "aria-hidden": "true", focusable: "false" },
    make("g", { class: `app-live-star__${look}` }, ...marks),
  );
  const row = document.createElement("li");
  row.append(swatch, caption);
  return row;
}
