"""Charts looked at from outside: the SVG as a reader meets it, and the words beside it."""

import math
import re
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from xml.etree.ElementTree import Element

import pandas as pd
import pytest
from defusedxml.ElementTree import fromstring

from star_tracker.analysis import charts
from star_tracker.analysis.charts import OneStar, change, drawing, outcomes, star
from star_tracker.analysis.charts.drawing import AnyChart
from star_tracker.analysis.disclosure import Profile, drawable_frame
from star_tracker.analysis.frames import CHANGES, MEASURES, build_frame
from star_tracker.analysis.measures import measures_frame
from star_tracker.domain.scales import AREAS, get_edition

LABELS = get_edition("first").areas
FIGURES = [column for column in MEASURES if column != "area"]
GREEN, BLUE = "#00703c", "#1d70b8"

DrawChart = Callable[..., AnyChart]
DrawParent = Callable[[OneStar, None, Mapping[str, str]], AnyChart]


def star_beside(measures: pd.DataFrame, labels: Mapping[str, str], *, narrow: bool = False) -> AnyChart:
    """The cohort star of the cohort's page, which has another chart beside it."""
    return charts.cohort_star_chart(measures, labels, narrow=narrow, beside=True)


CHARTS: list[DrawChart] = [charts.cohort_star_chart, star_beside, charts.change_chart, charts.outcomes_chart]
BOTH_LAYOUTS = pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])
DESCRIPTIONS = [charts.describe_cohort_star, charts.describe_change, charts.describe_outcomes]


def measures_of(*rows: tuple[str, int, int, int]) -> pd.DataFrame:
    return measures_frame(build_frame(CHANGES, rows))


def cohort() -> pd.DataFrame:
    """Every area goes from 4 to 5 but two: Your well-being goes up most, Home and money goes down."""
    rows = [(area, 4, 5, 20) for area in AREAS if area not in ("your_wellbeing", "home_and_money")]
    return measures_of(*rows, ("your_wellbeing", 3, 6, 18), ("home_and_money", 6, 5, 12), ("home_and_money", 6, 6, 1))


def without(measures: pd.DataFrame, *areas: str, columns: list[str] = FIGURES) -> pd.DataFrame:
    """The measures after a disclosure that leaves these areas blank."""
    blanked = measures.copy()
    blanked.loc[blanked["area"].isin(areas), columns] = pd.NA
    return blanked


@dataclass(frozen=True)
class Drawn:
    """An element of an SVG and where it is on the picture."""

    element: Element
    x: float
    y: float

    @property
    def lines(self) -> list[str]:
        return [piece for piece in self.element.itertext() if piece]


def elements(svg: str, tag: str) -> list[Drawn]:
    """Every element of a tag, with the moves of the groups around it added up."""

    def walk(element: Element, x: float, y: float) -> Iterator[Drawn]:
        moved = re.search(r"translate\(([-\d.]+),([-\d.]+)\)", element.get("transform", ""))
        if moved:
            x, y = x + float(moved[1]), y + float(moved[2])
        if element.tag.endswith("}" + tag):
            yield Drawn(element, x, y)
        for child in element:
            yield from walk(child, x, y)

    return list(walk(fromstring(svg), 0, 0))


def texts(chart: AnyChart) -> list[str]:
    """What is written, without the halos behind some of it."""
    written = elements(charts.render_svg(chart), "text")
    return [" ".join(text.lines) for text in written if not text.element.get("stroke")]


def lines_of(chart: AnyChart, colour: str) -> list[int]:
    """How many steps each line of a colour has, without the key's."""
    paths = [path.element for path in elements(charts.render_svg(chart), "path")]
    lines = [path.get("d", "") for path in paths if path.get("stroke") == colour and path.get("fill") is None]
    return sorted(line.count("L") for line in lines)[1:]


def points_of(chart: AnyChart, colour: str) -> list[Drawn]:
    """The points of a colour, without the key's, which comes last."""
    paths = elements(charts.render_svg(chart), "path")
    return [path for path in paths if path.element.get("stroke") == colour and path.element.get("fill")][:-1]


def test_the_cohort_star_names_ten_areas_ten_rings_and_two_lines() -> None:
    written = texts(charts.cohort_star_chart(cohort(), LABELS))
    assert set(LABELS.values()) <= set(written)
    assert {str(value) for value in range(1, 11)} <= set(written)
    assert {"Average at the start", "Average at the latest Star"} <= set(written)


