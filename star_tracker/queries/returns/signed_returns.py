"""Returns that were signed off: every version, and which one its council sees."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from star_tracker.analysis.disclosure import Profile
from star_tracker.domain.errors import AlteredError
from star_tracker.domain.quarters import Quarter
from star_tracker.exports.returns.files import StoredReturn
from star_tracker.exports.returns.pages import ReturnPage, list_changes, load_page
from star_tracker.exports.returns.versions import CellChange
from star_tracker.extensions import db
from star_tracker.models import Council, SignedReturn
from star_tracker.queries.returns.altered_returns import check_signed_return


@dataclass(frozen=True)
class SigningHistory:
    """Every version of a council's return for a quarter and a profile that was ever signed off, the newest first."""

    council: Council
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

    @property
    def given(self) -> Sequence[SignedReturn]:
        """The versions that the council is told of: the standing one and those that it replaced; none if none does."""
        return [signed for signed in self.versions if signed.withdrawn_at is None] if self.standing else []

    def is_open(self, signed: SignedReturn) -> bool:
        """Whether the council may open this version: any that it is told of, but of published ones the standing alone.

        Two published versions side by side would tell what a correction changed, which may be one parent's Star (R9).
        """
        return signed == self.standing or (self.profile is Profile.RESTRICTED and signed in self.given)

    @property
    def has_page(self) -> bool:
        """Whether the quarter has an address: one that is not the contract's (any more) has its files alone."""
        return self.council.contract.has(self.quarter)

    def list_changes(self, page: ReturnPage) -> list[CellChange]:
        """The figures that differ between the standing version and this page of the return."""
        return list_changes(load_page(self.standing.page), page) if self.standing else []

    def list_changes_of(self, signed: SignedReturn) -> tuple[CellChange, ...] | None:
        """The figures that this version changed; None if it replaced none, or that one cannot be compared."""
        earlier = [before for before in self.versions if before.version < signed.version]
        if not earlier or earlier[0].withdrawn_at is not None:
            return None
        return compare_with(earlier[0], load_page(signed.page))


def get_signing_history(council: Council, quarter: Quarter, profile: Profile) -> SigningHistory:
    """The history of one return; it may be empty."""
    return SigningHistory(council, quarter, profile, _list_versions(council.id, quarter.starts_on, profile))


def list_signing_histories(council: Council) -> list[SigningHistory]:
    """The history of each return that was ever signed off: the newest quarter first, restricted before published.

    A quarter that is not one of the contract's, as its years are known now, keeps its months.
    """
    versions = db.session.scalars(_select_versions().where(SignedReturn.council_id == council.id))
    return [
        SigningHistory(council, council.contract.beginning_on(starts_on), Profile(profile), list(group))
        for (starts_on, profile), group in groupby(versions, lambda signed: (signed.starts_on, signed.profile))
    ]


def get_signed_return(signed_id: int) -> SignedReturn | None:
    """The version with this id."""
    return db.session.get(SignedReturn, signed_id)


def get_history_of(signed: SignedReturn) -> SigningHistory:
    """The history of the return that this is a version of; its quarter as in ``list_signing_histories``."""
    quarter = signed.council.contract.beginning_on(signed.starts_on)
    return get_signing_history(signed.council, quarter, Profile(signed.profile))


def compare_with(signed: SignedReturn, page: ReturnPage) -> tuple[CellChange, ...] | None:
    """The figures that differ between a version and this page; None if what is stored is not what was signed off."""
    try:
        check_signed_return(signed)
    except AlteredError:
        return None
    return tuple(list_changes(load_page(signed.page), page))


def is_standing(signed: SignedReturn) -> bool:
    """Whether this is the version that the council sees."""
    newest = _list_versions(signed.council_id, signed.starts_on, signed.profile)[0]
    return newest.id == signed.id and newest.withdrawn_at is None


def get_stored_return(signed: SignedReturn) -> StoredReturn:
    """The return as it was signed off.

    Raises:
        AlteredError: what is stored is not what was signed off.
    """
    check_signed_return(signed)
    page, quarter = load_page(signed.page), signed.council.contract.beginning_on(signed.starts_on)
    page = replace(page, quarter=quarter) if quarter == page.quarter else page  # as it is written by now
    return StoredReturn(page=page, picture=signed.picture, archive=signed.archive)


def _list_versions(council_id: int, starts_on: date, profile: str) -> Sequence[SignedReturn]:
    is_wanted = (
        SignedReturn.council_id == council_id,
        SignedReturn.starts_on == starts_on,
        SignedReturn.profile == profile,
    )
    return db.session.scalars(_select_versions().where(*is_wanted)).all()


def _select_versions() -> Select[SignedReturn]:
    return (
        select(SignedReturn)
        .options(*map(selectinload, (SignedReturn.signed_by, SignedReturn.withdrawn_by, SignedReturn.council)))
        .order_by(SignedReturn.starts_on.desc(), SignedReturn.profile.desc(), SignedReturn.version.desc())
    )
