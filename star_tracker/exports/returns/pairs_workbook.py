"""The row-level file of a restricted return as an accessible workbook: what it is, a data dictionary, the rows."""

from star_tracker.domain.texts import upper_first
from star_tracker.exports.definitions import LICENCE, UNDEFINED_MEANS, WORDS
from star_tracker.exports.returns.content import Return
from star_tracker.exports.workbook_sheets import AccessibleWorkbook


def build_pairs_workbook(return_: Return) -> bytes:
    """The rows of ``Return.pairs`` as an .xlsx file; the same return gives the same bytes.

    Raises:
        ValueError: it has no rows.
    """
    table = return_.pairs_table
    if table is None:
        raise ValueError("this return was made without its rows")
    title = f"{return_.title}: {table.title.lower()}"
    workbook = AccessibleWorkbook(
        title=title,
        subject=f"Row-level file for {return_.council_name}",
        author=return_.service_name,
        comments=" ".join([*return_.status_lines, *table.notes]),
        made_for=return_.as_at,
        status=f"Signed off, {return_.status}" if return_.signing else "Draft",
        more={"SHA-256 of the figures": return_.fingerprint},
        footer=upper_first(f"{return_.kind}, row by row, {return_.status}: {return_.quarter.label}"),
    )
    workbook.write_cover(
        title,
        intro=[
            f"Made by {return_.service_name} for {return_.council_name}, and for nobody else.",
            f"Every row stands as at {return_.as_at_words}.",
            *return_.status_lines,
            *table.notes,
        ],
        about=[
            "The sheet Notes is the data dictionary: it says what each column of the sheet pairs holds. The same rows "
            "are in pairs.csv, which datapackage.json describes.",
            f"SHA-256 of the figures of the return that this belongs to: {return_.fingerprint}.",
            LICENCE,
            f"Written by Star Tracker {return_.software_version}.",
        ],
    )
    workbook.write_contents(
        {"Cover": "What this file is", "Notes": "Data dictionary: what its columns mean", table.name: table.title}
    )
    words = {**WORDS, **{f"Rule {number}": return_.rules[number] for number in ("R1", "R2")}}
    workbook.write_notes(marks=UNDEFINED_MEANS, words=words, tables=[table], csv=" In the CSV file: {mark}.")
    workbook.write_table(
        table,
        subtitle=f"{return_.service_name}, {return_.kind} return, {return_.status}",
        marks=UNDEFINED_MEANS,
        places=return_.places,
    )
    return workbook.finish()
