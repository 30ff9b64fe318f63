"""The names of a return's files, and all of them in one .zip for a download."""

from dataclasses import dataclass
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from star_tracker.analysis.disclosure import Profile
from star_tracker.domain.periods import Quarter
from star_tracker.exports.returns import Return
from star_tracker.exports.tidy import build_csv_files


@dataclass(frozen=True)
class ReturnFileNames:
    """What the files of a return are called; no service's or pod's name is in them."""

    workbook: str
    folder: str
    archive: str


def return_file_names(quarter: Quarter, profile: Profile) -> ReturnFileNames:
    """The names for this quarter and profile.

    >>> return_file_names(Quarter(2018, 3), Profile.PUBLISHED).workbook
    'star-return-2018-19-Q3-published.xlsx'
    """
    stem = f"star-return-{quarter}-{profile}"
    return ReturnFileNames(workbook=f"{stem}.xlsx", folder=stem, archive=f"{stem}.zip")


def build_files(return_: Return) -> dict[str, bytes]:
    """Every file of the return by its relative path: the workbook, then those in the CSV folder."""
    from star_tracker.exports.workbook import build_workbook  # noqa: PLC0415 - loads gptables, which few requests need

    names = return_file_names(return_.quarter, return_.profile)
    files = {names.workbook: build_workbook(return_)}
    files |= {f"{names.folder}/{name}": data for name, data in build_csv_files(return_).items()}
    return files


def build_zip(return_: Return) -> bytes:
    """The same files in one .zip, dated on the quarter's last day, so that the same return gives the same bytes."""
    day = return_.as_at
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        for path, data in build_files(return_).items():
            entry = ZipInfo(path, (day.year, day.month, day.day, 0, 0, 0))
            entry.compress_type = ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return buffer.getvalue()
