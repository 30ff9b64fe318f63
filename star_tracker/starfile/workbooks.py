"""The first sheet of an Excel workbook (.xlsx) as rows of text."""

import re
import zipfile
from collections.abc import Mapping
from datetime import datetime, timedelta
from posixpath import basename, dirname, join, normpath
from typing import BinaryIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from star_tracker.starfile.errors import StarFileError
from star_tracker.starfile.sheets import (
    MAX_UNPACKED_BYTES,
    Progress,
    Row,
    Rows,
    check_cell,
    check_member,
    not_a_sheet,
    number_text,
    open_archive,
    parse_member,
)

KIND = "an Excel (.xlsx)"

MAX_TEXTS_BYTES = 64 * 1024 * 1024
"""Size of the list of texts, unpacked; those of 200,000 rows take about 20 MB and are held in memory."""

MAX_PART_BYTES = 4 * 1024 * 1024
"""Size of the other parts, unpacked: which sheets there are, which styles."""

_BUILT_IN_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))


def read_workbook(stream: BinaryIO, progress: Progress | None = None) -> list[Row]:
    """The rows of the first worksheet that hold anything.

    Text stays as it is, even where it begins with "="; a formula gives the result stored with it.

    Raises:
        StarFileError: not such a file, a limit of ``sheets`` is passed, or a formula has no stored result.
    """
    with open_archive(stream, KIND) as archive:
        try:
            sheet = _Sheet(_Workbook(archive))
        except (StopIteration, LookupError, ValueError, ParseError, DefusedXmlException, zipfile.BadZipFile) as error:
            raise not_a_sheet(KIND) from error
        parse_member(
            archive,
            sheet.workbook.sheet,
            KIND,
            starts={
                "row": sheet.start_row,
                "c": sheet.start_cell,
                "v": sheet.start_text,
                "t": sheet.start_text,
                "f": sheet.start_formula,
                "rPh": sheet.start_phonetic,
            },
            ends={
                "row": sheet.end_row,
                "c": sheet.end_cell,
                "v": sheet.end_text,
                "t": sheet.end_text,
                "rPh": sheet.end_phonetic,
            },
            text=sheet.add_text,
            limit=MAX_UNPACKED_BYTES,
            progress=progress,
        )
    if sheet.formulas_without_result:
        raise StarFileError.of_file(
            f"a formula in row {sheet.first_without_result} has no stored result ({sheet.formulas_without_result} in "
            "all): open the file in your spreadsheet program, save it, and try again"
        )
    return sheet.rows.rows


class _Workbook:
    """What the sheet's cells refer to.

    Attributes:
        sheet: name of the first worksheet's XML in the archive.
        texts: the shared texts, by number.
        date_styles: the styles, as a cell names them, that show a number as a date.
        day_zero: the day that Excel writes as 0.
    """

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        main = next(name for kind, name in self._targets("").values() if kind == "officeDocument")
        targets = self._targets(main)
        workbook = self._tree(main)
        self.sheet = next(
            name
            for sheet in workbook.iterfind(".//{*}sheet")
            for kind, name in [targets[_relation(sheet)]]
            if kind == "worksheet"
        )
        uses_1904 = any(p.get("date1904") in ("1", "true") for p in workbook.iterfind(".//{*}workbookPr"))
        self.day_zero = datetime.fromisoformat("1904-01-01" if uses_1904 else "1899-12-30")
        self.texts: list[str] = []
        self.date_styles: frozenset[str] = frozenset()
        for kind, name in targets.values():
            if kind == "sharedStrings":
                self.texts = self._read_texts(name)
            elif kind == "styles":
                self.date_styles = _date_styles(self._tree(name))

    def _tree(self, name: str) -> Element:
        check_member(self._archive.getinfo(name), KIND, MAX_PART_BYTES)
        tree: Element = fromstring(self._archive.read(name), forbid_dtd=True)
        return tree

    def _targets(self, part: str) -> dict[str, tuple[str, str]]:
        """The kind and name of each part that a part refers to, by the identifier it uses."""
        relations = self._tree(join(dirname(part), "_rels", f"{basename(part)}.rels"))
        return {
            relation.attrib["Id"]: (
                relation.attrib["Type"].rpartition("/")[2],
                normpath(join("/", dirname(part), relation.attrib["Target"])).lstrip("/"),
            )
            for relation in relations
        }

    def _read_texts(self, name: str) -> list[str]:
        texts: list[str] = []
        reader = _Text()

        def end_item() -> None:
            texts.append(reader.take())

        parse_member(
            self._archive,
            name,
            KIND,
            starts={"t": reader.start_text, "rPh": reader.start_phonetic},
            ends={"t": reader.end_text, "rPh": reader.end_phonetic, "si": end_item},
            text=reader.add_text,
            limit=MAX_TEXTS_BYTES,
        )
        return texts


