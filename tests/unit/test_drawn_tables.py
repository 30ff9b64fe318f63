"""The charts that a spreadsheet program draws in a return's workbook: from which figures, and what they say of them."""

from io import BytesIO
from typing import Any

import openpyxl
import pytest

from star_tracker.analysis.disclosure import Profile
from star_tracker.exports.returns.content import Return
from star_tracker.exports.returns.workbook import build_workbook
from tests.unit.small_service import CREWE, MACC, small_service
from tests.unit.test_return import empty_service, small_return


def service_of(*all_to_date: tuple[str, str, int, int, int]) -> Any:
    return small_service(changes={"all_to_date": list(all_to_date), "latest_in_quarter": [], "closed_in_quarter": []})


CHANGED = service_of(
    (CREWE, "your_wellbeing", 3, 5, 12),
    (MACC, "family_routine", 4, 3, 20),
    (MACC, "social_networks", 2, 9, 7),  # too few to say how it changed
)


def rows_of(return_: Return, name: str) -> list[tuple[Any, ...]]:
    return return_.drawn_tables[name].table.list_rows()


@pytest.mark.parametrize("profile", Profile)
def test_the_chart_of_change_has_the_areas_whose_change_may_be_drawn_largest_first(profile: Profile) -> None:
    made = small_return(profile, CHANGED)
    assert rows_of(made, "change_chart") == [("your_wellbeing", 2.0), ("family_routine", -1.0)]
    places = "0" if profile is Profile.PUBLISHED else "00"
    assert made.drawn_tables["change_chart"].chart.text == (
        "Bar chart of the average change from the start to the latest Star, largest first: "
        f"Your well-being +2.{places}, Family routine −1.{places}."
    )


def test_the_chart_of_indicators_leaves_out_what_is_not_shown() -> None:
    exact = rows_of(small_return(), "indicators_chart")
    assert len(exact) == 8
    assert exact[1] == ("closed_successfully", "quarter", 50.0)
    assert exact[-2:] == [("parents_with_a_pair", "to_date", 70.0), ("improved", "to_date", 62.5)]
    published = small_return(Profile.PUBLISHED)
    assert rows_of(published, "indicators_chart") == [exact[-2], ("improved", "to_date", 63.0)]
    assert published.drawn_tables["indicators_chart"].chart.text == (
        "Bar chart of the rate of each headline indicator: Parents with a pair of Stars 70%, "
        "Pairs improved in most areas 63%."
    )


def test_where_there_is_nothing_to_draw_there_is_no_chart() -> None:
    assert "change_chart" not in small_return(record=empty_service()).drawn_tables


def test_the_workbook_draws_the_cells_of_its_tables_in_their_order() -> None:
    book = openpyxl.load_workbook(BytesIO(build_workbook(small_return(record=CHANGED))))
    sheet = book["change_chart"]
    (chart,) = vars(sheet)["_charts"]  # openpyxl has no other way to read one
    (series,) = chart.series
    (table,) = sheet.tables.values()
    first, last = sheet[table.ref][1][0], sheet[table.ref][-1][-1]
    assert series.cat.strRef.f == f"change_chart!$A${first.row}:$A${last.row}"
    assert series.val.numRef.f == f"change_chart!$B${first.row}:$B${last.row}"
    assert [cell.value for cell in sheet["B"][first.row - 1 :]] == [2, -1]
    assert chart.barDir == "bar"
    assert chart.x_axis.scaling.orientation == "maxMin", "the first row is the topmost bar"
    assert "The chart to its right is drawn from it." in " ".join(str(cell.value) for cell in sheet["A"])
