"""Why the figures of a signed return differ from the record by now: what the audit trail has since."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, func, or_, select

from star_tracker.domain.permissions import Reader
from star_tracker.domain.quarters import Quarter
from star_tracker.extensions import db
from star_tracker.models import AuditEntry, Contact, Family, Feedback, Intervention, SignedReturn, Star
from star_tracker.queries.families.readers import is_readers_family
from star_tracker.queries.figures.conditions import is_of_council

MOST_CAUSES = 50
"""How many are listed: the latest."""

_CHANGES = (
    *("record", "close", "replace", "withdraw", "import", "reopen", "move", "move to parent", "merge"),
    *("transfer", "put right", "correct", "change", "remove", "mend"),
)
_OF_FAMILIES = ("star", "registration", "intervention", "transfer", "reopening", "contact", "feedback")
_OF_SERVICE = ("servicesetting", "pod", "council", "target", "narrative", "star_file")


@dataclass(frozen=True)
class Causes:
    """What happened since that a figure of the quarter can depend on.

    Attributes:
        entries: those of the trail, the latest first, that the reader may read; at most ``MOST_CAUSES``.
        more: how many earlier ones there are.
        unreadable: how many concern families that the reader may not read (R12).
    """

    entries: Sequence[AuditEntry]
    more: int
    unreadable: int


def list_causes(signed: SignedReturn, quarter: Quarter, reader: Reader | None) -> Causes:
    """What was recorded, corrected, withdrawn, moved, opened or closed since, and which settings were changed.

    It is about families with an intervention in the council's pods, and leaves out what is dated after the quarter.
    That a figure depends on each is possible, not certain: the trail says what was done, not to which figure.

    Args:
        signed: the version to compare with.
        quarter: its quarter.
        reader: whose families may be named; None for every one.
    """
    happened = _has_happened_since(signed, quarter)
    families = select(Family.id).where(is_readers_family(reader))
    is_readable = or_(AuditEntry.family_id.is_(None), AuditEntry.family_id.in_(families))
    count = select(func.count(), func.count().filter(is_readable)).select_from(AuditEntry).where(happened)
    everything, readable = db.session.execute(count).one()
    latest_first = select(AuditEntry).where(happened, is_readable).order_by(AuditEntry.id.desc()).limit(MOST_CAUSES)
    entries = db.session.scalars(latest_first).all()
    return Causes(entries, more=readable - len(entries), unreadable=everything - readable)


def count_causes(
    standing: Iterable[tuple[SignedReturn, Quarter]], *, after: Mapping[int, int] | None = None
) -> dict[int, int]:
    """How much of it happened since each version was signed, ``MOST_CAUSES`` at most; by the version's id.

    Where it is 0, each figure of the return is as the record gives it.

    Args:
        standing: the versions, with their quarters.
        after: for a version's id, an entry of the trail: only later ones are counted.
    """
    last = after or {}
    numbers = {
        signed.id: select(func.count())
        .select_from(
            select(AuditEntry.id)
            .where(_has_happened_since(signed, quarter), AuditEntry.id > last.get(signed.id, 0))
            .limit(MOST_CAUSES)
            .subquery()
        )
        .scalar_subquery()
        for signed, quarter in standing
    }
    return dict(zip(numbers, db.session.execute(select(*numbers.values())).one(), strict=True)) if numbers else {}


def _has_happened_since(signed: SignedReturn, quarter: Quarter) -> ColumnElement[bool]:
    of_council = select(Intervention.family_id).where(is_of_council(signed.council_id))
    earlier = select(SignedReturn.id).where(
        SignedReturn.council_id == signed.council_id, SignedReturn.starts_on < quarter.starts_on
    )  # whose rates stand beside this quarter's
    return and_(
        AuditEntry.at > signed.signed_at,
        AuditEntry.action.in_(_CHANGES),
        or_(
            and_(AuditEntry.entity.in_(_OF_FAMILIES), AuditEntry.family_id.in_(of_council)),
            and_(AuditEntry.entity.in_((*_OF_SERVICE, "feedback")), AuditEntry.family_id.is_(None)),
            and_(AuditEntry.entity == "signedreturn", AuditEntry.entity_id.in_(earlier)),
        ),
        ~_is_after(quarter.ends_on),
    )


def _is_after(day: date) -> ColumnElement[bool]:
    """The entry is of something that is dated after this day, as the record has it now."""
    later = (
        ("star", select(Star.id).where(Star.completed_on > day)),
        ("contact", select(Contact.id).where(Contact.contacted_on > day)),
        ("feedback", select(Feedback.id).where(Feedback.said_on > day)),
        ("intervention", select(Intervention.id).where(Intervention.referred_on > day)),
    )
    return or_(*(and_(AuditEntry.entity == entity, AuditEntry.entity_id.in_(ids)) for entity, ids in later))