@BOTH_LAYOUTS
def test_each_average_stands_on_its_spoke_at_its_ring(narrow: bool) -> None:
    chart = charts.cohort_star_chart(cohort(), LABELS, narrow=narrow)
    layout = star.NARROW if narrow else star.WIDE
    centre_x, centre_y = layout.centre_x + layout.margin, layout.centre_y + layout.margin
    for colour, column in ((GREEN, "mean_start"), (BLUE, "mean_latest")):
        expected = cohort()[column].tolist()
        for spoke, (point, value) in enumerate(zip(points_of(chart, colour), expected, strict=True)):
            angle = math.radians(36 * spoke)
            assert point.x == pytest.approx(centre_x + layout.radius * value / 10 * math.sin(angle), abs=0.01)
            assert point.y == pytest.approx(centre_y - layout.radius * value / 10 * math.cos(angle), abs=0.01)


def test_start_and_latest_differ_by_dash_and_shape_and_not_only_by_colour() -> None:
    chart = charts.cohort_star_chart(cohort(), LABELS)
    paths = [path.element for path in elements(charts.render_svg(chart), "path")]
    dashes = {
        colour: {
            path.get("stroke-dasharray") for path in paths if path.get("stroke") == colour and not path.get("fill")
        }
        for colour in (GREEN, BLUE)
    }
    assert dashes == {GREEN: {None}, BLUE: {"8,5"}}
    fills = {colour: {point.element.get("fill") for point in points_of(chart, colour)} for colour in (GREEN, BLUE)}
    assert fills == {GREEN: {GREEN}, BLUE: {"#ffffff"}}
    assert {"A" in point.element.get("d", "") for point in points_of(chart, GREEN)} == {True}  # drawn with arcs
    assert {"A" in point.element.get("d", "") for point in points_of(chart, BLUE)} == {False}


def test_a_full_star_is_closed_and_a_missing_area_leaves_a_gap() -> None:
    full = charts.cohort_star_chart(cohort(), LABELS)
    assert lines_of(full, GREEN) == lines_of(full, BLUE) == [10]

    # Without the top spoke and the one beside Your well-being, that area stands alone.
    gaps = charts.cohort_star_chart(without(cohort(), "physical_health", "meeting_emotional_needs"), LABELS)
    assert lines_of(gaps, GREEN) == lines_of(gaps, BLUE) == [6]
    assert len(points_of(gaps, GREEN)) == len(points_of(gaps, BLUE)) == 8
    assert "Physical health (no figure)" in texts(gaps)

    # One gap away from the top: the line runs on across the top.
    one_gap = charts.cohort_star_chart(without(cohort(), "family_routine"), LABELS)
    assert lines_of(one_gap, GREEN) == [8]


def test_one_line_may_have_a_gap_where_the_other_has_none() -> None:
    chart = charts.cohort_star_chart(without(cohort(), "family_routine", columns=["mean_latest"]), LABELS)
    assert (lines_of(chart, GREEN), lines_of(chart, BLUE)) == ([10], [8])


def test_a_parents_star_shows_two_stars_under_the_captions_given() -> None:
    start = one_star("Start, 3 May 2018", 4, progress_to_work=None)
    latest = one_star("Interim, 1 August 2018", 6, progress_to_work=None, family_routine=None)
    chart = charts.parent_star_chart(start, latest, LABELS)
    assert {"Start, 3 May 2018", "Interim, 1 August 2018", "Progress to work (not scored)"} <= set(texts(chart))
    assert (len(points_of(chart, GREEN)), len(points_of(chart, BLUE))) == (9, 8)


def test_a_parents_star_may_show_a_single_star() -> None:
    star = OneStar(caption="Start, 3 May 2018", values={"home_and_money": 7})
    chart = charts.parent_star_chart(star, None, LABELS)
    assert len(points_of(chart, GREEN)) == 1
    assert BLUE not in charts.render_svg(chart)


def one_star(caption: str, value: int, own: Mapping[str, int] | None = None, **others: int | None) -> OneStar:
    """A Star with one value in every area but these; ``own`` are the parent's values that differ."""
    return OneStar(
        caption=caption,
        values={area: others.get(area, value) for area in AREAS},
        own_caption="Parent's own, 30 September 2018",
        own=own or {},
    )


