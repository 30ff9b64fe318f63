// A finger, a pen or a mouse on the star. On its disc tapping sets the nearest value, and pressing and sliding along a
// spoke changes it until it is let go; sliding off the spoke, a second finger or the system taking the pointer away
// changes nothing. Beside the disc, names can be tapped and a finger scrolls the page.
//
// What was pressed is told by where it is, not by the event's target: browsers take a finger near a name to mean it.

import { findSpoke, findValue, isOnDisc } from "./star_places.js";

// `show(spoke, value)` is called while the pointer is down, with null for a value that will not be set, and
// `show(null)` when it is over; `set(spoke, value)` once, when it is let go; `find(code)` when a name is tapped.
export function followPointer({ svg, spokes }, { show, set, find }) {
  let held = null; // {pointer, spoke, value}

  const placeOf = (event) => new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());

  function release() {
    held = null;
    show(null);
  }

  svg.addEventListener("pointerdown", (event) => {
    if (held) return release();
    const here = placeOf(event);
    if (!event.isPrimary || event.button !== 0 || !isOnDisc(spokes, here)) return;
    const spoke = findSpoke(spokes, here);
    if (spoke === null) return;
    svg.setPointerCapture(event.pointerId);
    held = { pointer: event.pointerId, spoke, value: findValue(spokes[spoke], here) };
    show(spoke, held.value);
  });

  svg.addEventListener("pointermove", (event) => {
    if (held?.pointer !== event.pointerId) return;
    const value = findValue(spokes[held.spoke], placeOf(event));
    if (value === held.value) return;
    held.value = value;
    show(held.spoke, value);
  });

  svg.addEventListener("pointerup", (event) => {
    if (held?.pointer !== event.pointerId) return;
    const { spoke, value } = held;
    release();
    if (value !== null) set(spoke, value);
  });

  svg.addEventListener("pointercancel", (event) => {
    if (held?.pointer === event.pointerId) release();
  });

  svg.addEventListener("click", (event) => {
    const name = event.target.closest("[data-area]");
    if (name) find(name.dataset.area);
  });

  // One finger on the disc neither scrolls the page nor clicks a name beside it. (The property touch-action is not
  // heeded within a drawing.)
  const hold = (event) => {
    if (event.touches.length === 1 && isOnDisc(spokes, placeOf(event.touches[0]))) event.preventDefault();
  };
  svg.addEventListener("touchstart", hold, { passive: false });
}
