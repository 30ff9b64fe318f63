"""A slide of a cohort: what its figures say, the cohort star beside change by area, and what they are.

It has the shape of a screen in a room, 16 to 9, and text that is read from its other end. The two charts are drawn by
Altair, and placed here between lines of text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from star_tracker.analysis import charts
from star_tracker.analysis.frames import MEASURES, build_frame
from star_tracker.analysis.headlines import Headline
from star_tracker.analysis.labels import wrap_label
from star_tracker.analysis.pictures import Rows, rows_of
from star_tracker.analysis.summaries import CohortSummary
from star_tracker.domain.scales import ACKNOWLEDGEMENT
from star_tracker.domain.texts import upper_first

WIDTH, HEIGHT = 1600, 900
"""In pixels of an SVG; a PNG has two for each."""

_MARGIN, _GAP = 32, 10

_CACHE_SIZE = 8
"""Slides in memory: a PNG has more than a megabyte."""


@dataclass(frozen=True)
class _Letters:
    """Lines of text: their size and height in pixels, weight, colour, and the width of a letter for its size."""

    size: int
    line: int
    colour: str
    weight: str = "normal"
    letter: float = 0.47

    def wrap(self, text: str) -> list[str]:
        """The text in lines as wide as the slide."""
        return wrap_label(text, int((WIDTH - 2 * _MARGIN) / (self.size * self.letter)))


_INK, _QUIET = "#0b0c0c", "#505a5f"
_LARGE, _SMALLER = (_Letters(size, round(1.25 * size), _INK, "bold", 0.53) for size in (34, 26))
_LINES, _FOOT = _Letters(20, 27, _INK), _Letters(16, 21, _QUIET)
_MOST_LARGE_LINES = 2


def get_slide(
    summary: CohortSummary,
    labels: Mapping[str, str],
    form: str,
    *,
    headline: Headline,
    words: str,
    service_name: str,
    by_change: bool = True,
) -> bytes:
    """The slide as ``svg`` or ``png``.

    Args:
        summary: the figures.
        labels: the areas' names by code.
        form: ``svg`` or ``png``.
        headline: what the figures say, and what to keep in mind.
        words: who is in the cohort.
        service_name: whose figures they are.
        by_change: whether the areas are in the order of their change, or in the Star's.

    Raises:
        ValueError: no area has a mean change.
    """
    notes = (" ".join(headline.notes),) if headline.notes else ()
    above = (*notes, upper_first(words), summary.in_numbers)
    below = (f"Source: {service_name}, Star Tracker. There is no comparison group.", ACKNOWLEDGEMENT)
    return _draw(rows_of(summary), tuple(labels.items()), form, headline.sentence, above, below, by_change)


@lru_cache(maxsize=_CACHE_SIZE)
def _draw(
    rows: Rows,
    labels: tuple[tuple[str, str], ...],
    form: str,
    sentence: str,
    above: tuple[str, ...],
    below: tuple[str, ...],
    by_change: bool,
) -> bytes:
    measures, names = build_frame(MEASURES, rows), dict(labels)
    pair = charts.slide_charts(measures, names, by_change=by_change)
    large = _LARGE if len(_LARGE.wrap(sentence)) <= _MOST_LARGE_LINES else _SMALLER
    told, top = _write([sentence], large, _MARGIN)
    more, top = _write(above, _LINES, top + _GAP)
    foot_height = _FOOT.line * sum(len(_FOOT.wrap(text)) for text in below)
    foot, _bottom = _write(below, _FOOT, HEIGHT - _MARGIN - foot_height)
    drawn = _place(pair, top + _GAP, HEIGHT - _MARGIN - foot_height - _GAP)
    described = (
        *above,
        charts.describe_cohort_star(measures, names),
        charts.describe_change(measures, names, by_change=by_change),
        *below,
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f"<title>{escape(sentence, quote=False)}</title><desc>{escape(' '.join(described), quote=False)}</desc>"
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>{told}{more}{drawn}{foot}</svg>'
    )
    return charts.convert_to_png(svg) if form == "png" else svg.encode()


def _write(texts: Sequence[str], letters: _Letters, top: float) -> tuple[str, float]:
    """These texts in lines from ``top`` down, as SVG, and where they end."""
    lines = [line for text in texts for line in letters.wrap(text)]
    drawn = "".join(
        f'<text x="{_MARGIN}" y="{top + letters.line * number + letters.size:g}" font-family="{charts.FONT}" '
        f'font-size="{letters.size}" font-weight="{letters.weight}" fill="{letters.colour}">'
        f"{escape(line, quote=False)}</text>"
        for number, line in enumerate(lines)
    )
    return drawn, top + letters.line * len(lines)


def _place(pair: Sequence["charts.AnyChart"], top: float, bottom: float) -> str:
    """The charts beside each other, as large as there is room for."""
    svgs = [charts.render_svg(chart) for chart in pair]
    sizes = [charts.measure_svg(svg) for svg in svgs]
    width, height = sum(size[0] for size in sizes), max(size[1] for size in sizes)
    scale = min((WIDTH - 2 * _MARGIN) / width, (bottom - top) / height)
    left = (WIDTH - scale * width) / 2
    placed = ""
    for svg, size in zip(svgs, sizes, strict=True):
        inner = svg[svg.index(">") + 1 : svg.rindex("</svg>")]
        placed += f'<g transform="translate({left:.2f},{top:.2f}) scale({scale:.4f})">{inner}</g>'
        left += scale * size[0]
    return placed
