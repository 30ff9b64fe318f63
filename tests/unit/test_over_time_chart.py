"""The chart over time from outside: its words, where they stand, and what is drawn where figures are missing."""

import re
from datetime import date
from itertools import combinations

import pytest
from defusedxml.ElementTree import fromstring

from star_tracker.analysis import charts
from star_tracker.analysis.charts import change
from star_tracker.analysis.charts.drawing import AnyChart
from star_tracker.analysis.charts.figures import Figures
from star_tracker.analysis.disclosure import show_area
from star_tracker.analysis.measures import measure_areas
from star_tracker.domain.quarters import Quarter
from star_tracker.domain.scales import AREAS, get_edition
from tests.unit.test_charts import box_of, elements, labels_of, texts

LABELS = get_edition("first").areas
COLUMNS = pytest.mark.parametrize("columns", [1, 2, 3])


def list_quarters(number: int, first: date = date(2016, 10, 1)) -> list[Quarter]:
    quarters = [Quarter.containing(first)]
    while len(quarters) < number:
        following = quarters[-1].ends_on.toordinal() + 1
        quarters.append(Quarter.containing(date.fromordinal(following)))
    return quarters


def figures_of(*rows: tuple[str, int, int, int], n: int = 20) -> Figures:
    """From 4 to 5 in every area but those of ``rows``."""
    named = {area for area, *_ in rows}
    usual = [(area, 4, 4 + moved, n) for area in AREAS if area not in named for moved in (1, 2)]
    return {area["area"]: show_area(area) for area in measure_areas([*usual, *rows])}


def course(number: int = 12, n: int = 20) -> tuple[list[Quarter], list[Figures]]:
    return list_quarters(number), [figures_of(n=n)] * number


def bars_of(chart: AnyChart) -> list[float]:
    """How high each interval is, without the key's."""
    lines = [line.element for line in elements(charts.render_svg(chart), "line")]
    return [abs(float(line.get("y2", "0"))) for line in lines if line.get("stroke") == change.INTERVAL][1:]


@COLUMNS
@pytest.mark.parametrize("n", [20, 700], ids=["numbers on one line", "numbers by turns"])
def test_no_text_is_cut_off_or_lies_on_another(columns: int, n: int) -> None:
    chart = charts.over_time_chart(*course(n=n), LABELS, columns=columns)
    svg = charts.render_svg(chart)
    root = fromstring(svg)
    width, height = (float(root.get(name, "0")) for name in ("width", "height"))
    assert (width, height) == charts.measure_over_time(12, 2 * n, len(AREAS), columns=columns)
    assert width == {1: 360, 2: 744, 3: 1128}[columns]
    boxes = [(text.lines[0], box_of(text)) for text in elements(svg, "text") if text.lines]
    for _, (left, top, right, bottom) in boxes:
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height
    for (name, one), (other_name, other) in combinations(boxes, 2):
        apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
        assert apart, (name, other_name)


def test_each_area_has_its_name_its_quarters_its_averages_and_its_numbers() -> None:
    written = texts(charts.over_time_chart(*course(3), LABELS))
    assert set(LABELS.values()) <= set(written)
    # 20 pairs up 1 and 20 up 2, from 4: 5.5.
    for words, times in (("Oct", 10), ("Jan", 10), ("2017", 10), ("4.0", 30), ("5.5", 30), ("40", 30)):
        assert written.count(words) == times, words
    assert "2016" not in written, "the year would stand on that of the next quarter"
    assert (
        texts(charts.over_time_chart(list_quarters(2, date(2018, 4, 1)), [figures_of()] * 2, LABELS)).count("2018")
        == 10
    )


def test_small_quarter_has_numbers_and_no_mark_and_an_empty_one_breaks_the_line() -> None:
    small = [("home_and_money", 3, 9, 9)]
    empty = [("home_and_money", 3, 9, 0)]
    full = figures_of()
    assert len(bars_of(charts.over_time_chart(list_quarters(3), [full, full, full], LABELS))) == 30
    for rows, number, averages in ((small, "9", 1), (empty, "0", 0)):
        chart = charts.over_time_chart(list_quarters(3), [full, figures_of(*rows), full], LABELS)
        assert len(bars_of(chart)) == 29
        assert texts(chart).count("9.0") == averages
        assert number in texts(chart)
        joined = [path.element.get("d", "") for path in elements(charts.render_svg(chart), "path")]
        assert sum(d.count("L") == 2 for d in joined if d.startswith("M")) == 9, "nine areas have an unbroken line"


def test_intervals_have_one_scale_and_end_where_the_figures_say() -> None:
    chart = charts.over_time_chart(
        list_quarters(1), [figures_of(("home_and_money", 4, 8, 30), ("home_and_money", 4, 4, 30))], LABELS
    )
    found = {area["area"]: area for area in measure_areas([("home_and_money", 4, 8, 30), ("home_and_money", 4, 4, 30)])}
    longest = found["home_and_money"]["ci_high"] - found["home_and_money"]["ci_low"]
    usual = figures_of()["family_routine"]
    ratio = longest / (usual["ci_high"] - usual["ci_low"])
    heights = sorted(bars_of(chart))
    assert heights[-1] / heights[0] == pytest.approx(ratio, rel=0.01)


def test_a_picture_is_the_same_each_time_and_needs_nothing_from_outside() -> None:
    svg = charts.render_svg(charts.over_time_chart(*course(), LABELS))
    assert charts.render_svg(charts.over_time_chart(*course(), LABELS)) == svg
    assert not re.search(r"NaN|undefined|null|Infinity", svg)
    assert not re.search(r"<style|<script|<image|style=|href=|url\(|@import|\w+ mark\"", svg)


def test_each_mean_says_its_quarter_and_its_figures() -> None:
    said = labels_of(charts.over_time_chart(*course(2), LABELS))
    # 20 pairs up 1 and 20 up 2: an error of 0.506 / √40 = 0.080, by Student's t for 39 degrees of freedom, 2.023.
    assert said[1] == (
        "Physical health: January to March 2017, 4.0 at the start, 5.5 latest, change +1.5 "
        "(95% interval +1.3 to +1.7), 40 pairs"
    )
    assert len(said) == 2 * len(AREAS)


def test_alternative_text_tells_the_span_and_the_ends() -> None:
    quarters, figures = course(3)
    figures = [
        *figures[:2],
        figures_of(("your_wellbeing", 3, 6, 30), ("home_and_money", 5, 4, 12), ("progress_to_work", 1, 9, 9)),
    ]
    assert charts.describe_over_time(quarters, figures, LABELS) == (
        "Small charts of the mean change from the start to the latest Star, with 95% confidence intervals, one for "
        "each of 10 areas, in 3 quarters: October 2016 to June 2017. Highest: Your well-being +3.0, April to June "
        "2017. Lowest: Home and money −1.0, April to June 2017."
    )
    small = [figures_of(("progress_to_work", 1, 9, 9))]
    assert "No quarter with 10 pairs: Progress to work." in charts.describe_over_time(quarters[:1], small, LABELS)


def test_chart_and_alternative_text_without_a_change_are_refused() -> None:
    few = figures_of(n=2)
    for function in (charts.over_time_chart, charts.describe_over_time):
        with pytest.raises(ValueError, match=r"figure|needs an area"):
            function(list_quarters(1), [few], LABELS)
