"""Whether a file is one that was signed off: found by its SHA-256 among what is stored of every version."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZipFile

from sqlalchemy import select

from star_tracker.domain.errors import AlteredError
from star_tracker.exports.returns.bundle import read_names
from star_tracker.extensions import db
from star_tracker.models import SignedReturn
from star_tracker.queries.returns.altered_returns import check_signed_return


@dataclass(frozen=True)
class SignedFile:
    """A file of a version: the .zip, or one that is in it."""

    signed: SignedReturn
    name: str


def list_signed_files(data: bytes) -> list[SignedFile]:
    """The files that were signed off with exactly these bytes, the newest quarter and version first.

    There are several where a table is the same in two versions, signed before CSV files named their version.

    Raises:
        AlteredError: none was found, but what is stored of some return is not what was signed off.
    """
    digest = _hash(data)
    found, altered = [], None
    newest_first = (SignedReturn.starts_on.desc(), SignedReturn.profile.desc(), SignedReturn.version.desc())
    for number in db.session.scalars(select(SignedReturn.id).order_by(*newest_first)).all():
        signed = db.session.get_one(SignedReturn, number)
        try:
            check_signed_return(signed)
        except AlteredError as error:
            altered = altered or error
            continue
        found += [SignedFile(signed, name) for name, content in _list_files(signed.archive) if _hash(content) == digest]
    if altered and not found:
        raise altered
    return found


def _list_files(archive: bytes) -> Iterator[tuple[str, bytes]]:
    yield read_names(archive).archive, archive
    with ZipFile(BytesIO(archive)) as opened:
        for name in opened.namelist():
            yield name, opened.read(name)


def _hash(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()
