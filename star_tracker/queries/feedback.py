"""What was said of the service: of a family, of nobody in particular, and in a quarter for its return."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, bindparam, case, func, select
from sqlalchemy.orm import joinedload

from star_tracker.analysis.service import FeedbackCount
from star_tracker.domain.quarters import Quarter
from star_tracker.extensions import db
from star_tracker.models import Family, Feedback, Pod
from star_tracker.queries.paging import Page

ROWS = 20


def get_feedback(feedback_id: int) -> Feedback | None:
    """The feedback with this id."""
    return db.session.get(Feedback, feedback_id)


def list_feedback_of(family_id: int) -> Sequence[Feedback]:
    """Everything that was said of a family, the latest first; withdrawn words too."""
    return db.session.scalars(_OF_FAMILY, {"family_id": family_id}).all()


def list_feedback_of_nobody(pod_ids: Collection[int] | None, *, page: int = 1) -> Page[Feedback]:
    """What was said of no family in particular about these pods, or with None about any, the latest first."""
    is_wanted = [Feedback.family_id.is_(None)]
    if pod_ids is not None:
        is_wanted.append(Feedback.pod_id.in_(pod_ids))
    total = db.session.scalar(select(func.count()).select_from(Feedback).where(*is_wanted)) or 0
    page = min(max(page, 1), Page[Feedback]([], total, page, ROWS).pages)
    statement = (
        select(Feedback)
        .where(*is_wanted)
        .options(joinedload(Feedback.pod))
        .order_by(*_LATEST_FIRST)
        .offset((page - 1) * ROWS)
        .limit(ROWS)
    )
    return Page(list(db.session.scalars(statement)), total, page, ROWS)


def count_feedback(council_id: int, quarter: Quarter) -> list[FeedbackCount]:
    """How much was said in a quarter of each pod that is in a council's return, by whom."""
    quotable = func.sum(case((Feedback.may_quote, 1), else_=0))
    statement = (
        select(Pod.name, Feedback.said_by, func.count(), quotable)
        .join(Pod, Pod.id == Feedback.pod_id)
        .where(*_said_in(council_id, quarter))
        .group_by(Pod.name, Feedback.said_by)
    )
    return sorted(FeedbackCount(*row) for row in db.session.execute(statement))


def list_quotable(council_id: int, quarter: Quarter) -> Sequence[Feedback]:
    """What may be quoted in a council's return of a quarter: with consent, and not of a restricted family."""
    of_restricted = Feedback.family_id.in_(select(Family.id).where(Family.restricted))
    statement = (
        select(Feedback)
        .where(*_said_in(council_id, quarter), Feedback.may_quote, Feedback.family_id.is_(None) | ~of_restricted)
        .options(joinedload(Feedback.pod))
        .order_by(Feedback.said_by, Feedback.said_on, Feedback.id)
    )
    return db.session.scalars(statement).all()


def _said_in(council_id: int, quarter: Quarter) -> list[ColumnElement[bool]]:
    return [
        Feedback.pod_id.in_(select(Pod.id).where(Pod.council_id == council_id, ~Pod.is_comparison)),
        Feedback.said_on.between(quarter.starts_on, quarter.ends_on),
        Feedback.withdrawn_at.is_(None),
    ]


_LATEST_FIRST = (Feedback.said_on.desc(), Feedback.id.desc())

_OF_FAMILY = select(Feedback).where(Feedback.family_id == bindparam("family_id")).order_by(*_LATEST_FIRST)
