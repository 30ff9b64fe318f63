"""How figures are written: halves away from zero and a true minus, in every place where somebody reads them."""

import doctest
import json
import math
import re
from fractions import Fraction
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from star_tracker.analysis import charts
from star_tracker.analysis.disclosure import Profile
from star_tracker.domain import figures
from star_tracker.domain.figures import round_half_up, write_figure
from star_tracker.domain.scales import get_edition
from star_tracker.exports.returns.workbook import build_workbook
from tests.unit.small_service import small_service
from tests.unit.test_charts import measures_of, texts
from tests.unit.test_return import small_return

LABELS = get_edition("first").areas
HAND_MADE = {4.25: "4.3", -0.25: "−0.3", -0.04: "0.0", 0.04: "0.0", -0.05: "−0.1", 1240.05: "1,240.1"}


def test_the_examples_in_the_docstrings_hold() -> None:
    result = doctest.testmod(figures)
    assert result.attempted
    assert not result.failed


@pytest.mark.parametrize(("value", "text"), HAND_MADE.items())
def test_halves_go_away_from_zero_and_nought_has_no_minus(value: float, text: str) -> None:
    assert write_figure(value) == text


@given(st.integers(-900_000, 900_000), st.integers(1, 100_000), st.integers(0, 4))
def test_a_ratio_of_whole_numbers_is_rounded_as_if_it_were_exact(total: int, n: int, places: int) -> None:
    exact = abs(Fraction(total, n)) * 10**places
    expected = math.floor(exact + Fraction(1, 2))  # halves away from zero, in whole numbers alone
    shown = round_half_up(total / n, places)
    assert abs(shown) * 10**places == expected
    assert shown == 0 or (shown < 0) == (total < 0)


@given(st.integers(-20_000, 20_000), st.integers(1, 3))
def test_a_number_that_ends_in_a_half_goes_away_from_zero(tens: int, places: int) -> None:
    value = (10 * tens + 5) / 10 ** (places + 1)
    assert round_half_up(value, places) * 10**places == (tens + 1 if value > 0 else tens)


@given(st.floats(-10_000, 10_000), st.integers(0, 3))
def test_written_figure_has_at_most_one_sign_before_its_digits(value: float, places: int) -> None:
    text = write_figure(value, places, signed=True)
    assert re.fullmatch(r"[−+]?[\d,]+" + (rf"\.\d{{{places}}}" if places else ""), text)
    assert not re.match(r"[−+][0.,]*$", text)


def declining() -> Any:
    """20 pairs of which the mean goes from 4.25 down by 0.25, and 25 of which one goes down by one point."""
    routine = [("family_routine", 4, 4, 15), ("family_routine", 5, 4, 5)]
    return measures_of(*routine, ("home_and_money", 4, 4, 24), ("home_and_money", 4, 3, 1))


def test_alternative_text_rounds_halves_away_from_zero() -> None:
    said = charts.describe_change(declining(), LABELS)
    assert "Largest change: Family routine down 0.3, from 4.3 to 4.0." in said, "home and money's -0.04 is no change"


def test_chart_axes_have_our_minus_and_none_of_vegas_numbers() -> None:
    falling = measures_of(("family_routine", 9, 4, 12), ("home_and_money", 4, 5, 12))
    chart = charts.change_chart(falling, LABELS)
    assert {"−5", "−1", "0", "+1"} <= set(texts(chart))
    for draw in (charts.change_chart, charts.outcomes_chart):
        spec = json.dumps(draw(falling, LABELS).to_dict())
        assert "format" not in spec
        assert not [text for text in texts(draw(falling, LABELS)) if re.search(r"(^|\s)-\d", text)]
    assert {"0%", "25%", "50%", "75%", "100%"} <= set(texts(charts.outcomes_chart(falling, LABELS)))


@pytest.mark.parametrize(
    ("profile", "shown"),
    [(Profile.PUBLISHED, ["4.3", "−0.3", "0.0"]), (Profile.RESTRICTED, ["4.25", "−0.25", "0.00"])],
)
def test_workbook_cells_show_rounded_halves_and_our_minus(profile: Profile, shown: list[str]) -> None:
    """20 pairs from 4.25 on average, 0.25 down; 250 of which one goes down, by 0.004."""
    changes = [("Crewe", "family_routine", 4, 4, 15), ("Crewe", "family_routine", 5, 4, 5)]
    changes += [("Crewe", "home_and_money", 4, 4, 249), ("Crewe", "home_and_money", 4, 3, 1)]
    cohorts = dict.fromkeys(("all_to_date", "latest_in_quarter", "closed_in_quarter"), changes)
    book = openpyxl.load_workbook(BytesIO(build_workbook(small_return(profile, small_service(changes=cohorts)))))
    assert [
        display(find(book, "averages", "Family routine", "Average at start")),
        display(find(book, "change", "Family routine", "Average change")),
        display(find(book, "change", "Home and money", "Average change")),
    ] == shown


def find(book: Any, sheet: str, area: str, heading: str) -> Any:
    """The cell of Crewe's row for an area, all to date."""
    rows = list(book[sheet].iter_rows())
    [headings] = [row for row in rows if row[0].value == "Cohort"]
    place = [cell.value for cell in headings].index(heading)
    return next(row[place] for row in rows if [cell.value for cell in row[:3]] == ["All to date", "Crewe", area])


def display(cell: Any) -> str:
    """A number as a spreadsheet shows it: halves away from zero, by the second part of its format if it is below 0."""
    positive, negative = cell.number_format.split(";")
    part = negative if cell.value < 0 else positive
    places = len(part.partition(".")[2])
    digits = math.floor(abs(Fraction(repr(cell.value))) * 10**places + Fraction(1, 2))
    return f"{part[: part.index('0')]}{digits / 10**places:.{places}f}"