@BOTH_LAYOUTS
def test_parents_own_values_are_diamonds_over_the_counted_ones_and_named_in_the_key(narrow: bool) -> None:
    start = one_star("Start, 30 September 2018", 4, {"home_and_money": 2})
    latest = one_star("Closure, 30 September 2019", 6, {"home_and_money": 6 - 2, "physical_health": 9})
    svg = charts.render_svg(charts.parent_star_chart(start, latest, LABELS, narrow=narrow))
    root = fromstring(svg)
    assert (float(root.get("width", "")), float(root.get("height", ""))) == charts.measure_parent_star(
        start, latest, narrow=narrow
    )
    diamonds = [path for path in elements(svg, "path") if re.match(r"M-?[\d.]+,0L0,-", path.element.get("d", ""))]
    assert sorted(path.element.get("stroke", "") for path in diamonds) == [GREEN] * 2 + [drawing.INK] * 3
    said = [text for text in elements(svg, "text") if "Parent's own" in " ".join(text.lines)]
    assert len(said) == 2
    assert all(box_of(text)[2] <= float(root.get("width", "")) for text in said)
    assert all(path.y + 8 <= float(root.get("height", "")) for path in diamonds)


def test_parents_star_without_own_values_is_as_high_as_the_cohort_star() -> None:
    plain = one_star("Start, 3 May 2018", 4)
    root = fromstring(charts.render_svg(charts.cohort_star_chart(cohort(), LABELS)))
    assert charts.measure_parent_star(plain, None) == (float(root.get("width", "")), float(root.get("height", "")))


def test_alternative_text_gives_the_parents_own_values_and_no_change_for_them() -> None:
    start = one_star("Start, 3 May 2018", 4, {"home_and_money": 2})
    latest = one_star("Interim, 1 August 2018", 4, {"family_routine": 3}, family_routine=9, your_wellbeing=5)
    assert charts.describe_parent_star(start, latest, LABELS) == (
        "Star chart of one parent's values, 1 to 10, in 10 areas: Start, 3 May 2018; Interim, 1 August 2018. "
        "Parent's own, 30 September 2018, where it differs: Home and money 2, not 4. "
        "Parent's own, 30 September 2018, where it differs: Family routine 3, not 9. "
        "Of 8 areas scored in both and seen alike, 1 went up, 7 stayed the same and 0 went down. "
        "Largest change: Your well-being up 1, from 4 to 5."
    )


@pytest.mark.parametrize("draw", [charts.change_chart, charts.outcomes_chart])
def test_rows_run_from_the_largest_change_to_the_least_with_their_numbers(draw: DrawChart) -> None:
    measures = without(cohort(), "social_networks")
    measures.loc[measures["area"] == "progress_to_work", ["n", "mean_change"]] = [1240, 0.7]
    rows = [text for text in elements(charts.render_svg(draw(measures, LABELS)), "text") if len(text.lines) == 2]
    in_order = [" ".join(row.lines) for row in sorted(rows, key=lambda row: row.y) if row.lines[0] in LABELS.values()]
    assert len(in_order) == 10
    assert in_order[:2] == ["Your well-being n = 18", "Physical health n = 20"]
    assert in_order[-3:] == ["Progress to work n = 1,240", "Home and money n = 13", "Social networks n not shown"]


def test_only_a_row_without_figures_says_no_figure() -> None:
    for draw in (charts.change_chart, charts.outcomes_chart):
        assert "no figure" not in texts(draw(cohort(), LABELS))
        assert texts(draw(without(cohort(), "social_networks", "home_and_money"), LABELS)).count("no figure") == 2


def test_interval_wider_than_the_scale_is_cut_at_the_largest_possible_change() -> None:
    # Changes 9 and -9: the interval of their mean is 114 points either way.
    written = texts(
        charts.change_chart(measures_of(("home_and_money", 1, 10, 1), ("home_and_money", 10, 1, 1)), LABELS)
    )
    assert {"−9", "0", "+9"} <= set(written)
    assert not any("10" in text for text in written if text.startswith(("+", "−")))


def test_the_axis_of_changes_names_each_whole_point_once() -> None:
    written = texts(charts.change_chart(measures_of(*((area, 5, 5, 200) for area in AREAS)), LABELS))
    assert [text for text in written if text in ("−1", "0", "+1")] == ["−1", "0", "+1"]


def test_outcomes_are_counted_on_the_bar_or_after_it_where_they_are_too_narrow() -> None:
    rows = [("family_routine", 4, 5, 97), ("family_routine", 4, 4, 2), ("family_routine", 4, 3, 1)]
    written = texts(charts.outcomes_chart(measures_of(*rows, ("home_and_money", 4, 4, 31)), LABELS))
    assert {"97", "2 maintained, 1 declined", "31"} <= set(written)
    assert {"Improved (left)", "Maintained (middle)", "Declined (right)"} <= set(written)


