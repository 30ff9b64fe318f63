// Reads a chart aloud, mark by mark: under the pointer, by touch, and by the arrow keys. The picture, its text and its table stay
// as they are. What a mark says is its label in the drawing (analysis/charts/marks.py), which is fetched once somebody
// asks; marks with the same words are one stop.

import { findNearest, gatherStops, moveStop } from "./mark_stops.js";

const REACH = 24; // how far from a mark the pointer may be, in pixels
const SVG = "image/svg+xml";
const HINT = "Use the arrow keys to read the chart mark by mark";
const NONE = "The marks of this chart cannot be read: the figures are in its table";

export function readMarks(pictures) {
  for (const picture of pictures) readPicture(picture);
}

function readPicture(picture) {
  const frame = add(null, "div", "app-marks");
  picture.parentElement.replaceWith(frame);
  frame.append(picture.closest("picture") ?? picture);
  const ring = add(frame, "div", "app-marks__ring");
  const words = add(frame, "p", "app-marks__words");
  for (const shown of [ring, words]) {
    shown.hidden = true;
    shown.setAttribute("aria-hidden", "true");
  }
  const reader = add(frame, "div", "app-marks__reader"); // beside the picture: what a slider holds is hidden from screen readers
  reader.tabIndex = 0;
  setAttributes(reader, { role: "slider", "aria-label": `Marks of the chart: ${picture.alt}` });
  const marks = fetchOnce(picture);
  let at = -1;
  let isByKey = false;

  function show(stops, stop) {
    at = stop;
    const found = stops[stop];
    ring.hidden = words.hidden = !found;
    const last = Math.max(stops.length, 1);
    setAttributes(reader, {
      "aria-valuemin": 1,
      "aria-valuemax": last,
      "aria-valuenow": Math.min(Math.max(stop + 1, 1), last),
      "aria-valuetext": found?.words ?? (stops.length ? HINT : NONE),
    });
    if (!found) return;
    const { width, height } = picture.getBoundingClientRect();
    const { left, top, right, bottom } = found;
    const size = { width: (right - left) * width + 8, height: (bottom - top) * height + 8 };
    place(ring, { left: left * width - 4, top: top * height - 4, ...size });
    words.textContent = found.words;
    const room = width - words.offsetWidth;
    const above = top * height - words.offsetHeight - 10;
    place(words, { left: Math.max(0, Math.min(left * width, room)), top: above < 0 ? bottom * height + 10 : above });
  }

  show([{}], -1);
  frame.addEventListener("pointermove", point);
  frame.addEventListener("pointerdown", point);
  frame.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && hide()); // a finger is lifted at once
  document.addEventListener("pointerdown", (event) => frame.contains(event.target) || hide());
  window.addEventListener("resize", () => hide());
  reader.addEventListener("blur", () => isByKey && hide());
  reader.addEventListener("focus", async () => show(await marks(), at));
  reader.addEventListener("keydown", async (event) => {
    if (event.key === "Escape" && !words.hidden) {
      event.preventDefault(); // it closes this, and does not leave the page (leaving.js)
      hide();
    } else if (moveStop(event.key, at, 1) !== null) {
      event.preventDefault();
      const stops = await marks();
      isByKey = true;
      show(stops, moveStop(event.key, at, stops.length));
    }
  });
  picture.addEventListener("load", () => hide());

  function hide() {
    ring.hidden = words.hidden = true;
    at = -1;
  }

  async function point(event) {
    if (words.contains(event.target)) return;
    const { left, top, width, height } = picture.getBoundingClientRect();
    const stops = await marks();
    const nearest = findNearest(stops, { x: event.clientX - left, y: event.clientY - top }, { width, height }, REACH);
    if (nearest < 0 || (nearest === at && !words.hidden)) return;
    isByKey = false;
    show(stops, nearest);
  }
}

// The stops of the drawing that is shown; another one is fetched where the window's width asks for another layout.
function fetchOnce(picture) {
  const fetched = new Map();
  return () => {
    const address = picture.currentSrc || picture.src;
    if (!fetched.has(address)) fetched.set(address, fetchStops(address).catch(() => []));
    return fetched.get(address);
  };
}

async function fetchStops(address) {
  const response = await fetch(address);
  if (!response.ok || !response.headers.get("Content-Type")?.startsWith(SVG)) return [];
  const drawing = new DOMParser().parseFromString(await response.text(), SVG).documentElement;
  const beside = add(document.body, "div", "app-marks__measured");
  beside.append(document.adoptNode(drawing));
  const whole = drawing.getBoundingClientRect();
  const labelled = [...drawing.querySelectorAll("[aria-label]")];
  const found = labelled.map((mark) => [mark.getAttribute("aria-label"), mark.getBoundingClientRect()]);
  beside.remove();
  return gatherStops(found, whole);
}

function add(parent, name, style) {
  const element = document.createElement(name);
  element.className = style;
  parent?.append(element);
  return element;
}

function setAttributes(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}

function place(element, pixels) {
  for (const [side, value] of Object.entries(pixels)) element.style.setProperty(side, `${value}px`);
}
