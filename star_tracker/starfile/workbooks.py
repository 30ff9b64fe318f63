"""An Excel workbook (.xlsx): which of its parts is the first worksheet, and what that refers to.

Read tag by tag, 100,000 rows take a few seconds, and a row without end is refused at its first cell too many; openpyxl
takes half a minute and builds such a row whole. What the formats of numbers mean is left to openpyxl.
"""

import posixpath
from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO, NamedTuple
from zipfile import ZipFile

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

from star_tracker.starfile.archives import Attributes, list_tags, open_archive, read_part
from star_tracker.starfile.sheets import Progress, Row
from star_tracker.starfile.worksheets import SharedTexts, Worksheet

KIND = "an Excel (.xlsx)"

LONGEST_FORMAT = 255
"""Characters in a number's format; Excel's own limit."""


def read_workbook(stream: BinaryIO, progress: Progress) -> Iterator[Row]:
    """The rows of the first worksheet that hold anything. Text stays as it is, even where it begins with "=".

    Raises:
        StarFileError: not such a file, a limit is passed, or a cell holds a formula.
    """
    with open_archive(stream, KIND) as archive:
        workbook = _by_kind(_list_related(archive, ""))["officeDocument"]
        tags = list_tags(archive, workbook, {"sheet", "workbookPr"})
        related = _list_related(archive, workbook)
        paths = _by_kind(related)
        texts = SharedTexts()
        if "sharedStrings" in paths:
            for _ in read_part(archive, paths["sharedStrings"], texts):
                pass
        date_styles = _list_date_styles(archive, paths["styles"]) if "styles" in paths else set()
        sheet = Worksheet(texts.texts, date_styles, _epoch(tags))
        for done in read_part(archive, _find_first_sheet(tags, related), sheet):
            yield from sheet.rows.take()
            progress(done)


class _Related(NamedTuple):
    """A part that another refers to: by which key, the last word of what it is to it, and its place in the archive."""

    key: str
    kind: str
    path: str


def _list_related(archive: ZipFile, path: str) -> list[_Related]:
    """What a part refers to; the archive as a whole is the part ""."""
    folder, name = posixpath.split(path)
    tags = list_tags(archive, posixpath.join(folder, "_rels", f"{name}.rels"), {"Relationship"})
    return [
        _Related(
            key=attributes["Id"],
            kind=attributes["Type"].rpartition("/")[2],
            path=posixpath.normpath(posixpath.join("/", folder, attributes["Target"])).lstrip("/"),
        )
        for _, attributes in tags
    ]


def _by_kind(related: list[_Related]) -> dict[str, str]:
    """The path of the part of each kind, if there is one of it only."""
    return {part.kind: part.path for part in related}


def _find_first_sheet(tags: list[tuple[str, Attributes]], related: list[_Related]) -> str:
    """The path of the first sheet that is no chart."""
    paths = {part.key: part.path for part in related if part.kind == "worksheet"}
    sheets = [attributes for tag, attributes in tags if tag == "sheet"]
    keys = [value for attributes in sheets for name, value in attributes.items() if name.endswith(":id")]
    first, *_others = [paths[key] for key in keys if key in paths]
    return first


def _epoch(tags: list[tuple[str, Attributes]]) -> datetime:
    """The day from which dates are counted."""
    is_1904 = any(attributes.get("date1904") in ("1", "true") for tag, attributes in tags if tag == "workbookPr")
    return CALENDAR_MAC_1904 if is_1904 else CALENDAR_WINDOWS_1900


def _list_date_styles(archive: ZipFile, path: str) -> set[str]:
    """The numbers of the styles that show a number as a date or time."""
    formats = {str(number): code for number, code in BUILTIN_FORMATS.items()}
    styles: list[str] = []
    section = ""
    for tag, attributes in list_tags(archive, path, {"numFmt", "cellStyleXfs", "cellXfs", "xf"}):
        if tag == "numFmt":
            formats[attributes["numFmtId"]] = attributes["formatCode"]
        elif tag != "xf":
            section = tag
        elif section == "cellXfs":
            styles.append(formats.get(attributes.get("numFmtId", "0"), ""))
    return {str(number) for number, code in enumerate(styles) if len(code) <= LONGEST_FORMAT and is_date_format(code)}
