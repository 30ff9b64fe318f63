"""What all charts share: marks, the key, and rendering to SVG and PNG. How series look is in ``analysis.looks``."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import altair as alt
import vl_convert

from star_tracker.analysis.looks import FONT, GRID, INK, LATEST, LATEST_OWN, PAPER, QUIET, START, START_OWN, Look

__all__ = ["FONT", "GRID", "INK", "LATEST", "LATEST_OWN", "PAPER", "QUIET", "START", "START_OWN", "Look"]

VEGA_LITE = "6.4"
"""vl-convert's name for the Vega-Lite that Altair 6.3 writes; its own default is another release."""

TEXT_SIZE, SMALL_TEXT = 14, 12
TITLE_SIZE, LINE = 22, 19
KEY_ROW = 24

_ROLES = re.compile(r'(aria-label="[^"]*") role="[^"]*" aria-roledescription="[^"]*"')
_SIZE = re.compile(r'<svg [^>]*?width="([\d.]+)" height="([\d.]+)"')

Row = Mapping[str, Any]
AnyChart = alt.LayerChart | alt.VConcatChart


def data_chart(rows: Sequence[Row]) -> alt.Chart:
    """A chart of these rows; the mark of one with ``says`` is labelled by it (``marks``)."""
    chart = alt.Chart(alt.InlineData(values=[dict(row) for row in rows]))
    return chart.encode(description="says:N") if any("says" in row for row in rows) else chart


def pixel_chart(rows: Sequence[Row]) -> alt.Chart:
    """A chart whose rows have their own ``x`` and ``y`` in pixels, ``y`` downwards.

    Rows must have both: without a scale Vega draws a missing coordinate at 0.
    """
    return data_chart(rows).encode(x=alt.X("x:Q", scale=None, axis=None), y=alt.Y("y:Q", scale=None, axis=None))


def series_line(chart: alt.Chart, look: Look, *, is_stepped: bool = False) -> alt.Chart:
    """The line of a series; the caller encodes the order of its points. ``is_stepped``: level up to the next point."""
    marks: alt.Chart = chart.mark_line(
        color=look.colour,
        strokeDash=list(look.dash or ()) or alt.Undefined,
        strokeWidth=3,
        strokeJoin="round",
        interpolate="step-after" if is_stepped else alt.Undefined,
    )
    return marks


def series_points(chart: alt.Chart, look: Look) -> alt.Chart:
    """The points of a series."""
    marks: alt.Chart = chart.mark_point(
        shape=look.shape, size=look.size, stroke=look.colour, fill=look.fill, strokeWidth=2.5, opacity=1
    )
    return marks


def write(
    chart: alt.Chart,
    *,
    align: Literal["left", "center", "right"],
    colour: str = INK,
    size: float = TEXT_SIZE,
    dx: float = 0,
    line_height: float = TEXT_SIZE,
    bold: bool = False,
) -> alt.Chart:
    """The rows' ``text`` in lines; the first is level with the row's place, the others are below it."""
    marks: alt.Chart = chart.mark_text(
        align=align,
        baseline="middle",
        lineBreak="\n",
        lineHeight=line_height,
        fontSize=size,
        fontWeight="bold" if bold else "normal",
        color=colour,
        dx=dx,
    )
    return marks.encode(text="text:N")


def write_over(
    chart: alt.Chart, *, align: Literal["left", "center", "right"], size: float = TEXT_SIZE, dx: float = 0
) -> list[alt.Chart]:
    """The rows' ``text``, one line each, with a halo that covers the lines of the chart behind it."""
    halo: alt.Chart = chart.mark_text(
        align=align, baseline="middle", fontSize=size, dx=dx, stroke=PAPER, strokeWidth=4, strokeJoin="round"
    )
    return [halo.encode(text="text:N"), write(chart, align=align, size=size, dx=dx)]


def key_layers(captions: Sequence[tuple[Look, str]], *, left: float, top: float) -> list[alt.Chart]:
    """The key in words, one row of ``KEY_ROW`` pixels for each series, as layers of a pixel chart."""
    layers: list[alt.Chart] = []
    for number, (look, caption) in enumerate(captions):
        y = top + KEY_ROW * (number + 0.5)
        if look.dash is not None:
            layers.append(series_line(pixel_chart([{"x": left, "y": y}, {"x": left + 56, "y": y}]), look))
        layers += [
            series_points(pixel_chart([{"x": left + 28, "y": y}]), look),
            write(pixel_chart([{"x": left + 66, "y": y, "text": caption}]), align="left"),
        ]
    return layers


def finish_chart(chart: AnyChart, *, margin: float) -> AnyChart:
    """The chart with the settings that all share, and a margin in pixels.

    One call sets them all, because ``configure`` replaces what an earlier one set. Vega's own labels for screen readers
    name every mark without its meaning: they are off, and the page gives the text of ``words``, and that of ``marks``.
    """
    finished: AnyChart = chart.properties(background=PAPER, padding=margin).configure(
        font=FONT, aria=False, view=alt.ViewConfig(stroke=None)
    )
    return finished


def frame_chart(chart: AnyChart, *, title: str, above: Sequence[str], below: Sequence[str]) -> AnyChart:
    """A finished chart that speaks for itself where no page is around it: a title, lines below that, lines at its foot.

    The lines are written as they are, none is wrapped.
    """
    inner = chart.copy()
    for name in ("config", "background", "padding"):  # they belong to the whole
        inner[name] = alt.Undefined
    head = [
        write(pixel_chart([{"x": 0, "y": TITLE_SIZE / 2, "text": title}]), align="left", size=TITLE_SIZE, bold=True),
        *_write_lines(above, top=TITLE_SIZE + 10, size=TEXT_SIZE, colour=INK),
    ]
    foot = _write_lines(below, top=0, size=SMALL_TEXT, colour=QUIET)
    parts = (
        alt.LayerChart(layer=head, width=1, height=TITLE_SIZE + 10 + LINE * len(above)),
        inner,
        alt.LayerChart(layer=foot, width=1, height=LINE * len(below)),
    )
    # Not "flush", to which a chart that is itself made of panels has no height.
    return finish_chart(alt.vconcat(*parts, spacing=12, bounds="full"), margin=16)


def _write_lines(lines: Sequence[str], *, top: float, size: float, colour: str) -> list[alt.Chart]:
    rows = [{"x": 0, "y": top + LINE * (number + 0.5), "text": line} for number, line in enumerate(lines)]
    return [write(pixel_chart(rows), align="left", size=size, colour=colour)]


def render_svg(chart: AnyChart) -> str:
    """The chart as an SVG document: no styles, scripts or links, and the same bytes for the same data.

    A mark that says something has it as its label, without Vega's words for what kind of mark it is.
    """
    return _ROLES.sub(r"\1", vl_convert.vegalite_to_svg(chart.to_dict(), vl_version=VEGA_LITE, allowed_base_urls=[]))


def render_png(chart: AnyChart) -> bytes:
    """The chart as a PNG, two pixels for each of the SVG's."""
    return vl_convert.vegalite_to_png(chart.to_dict(), vl_version=VEGA_LITE, allowed_base_urls=[], scale=2)


def measure_svg(svg: str) -> tuple[float, float]:
    """The width and height of an SVG that ``render_svg`` made, in its pixels."""
    found = _SIZE.search(svg)
    if found is None:
        raise ValueError("the drawing has no size")
    return float(found[1]), float(found[2])


def convert_to_png(svg: str) -> bytes:
    """A drawing as a PNG, two pixels for each of its own."""
    return vl_convert.svg_to_png(svg, scale=2)
