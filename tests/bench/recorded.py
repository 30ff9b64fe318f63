"""Whether the record holds what was recorded in it: every answer that the server said it saved, and every Star once."""

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from star_tracker.domain.days import short_date
from star_tracker.domain.drafts import NOTE, PARENT_VALUE
from star_tracker.domain.errors import DomainError
from star_tracker.extensions import db
from star_tracker.models import Draft, Star
from star_tracker.queries.audit.audit_chain import verify_chain
from tests.bench.plans import StarPlan
from tests.bench.practitioners import Save

Which = tuple[int, str]
"""A Star: the parent's registration and the day."""


def find_losses(stars: Sequence[StarPlan], saved: Iterable[Save], *, stars_before: int) -> list[str]:
    """What the current application's record lacks, or holds twice; nothing if all is as it should be.

    Args:
        stars: what was to be recorded.
        saved: what the server said that it saved.
        stars_before: how many Stars there were before.
    """
    saved_by_star: dict[Which, list[Save]] = {(star.registration_id, star.completed_on): [] for star in stars}
    for save in saved:
        saved_by_star[save.registration_id, save.completed_on].append(save)
    recorded = _list_recorded({star.registration_id for star in stars})
    losses = []
    for star in stars:
        which = star.registration_id, star.completed_on
        answers, problems = follow_saves(saved_by_star[which])
        if missing := {name for name, _answer in star.saves} - set(answers):
            problems.append(f"never saved: {sorted(missing)}")
        found = recorded.get(which, [])
        if [kind for kind, _answers in found] != [star.kind]:
            problems.append(f"{len(found)} Stars of that day, not one {star.kind}")
        for _kind, there in found:
            wrong = {name for name in answers | there if answers.get(name) != there.get(name)}
            problems += [f"{name} was saved as {answers.get(name)!r} and is {there.get(name)!r}" for name in wrong]
        losses += [f"registration {which[0]}, {which[1]}: {problem}" for problem in problems]
    return losses + _find_faults_of_record(stars_before + len(stars))


def follow_saves(saves: Sequence[Save]) -> tuple[dict[str, str], list[str]]:
    """The last answer in each field, and the fields in which one was overwritten by somebody who had not seen it.

    Whoever saves says what stood there before, so the answers in a field follow one another like links of a chain,
    in whichever order they were heard of.

    >>> seen = [Save(1, "3/2/2019", "family_routine", "", "4"), Save(1, "3/2/2019", "family_routine", "4", "6")]
    >>> follow_saves(seen)
    ({'family_routine': '6'}, [])
    >>> follow_saves([*seen, Save(1, "3/2/2019", "family_routine", "", "9")])[1]
    ['family_routine: an answer was overwritten unseen']
    """
    by_field: dict[str, list[Save]] = {}
    for save in saves:
        by_field.setdefault(save.name, []).append(save)
    answers, problems = {}, []
    for name, links in by_field.items():
        follower = {save.was: save.now for save in links}
        answer, steps = "", 0
        while answer in follower and steps < len(links):
            answer, steps = follower[answer], steps + 1
        answers[name] = answer
        if steps != len(links) or len(follower) != len(links):
            problems.append(f"{name}: an answer was overwritten unseen")
    return answers, problems


def _list_recorded(registration_ids: set[int]) -> dict[Which, list[tuple[str, dict[str, str]]]]:
    """The kind and the answers, by a draft's fields, of each Star of these parents."""
    stars = select(Star).where(Star.registration_id.in_(registration_ids)).options(selectinload(Star.readings))
    recorded: dict[Which, list[tuple[str, dict[str, str]]]] = {}
    for star in db.session.scalars(stars):
        fields = {}
        for reading in star.readings:
            fields[reading.area] = str(reading.value or reading.reason)
            fields[NOTE + reading.area] = reading.note
            fields[PARENT_VALUE + reading.area] = str(reading.parent_value or "")
        answers = {name: answer for name, answer in fields.items() if answer}
        recorded.setdefault((star.registration_id, short_date(star.completed_on)), []).append((star.kind, answers))
    return recorded


def _find_faults_of_record(expected_stars: int) -> list[str]:
    faults = []
    stars = db.session.scalar(select(func.count()).select_from(Star))
    if stars != expected_stars:
        faults.append(f"the record has {stars} Stars, not {expected_stars}")
    if left := db.session.scalar(select(func.count()).select_from(Draft).where(Draft.star_id.is_(None))):
        faults.append(f"{left} Stars are still in progress")
    try:
        verify_chain()
    except DomainError as error:
        faults.append(f"the audit trail: {error}")
    return faults
