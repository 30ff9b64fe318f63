// The strip at the top of the window (templates/components/strip.html) tells the style sheet how high it is, so that
// whatever is scrolled to, or takes the focus, comes to stand below it: --strip, in pixels. A text field that is reached
// by keyboard does not: browsers look for its caret alone, and count what the strip covers as seen.

const ROOM = 12; // pixels between the strip and what comes out from beneath it

export function keepClearOf(strip) {
  let isByKey = false;
  new ResizeObserver(() => {
    document.documentElement.style.setProperty("--strip", `${strip.offsetHeight}px`);
  }).observe(strip);
  document.addEventListener("keydown", () => (isByKey = true), { capture: true });
  document.addEventListener("pointerdown", () => (isByKey = false), { capture: true }); // what is pressed must not move away
  document.addEventListener("focusin", ({ target }) => {
    if (!isByKey || !target.matches("main input, main textarea")) return;
    requestAnimationFrame(() => requestAnimationFrame(() => uncover(target, strip))); // the browser scrolls in between
  });
}

function uncover(field, strip) {
  const { top, bottom } = field.getBoundingClientRect();
  const edge = strip.getBoundingClientRect().bottom;
  if (top < edge && bottom > 0) scrollBy({ top: top - edge - ROOM, behavior: "instant" });
}
