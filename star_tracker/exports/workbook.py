"""The return as an accessible workbook: Cover, Contents, Notes, one table a sheet, and the cohort star's picture.

It follows the Analysis Function's guidance for spreadsheets, which gptables implements: a title in A1 that is a
heading, one marked-up table a sheet, no merged and no blank cells, shorthand in brackets that is explained. Panes are
not frozen: with eight rows above the table little room would be left at a high zoom, and Excel shows a table's headings
while it scrolls.
"""

from datetime import UTC, datetime, time
from io import BytesIO
from typing import Any

import pandas as pd
from gptables import Cover, GPTable, GPWorkbook
from gptables.core.gptable import FormatList
from xlsxwriter.image import Image

from star_tracker.analysis.disclosure import SUPPRESSED, Figure, Profile
from star_tracker.domain.figures import MINUS, round_half_up, write_count, write_figure
from star_tracker.domain.periods import long_date
from star_tracker.exports.definitions import CHANGE_NOTE, LICENCE, UNDEFINED, WORDS, profile_text
from star_tracker.exports.layout import column_width, row_height
from star_tracker.exports.returns import Return
from star_tracker.exports.tables import Column, NamedTable, Role
from star_tracker.exports.versions import NOT_THERE, label_note
from star_tracker.exports.workbook_parts import add_headings_and_language

LANGUAGE = "en-GB"
PICTURE_SHEET = "cohort_star"
SHORTHAND = {mark: f"[{mark}]" for mark in (SUPPRESSED, UNDEFINED, NOT_THERE)}
"""The marks of the CSV files as a sheet writes them: in brackets, so that nobody takes one for a word or a name."""

# Without these a pod called "=1+1" would be computed and one called "mailto:a" would be a link.
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}

FIGURES = (Role.COUNT, Role.MEASURE, Role.FIGURE)

_WHOLE = "#,##0"
_PLACES = {Profile.RESTRICTED: 2, Profile.PUBLISHED: 1}
_WIDEST_HEADING = 110
_PAGE = 760  # pixels of a sheet of text
_PICTURE_ROW = 4
_PICTURE_HEIGHT = 540  # pixels of the screen, at 96 to the inch; a row can have 545


def build_workbook(return_: Return) -> bytes:
    """The return as an .xlsx file; the same return gives the same bytes."""
    buffer = BytesIO()
    workbook = GPWorkbook(buffer, _OPTIONS)
    workbook.set_properties(
        {
            "title": return_.title,
            "subject": f"Quarterly return for {return_.council_name}",
            "author": return_.service_name,
            "comments": " ".join([*return_.status_lines, _profile_text(return_)]),
            "status": "Draft" if return_.signing is None else f"Signed off, {return_.status}",
            "created": datetime.combine(return_.as_at, time(), UTC).replace(tzinfo=None),
        }
    )
    workbook.set_custom_property("SHA-256 of the figures", return_.fingerprint)
    _write_cover(workbook, return_)
    _write_sheet(workbook, "Contents", _contents(return_), [150, _PAGE])
    _write_sheet(workbook, "Notes", _notes(return_), [180, 200, _PAGE])
    for table in return_.file_tables:
        _write_table(workbook, table, return_)
    _write_picture(workbook, return_)
    workbook.close()
    return add_headings_and_language(buffer.getvalue(), LANGUAGE)


def _profile_text(return_: Return) -> str:
    return profile_text(return_.profile, return_.threshold, SHORTHAND[SUPPRESSED])


def _write_cover(workbook: GPWorkbook, return_: Return) -> None:
    signing = return_.signing
    note = [f"{label_note(signing)}: {signing.note}"] if signing and signing.note else []
    status = [[{}, text] for text in (*return_.status_lines, *note)]  # a name or note is no markup: see _cells
    cover = Cover(
        title=return_.title,
        intro=[
            f"Made by {return_.service_name} for {return_.council_name}.",
            f"Quarter: {return_.quarter.label} ({return_.quarter}). Every figure stands as at "
            f"{long_date(return_.as_at)}, the quarter's last day.",
            _profile_text(return_),
            *status,
            f"SHA-256 of the figures: {return_.fingerprint}. It stands in metadata.json and on the return's page too: "
            "where it is the same, so is every figure.",
        ],
        about=[
            "Parents complete a Family Star Plus with their worker at the start of an intervention, every "
            f"{write_count(return_.timings.interim_months, 'month')} and at closure. The return says whom the service "
            "worked with, whether Stars were completed in time, and how parents' readings changed.",
            CHANGE_NOTE,
            "The sheet Notes explains every word and column. The same figures are in the CSV files that come with "
            "this workbook, with the rules in metadata.json.",
            LICENCE,
            f"Written by Star Tracker {return_.software_version}.",
        ],
    )
    sheet = _add_sheet(workbook, cover.cover_label)
    sheet.write_cover(cover)
    sheet.set_column_pixels(0, 0, _PAGE)
    sheet.set_row_pixels(0, row_height([cover.title], [_PAGE], 16, bold=True))
    # gptables puts a heading above each of the two lists.
    for row, text in enumerate(["", *cover.intro, "", *cover.about], start=1):
        if text:
            sheet.set_row_pixels(row, row_height([_shown(text)], [_PAGE]))