def _relation(sheet: Element) -> str:
    return next(value for name, value in sheet.items() if name.endswith("relationships}id"))


def _date_styles(styles: Element) -> frozenset[str]:
    codes = {code.get("numFmtId"): code.get("formatCode", "") for code in styles.iterfind(".//{*}numFmt")}
    found = set()
    for formats in styles.iterfind("{*}cellXfs"):
        for number, style in enumerate(formats):
            identifier = style.get("numFmtId", "0")
            code = codes.get(identifier)
            if int(identifier) in _BUILT_IN_DATES if code is None else _is_date_format(code):
                found.add(str(number))
    return frozenset(found)


def _is_date_format(code: str) -> bool:
    """Whether a number format shows days, months or years.

    >>> _is_date_format('[$-809]dd mmmm yyyy;@'), _is_date_format('0.00" days"'), _is_date_format("[Red]0")
    (True, False, False)
    """
    shown = re.sub(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]', "", code.lower())
    return re.search("[dmy]", shown) is not None


class _Text:
    """Gathers the text of an item; the reading aids of East Asian names (``rPh``) are not part of it."""

    _escaped = re.compile(r"_x([0-9A-Fa-f]{4})_")

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._wanted = False
        self._phonetic = False

    def start_text(self, _attributes: Mapping[str, str]) -> None:
        self._wanted = not self._phonetic

    def end_text(self) -> None:
        self._wanted = False

    def start_phonetic(self, _attributes: Mapping[str, str]) -> None:
        self._phonetic = True

    def end_phonetic(self) -> None:
        self._phonetic = False

    def add_text(self, text: str) -> None:
        if self._wanted:
            self._parts.append(text)

    def take(self) -> str:
        """The item's text; characters that XML cannot hold are written ``_x000D_`` in it."""
        text = "".join(self._parts)
        self._parts = []
        return self._escaped.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


class _Sheet(_Text):
    """What has been read of the sheet so far."""

    def __init__(self, workbook: _Workbook) -> None:
        super().__init__()
        self.workbook = workbook
        self.rows = Rows()
        self.formulas_without_result = 0
        self.first_without_result = 0
        self._number = 0
        self._column = 0
        self._columns: dict[str, int] = {}
        self._cells: list[str] = []
        self._cell: Mapping[str, str] = {}
        self._has_formula = False
        self._length = 0

    def start_row(self, attributes: Mapping[str, str]) -> None:
        self._number = int(attributes.get("r", self._number + 1))
        self._column = 0
        self._cells = []

    def end_row(self) -> None:
        self.rows.add(self._number, self._cells)

    def start_cell(self, attributes: Mapping[str, str]) -> None:
        self._cell = attributes
        self._has_formula = False
        self._length = 0
        self._column = self._column_of(attributes["r"]) if "r" in attributes else self._column + 1

    def start_formula(self, _attributes: Mapping[str, str]) -> None:
        self._has_formula = True

    def add_text(self, text: str) -> None:
        if self._wanted:
            self._length += len(text)
            check_cell(self._number, self._column, self._length)
            self._parts.append(text)

    def end_cell(self) -> None:
        value = self._value(self.take())
        if value:
            check_cell(self._number, self._column, len(value))
            self._cells.extend([""] * (self._column - len(self._cells)))
            self._cells[self._column - 1] = value
        elif self._has_formula and self._cell.get("t") != "str":
            self.formulas_without_result += 1
            self.first_without_result = self.first_without_result or self._number

    def _value(self, text: str) -> str:
        if not text:
            return ""
        match self._cell.get("t", "n"):
            case "s":
                return self.workbook.texts[int(text)]
            case "n" if self._cell.get("s") in self.workbook.date_styles:
                return self._date(float(text))
            case "n":
                return number_text(text)
            case "b":
                return "TRUE" if text == "1" else "FALSE"
            case "d":
                return text.removesuffix("T00:00:00")
            case _:
                return text

    def _date(self, days: float) -> str:
        try:
            # Excel keeps a time of day as a fraction, a few microseconds off.
            moment = self.workbook.day_zero + timedelta(seconds=round(days * 86_400))
        except OverflowError:
            return number_text(str(days))
        return moment.isoformat().removesuffix("T00:00:00")

    def _column_of(self, reference: str) -> int:
        """The number of the column in a reference such as AB12."""
        letters = reference.rstrip("0123456789")
        number = self._columns.get(letters)
        if number is None:
            number = 0
            for letter in letters[:4]:
                number = number * 26 + ord(letter) - 64
            self._columns[letters] = number
        return number
