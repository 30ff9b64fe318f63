"""Invented services of any size, for the tests and measurements that need many Stars."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from star_tracker.domain.days import add_months
from star_tracker.domain.scales import AREAS, ClosureReason, CompletedBy, Kind, NotScored
from star_tracker.starfile.rows import StarCells, StarRow

STARS_PER_POD = 1250
PRACTITIONERS_PER_POD = 4
FIRST_DAY, LAST_DAY = date(2015, 1, 5), date(2018, 12, 31)


def generate_star_rows(stars: int, seed: int) -> Iterator[StarRow]:
    """The rows of a service with exactly this many Stars, family by family; the same arguments give the same rows.

    Pods of four practitioners have about 1,250 Stars each. A family has one parent or two, and now and then a second
    intervention. A parent has a start Star, interims about every three months and a closure Star: one to six in all.
    One parent in fifteen has no start Star, one Star in twelve was completed by the parent alone, beside one in twenty
    stands another of the parent's own, and one area in fifteen is not scored.
    """
    choose = random.Random(seed)
    pods = max(1, round(stars / STARS_PER_POD))
    number, family, made = 2, 0, 0
    while made < stars:
        family += 1
        pod = choose.randrange(pods)
        started_on = FIRST_DAY + timedelta(days=choose.randrange((LAST_DAY - FIRST_DAY).days - 300))
        for _ in range(2 if choose.random() < 0.08 else 1):
            months = choose.choice((2, 4, 6, 9, 12, 15))
            closed_on = add_months(started_on, months)
            is_closed = closed_on < LAST_DAY - timedelta(days=30) and choose.random() < 0.95
            practitioner = choose.randrange(PRACTITIONERS_PER_POD)
            referred_on = started_on - timedelta(days=choose.randrange(30))
            reason = choose.choice(list(ClosureReason)) if is_closed else None
            children = choose.randint(1, 5)
            for parent in "ab"[: 2 if choose.random() < 0.4 else 1]:
                for star in _parent_stars(choose, started_on, min(closed_on, LAST_DAY), is_closed=is_closed):
                    if made == stars:
                        return
                    yield StarRow(
                        number=number,
                        family_ref=f"F{family:06}",
                        council_ref=f"LCS{family:06}" if family % 3 else "",
                        parent_ref=f"P{family:06}{parent}",
                        pod=f"Pod {pod + 1:02}",
                        practitioner=f"worker{pod * PRACTITIONERS_PER_POD + practitioner + 1}@example.org",
                        referred_on=referred_on,
                        started_on=started_on,
                        closed_on=closed_on if is_closed else None,
                        closure_reason=reason,
                        children=children,
                        star=star,
                    )
                    number, made = number + 1, made + 1
            if not is_closed or closed_on > date(2018, 1, 1):
                break
            started_on = closed_on + timedelta(days=choose.randrange(30, 150))


def _parent_stars(choose: random.Random, started_on: date, until: date, *, is_closed: bool) -> Iterator[StarCells]:
    """One parent's Stars in an intervention that lasts until this day, each a little higher than the one before."""
    level = [choose.randint(2, 7) for _ in AREAS]
    day = started_on + timedelta(days=choose.randrange(28))
    kinds = [Kind.START] if choose.random() > 1 / 15 else [Kind.INTERIM]
    days = [day]
    while len(days) < 5 and add_months(days[-1], 3) < until and choose.random() < 0.9:
        days.append(add_months(days[-1], 3) + timedelta(days=choose.randrange(10)))
        kinds.append(Kind.INTERIM)
    if is_closed and choose.random() < 0.8:
        days.append(max(until, days[-1] + timedelta(days=1)))
        kinds.append(Kind.CLOSURE)
    for kind, completed_on in zip(kinds, days, strict=True):
        star = StarCells(
            kind=kind,
            completed_on=completed_on,
            completed_by=_completed_by(choose),
            retrospective=choose.random() < 0.05,
            readings=tuple(_reading(choose, value) for value in level),
        )
        yield star
        if star.completed_by.is_counted and choose.random() < 0.05:
            before = choose.randrange((completed_on - started_on).days + 1) if kind is Kind.START else 0
            yield replace(star, completed_on=completed_on - timedelta(days=before), completed_by=CompletedBy.PARENT)
        level = [min(10, max(1, value + choose.choice((-1, 0, 0, 1, 1, 2)))) for value in level]


def _completed_by(choose: random.Random) -> CompletedBy:
    draw = choose.random()
    if draw < 1 / 12:
        return CompletedBy.PARENT
    return CompletedBy.WORKER if draw < 1 / 4 else CompletedBy.TOGETHER


def _reading(choose: random.Random, value: int) -> int | NotScored:
    return value if choose.random() > 1 / 15 else choose.choice(list(NotScored))
