// A finger, a pen or a mouse on the star's disc: tapping sets the nearest value, pressing and sliding along a spoke
// changes it until it is let go. Sliding off the spoke, a second finger or the system taking the pointer away
// changes nothing.

import { findSpoke, findValue } from "./star_places.js";

// `show(spoke, value)` is called while the pointer is down, with null for a value that will not be set, and
// `show(null)` when it is over; `set(spoke, value)` once, when it is let go.
export function followPointer(svg, disc, { show, set }) {
  let held = null; // {pointer, spoke, value}

  const placeOf = (event) => new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());

  function release() {
    held = null;
    show(null);
  }

  disc.addEventListener("pointerdown", (event) => {
    if (held) return release();
    if (!event.isPrimary || event.button !== 0) return;
    const here = placeOf(event);
    const spoke = findSpoke(here);
    if (spoke === null) return;
    disc.setPointerCapture(event.pointerId);
    held = { pointer: event.pointerId, spoke, value: findValue(spoke, here) };
    show(spoke, held.value);
  });

  disc.addEventListener("pointermove", (event) => {
    if (held?.pointer !== event.pointerId) return;
    const value = findValue(held.spoke, placeOf(event));
    if (value === held.value) return;
    held.value = value;
    show(held.spoke, value);
  });

  disc.addEventListener("pointerup", (event) => {
    if (held?.pointer !== event.pointerId) return;
    const { spoke, value } = held;
    release();
    if (value !== null) set(spoke, value);
  });

  disc.addEventListener("pointercancel", (event) => {
    if (held?.pointer === event.pointerId) release();
  });
}
