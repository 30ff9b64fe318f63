// Where everything lies on the star, in the units of its drawing: ten spokes clockwise from the top, ten rings.
// The same as the narrow star chart that the server draws for a parent (analysis/charts/star.py), without its key.

export const WIDTH = 352;
export const HEIGHT = 376;
export const CENTRE = { x: 176, y: 185 };
export const RADIUS = 133;
export const HIGHEST = 10;
export const SPOKES = 10;
export const RING = RADIUS / HIGHEST;

const STEP = (2 * Math.PI) / SPOKES;
const LABEL_GAP = 12;
const LABEL_LINE = 17;
const BETWEEN_LABELS = 6;
const LETTER = 7.5; // about as wide as a letter of a name is on average, in bold
const LABEL_WIDTHS = [16, 15, 9, 9, 15, 16, 15, 9, 9, 15]; // letters in a line, as far as the edge allows, in bold
const SIDEWAYS = 0.5; // spokes whose cosine is below this end at the sides
const NEIGHBOURS = { 1: 2, 4: 3, 6: 7, 9: 8 }; // whose name a name must keep clear of, on its way up or down

const round = (number) => Math.round(number * 100) / 100;

// A value on a spoke, counted clockwise from the top: 0 is the centre, 10 the outer ring.
export function place(spoke, value) {
  return at(spoke, value * RING);
}

function at(spoke, distance) {
  const angle = STEP * spoke;
  return { x: round(CENTRE.x + distance * Math.sin(angle)), y: round(CENTRE.y - distance * Math.cos(angle)) };
}

// The disc on which values are chosen: half a ring beyond the outer one.
export const DISC = RADIUS + RING / 2;
export const isOnDisc = ({ x, y }) => Math.hypot(x - CENTRE.x, y - CENTRE.y) <= DISC;

// The spoke nearest to a point. None at the very centre, where all ten meet and nobody can say which is meant.
export function findSpoke({ x, y }) {
  const right = x - CENTRE.x;
  const up = CENTRE.y - y;
  if (Math.hypot(right, up) < RING / 2) return null;
  return (Math.round(Math.atan2(right, up) / STEP) + SPOKES) % SPOKES;
}

// The value on a spoke that is nearest to a point, or null once the point has left the spoke: that is how a finger
// that slides changes its mind.
export function findValue(spoke, { x, y }) {
  const angle = STEP * spoke;
  const right = (x - CENTRE.x) / RING;
  const up = (CENTRE.y - y) / RING;
  const along = right * Math.sin(angle) + up * Math.cos(angle);
  const aside = Math.abs(right * Math.cos(angle) - up * Math.sin(angle));
  // Pressing anywhere in a spoke's sector lies within this: the sector is 3.25 rings to each side at the outer ring.
  if (aside > 4 || along < -1 || along > HIGHEST + 3) return null;
  return Math.min(HIGHEST, Math.max(1, Math.round(along)));
}

// The stretches of line around the star, each a list of [spoke, value], broken where a value is missing.
// With none missing there is one, which returns to where it began.
export function findRuns(values) {
  const afterGap = values.findIndex((value) => value === null) + 1;
  const runs = [[]];
  for (let step = afterGap; step < afterGap + values.length; step += 1) {
    const spoke = step % values.length;
    if (values[spoke] === null) runs.push([]);
    else runs.at(-1).push([spoke, values[spoke]]);
  }
  if (runs.length === 1) runs[0].push(runs[0][0]);
  return runs.filter((run) => run.length);
}

export function wrapWords(text, width) {
  const lines = [];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const longer = `${lines.at(-1)} ${word}`;
    if (lines.length && longer.length <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

// The names around the star, each with a note below it or "": their lines, how they are aligned and the box to tap.
export function placeNames(names) {
  const placed = [];
  // Those at the sides first, so that the others can keep clear of them.
  const order = [...names.keys()].sort((a, b) => (a in NEIGHBOURS) - (b in NEIGHBOURS));
  for (const spoke of order) {
    const { label, note } = names[spoke];
    const lines = [...wrapWords(label, LABEL_WIDTHS[spoke]), ...wrapWords(note, LABEL_WIDTHS[spoke])];
    const { x, y, anchor, above } = besideSpoke(spoke);
    const height = LABEL_LINE * lines.length;
    let top = y - height * above;
    const neighbour = placed[NEIGHBOURS[spoke]];
    if (neighbour && above) top = Math.min(top, neighbour.top - BETWEEN_LABELS - height);
    if (neighbour && !above) top = Math.max(top, neighbour.top + neighbour.height + BETWEEN_LABELS);
    const width = LETTER * Math.max(...lines.map((line) => line.length));
    const left = x - width * { start: 0, middle: 0.5, end: 1 }[anchor];
    placed[spoke] = {
      top,
      height,
      left,
      width,
      anchor,
      lines: lines.map((text, number) => ({ text, x, y: round(top + LABEL_LINE * (number + 0.5)) })),
    };
  }
  return placed;
}

// The names at the sides stand above and below the ends of their spokes, out to the edge: there is no room beside.
function besideSpoke(spoke) {
  const upwards = Math.cos(STEP * spoke);
  const end = place(spoke, HIGHEST);
  const above = upwards > 0 ? 1 : 0;
  const y = end.y + LABEL_GAP * (above ? -1 : 1);
  if (end.x === CENTRE.x) return { x: end.x, y, anchor: "middle", above };
  const right = end.x > CENTRE.x;
  const anchor = (edge) => (right === edge ? "end" : "start");
  if (Math.abs(upwards) < SIDEWAYS) return { x: right ? WIDTH : 0, y, anchor: anchor(true), above };
  return { x: end.x + (right ? -LABEL_GAP : LABEL_GAP), y, anchor: anchor(false), above };
}
