"""The names of a return's files, and all of them in one .zip for a download."""

from dataclasses import dataclass
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from star_tracker.analysis.disclosure import Profile
from star_tracker.domain.periods import Quarter
from star_tracker.domain.texts import file_name_part
from star_tracker.exports.returns.content import Return
from star_tracker.exports.returns.tidy import build_csv_files


@dataclass(frozen=True)
class ReturnFileNames:
    """What the files of a return are called: the council's name is in them, and no service's or pod's."""

    workbook: str
    folder: str
    archive: str


def return_file_names(
    council_name: str, quarter: Quarter, profile: Profile, version: int | None = None
) -> ReturnFileNames:
    """The names for this council, quarter, profile and version; None is a draft.

    >>> return_file_names("Demo Borough Council", Quarter(2018, 3), Profile.PUBLISHED, 2).workbook
    'star-return-demo-borough-council-2018-19-Q3-published-v2.xlsx'
    >>> return_file_names("Ynys Môn", Quarter(2018, 3), Profile.PUBLISHED).archive
    'star-return-ynys-mon-2018-19-Q3-published-draft.zip'
    """
    state = "draft" if version is None else f"v{version}"
    parts = ["star-return", file_name_part(council_name), str(quarter), profile.value, state]
    return _names_from("-".join(part for part in parts if part))


def names_of(return_: Return) -> ReturnFileNames:
    """The names of this return's files."""
    version = return_.signing.version if return_.signing else None
    return return_file_names(return_.council_name, return_.quarter, return_.profile, version)


def read_names(archive: bytes) -> ReturnFileNames:
    """The names in a .zip that ``build_zip`` made. Earlier ones have no version in them."""
    with ZipFile(BytesIO(archive)) as opened:
        workbook = next(name for name in opened.namelist() if name.endswith(".xlsx"))
    return _names_from(workbook.removesuffix(".xlsx"))


def _names_from(stem: str) -> ReturnFileNames:
    return ReturnFileNames(workbook=f"{stem}.xlsx", folder=stem, archive=f"{stem}.zip")


def build_files(return_: Return) -> dict[str, bytes]:
    """Every file of the return by its relative path: the workbook, then those in the CSV folder."""
    from star_tracker.exports.returns.workbook import build_workbook  # noqa: PLC0415 - loads gptables, which few requests need

    names = names_of(return_)
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
