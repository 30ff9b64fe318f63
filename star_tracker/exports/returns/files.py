"""A return's page, picture and files: made from the record now, or stored when the return was signed off.

A stored return is never made again: what the council was given stays the same, byte for byte, when the record is
corrected and when Star Tracker writes workbooks or draws differently.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from io import BytesIO
from zipfile import ZipFile

from star_tracker.exports.returns.bundle import (
    Part,
    ReturnFileNames,
    build_files,
    build_part,
    build_zip,
    names_of,
    parts_of,
    read_names,
)
from star_tracker.exports.returns.checks.result import Check
from star_tracker.exports.returns.content import Return
from star_tracker.exports.returns.pages import ReturnPage, build_page
from star_tracker.exports.returns.versions import Signing


@dataclass(frozen=True)
class MadeReturn:
    """A return made from the record as it is now; each part is built when it is asked for."""

    return_: Return

    def as_signed(self, signing: Signing) -> "MadeReturn":
        """The same figures as a version that is signed off, which its files say."""
        return MadeReturn(replace(self.return_, signing=signing))

    @cached_property
    def page(self) -> ReturnPage:
        """Its page."""
        return build_page(self.return_)

    @property
    def names(self) -> ReturnFileNames:
        """The names of its files."""
        return names_of(self.return_)

    @property
    def picture(self) -> bytes | None:
        """The cohort star as an SVG, or None where nothing may be drawn."""
        return self.return_.drawing

    @property
    def parts(self) -> list[Part]:
        """The files that it has."""
        return parts_of(self.return_)

    def read(self, part: Part) -> bytes:
        """One of its files."""
        return build_part(self.return_, part)

    @cached_property
    def files(self) -> dict[str, bytes]:
        """Every file by its relative path."""
        return build_files(self.return_)

    @cached_property
    def checks(self) -> list[Check]:
        """Whether the files carry the same figures, and whether these add up; reading them takes half a second."""
        from star_tracker.exports.returns.checks.listing import list_checks  # noqa: PLC0415 - what few requests need

        return list_checks(self.return_, self.files)

    @property
    def archive(self) -> bytes:
        """Every file in one .zip, dated on the day that its figures are for."""
        return build_zip(self.files, self.return_.as_at)


@dataclass(frozen=True)
class StoredReturn:
    """A return as it was signed off; the attributes are those of ``MadeReturn``.

    Its picture is a PNG if it was signed off before pages had SVGs.
    """

    page: ReturnPage
    picture: bytes | None
    archive: bytes

    @property
    def names(self) -> ReturnFileNames:
        """The names of its files."""
        return read_names(self.archive)

    @property
    def parts(self) -> list[Part]:
        """The files that it has: a return that was signed off before there were reports has a workbook alone."""
        with ZipFile(BytesIO(self.archive)) as archive:
            there = archive.namelist()
        return [part for part in Part if self.names.name_of(part) in there]

    def read(self, part: Part) -> bytes:
        """One of its files, which is in the .zip.

        Raises:
            KeyError: it has none such.
        """
        with ZipFile(BytesIO(self.archive)) as archive:
            return archive.read(self.names.name_of(part))
