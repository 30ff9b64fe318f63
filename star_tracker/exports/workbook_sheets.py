"""An accessible workbook, whatever it holds: a cover, sheets of one table each, notes, and sheets of sentences.

It follows the Analysis Function's guidance for spreadsheets, which gptables implements: a title in A1 that is a
heading, one marked-up table a sheet, no merged and no blank cells, shorthand in brackets that is explained. Panes are
not frozen: with eight rows above the table little room would be left at a high zoom, and Excel shows a table's headings
while it scrolls.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from io import BytesIO
from typing import Any

import pandas as pd
from gptables import Cover, GPTable, GPWorkbook
from gptables.core.gptable import FormatList

from star_tracker.analysis.disclosure import SUPPRESSED, Figure
from star_tracker.domain.figures import MINUS, round_half_up, write_figure
from star_tracker.exports.definitions import UNDEFINED
from star_tracker.exports.layout import column_width, row_height
from star_tracker.exports.returns.versions import NOT_THERE
from star_tracker.exports.tables import Column, NamedTable, Role, TableChart, find_totals
from star_tracker.exports.workbook_parts import add_headings_and_language

LANGUAGE = "en-GB"
PAGE = 760
"""The width of a column of text, in pixels of the screen."""

SHORTHAND = {mark: f"[{mark}]" for mark in (SUPPRESSED, UNDEFINED, NOT_THERE)}
"""The marks of the CSV files as a sheet writes them: in brackets, so that nobody takes one for a word or a name."""

# Without these a pod called "=1+1" would be computed and one called "mailto:a" would be a link.
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}

_FIGURES = (Role.NUMBER, Role.READING, Role.COUNT, Role.MEASURE, Role.FIGURE)
_WHOLE_NUMBERS = (Role.NUMBER, Role.READING, Role.COUNT)
_WHOLE = "#,##0"
_WIDEST_HEADING = 110
_BAR = "#1d70b8"
_CHART_FONT = {"name": "Arial", "size": 12, "color": "#000000"}
_CHART_WIDTH, _BAR_HEIGHT = 720, 36
_LONGEST_FOOTER = 100


class AccessibleWorkbook:
    """A workbook, written sheet by sheet; the same sheets give the same bytes.

    Args:
        title, subject, author, comments: what the file says of itself.
        made_for: the day that its figures are for.
        status: whether it is a draft; "" if that is no question.
        more: further properties, by their names.
        footer: what stands at the foot of each printed page, before its number.
    """

    def __init__(
        self,
        *,
        title: str,
        subject: str,
        author: str,
        comments: str,
        made_for: date,
        status: str = "",
        more: Mapping[str, str] | None = None,
        footer: str = "",
    ) -> None:
        self._footer = f"&L{footer[:_LONGEST_FOOTER].replace('&', '&&')}&RPage &P of &N"
        self._buffer = BytesIO()
        self._workbook = GPWorkbook(self._buffer, _OPTIONS)
        self._workbook.set_properties(
            {
                "title": title,
                "subject": subject,
                "author": author,
                "comments": comments,
                "status": status,
                "created": datetime.combine(made_for, time(), UTC).replace(tzinfo=None),
            }
        )
        for name, value in (more or {}).items():
            self._workbook.set_custom_property(name, value)

    def finish(self) -> bytes:
        """The .xlsx file."""
        self._workbook.close()
        return add_headings_and_language(self._buffer.getvalue(), LANGUAGE)

    def write_cover(self, title: str, *, intro: list[str], about: list[str]) -> None:
        """The first sheet: what the workbook is, and what to know of it."""
        # As in _cells: what somebody typed is no markup.
        cover = Cover(title=title, intro=[[{}, line] for line in intro], about=about)
        sheet = self._add_sheet(cover.cover_label, landscape=False)
        sheet.write_cover(cover)
        sheet.set_column_pixels(0, 0, PAGE)
        sheet.set_row_pixels(0, row_height([title], [PAGE], 16, bold=True))
        # gptables puts a heading above each of the two lists.
        for row, text in enumerate(["", *intro, "", *about], start=1):
            if text:
                sheet.set_row_pixels(row, row_height([text], [PAGE]))

    def write_contents(self, sheets: Mapping[str, str]) -> None:
        """A sheet with a link to each of these sheets and what it holds."""
        rows = [[{sheet: f"internal:'{sheet}'!A1"}, text] for sheet, text in sheets.items()]
        contents = GPTable(
            table=pd.DataFrame(rows, columns=["Sheet", "What it holds"], dtype=object),
            table_name="contents",
            title="Contents",
            instructions="This worksheet contains one table. Each sheet's name is a link to it.",
            index_columns={},
        )
        self._write_sheet("Contents", contents, [150, PAGE])

    def write_notes(
        self, *, marks: Mapping[str, str], words: Mapping[str, str], tables: Sequence[NamedTable], csv: str = ""
    ) -> None:
        """A sheet that explains the marks, these words, and each column of the tables.

        ``csv``: words for how a mark is written in the CSV files that belong to it, with {mark} for the mark.
        """
        rows = [("All", SHORTHAND[mark], meaning + csv.format(mark=mark)) for mark, meaning in marks.items()]
        rows += [("All", word, meaning) for word, meaning in words.items()]
        sheets: dict[tuple[str, str], list[str]] = {}
        for table in tables:
            for column in table.columns:
                sheets.setdefault((column.heading, column.definition), []).append(table.name)
        rows += [
            ("All" if len(names) == len(tables) else ", ".join(names), heading, definition)
            for (heading, definition), names in sheets.items()
        ]
        columns = ["Sheet", "Word", "Meaning"]
        notes = GPTable(
            table=pd.DataFrame(rows, columns=columns, dtype=object),
            table_name="notes",
            title="Notes",
            instructions="This worksheet contains one table.",
            index_columns={},
            additional_formatting=[{"column": {"columns": columns, "format": {"valign": "top"}}}],
        )
        self._write_sheet("Notes", notes, [180, 200, PAGE])

    def write_table(
        self,
        table: NamedTable,
        *,
        subtitle: str,
        marks: Mapping[str, str],
        places: int,
        lines: Sequence[str | Mapping[str, str]] = (),
        chart: TableChart | None = None,
    ) -> None:
        """One table on a sheet with its name; if it has no rows, the sheet says so.

        Args:
            table: the table; its cells are not rounded.
            subtitle: the line below its title.
            marks: the meaning of each mark that replaces a figure.
            places: the decimals of a measure that cells show.
            lines: further lines above the table: a text, or the text of a link and the sheet to which it leads.
            chart: what is drawn from it, to its right.
        """
        headings = [heading for column in table.columns for heading in _headings(column)]
        rows = [
            [cell for column, figure in zip(table.columns, row, strict=True) for cell in _cells(column, figure, places)]
            for row in table.list_rows()
        ]
        if not rows:
            self.write_lines(table.name, table.title, [table.scope, "There is nothing to list."])
            return
        formats = {
            heading: {"num_format": _WHOLE if column.role in _WHOLE_NUMBERS else _decimals(places), "align": "right"}
            for column in table.columns
            if column.role in _FIGURES
            for heading in _headings(column)
        }
        whole = [
            (row, place)
            for place, column in enumerate(table.columns)
            if column.role is Role.FIGURE
            for row, cells in enumerate(rows, start=1)
            if isinstance(cells[place], int)
        ]
        totals = sorted(find_totals(table.columns, table.list_rows()))
        used = {cell for row in rows for cell in row if isinstance(cell, str)}
        gptable = GPTable(
            table=pd.DataFrame(rows, columns=headings, dtype=object),
            table_name=table.sheet_table,
            title=table.title,
            subtitles=[_line(line) for line in (subtitle, *lines)],
            instructions="This worksheet contains one table. The sheet Notes explains its columns."
            + (" The chart to its right is drawn from it." if chart else ""),
            legend=[
                *(f"{SHORTHAND[mark]}: {text}" for mark, text in marks.items() if SHORTHAND[mark] in used),
                *table.notes,
            ],
            source=f"Source: {table.source}",
            scope=f"Scope: {table.scope}",
            index_columns={},
            additional_formatting=[
                {"column": {"columns": [heading], "format": look, "include_names": True}}
                for heading, look in formats.items()
            ]
            + [{"cell": {"cells": cell, "format": {"num_format": _WHOLE}}} for cell in whole]
            + [{"row": {"rows": [number + 1 for number in totals], "format": {"bold": True}}}],
        )
        widths = [
            column_width(heading, sorted({_shown(row[place]) for row in rows}), _WIDEST_HEADING)
            for place, heading in enumerate(headings)
        ]
        sheet = self._write_sheet(table.name, gptable, widths)
        if chart:
            self._draw(sheet, chart, gptable)

    def _draw(self, sheet: Any, chart: TableChart, table: GPTable) -> None:
        """A bar chart, to the right of the table on its sheet, in the order of the rows."""
        top, left, bottom, right = table.data_range
        drawn = self._workbook.add_chart({"type": "bar"})
        first, look = top + 1, _decimals(chart.places) if chart.places else _WHOLE
        drawn.add_series(
            {
                "name": chart.axis,
                "categories": [sheet.name, first, left, bottom, left],
                "values": [sheet.name, first, right, bottom, right],
                "fill": {"color": _BAR},
                "gap": 50,
                "data_labels": {"value": True, "num_format": look, "font": _CHART_FONT},
            }
        )
        drawn.set_title({"name": chart.axis, "name_font": _CHART_FONT | {"bold": True}, "overlay": False})
        # Of bars XlsxWriter calls the axis with the names y, and the one along which they grow x.
        drawn.set_y_axis({"reverse": True, "label_position": "low", "num_font": _CHART_FONT})
        drawn.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
        drawn.set_legend({"none": True})
        drawn.set_size({"width": _CHART_WIDTH, "height": 110 + _BAR_HEIGHT * (bottom - top)})
        placed = {"x_offset": 30, "object_position": 3, "description": chart.text}
        sheet.insert_chart(top, right + 1, drawn, placed)

    def write_lines(self, name: str, title: str, lines: Iterable[str]) -> Any:
        """A sheet without a table: its title in A1 and a sentence in each cell below. Returns XlsxWriter's sheet."""
        sheet = self._add_sheet(name, landscape=False)
        theme = self._workbook.theme
        sheet.set_column_pixels(0, 0, PAGE)
        sheet.write_string(0, 0, title, self._workbook.add_format(theme.title_format))
        text = self._workbook.add_format({**theme.instructions_format, "text_wrap": True})
        for row, line in enumerate(lines, start=1):
            sheet.write_string(row, 0, line, text)
            sheet.set_row_pixels(row, row_height([line], [PAGE]))
        return sheet

    def _add_sheet(self, name: str, *, landscape: bool = True) -> Any:
        """A new sheet that prints as wide as an A4 page, with page numbers; text alone prints upright."""
        sheet = self._workbook.add_worksheet(name)
        sheet.set_paper(9)
        if landscape:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(self._footer)
        return sheet

    def _write_sheet(self, name: str, table: GPTable, widths: list[int]) -> Any:
        """One gptables table on a sheet, with columns as wide and rows as high as their text needs."""
        sheet = self._add_sheet(name)
        sheet.write_gptable(table, auto_width=False)
        for place, width in enumerate(widths):
            sheet.set_column_pixels(place, place, width)
        first = table.data_range[0]
        sheet.repeat_rows(first)
        sheet.set_row_pixels(first, row_height(list(table.table.columns), widths, bold=True))
        for row, cells in enumerate(table.table.itertuples(index=False), start=first + 1):
            sheet.set_row_pixels(row, row_height([_shown(cell) for cell in cells], widths))
        return sheet


def _line(line: str | Mapping[str, str]) -> Any:
    """A line above a table as gptables takes it; what somebody typed is no markup."""
    if isinstance(line, str):
        return [{}, line]
    return "".join(f"[{text}](internal:'{sheet}'!A1)" for text, sheet in line.items())


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
    if figure in SHORTHAND and column.role in _FIGURES:
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
