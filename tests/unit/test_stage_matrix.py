"""From which stage to which, for people to read: it says what the long list says, and nothing else."""

from io import BytesIO

import openpyxl
import pytest

from star_tracker.analysis.disclosure import Figure, Profile
from star_tracker.exports.returns.pages import build_page
from star_tracker.exports.returns.stage_matrix import list_matrices
from star_tracker.exports.returns.workbook import build_workbook
from tests.unit.small_service import CREWE, MACC
from tests.unit.test_return import small_return, table_of

NONE = (0, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("profile", "pod", "expected"),
    [
        # In Crewe 6 pairs went from 3 to 5 and 3 from 4 to 3; in Macclesfield 4 went from 3 to 5.
        (Profile.RESTRICTED, CREWE, (NONE, (0, 3, 6, 0, 0), NONE, NONE, NONE)),
        (Profile.RESTRICTED, "All pods", (NONE, (0, 3, 10, 0, 0), NONE, NONE, NONE)),
        (Profile.PUBLISHED, "All pods", (NONE, (0, "c", 10, 0, 0), NONE, NONE, NONE)),
        (Profile.PUBLISHED, MACC, (("c",) * 5,) * 5),  # 4 pairs: where they went is not told, nor where nobody did
    ],
)
def test_each_area_has_five_rows_and_five_columns(
    profile: Profile, pod: str, expected: tuple[tuple[int | str, ...], ...]
) -> None:
    return_ = small_return(profile)
    matrices = {matrix.area: matrix for matrix in build_page(return_).list_matrices()[pod]}
    assert list(matrices) == (["your_wellbeing"] if pod == CREWE else ["your_wellbeing", "family_routine"])
    assert matrices["your_wellbeing"].rows == expected


def test_the_sheet_beside_the_long_list_has_the_same_numbers() -> None:
    return_ = small_return(Profile.PUBLISHED)
    book = openpyxl.load_workbook(BytesIO(build_workbook(return_)))
    assert book.sheetnames.index("stages_matrix") == book.sheetnames.index("stages") + 1
    headings, *rows = table_of(book["stages_matrix"])
    stages = return_.edition.stages.values()
    assert headings == ["Pod", "Area", "Area code", "Stage at start", *(f"To {stage}" for stage in stages)]
    assert len(rows) == (2 + 1 + 2) * 5, "two areas have pairs, in Crewe one"
    assert rows[1] == ["All pods", "Your well-being", "your_wellbeing", "Accepting help", 0, "[c]", 10, 0, 0]
    assert book["stages_matrix"]["A3"].value.startswith("This worksheet contains one table.")


def test_page_of_a_return_from_before_there_were_stages_has_none() -> None:
    page = build_page(small_return())
    older = {**vars(page), "tables": tuple(table for table in page.tables if table.name != "stages")}
    assert type(page)(**older).list_matrices() == {}


def test_area_whose_moves_are_not_listed_hides_every_cell_beside_its_pairs() -> None:
    change: dict[str, Figure] = {"cohort": "all_to_date", "pod": CREWE, "area": "family_routine", "n": 15}
    (matrix,) = list_matrices([], [change])
    assert matrix.pairs == 15
    assert matrix.rows == (("c",) * 5,) * 5
