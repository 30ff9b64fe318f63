"""The chart of visits a week, as the SVG says it: a bar and a number for each quarter, a gap where there is no week."""

from itertools import pairwise

import pytest

from star_tracker.analysis import charts
from star_tracker.analysis.contacts import FamilyWeek
from star_tracker.analysis.visits_over_time import MOST_QUARTERS, QuarterVisits, count_quarters
from star_tracker.domain.quarters import Quarter
from tests.unit.test_charts import BLUE, elements, labels_of, texts

BOTH_LAYOUTS = pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])
QUARTERS = (
    QuarterVisits(Quarter(2018, 2), 40, 50, 1.25),
    QuarterVisits(Quarter(2018, 3), 0, 0, None),
    QuarterVisits(Quarter(2018, 4), 12_345, 9_876, 0.8),
)


@BOTH_LAYOUTS
def test_each_quarter_has_a_bar_from_nought_its_number_and_its_weeks(narrow: bool) -> None:
    chart = charts.visits_chart(QUARTERS, narrow=narrow)
    written = texts(chart)
    assert [text for text in written if text in ("1.3", "0.8", "Jul", "Oct", "Jan", "40", "0", "12,345")] == [
        *("1.3", "0.8"),
        *("Jul", "40", "Oct", "0", "Jan", "12,345"),
    ]
    assert [text for text in written if text in ("0.0", "0.5", "1.0", "1.5", "2.0")] == ["0.0", "0.5", "1.0", "1.5"]
    assert labels_of(chart) == [
        "July to September 2018: 1.3 visits by family and week of support, 40 weeks of support",
        "January to March 2019: 0.8 visits by family and week of support, 12,345 weeks of support",
    ]
    svg = charts.render_svg(chart)
    bars = [path.element.get("d", "") for path in elements(svg, "path") if path.element.get("fill") == BLUE]
    heights = [float(bar.partition("v")[2].partition("h")[0]) for bar in bars]
    assert heights[0] / heights[1] == pytest.approx(1.25 / 0.8, abs=0.01)
    assert tuple(map(round, charts.measure_svg(svg))) == charts.measure_visits_chart(QUARTERS, narrow=narrow)


def test_most_quarters_and_numbers_fit_a_phone_without_lying_over_each_other() -> None:
    many = [QuarterVisits(Quarter(2018, 1), 123_456, 1, 12.5)] * MOST_QUARTERS
    chart = charts.visits_chart(many, narrow=True)
    weeks = [text for text in elements(charts.render_svg(chart), "text") if text.lines == ["123,456"]]
    lines = {text.y for text in weeks}
    assert len(lines) == 2
    for line in lines:
        across = sorted(text.x for text in weeks if text.y == line)
        assert min(b - a for a, b in pairwise(across)) > 50


def test_a_quarter_without_a_week_is_between_others_and_of_many_the_last_are_told() -> None:
    first, last = Quarter(2016, 1), Quarter(2018, 4)
    found = count_quarters([FamilyWeek(1, first.ends_on, 3), FamilyWeek(1, last.ends_on, 2)], 4)
    assert len(found) == MOST_QUARTERS
    assert [one.weeks for one in found] == [0] * 7 + [1]
    assert found[-1].per_week == 2
    with pytest.raises(ValueError, match="needs a week of support"):
        charts.visits_chart(found[:-1])
