"""Returns that were signed off: every version, and which one the council sees."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from star_tracker.analysis.disclosure import Profile
from star_tracker.domain.periods import Quarter
from star_tracker.exports.pages import ReturnPage, list_changed_tables, load_page
from star_tracker.exports.return_files import StoredReturn
from star_tracker.extensions import db
from star_tracker.models import SignedReturn
from star_tracker.queries.returns.altered_returns import check_signed_return


@dataclass(frozen=True)
class SigningHistory:
    """Every version of one quarter's return for one profile that was ever signed off, the newest first."""

    quarter: Quarter
    profile: Profile
    versions: Sequence[SignedReturn] = ()

    @property
    def latest(self) -> SignedReturn | None:
        """The newest version, withdrawn or not; None if nothing was ever signed off."""
        return self.versions[0] if self.versions else None

    @property
    def standing(self) -> SignedReturn | None:
        """The version that the council sees: the newest, unless it was withdrawn."""
        return self.latest if self.latest and self.latest.withdrawn_at is None else None

    @property
    def replaced(self) -> SignedReturn | None:
        """The version before the newest, which the council may have by now."""
        return self.versions[1] if len(self.versions) > 1 else None

    def list_changes(self, page: ReturnPage) -> list[str]:
        """The titles of the tables whose figures differ between this page of the return and the standing version."""
        return list_changed_tables(load_page(self.standing.page), page) if self.standing else []


def get_signing_history(quarter: Quarter, profile: Profile) -> SigningHistory:
    """The history of one return; it may be empty."""
    return SigningHistory(quarter, profile, _list_versions(quarter.starts_on, profile))


def list_signing_histories(first_month: int) -> list[SigningHistory]:
    """The history of each return that was ever signed off: the newest quarter first, restricted before published.

    ``first_month`` is the number of the month in which the contract's year begins now (R8). A quarter that was signed
    off while the year began in another month, and is not one of the year's now, keeps its months.
    """
    versions = db.session.scalars(_select_versions())
    return [
        SigningHistory(_quarter_from(starts_on, first_month), Profile(profile), list(group))
        for (starts_on, profile), group in groupby(versions, lambda signed: (signed.starts_on, signed.profile))
    ]


def get_signed_return(signed_id: int) -> SignedReturn | None:
    """The version with this id."""
    return db.session.get(SignedReturn, signed_id)


def is_standing(signed: SignedReturn) -> bool:
    """Whether this is the version that the council sees."""
    newest = _list_versions(signed.starts_on, signed.profile)[0]
    return newest.id == signed.id and newest.withdrawn_at is None


def get_stored_return(signed: SignedReturn) -> StoredReturn:
    """The return as it was signed off.

    Raises:
        AlteredError: what is stored is not what was signed off.
    """
    check_signed_return(signed)
    return StoredReturn(page=load_page(signed.page), picture=signed.picture, archive=signed.archive)


def _list_versions(starts_on: date, profile: str) -> Sequence[SignedReturn]:
    is_wanted = (SignedReturn.starts_on == starts_on, SignedReturn.profile == profile)
    return db.session.scalars(_select_versions().where(*is_wanted)).all()


def _select_versions() -> Select[SignedReturn]:
    return (
        select(SignedReturn)
        .options(selectinload(SignedReturn.signed_by), selectinload(SignedReturn.withdrawn_by))
        .order_by(SignedReturn.starts_on.desc(), SignedReturn.profile.desc(), SignedReturn.version.desc())
    )


def _quarter_from(starts_on: date, first_month: int) -> Quarter:
    """The quarter that begins on this day."""
    quarter = Quarter.containing(starts_on, first_month)
    return quarter if quarter.starts_on == starts_on else Quarter(starts_on.year, 1, starts_on.month)