def _contents(return_: Return) -> GPTable:
    sheets = {"Cover": "What this return is", "Notes": "What its words, columns and marks mean"}
    sheets |= {table.name: table.title for table in return_.file_tables}
    sheets[PICTURE_SHEET] = return_.picture_title
    rows = [[{sheet: f"internal:'{sheet}'!A1"}, text] for sheet, text in sheets.items()]
    return GPTable(
        table=pd.DataFrame(rows, columns=["Sheet", "What it holds"], dtype=object),
        table_name="contents",
        title="Contents",
        instructions="This worksheet contains one table. Each sheet's name is a link to it.",
        index_columns={},
    )


def _notes(return_: Return) -> GPTable:
    rows = [("All", SHORTHAND[mark], f"{meaning} In the CSV files: {mark}.") for mark, meaning in return_.marks.items()]
    rows += [("All", word, meaning) for word, meaning in WORDS.items()]
    rules = {**return_.rules, "R9": _profile_text(return_)}
    rows += [("All", f"Rule {number}", rule) for number, rule in rules.items()]
    sheets: dict[tuple[str, str], list[str]] = {}
    for table in return_.file_tables:
        for column in table.columns:
            sheets.setdefault((column.heading, column.definition), []).append(table.name)
    rows += [
        ("All" if len(names) == len(return_.file_tables) else ", ".join(names), heading, definition)
        for (heading, definition), names in sheets.items()
    ]
    return GPTable(
        table=pd.DataFrame(rows, columns=["Sheet", "Word", "Meaning"], dtype=object),
        table_name="notes",
        title="Notes",
        instructions="This worksheet contains one table.",
        index_columns={},
        additional_formatting=[{"column": {"columns": ["Sheet", "Word", "Meaning"], "format": {"valign": "top"}}}],
    )


def _write_table(workbook: GPWorkbook, table: NamedTable, return_: Return) -> None:
    """One table on a sheet with its name; if it has no rows, the sheet says so."""
    places = _PLACES[return_.profile]
    headings = [heading for column in table.columns for heading in _headings(column)]
    rows = [
        [cell for column, figure in zip(table.columns, row, strict=True) for cell in _cells(column, figure, places)]
        for row in table.list_rows()
    ]
    if not rows:
        sheet = _add_sheet(workbook, table.name)
        _write_lines(workbook, sheet, table.title, [table.scope, "There is nothing to list."])
        return
    formats = {
        heading: {"num_format": _WHOLE if column.role is Role.COUNT else _decimals(places), "align": "right"}
        for column in table.columns
        if column.role in FIGURES
        for heading in _headings(column)
    }
    whole = [
        (row, place)
        for place, column in enumerate(table.columns)
        if column.role is Role.FIGURE
        for row, cells in enumerate(rows, start=1)
        if isinstance(cells[place], int)
    ]
    used = {cell for row in rows for cell in row if isinstance(cell, str)}
    gptable = GPTable(
        table=pd.DataFrame(rows, columns=headings, dtype=object),
        table_name=f"{table.name}_table",
        title=table.title,
        subtitles=[f"{return_.service_name}, {return_.kind} return, {return_.status}"],
        instructions="This worksheet contains one table. The sheet Notes explains its columns.",
        legend=[
            *(f"{SHORTHAND[mark]}: {text}" for mark, text in return_.marks.items() if SHORTHAND[mark] in used),
            *table.notes,
        ],
        source=f"Source: {table.source}",
        scope=f"Scope: {table.scope}",
        index_columns={},
        additional_formatting=[
            {"column": {"columns": [heading], "format": look, "include_names": True}}
            for heading, look in formats.items()
        ]
        + [{"cell": {"cells": cell, "format": {"num_format": _WHOLE}}} for cell in whole],
    )
    widths = [
        column_width(heading, sorted({_shown(row[place]) for row in rows}), _WIDEST_HEADING)
        for place, heading in enumerate(headings)
    ]
    _write_sheet(workbook, table.name, gptable, widths)


