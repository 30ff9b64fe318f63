"""Stars with a fall in an area that tells of the children's safety (``domain.falls``), and whether it was answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import joinedload

from star_tracker.domain.falls import Fall, FallRule
from star_tracker.domain.permissions import Reader
from star_tracker.extensions import db
from star_tracker.models import Intervention, Reading, Registration, SafetyAnswer, Star
from star_tracker.queries.families.readers import is_readers_intervention
from star_tracker.queries.paging import Page

PAGE_SIZE = 25


@dataclass(frozen=True)
class StarWithFall:
    """A Star that asks, where it fell, and its answer; None if there is none yet."""

    star: Star
    falls: Sequence[Fall]
    answer: SafetyAnswer | None


def list_falls_of(star: Star, rule: FallRule) -> list[Fall]:
    """Where this Star fell, in the Star's order; [] if it does not count."""
    statement = _select_falls(rule, Star.registration_id == star.registration_id)
    if statement is None:
        return []
    falls = statement.subquery()
    of_star = select(falls).where(falls.c.id == star.id).order_by(falls.c.area)
    return [Fall(row.area, row.before, row.value) for row in db.session.execute(of_star)]


def get_safety_answer(star_id: int) -> SafetyAnswer | None:
    """What is being done to keep the children safe, as written beside this Star."""
    statement = select(SafetyAnswer).where(SafetyAnswer.star_id == star_id)
    return db.session.scalar(statement.options(joinedload(SafetyAnswer.answered_by)))


def count_falls(rule: FallRule, *, since: date, reader: Reader | None) -> tuple[int, int]:
    """How many Stars completed on or after ``since`` ask, without an answer and with one."""
    falls = _select_stars_with_falls(rule, since, reader)
    if falls is None:
        return 0, 0
    stars = falls.subquery()
    answered = select(func.count(), func.count(SafetyAnswer.id)).select_from(stars)
    total, done = db.session.execute(answered.outerjoin(SafetyAnswer, SafetyAnswer.star_id == stars.c.id)).one()
    return total - done, done


def get_falls_page(
    rule: FallRule, *, since: date, reader: Reader | None, is_answered: bool, page: int
) -> Page[StarWithFall]:
    """Stars that ask, completed on or after ``since``, the latest first: those with an answer, or those without."""
    total = count_falls(rule, since=since, reader=reader)[is_answered]
    last = max(1, -(-total // PAGE_SIZE))
    page = min(max(page, 1), last)
    falls = _select_stars_with_falls(rule, since, reader)
    if falls is None or not total:
        return Page([], total, page, PAGE_SIZE)
    has_answer = select(SafetyAnswer.id).where(SafetyAnswer.star_id == Star.id).exists()
    statement = (
        select(Star)
        .where(Star.id.in_(falls), has_answer if is_answered else ~has_answer)
        .options(
            joinedload(Star.registration).joinedload(Registration.parent),
            joinedload(Star.registration).joinedload(Registration.intervention).joinedload(Intervention.pod),
            joinedload(Star.registration).joinedload(Registration.intervention).joinedload(Intervention.practitioner),
        )
        .order_by(Star.completed_on.desc(), Star.id.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    stars = db.session.scalars(statement).all()
    of_stars, answers = _list_falls_of_all(stars, rule), _list_answers(stars)
    rows = [StarWithFall(star, of_stars.get(star.id, ()), answers.get(star.id)) for star in stars]
    return Page(rows, total, page, PAGE_SIZE)


def _select_falls(rule: FallRule, *conditions: ColumnElement[bool]) -> Select[int, date, str, int, int] | None:
    """The falls of counted Stars that meet the conditions, which must select whole registrations; None if none asks."""
    if not rule.areas:
        return None
    before = func.lag(Reading.value).over(partition_by=(Star.registration_id, Reading.area), order_by=Star.in_order())
    scored = (
        select(Star.id, Star.completed_on, Reading.area, Reading.value, before.label("before"))
        .join(Reading, Reading.star_id == Star.id)
        .where(Star.is_counted, Reading.area.in_(rule.areas), Reading.value.is_not(None), *conditions)
        .subquery()
    )
    columns = scored.c.id, scored.c.completed_on, scored.c.area, scored.c.value, scored.c.before
    return select(*columns).where(scored.c.before - scored.c.value >= rule.points)


def _select_stars_with_falls(rule: FallRule, since: date, reader: Reader | None) -> Select[int] | None:
    of_reader = select(Registration.id).join(Intervention).where(is_readers_intervention(reader))
    falls = _select_falls(rule, *([] if reader is None else [Star.registration_id.in_(of_reader)]))
    if falls is None:
        return None
    found = falls.subquery()
    return select(found.c.id).where(found.c.completed_on >= since).distinct()


def _list_falls_of_all(stars: Sequence[Star], rule: FallRule) -> Mapping[int, list[Fall]]:
    statement = _select_falls(rule, Star.registration_id.in_({star.registration_id for star in stars}))
    found: dict[int, list[Fall]] = {}
    for row in db.session.execute(statement) if statement is not None else ():
        found.setdefault(row.id, []).append(Fall(row.area, row.before, row.value))
    return found


def _list_answers(stars: Sequence[Star]) -> Mapping[int, SafetyAnswer]:
    statement = select(SafetyAnswer).where(SafetyAnswer.star_id.in_([star.id for star in stars]))
    found = db.session.scalars(statement.options(joinedload(SafetyAnswer.answered_by)))
    return {answer.star_id: answer for answer in found}
