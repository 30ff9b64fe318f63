// The strip at the top of the window (templates/components/strip.html) tells the style sheet how high it is, so that
// whatever is scrolled to, or takes the focus, comes to stand below it: --strip, in pixels. A text field that is reached
// by keyboard does not: browsers look for its caret alone, and count what the strip covers as seen.

//
// Where a page has something else that stays beneath the strip, that has [data-stays] (the small star of a phone); the style
// sheet knows its height.

const ROOM = 12; // pixels between the strip and what comes out from beneath it

// The lower edge of what stays above an element, in pixels of the window.
export function edgeAbove(element) {
  const { left, right } = element.getBoundingClientRect();
  let edge = document.querySelector("[data-strip]").getBoundingClientRect().bottom;
  for (const other of document.querySelectorAll("[data-stays]")) {
    const box = other.getBoundingClientRect();
    const isAbove = box.left < right && box.right > left && !other.contains(element);
    const follows = other.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING;
    if (isAbove && follows && getComputedStyle(other).position === "sticky") edge = Math.max(edge, box.bottom);
  }
  return edge;
}

export function keepClearOf(strip) {
  let isByKey = false;
  new ResizeObserver(() => {
    document.documentElement.style.setProperty("--strip", `${strip.offsetHeight}px`);
  }).observe(strip);
  document.addEventListener("keydown", () => (isByKey = true), { capture: true });
  document.addEventListener("pointerdown", () => (isByKey = false), { capture: true }); // what is pressed must not move away
  document.addEventListener("focusin", ({ target }) => {
    if (!isByKey || !target.matches("main input, main textarea")) return;
    requestAnimationFrame(() => requestAnimationFrame(() => uncover(target))); // the browser scrolls in between
  });
}

function uncover(field) {
  const { top, bottom } = field.getBoundingClientRect();
  const edge = edgeAbove(field);
  if (top < edge && bottom > 0) scrollBy({ top: top - edge - ROOM, behavior: "instant" });
}
