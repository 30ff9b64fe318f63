// Draws the star as SVG. It knows nothing of the form: it is told what to draw, and draws it anew each time.
// Colours and weights are in _live_star.scss.

import { CENTRE, DISC, HEIGHT, HIGHEST, SPOKES, WIDTH, findRuns, place, placeNames } from "./star_places.js";

const RING_NUMBERS = [2, 4, 6, 8, 10];
const CLASS = "app-live-star";

export function make(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const pointsText = (pairs) => pairs.map(([spoke, value]) => place(spoke, value)).map(({ x, y }) => `${x},${y}`).join(" ");

export function makePicture() {
  const layers = Object.fromEntries(["sector", "earlier", "live", "own", "names"].map((name) => [name, make("g")]));
  // Over everything else, for the mouse's sake, to which it looks as if it can be pressed.
  const disc = make("circle", { class: `${CLASS}__disc`, cx: CENTRE.x, cy: CENTRE.y, r: DISC });
  const svg = make(
    "svg",
    { class: `${CLASS}__drawing`, viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true", focusable: "false" },
    layers.sector,
    makeGrid(),
    layers.earlier,
    layers.live,
    makeRingNumbers(),
    layers.own,
    layers.names,
    disc,
  );
  return { svg, layers };
}

function makeGrid() {
  const spokes = [...Array(SPOKES).keys()];
  const rings = Array.from({ length: HIGHEST }, (_, index) =>
    make("polygon", { points: pointsText(spokes.map((spoke) => [spoke, index + 1])) }),
  );
  const rays = spokes.map((spoke) => make("polyline", { points: pointsText([[spoke, 0], [spoke, HIGHEST]]) }));
  return make("g", { class: `${CLASS}__grid` }, ...rings, ...rays);
}

// Halfway between the last spoke and the first, where no point lies.
function makeRingNumbers() {
  const inset = Math.cos(Math.PI / SPOKES);
  const numbers = RING_NUMBERS.map((value) => make("text", place(-0.5, value * inset), String(value)));
  return make("g", { class: `${CLASS}__ring-numbers` }, ...numbers);
}

// The sector of the spoke that is being scored.
export function drawSector({ layers }, spoke) {
  const corners = [[spoke, 0], [spoke - 0.5, HIGHEST], [spoke, HIGHEST], [spoke + 0.5, HIGHEST]];
  layers.sector.replaceChildren(
    ...(spoke === null
      ? []
      : [
          make("polygon", { class: `${CLASS}__sector`, points: pointsText(corners) }),
          make("polyline", { class: `${CLASS}__spoke`, points: pointsText([[spoke, 0], [spoke, HIGHEST]]) }),
        ]),
  );
}

// The Star that is being scored: `areas` are {code, value} in the Star's order.
export function drawLive({ layers }, areas) {
  layers.live.replaceChildren(
    ...makeLine(areas.map(({ value }) => value), { fill: true }),
    ...makePoints(areas, (spot) => make("rect", { class: `${CLASS}__point`, ...square(spot, 5.5) })),
  );
  layers.live.setAttribute("class", `${CLASS}__live`);
}

// What the parent would have chosen, where that differs.
export function drawOwn({ layers }, areas) {
  const diamond = ({ x, y }) => `${x},${y - 8} ${x + 8},${y} ${x},${y + 8} ${x - 8},${y}`;
  layers.own.replaceChildren(
    ...makePoints(areas, (spot) => make("polygon", { class: `${CLASS}__own`, points: diamond(spot) })),
  );
}

// Earlier Stars, beneath: a list of lists like `drawLive`'s.
export function drawEarlier({ layers }, stars) {
  layers.earlier.replaceChildren(
    ...stars.map((areas, number) =>
      make(
        "g",
        { class: `${CLASS}__earlier ${CLASS}__earlier--${number % 3}` },
        ...makeLine(areas.map(({ value }) => value)),
        ...makePoints(areas, ({ x, y }) => make("circle", { class: `${CLASS}__point`, cx: x, cy: y, r: 4 })),
      ),
    ),
  );
}

function makeLine(values, { fill = false } = {}) {
  const runs = findRuns(values).filter((run) => run.length > 1);
  const fills = runs.map((run) => make("polygon", { class: `${CLASS}__fill`, points: pointsText([...run, [0, 0]]) }));
  const lines = runs.map((run) => make("polyline", { class: `${CLASS}__line`, points: pointsText(run) }));
  return [...(fill ? fills : []), ...lines];
}

function makePoints(areas, makePoint) {
  return areas.flatMap(({ code, value }, spoke) => {
    if (value === null) return [];
    const point = makePoint(place(spoke, value));
    Object.assign(point.dataset, { area: code, value });
    return [point];
  });
}

const square = ({ x, y }, half) => ({ x: x - half, y: y - half, width: 2 * half, height: 2 * half });

// The areas' names; `names` are {code, label, note}, and `current` is the spoke that is being scored.
export function drawNames({ layers }, names, current) {
  layers.names.replaceChildren(
    ...placeNames(names).map(({ lines, anchor, top, height, left, width }, spoke) => {
      const text = make("text", { "text-anchor": anchor }, ...lines.map(({ text, x, y }) => make("tspan", { x, y }, text)));
      const target = make("rect", { x: left - 4, y: top - 4, width: width + 8, height: height + 8 });
      const group = make("g", { class: `${CLASS}__name` }, target, text);
      if (spoke === current) group.classList.add(`${CLASS}__name--current`);
      group.dataset.area = names[spoke].code;
      return group;
    }),
  );
}
