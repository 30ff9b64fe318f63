// The stops of a chart: what each says, and where it is, in shares of the drawing's width and height. Nothing here knows a page.

// One stop for all marks with the same words, in the order in which they are drawn.
export function gatherStops(marks, whole) {
  const stops = new Map();
  for (const [words, { left, top, right, bottom }] of marks) {
    const stop = stops.get(words) ?? { words, places: [] };
    stops.set(words, stop);
    stop.places.push({
      left: (left - whole.left) / whole.width,
      top: (top - whole.top) / whole.height,
      right: (right - whole.left) / whole.width,
      bottom: (bottom - whole.top) / whole.height,
    });
  }
  return [...stops.values()].map((stop) => ({
    ...stop,
    left: Math.min(...stop.places.map((one) => one.left)),
    top: Math.min(...stop.places.map((one) => one.top)),
    right: Math.max(...stop.places.map((one) => one.right)),
    bottom: Math.max(...stop.places.map((one) => one.bottom)),
  }));
}

// The number of the stop with the mark that is nearest to a point, in pixels; -1 if none is within reach.
export function findNearest(stops, point, size, reach) {
  let nearest = -1;
  let least = reach;
  stops.forEach((stop, number) => {
    for (const place of stop.places) {
      const across = Math.max(place.left * size.width - point.x, 0, point.x - place.right * size.width);
      const down = Math.max(place.top * size.height - point.y, 0, point.y - place.bottom * size.height);
      const distance = Math.hypot(across, down);
      if (distance < least) [nearest, least] = [number, distance];
    }
  });
  return nearest;
}

// Where a key leads from a stop, of so many; null if the key leads nowhere.
export function moveStop(key, at, count) {
  const last = count - 1;
  if (key === "ArrowRight" || key === "ArrowDown") return Math.min(at + 1, last);
  if (key === "ArrowLeft" || key === "ArrowUp") return Math.max(at - 1, Math.min(0, last));
  if (key === "Home") return Math.min(0, last);
  if (key === "End") return last;
  return null;
}
