// Says above a table that is wider than its place that it scrolls sideways, as long as it does.
//
// Markup: .app-scroll, and before it .app-scroll__hint (templates/components/tables.html).

export function hintAtScrolling(boxes) {
  const measure = (box) => box.toggleAttribute("data-scrolls", box.scrollWidth > box.clientWidth + 1);
  const watch = new ResizeObserver((entries) => entries.forEach(({ target }) => measure(target)));
  for (const box of boxes) watch.observe(box);
}
