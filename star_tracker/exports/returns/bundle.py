"""The names of a return's files, and all of them in one .zip for a download."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from star_tracker.analysis.disclosure import Profile
from star_tracker.domain.quarters import Quarter
from star_tracker.domain.row_level import RowLevel
from star_tracker.domain.scales import Labelled
from star_tracker.domain.texts import file_name_part
from star_tracker.exports.returns.content import Return
from star_tracker.exports.returns.metadata import build_csv_files


class Part(Labelled):
    """A file of a return that is of use by itself, by its code in addresses, with what people call it."""

    WORKBOOK = "workbook", "Workbook (Excel)"
    REPORT = "report", "Report (PDF)"
    ONE_PAGE = "one_page", "One page (PDF)"
    ONE_PAGE_WORD = "one_page_word", "One page (Word)"
    ONE_PAGE_PICTURE = "one_page_picture", "One page (picture)"
    PAIRS = "pairs", "Row-level file: one row for each pair (Excel)"


_ENDINGS: Mapping[Part, str] = {
    Part.WORKBOOK: ".xlsx",
    Part.REPORT: "-report.pdf",
    Part.ONE_PAGE: "-one-page.pdf",
    Part.ONE_PAGE_WORD: "-one-page.docx",
    Part.ONE_PAGE_PICTURE: "-one-page.png",
    Part.PAIRS: "-pairs.xlsx",
}
"""How their names end."""


MOST_ROWS = 5_000
"""So many pairs are written as a workbook, which takes a millisecond each; more are in ``pairs.csv`` alone."""


@dataclass(frozen=True)
class ReturnFileNames:
    """What the files of a return are called, all after ``stem``: the council's name is in it, no service's or pod's."""

    stem: str

    def name_of(self, part: Part) -> str:
        """The name of one of its files."""
        return self.stem + _ENDINGS[part]

    @property
    def folder(self) -> str:
        """The folder of its CSV files."""
        return self.stem

    @property
    def archive(self) -> str:
        """The name of the .zip with all of them."""
        return f"{self.stem}.zip"


def return_file_names(
    council_name: str, quarter: Quarter, profile: Profile, version: int | None = None
) -> ReturnFileNames:
    """The names for this council, quarter, profile and version; None is a draft.

    >>> return_file_names("Demo Borough Council", Quarter(2018, 3), Profile.PUBLISHED, 2).name_of(Part.WORKBOOK)
    'star-return-demo-borough-council-2018-19-Q3-published-v2.xlsx'
    >>> return_file_names("Ynys Môn", Quarter(2018, 3), Profile.PUBLISHED).archive
    'star-return-ynys-mon-2018-19-Q3-published-draft.zip'
    """
    state = "draft" if version is None else f"v{version}"
    parts = ["star-return", file_name_part(council_name), str(quarter), profile.value, state]
    return ReturnFileNames("-".join(part for part in parts if part))


def names_of(return_: Return) -> ReturnFileNames:
    """The names of this return's files."""
    version = return_.signing.version if return_.signing else None
    return return_file_names(return_.council_name, return_.quarter, return_.profile, version)


def read_names(archive: bytes) -> ReturnFileNames:
    """The names in a .zip that ``build_zip`` made. Earlier ones have no version in them."""
    with ZipFile(BytesIO(archive)) as opened:
        workbook = min((name for name in opened.namelist() if name.endswith(".xlsx")), key=len)
    return ReturnFileNames(workbook.removesuffix(_ENDINGS[Part.WORKBOOK]))


def parts_of(return_: Return) -> list[Part]:
    """The files of this return that are of use by themselves."""
    has_pairs = return_.row_level is not RowLevel.NONE and return_.pair_count <= MOST_ROWS
    return [part for part in Part if part is not Part.PAIRS or has_pairs]


def build_part(return_: Return, part: Part) -> bytes:
    """One of its files."""
    from star_tracker.exports.returns import (  # noqa: PLC0415 - load what few requests need
        one_page,
        pairs_workbook,
        report,
        workbook,
    )

    builders: Mapping[Part, Callable[[Return], bytes]] = {
        Part.WORKBOOK: workbook.build_workbook,
        Part.REPORT: report.build_report,
        Part.ONE_PAGE: one_page.build_one_page_pdf,
        Part.ONE_PAGE_WORD: one_page.build_one_page_word,
        Part.ONE_PAGE_PICTURE: one_page.build_one_page_picture,
        Part.PAIRS: pairs_workbook.build_pairs_workbook,
    }
    return builders[part](return_)


def build_files(return_: Return) -> dict[str, bytes]:
    """Every file of the return by its relative path: each ``Part``, then those in the CSV folder."""
    names = names_of(return_)
    files = {names.name_of(part): build_part(return_, part) for part in parts_of(return_)}
    files |= {f"{names.folder}/{name}": data for name, data in build_csv_files(return_).items()}
    return files


def build_zip(files: Mapping[str, bytes], day: date) -> bytes:
    """Files in one .zip, all dated on one day, so that the same files give the same bytes."""
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        for path, data in files.items():
            entry = ZipInfo(path, (day.year, day.month, day.day, 0, 0, 0))
            entry.compress_type = ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return buffer.getvalue()
