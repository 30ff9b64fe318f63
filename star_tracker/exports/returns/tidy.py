"""The return as tidy CSV files for programs, in codes and labels, so that the files of many quarters can be stacked."""

from collections.abc import Iterable, Iterator, Mapping

from star_tracker.analysis.disclosure import Figure, Profile
from star_tracker.exports.csv_files import build_csv
from star_tracker.exports.definitions import UNDEFINED
from star_tracker.exports.returns.content import Return
from star_tracker.exports.tables import Column, NamedTable, Role

PROFILE_LABELS: Mapping[str, str] = {
    Profile.RESTRICTED.value: "For the commissioner: every figure is exact",
    Profile.PUBLISHED.value: "For publication: small numbers are hidden, others rounded",
}

STATUS_LABELS: Mapping[str, str] = {
    "provisional": "Provisional draft: the quarter has not ended",
    "draft": "Draft: not signed off",
    "signed": "Signed off",
}

OF_WHICH_RETURN = (
    Column("time_period", "Year", "The return's year in digits: 201819 is 2018 to 2019.", Role.NAME),
    Column(
        "time_identifier",
        "Quarter",
        "The quarter, and the kind of year of which it is. In a figure to date everything up to its last day counts.",
        Role.NAME,
    ),
    Column("council", "Council", "The council that receives the return.", Role.NAME),
    Column("profile", "Profile", "For whom it is made.", Role.CODE, PROFILE_LABELS),
    Column("status", "Status", "Whether it can still change.", Role.CODE, STATUS_LABELS),
    Column(
        "version",
        "Version",
        f"The number of the version; the highest of a quarter replaces the others. {UNDEFINED}: a draft has none.",
        Role.NUMBER,
    ),
)
"""The columns with which every file begins."""


def list_columns(table: NamedTable) -> tuple[Column, ...]:
    """The columns of a table's CSV file: of which return it is, then the table's own, each code before its label."""
    own = [both for column in table.columns for both in (column, _label_of(column)) if both]
    return (*OF_WHICH_RETURN, *own)


def _label_of(column: Column) -> Column | None:
    """The column of a code's labels; None if it has none."""
    if not column.labels:
        return None
    return Column(f"{column.name}_label", column.heading, f"What people read for {column.name}.", Role.NAME)


def list_cells(return_: Return, table: NamedTable) -> list[tuple[Figure, ...]]:
    """The rows of a table's CSV file: a cell for each of ``list_columns``, ``UNDEFINED`` where there is no figure."""
    signing = return_.signing
    status = "signed" if signing else "provisional" if return_.is_provisional else "draft"
    version = signing.version if signing else UNDEFINED
    quarter = return_.quarter
    of_which = (
        quarter.time_period,
        quarter.time_identifier,
        return_.council_name,
        return_.profile.value,
        status,
        version,
    )
    return [(*of_which, *_fill(table.columns, row)) for row in table.list_rows()]


def _fill(columns: Iterable[Column], row: Iterable[Figure]) -> Iterator[Figure]:
    """The cells of a row: its figures, names and codes, each code before its label."""
    for column, figure in zip(columns, row, strict=True):
        yield UNDEFINED if figure is None else figure
        if column.labels:
            yield column.labels[str(figure)]


def build_table_files(return_: Return) -> dict[str, bytes]:
    """A CSV file for each table by its name: ``served.csv`` and so on.

    UTF-8, lines end with a line feed, headers in lower_snake_case, undefined figures ``z`` and suppressed ones ``c``,
    as the Department for Education writes them. The same return gives the same bytes.
    """
    return {
        f"{table.name}.csv": build_csv([column.name for column in list_columns(table)], list_cells(return_, table))
        for table in return_.file_tables
    }