def test_outcomes_with_one_number_suppressed_are_not_drawn() -> None:
    known = measures_of(("home_and_money", 4, 6, 30), ("home_and_money", 4, 4, 20), ("social_networks", 4, 5, 40))
    hidden = without(known, "home_and_money", columns=["declined"])
    assert {"30", "20"} <= set(texts(charts.outcomes_chart(known, LABELS)))
    assert {"30", "20"}.isdisjoint(texts(charts.outcomes_chart(hidden, LABELS)))


@pytest.mark.parametrize("draw", CHARTS)
def test_disclosed_cohort_is_drawn_without_suppressed_figures(draw: DrawChart) -> None:
    disclosed = without(cohort(), "home_and_money")
    disclosed[["mean_start", "mean_latest", "mean_change"]] = disclosed[
        ["mean_start", "mean_latest", "mean_change"]
    ].round(1)
    disclosed[["n", "sd_change", "ci_low", "ci_high"]] = pd.NA
    assert "Your well-being" in " ".join(texts(draw(disclosed, LABELS)))


def labels_of(chart: AnyChart) -> list[str]:
    """What is said of the marks, each label once, in the order of the drawing."""
    found = [mark.get("aria-label") for mark in fromstring(charts.render_svg(chart)).iter()]
    return list(dict.fromkeys(label for label in found if label))


@pytest.mark.parametrize("draw", CHARTS)
@pytest.mark.parametrize(
    "measures",
    [cohort(), without(cohort(), *AREAS[1:]), measures_of(*((area, 1, 10, 1) for area in AREAS))],
    ids=["cohort", "one area", "one pair each"],
)
def test_a_picture_is_the_same_each_time_and_needs_nothing_from_outside(
    draw: DrawChart, measures: pd.DataFrame
) -> None:
    svg = charts.render_svg(draw(measures, LABELS))
    charts.render_svg(charts.change_chart(cohort(), LABELS))  # another picture in between leaves no trace
    assert charts.render_svg(draw(measures.copy(), LABELS)) == svg
    assert not re.search(r"NaN|undefined|null|Infinity", svg)
    assert not re.search(r"<style|<script|<image|style=|href=|url\(|@import|\w+ mark\"", svg)


@pytest.mark.parametrize("draw", CHARTS)
@pytest.mark.parametrize("edition", ["first", "2023"])
@BOTH_LAYOUTS
@pytest.mark.parametrize(
    "blank",
    [(), ("keeping_children_safe", "boundaries_and_behaviour", "meeting_emotional_needs")],
    ids=["full", "gaps"],
)
def test_no_text_is_cut_off_or_lies_on_another(
    draw: DrawChart, edition: str, narrow: bool, blank: tuple[str, ...]
) -> None:
    svg = charts.render_svg(draw(without(cohort(), *blank), get_edition(edition).areas, narrow=narrow))
    root = fromstring(svg)
    width, height = float(root.get("width", "0")), float(root.get("height", "0"))
    assert width == 360 if narrow else width in (560, 640, 656, 720)
    boxes = {(text.lines[0], round(text.x), round(text.y)): box_of(text) for text in elements(svg, "text")}
    for left, top, right, bottom in boxes.values():
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height
    for (name, one), (other_name, other) in combinations(boxes.items(), 2):
        apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
        assert apart, (name, other_name)


