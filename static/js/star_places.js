// Where the values of a star lie and which of them a finger means. The server has drawn the star and says the places
// (analysis/live_star.py): `spokes` are ten lists, clockwise from the top, each of the {x, y} of the values 0 to 10, of which
// 0 is the centre of all.

// "176,185 176,171.7 …" as a list of {x, y}.
export function readPlaces(points) {
  return points.split(" ").map((pair) => {
    const [x, y] = pair.split(",").map(Number);
    return { x, y };
  });
}

// A point as seen along a spoke, both in rings: how far from the centre, and how far to its side.
function measure([centre, ...values], { x, y }) {
  const end = values.at(-1);
  const length = Math.hypot(end.x - centre.x, end.y - centre.y);
  const [right, down] = [(end.x - centre.x) / length, (end.y - centre.y) / length];
  const ring = length / values.length;
  return {
    along: ((x - centre.x) * right + (y - centre.y) * down) / ring,
    aside: Math.abs((x - centre.x) * down - (y - centre.y) * right) / ring,
  };
}

const distance = ([first], point) => {
  const { along, aside } = measure(first, point);
  return Math.hypot(along, aside);
};

// Whether values are chosen there: up to half a ring beyond the outer one.
export const isOnDisc = (spokes, point) => distance(spokes, point) <= spokes[0].length - 1 + 0.5;

// The number of the spoke nearest to a point. None at the very centre, where all meet and nobody can say which is meant.
export function findSpoke(spokes, point) {
  if (distance(spokes, point) < 0.5) return null;
  const along = spokes.map((spoke) => measure(spoke, point).along);
  return along.indexOf(Math.max(...along));
}

// The value on a spoke that is nearest to a point, or null once the point has left the spoke: that is how a finger
// that slides changes its mind.
export function findValue(spoke, point) {
  const highest = spoke.length - 1;
  const { along, aside } = measure(spoke, point);
  // Pressing anywhere in a spoke's sector lies within this: the sector is 3.25 rings to each side at the outer ring.
  if (aside > 4 || along < -1 || along > highest + 3) return null;
  return Math.min(highest, Math.max(1, Math.round(along)));
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