def _headings(column: Column) -> list[str]:
    return [column.heading, column.code_heading] if column.code_heading else [column.heading]


def _decimals(places: int) -> str:
    """The number format of a measure. Spreadsheet programs round halves as we do, but their minus is a hyphen."""
    return f"0.{'0' * places};{MINUS}0.{'0' * places}"


def _cells(column: Column, figure: Figure, places: int) -> list[Any]:
    """The cells of one figure or code, one for each of the column's headings.

    A measure is not rounded, unless it would show as nought: then it is nought, or it might show with a minus.
    """
    if figure is None:
        return [SHORTHAND[UNDEFINED]]
    if figure in SHORTHAND and column.role in FIGURES:
        return [SHORTHAND[str(figure)]]
    if column.role is Role.NAME:
        # gptables would make "[a](b)" a link and refuse "***"; it takes formatted text as it is.
        return [FormatList([{}, str(figure)])]
    if column.role is Role.CODE:
        return [column.labels[str(figure)], figure] if column.code_heading else [column.labels[str(figure)]]
    return [0.0 if isinstance(figure, float) and not round_half_up(figure, places) else figure]


def _shown(cell: Any) -> str:
    """A text at least as long as the one that a cell shows, to measure it."""
    if isinstance(cell, FormatList):
        return str(cell.string)
    if isinstance(cell, dict):  # a link: its text is the key
        return str(next(iter(cell)))
    return write_figure(cell, 2) if isinstance(cell, float) else f"{cell:,}" if isinstance(cell, int) else str(cell)


def _add_sheet(workbook: GPWorkbook, name: str) -> Any:
    """A new sheet that prints as wide as an A4 page."""
    sheet = workbook.add_worksheet(name)
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    return sheet


def _write_sheet(workbook: GPWorkbook, name: str, table: GPTable, widths: list[int]) -> None:
    """One gptables table on a sheet, with columns as wide and rows as high as their text needs."""
    sheet = _add_sheet(workbook, name)
    sheet.write_gptable(table, auto_width=False)
    for place, width in enumerate(widths):
        sheet.set_column_pixels(place, place, width)
    first = table.data_range[0]
    sheet.repeat_rows(first)
    sheet.set_row_pixels(first, row_height(list(table.table.columns), widths, bold=True))
    for row, cells in enumerate(table.table.itertuples(index=False), start=first + 1):
        sheet.set_row_pixels(row, row_height([_shown(cell) for cell in cells], widths))


def _write_picture(workbook: GPWorkbook, return_: Return) -> None:
    """The cohort star with its alternative text, or why there is none."""
    sheet = _add_sheet(workbook, PICTURE_SHEET)
    sheet.fit_to_pages(1, 1)
    if return_.picture is None:
        _write_lines(workbook, sheet, return_.picture_title, [return_.picture_text])
        return
    _write_lines(
        workbook,
        sheet,
        return_.picture_title,
        ["This worksheet contains one picture. Its figures are in the sheet averages.", return_.picture_text, LICENCE],
    )
    # In one cell: a picture that spans cells is squashed by programs that make them higher or wider.
    sheet.set_row_pixels(_PICTURE_ROW, _PICTURE_HEIGHT + 5)
    picture = Image(BytesIO(return_.picture))
    scale = _PICTURE_HEIGHT / picture.height * picture.y_dpi / 96
    sheet.insert_image(
        _PICTURE_ROW, 0, picture, {"description": return_.picture_text, "x_scale": scale, "y_scale": scale}
    )


def _write_lines(workbook: GPWorkbook, sheet: Any, title: str, lines: list[str]) -> None:
    """A sheet without a table: its title in A1 and a sentence in each cell below."""
    sheet.set_column_pixels(0, 0, _PAGE)
    sheet.write_string(0, 0, title, workbook.add_format(workbook.theme.title_format))
    text = workbook.add_format({**workbook.theme.instructions_format, "text_wrap": True})
    for row, line in enumerate(lines, start=1):
        sheet.write_string(row, 0, line, text)
        sheet.set_row_pixels(row, row_height([line], [_PAGE]))
