"""Leave cover: whose caseload somebody has beside their own, and what is named for the days to come."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import joinedload

from star_tracker.domain.caseload import Case
from star_tracker.domain.permissions import Actor, get_reader
from star_tracker.domain.roles import Role
from star_tracker.domain.schedule import Timings
from star_tracker.extensions import db
from star_tracker.models import SHOWN_OF_PERSON, Cover, Intervention
from star_tracker.queries.families.readers import is_readers_intervention
from star_tracker.queries.figures.caseload import list_caseload

_NOT_ENDED = Cover.ended_at.is_(None) & (Cover.last_day >= bindparam("today"))
_OF_BOTH = (joinedload(Cover.away).load_only(*SHOWN_OF_PERSON), joinedload(Cover.colleague).load_only(*SHOWN_OF_PERSON))

_COVERED_BY = (
    select(Cover)
    .where(_NOT_ENDED, Cover.first_day <= bindparam("today"), Cover.colleague_id == bindparam("user_id"))
    .order_by(Cover.first_day, Cover.id)
    .options(joinedload(Cover.away).load_only(*SHOWN_OF_PERSON))
)
"""Built once: every caseload asks."""


def list_covered_by(user_id: int | None, *, today: date) -> list[Cover]:
    """The covers by which this person has others' caseloads beside their own today."""
    return list(db.session.scalars(_COVERED_BY, {"user_id": user_id, "today": today}))


@dataclass(frozen=True)
class CoverLine:
    """A cover, and how much of the caseload it does not show.

    Attributes:
        interventions: open interventions of whoever is away.
        unreadable: those of them that the colleague may not read: in another pod, or restricted to others.
    """

    cover: Cover
    interventions: int
    unreadable: int


def list_own_ids(actor: Actor, covered: Collection[Cover]) -> frozenset[int]:
    """The ids of those whose caseloads are somebody's own today: theirs, and those that they cover."""
    return frozenset({cover.away_id for cover in covered} | ({actor.user_id} if actor.user_id else set()))


def list_own_caseload(actor: Actor, *, today: date, timings: Timings) -> list[Case]:
    """A practitioner's caseload with those that they cover; a lead's who has none is the whole service's."""
    own_ids = None
    if Role.PRACTITIONER in actor.roles:
        own_ids = list_own_ids(actor, list_covered_by(actor.user_id, today=today))
    return list_caseload(reader=get_reader(actor), as_at=today, timings=timings, practitioner_ids=own_ids)


def list_covers(*, today: date, user_id: int | None) -> list[CoverLine]:
    """The covers of today and of days to come, the earliest first; of one person, who is away or covers, or of all."""
    statement = select(Cover).where(_NOT_ENDED).order_by(Cover.first_day, Cover.id).options(*_OF_BOTH)
    if user_id is not None:
        statement = statement.where((Cover.away_id == user_id) | (Cover.colleague_id == user_id))
    return [_measure(cover, today) for cover in db.session.scalars(statement, {"today": today})]


def get_cover(cover_id: int, *, today: date) -> Cover | None:
    """A cover that has not ended."""
    return db.session.scalar(select(Cover).where(Cover.id == cover_id, _NOT_ENDED).options(*_OF_BOTH), {"today": today})


def _measure(cover: Cover, today: date) -> CoverLine:
    of_away = select(func.count()).where(
        Intervention.practitioner_id == cover.away_id,
        Intervention.started_on <= today,
        Intervention.closed_on.is_(None),
    )
    interventions = db.session.scalar(of_away) or 0
    readable = db.session.scalar(of_away.where(is_readers_intervention(get_reader(cover.colleague.as_actor())))) or 0
    return CoverLine(cover, interventions, interventions - readable)
