// Shows values on the star that the page has drawn (templates/components/live_star.html). It knows nothing of the form: it
// is told what to show, and shows it anew each time. Colours and weights are in _live_star.scss.

import { findRuns, readPlaces } from "./star_places.js";

const CLASS = "app-live-star";

export function make(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// The star of a page: its `spokes` as star_places.js takes them, and the parts that the other functions change.
export function readPicture(svg) {
  const [layers, sectors, names] = ["layer", "sector", "places"].map((data) => [...svg.querySelectorAll(`[data-${data}]`)]);
  return {
    svg,
    layers: Object.fromEntries(layers.map((layer) => [layer.dataset.layer, layer])),
    sectors,
    names,
    spokes: names.map(({ dataset }) => readPlaces(dataset.places)),
  };
}

const pointsText = (places) => places.map(({ x, y }) => `${x},${y}`).join(" ");
const show = (element, isShown) => element.setAttribute("display", isShown ? "inline" : "none");

// The sector of the area that is being scored.
export function drawSector({ sectors }, code) {
  for (const sector of sectors) show(sector, sector.dataset.sector === code);
}

// The Star that is being scored: `areas` are {code, value} in the Star's order.
export function drawLive({ layers, spokes }, areas) {
  layers.live.replaceChildren(
    ...makeLine(spokes, areas, { fill: true }),
    ...makePoints(spokes, areas, (spot) => make("rect", { class: `${CLASS}__point`, ...square(spot, 5.5) })),
  );
}

// What the parent would have chosen, where that differs.
export function drawOwn({ layers, spokes }, areas) {
  const diamond = ({ x, y }) => `${x},${y - 8} ${x + 8},${y} ${x},${y + 8} ${x - 8},${y}`;
  layers.own.replaceChildren(
    ...makePoints(spokes, areas, (spot) => make("polygon", { class: `${CLASS}__own`, points: diamond(spot) })),
  );
}

// Earlier Stars, beneath: a list of lists like `drawLive`'s.
export function drawEarlier({ layers, spokes }, stars) {
  layers.earlier.replaceChildren(
    ...stars.map((areas, number) =>
      make(
        "g",
        { class: `${CLASS}__earlier ${CLASS}__earlier--${number % 3}` },
        ...makeLine(spokes, areas),
        ...makePoints(spokes, areas, ({ x, y }) => make("circle", { class: `${CLASS}__point`, cx: x, cy: y, r: 4 })),
      ),
    ),
  );
}

function makeLine(spokes, areas, { fill = false } = {}) {
  const runs = findRuns(areas.map(({ value }) => value)).filter((run) => run.length > 1);
  const places = runs.map((run) => run.map(([spoke, value]) => spokes[spoke][value]));
  const [[centre]] = spokes;
  const fills = places.map((run) => make("polygon", { class: `${CLASS}__fill`, points: pointsText([...run, centre]) }));
  const lines = places.map((run) => make("polyline", { class: `${CLASS}__line`, points: pointsText(run) }));
  return [...(fill ? fills : []), ...lines];
}

function makePoints(spokes, areas, makePoint) {
  return areas.flatMap(({ code, value }, spoke) => {
    if (value === null) return [];
    const point = makePoint(spokes[spoke][value]);
    Object.assign(point.dataset, { area: code, value });
    return [point];
  });
}

const square = ({ x, y }, half) => ({ x: x - half, y: y - half, width: 2 * half, height: 2 * half });

// Below the names of areas in the set `noted` it says that they are not scored, for which they and those beside them make
// room; `current` is the code of the area that is being scored.
export function drawNames({ names }, noted, current) {
  for (const name of names) {
    const { area, beside, moves } = name.dataset;
    show(name.querySelector("[data-note]"), noted.has(area));
    const move = moves.split(" ")[Number(noted.has(area)) + 2 * Number(noted.has(beside))];
    name.setAttribute("transform", `translate(0 ${move})`);
    name.classList.toggle(`${CLASS}__name--current`, area === current);
  }
}