def box_of(text: Drawn) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a text, taking letters to be half as wide as they are high."""
    size = float(text.element.get("font-size", "0px").removesuffix("px"))
    width = max(len(line) for line in text.lines) * size / 2
    before = {"middle": 0.5, "end": 1.0}.get(text.element.get("text-anchor", "start"), 0.0)
    left, top = text.x - width * before, text.y - 0.75 * size
    return left, top, left + width, top + size * len(text.lines)


@pytest.mark.parametrize("draw", CHARTS)
def test_narrow_chart_is_as_wide_as_a_phone_and_complete(draw: DrawChart) -> None:
    wide, narrow = draw(cohort(), LABELS), draw(cohort(), LABELS, narrow=True)
    svg = charts.render_svg(narrow)
    assert fromstring(svg).get("width") == "360"
    assert charts.render_svg(draw(cohort(), LABELS, narrow=True)) == svg
    assert set(LABELS.values()) <= set(texts(narrow)), "every area has its name"
    assert words_of(narrow) == words_of(wide)
    sizes = {float(text.element.get("font-size", "0px").removesuffix("px")) for text in elements(svg, "text")}
    assert sizes == {12, 14}


def words_of(chart: AnyChart) -> list[str]:
    """Every word of a chart, whatever its place."""
    return sorted(word for text in texts(chart) for word in text.split())


@pytest.mark.parametrize("draw", [charts.change_chart, charts.outcomes_chart])
def test_in_a_narrow_chart_the_number_stands_on_the_line_of_its_area(draw: DrawChart) -> None:
    lines = lines_across(draw(without(cohort(), "social_networks"), LABELS, narrow=True))
    named = [line for line in lines if line[0] in LABELS.values()]
    assert len(named) == 10
    assert named[0] == ["Your well-being", "n = 18"]
    assert named[-2:] == [["Home and money", "n = 13"], ["Social networks", "n not shown"]]


def lines_across(chart: AnyChart) -> list[list[str]]:
    """What stands on each line of a picture, from top to bottom and left to right."""
    across: dict[float, list[Drawn]] = {}
    for text in elements(charts.render_svg(chart), "text"):
        across.setdefault(text.y, []).append(text)
    return [[" ".join(text.lines) for text in sorted(across[y], key=lambda text: text.x)] for y in sorted(across)]


def test_in_a_narrow_chart_numbers_without_room_stand_below_their_bar() -> None:
    rows = [("family_routine", 4, 5, 97), ("family_routine", 4, 4, 2), ("family_routine", 4, 3, 1)]
    chart = charts.outcomes_chart(measures_of(*rows, ("home_and_money", 4, 4, 31)), LABELS, narrow=True)
    said = [text for line in lines_across(chart) for text in line]
    start = said.index("Family routine")
    assert said[start + 1 : start + 3] == ["n = 100", "97"]
    assert "2 maintained, 1 declined" in said[start + 3]


def test_a_parents_narrow_star_names_ten_areas_and_both_stars() -> None:
    start = one_star("Start, 30 September 2018", 4)
    latest = one_star("Closure, 30 September 2019", 6, keeping_children_safe=None)
    chart = charts.parent_star_chart(start, latest, LABELS, narrow=True)
    svg = charts.render_svg(chart)
    assert fromstring(svg).get("width") == "360"
    assert {*LABELS.values(), start.caption, latest.caption} <= set(texts(chart))
    assert charts.render_svg(charts.parent_star_chart(start, latest, LABELS, narrow=True)) == svg


@BOTH_LAYOUTS
def test_the_interval_of_many_pairs_shows_on_both_sides_of_its_mean(narrow: bool) -> None:
    # Of 460 pairs half go up by 1 and half by 3: the mean is 2, its interval 0.09 either way.
    measures = measures_of(("home_and_money", 4, 5, 230), ("home_and_money", 4, 7, 230))
    svg = charts.render_svg(charts.change_chart(measures, LABELS, narrow=narrow))
    (interval,) = [line for line in elements(svg, "line") if line.element.get("stroke") == change.INTERVAL]
    length = float(interval.element.get("x2", "0"))
    upright = [re.fullmatch(r"M([\d.]+),[\d.]+h2v20h-2Z", path.element.get("d", "")) for path in elements(svg, "path")]
    ((left, moved),) = [
        (float(match[1]), path.x) for match, path in zip(upright, elements(svg, "path"), strict=True) if match
    ]
    assert interval.x + 2 <= left + moved
    assert left + moved + 2 <= interval.x + length - 2


def test_labels_are_those_given_whatever_is_in_them() -> None:
    odd = {**LABELS, "home_and_money": "Geld & <Haus>"}
    for draw in CHARTS:
        assert "Geld & <Haus>" in " ".join(texts(draw(cohort(), odd)))
        assert "Home and money" not in " ".join(texts(draw(cohort(), odd)))


@pytest.mark.parametrize("draw", CHARTS)
def test_a_png_has_two_pixels_for_each_of_the_svgs(draw: DrawChart) -> None:
    chart = draw(cohort(), LABELS)
    png, root = charts.render_png(chart), fromstring(charts.render_svg(chart))
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", png[16:24]) == (2 * int(root.get("width", "0")), 2 * int(root.get("height", "0")))
    assert charts.render_png(chart) == png


@pytest.mark.parametrize("function", [*CHARTS, *DESCRIPTIONS])
def test_chart_and_alternative_text_without_figures_are_refused(function: DrawChart) -> None:
    for measures in (measures_of(), without(cohort(), *AREAS)):
        with pytest.raises(ValueError, match=r"figure|value in|needs an area"):
            function(measures, LABELS)


@pytest.mark.parametrize("function", [charts.parent_star_chart, charts.describe_parent_star])
def test_a_parents_star_without_a_scored_area_is_refused(function: DrawParent) -> None:
    with pytest.raises(ValueError, match=r"figure|value in"):
        function(OneStar(caption="Start, 3 May 2018", values=dict.fromkeys(AREAS)), None, LABELS)


def test_colours_stand_out_from_what_they_lie_on() -> None:
    for line in (drawing.START.colour, drawing.LATEST.colour):
        assert contrast(line, drawing.PAPER) >= 3
    for text in (drawing.INK, drawing.QUIET):
        assert contrast(text, drawing.PAPER) >= 4.5
    assert contrast(change.INTERVAL, drawing.PAPER) >= 3
    for fill in outcomes.FILLS.values():
        assert contrast(fill.text, fill.colour) >= 4.5


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2."""

    def luminance(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_alternative_text_gives_the_largest_changes_with_their_figures() -> None:
    measures = without(cohort(), "social_networks")
    largest = (
        "Largest changes: Your well-being up 3.0, from 3.0 to 6.0; Physical health up 1.0, from 4.0 to 5.0. "
        "No figure: Social networks."
    )
    assert charts.describe_cohort_star(measures, LABELS) == (
        "Star chart of the average scaling, 1 to 10, at the start and at the latest Star in 9 areas; "
        f"13 to 20 pairs in each. {largest}"
    )
    assert charts.describe_change(measures, LABELS) == (
        "Chart of the mean change from the start to the latest Star, largest first, with 95% confidence intervals, "
        f"in 9 areas; 13 to 20 pairs in each. {largest}"
    )
    assert charts.describe_outcomes(measures, LABELS) == (
        "Bars of how many pairs improved, were maintained and declined in 9 areas. "
        "Largest share improved: Physical health 20 of 20; Your well-being 18 of 18. "
        "Largest share declined: Home and money 12 of 13. No figure: Social networks."
    )


def test_alternative_text_includes_declines_and_calls_a_rounded_nought_no_change() -> None:
    fell = charts.describe_change(measures_of(("home_and_money", 6, 3, 2), ("physical_health", 4, 5, 2)), LABELS)
    assert "Largest changes: Home and money down 3.0, from 6.0 to 3.0; Physical health up 1.0" in fell
    still = measures_of(("home_and_money", 4, 4, 99), ("home_and_money", 4, 5, 1))
    assert "No area changed." in charts.describe_cohort_star(still, LABELS)
    assert "No pair declined." in charts.describe_outcomes(still, LABELS)


def test_alternative_text_ranks_no_area_with_few_pairs() -> None:
    measures = measures_of(("home_and_money", 1, 9, 9), ("physical_health", 4, 4, 12), ("family_routine", 4, 4, 0))
    shown = drawable_frame(measures, Profile.RESTRICTED)
    for said in (charts.describe_cohort_star(shown, LABELS), charts.describe_change(shown, LABELS)):
        assert "No area with 10 pairs or more changed." in said
    assert "Fewer than 10 pairs: Home and money. No figure: 8 areas." in charts.describe_change(shown, LABELS)
    assert "Physical health 0 of 12" not in charts.describe_outcomes(shown, LABELS)


def test_alternative_text_for_a_parent_counts_areas_that_went_up_and_down() -> None:
    start = one_star("Start, 3 May 2018", 4, progress_to_work=None, home_and_money=9)
    latest = one_star("Closure, 1 August 2018", 4, your_wellbeing=7, progress_to_work=None, home_and_money=8)
    assert charts.describe_parent_star(start, latest, LABELS) == (
        "Star chart of one parent's values, 1 to 10, in 9 areas: Start, 3 May 2018; Closure, 1 August 2018. "
        "Of 9 areas scored in both, 1 went up, 7 stayed the same and 1 went down. Largest changes: "
        "Your well-being up 3, from 4 to 7; Home and money down 1, from 9 to 8. Not scored: Progress to work."
    )
    assert charts.describe_parent_star(start, None, LABELS) == (
        "Star chart of one parent's values, 1 to 10, in 9 areas: Start, 3 May 2018. Not scored: Progress to work."
    )


def test_alternative_text_is_at_most_400_characters() -> None:
    for describe in DESCRIPTIONS:
        said = describe(without(cohort(), "education_and_learning", "meeting_emotional_needs"), LABELS)
        assert len(said) <= 400
        assert "impact" not in said
