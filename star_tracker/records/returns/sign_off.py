"""Signing off the council's returns, and withdrawing a sign-off (docs/rules.md, Signing off)."""

from star_tracker.domain.checked import SayWhy, checked_reason
from star_tracker.domain.context import Context
from star_tracker.domain.days import long_date
from star_tracker.domain.errors import DomainError
from star_tracker.exports.returns.checks.result import find_failed
from star_tracker.exports.returns.files import MadeReturn
from star_tracker.exports.returns.pages import dump_page
from star_tracker.exports.returns.versions import Signing
from star_tracker.extensions import db
from star_tracker.models import Council, SignedReturn, User
from star_tracker.queries.returns.signed_returns import SigningHistory, compare_with, get_signing_history, is_standing
from star_tracker.records.transactions import write

WHAT_TO_DO = "Tell whoever runs Star Tracker: the record is as it was"


def sign_off_return(context: Context, *, council: Council, made: MadeReturn, checked: str, note: str) -> SignedReturn:
    """Store this return as the version that the council sees from now on; an earlier version becomes replaced.

    Its files are built as those of this version: they name it, who signed it, why, and what changed. If the current
    version has the same figures, nothing changes: a second click is harmless.

    Args:
        context: the lead, and when.
        council: whose return it is.
        made: the return, from the record as it is now.
        checked: the fingerprint of the page that the lead checked.
        note: the lead's note to the council; the reason, which must be given, if there was ever a version before.

    Raises:
        DomainError: the quarter has not ended, the figures have changed since the lead checked them, there is no
            reason, its files do not carry the same figures or do not add up, or somebody else signed off or withdrew a
            version meanwhile.
    """
    page = made.page
    if page.quarter.ends_on >= context.today:
        raise DomainError(
            "",
            f"{page.quarter.label} has not ended: its return can be signed off after {long_date(page.quarter.ends_on)}",
        )
    if checked != page.fingerprint:
        raise DomainError(
            "has_checked",
            "The record has changed since you opened this page: look at the figures again, then tick this box",
        )
    history = get_signing_history(council, page.quarter, page.profile)
    if history.standing and not history.list_changes(page):
        return history.standing
    before = _list_states(history)
    if history.latest:
        note = checked_reason(note, SayWhy.COUNCIL, field="note")
    made = made.as_signed(
        Signing(
            version=len(history.versions) + 1,
            signed_by=db.session.get_one(User, context.actor.user_id).shown_as,
            signed_at=context.now.astimezone(made.return_.time_zone),
            note=note.strip(),
            is_predecessor_withdrawn=history.latest is not None and history.standing is None,
            changes=compare_with(history.standing, page) if history.standing else None,
        )
    )
    if failed := find_failed(made.checks):
        raise DomainError("", f"Nothing was signed off: the files of this return are at fault. {failed}. {WHAT_TO_DO}")
    page, picture, archive = made.page, made.picture, made.archive  # before the transaction: they take a second
    with write(context) as transaction:
        history = get_signing_history(council, page.quarter, page.profile)
        if history.standing and not history.list_changes(page):
            return history.standing
        if _list_states(history) != before:
            raise DomainError(
                "has_checked",
                "Somebody else has signed off or withdrawn this return meanwhile: look at it again, then tick this box",
            )
        signed = SignedReturn(
            council_id=council.id,
            starts_on=page.quarter.starts_on,
            profile=page.profile.value,
            version=len(history.versions) + 1,
            signed_at=context.now,
            signed_by_id=context.actor.user_id,
            note=note.strip(),
            page=dump_page(page),
            picture=picture,
            archive=archive,
        )
        return transaction.add(signed, **signed.hash_parts())


def _list_states(history: SigningHistory) -> list[tuple[int, bool]]:
    """Every version of a return, and whether it was withdrawn, in plain values."""
    return [(signed.version, signed.withdrawn_at is not None) for signed in history.versions]


def withdraw_sign_off(context: Context, *, signed_id: int, reason: str) -> SignedReturn:
    """Hide a signed return from the council; the version is kept with the reason.

    Raises:
        DomainError: no reason, or already withdrawn or replaced.
        NotFoundError: no such version.
    """
    with write(context) as transaction:
        signed = transaction.get_locked(SignedReturn, signed_id)
        reason = checked_reason(reason, SayWhy.COUNCIL)
        if not is_standing(signed):
            raise DomainError("reason", "This sign-off has already been withdrawn or replaced")
        transaction.change(
            "withdraw", signed, withdrawn_at=context.now, withdrawn_by_id=context.actor.user_id, withdrawn_reason=reason
        )
        return signed
