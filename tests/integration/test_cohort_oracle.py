"""The cohort query beside a loop that says R1 to R4 and R12 word for word, on small invented services."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from star_tracker.analysis.cohorts import CohortFilter
from star_tracker.domain.cohort_choice import CHILDREN
from star_tracker.domain.permissions import Actor, get_reader, may_read_family
from star_tracker.domain.roles import Role
from star_tracker.domain.scales import AREAS, ClosureReason, CompletedBy, Exclusion, Kind, NotScored
from star_tracker.domain.schedule import DEFAULT_TIMINGS
from star_tracker.extensions import Base, db
from star_tracker.models import Council, Family, Pod, User
from star_tracker.queries.families.families import list_families
from star_tracker.queries.families.readers import get_access
from star_tracker.queries.figures.cohorts import get_cohort, get_cohorts_by_pod, list_excluded
from star_tracker.queries.figures.key_figures import get_key_figures
from star_tracker.records.imports.importing import import_rows
from star_tracker.starfile.rows import StarCells, StarRow
from tests.support.tiny import BY_SOMEBODY

FIRST_DAY = date(2018, 1, 1)
LENGTH = 5
"""Days from the first date to the last: so few that dates meet, and boundaries with them."""

PODS, PEOPLE = ("Crewe", "Élan", "ada"), ("", "ana@example.org", "bo@example.org")
FAMILIES = ("F0", "F1", "F2")
REASONS = (ClosureReason.COMPLETED, ClosureReason.OTHER)

Restricted = Mapping[str, frozenset[str]]
"""The restricted families, each with the e-mail addresses of those who are named."""


@dataclass(frozen=True)
class Practitioner:
    """Whose cohort it is: an e-mail address, and the names of their pods."""

    email: str
    pods: frozenset[str]


def days(first: int = 0, last: int = LENGTH) -> st.SearchStrategy[date]:
    return st.integers(first, max(first, last)).map(lambda number: FIRST_DAY + timedelta(number))


readings = st.lists(st.sampled_from((*range(1, 11), *NotScored)), min_size=2, max_size=2).map(
    lambda drawn: (drawn[0], 5, *[NotScored.NOT_DISCUSSED] * (len(AREAS) - 3), drawn[1])
)


@st.composite
def parent_stars(draw: st.DrawFn, started: int, closed: int | None) -> list[StarCells]:
    """The Stars of one parent's intervention that R6 allows: perhaps no start, or no Star at all."""
    last = LENGTH if closed is None else min(LENGTH, closed + 28)
    first = draw(st.integers(started, last))
    dated = [(Kind.START, FIRST_DAY + timedelta(first))] if draw(st.integers(0, 3)) else []
    dated += [(Kind.INTERIM, day) for day in draw(st.sets(days(first, last), max_size=3))]
    dated += [(Kind.CLOSURE, draw(days(first, last)))] if draw(st.booleans()) else []
    completed_by = st.sampled_from((*CompletedBy, CompletedBy.TOGETHER, CompletedBy.TOGETHER))
    return [StarCells(kind, day, draw(completed_by), draw(st.booleans()), draw(readings)) for kind, day in dated]


@st.composite
def services(draw: st.DrawFn) -> list[StarRow]:
    """The rows of a few families, in any order; each row states everything of its intervention."""
    rows: list[StarRow] = []
    for family in range(draw(st.integers(1, 3))):
        for started in sorted(draw(st.sets(st.integers(0, LENGTH), min_size=1, max_size=2))):
            closed = draw(st.none() | st.integers(started, LENGTH))
            started_on = FIRST_DAY + timedelta(started)
            registered = StarRow(
                number=2,
                family_ref=f"F{family}",
                council_ref="",
                parent_ref="",
                pod=draw(st.sampled_from(PODS)),
                practitioner=draw(st.sampled_from(PEOPLE)),
                referred_on=started_on,
                started_on=started_on,
                closed_on=None if closed is None else FIRST_DAY + timedelta(closed),
                closure_reason=None if closed is None else draw(st.sampled_from(REASONS)),
                children=draw(st.sampled_from((None, 0, 1, 2, 4))),
                star=None,
            )
            for parent_ref in ("P1", "P2")[: draw(st.integers(1, 2))]:
                parent = replace(registered, parent_ref=parent_ref)
                stars = draw(parent_stars(started, closed))
                rows += [replace(parent, star=star) for star in stars] or [parent]
    return draw(st.permutations(rows))


a_day = st.none() | st.none() | st.none() | days(-1, LENGTH + 1)


def seldom(*codes: str) -> st.SearchStrategy[str | None]:
    """Mostly no choice: many choices at once leave nobody to compare."""
    return st.none() | st.none() | st.none() | st.none() | st.sampled_from(codes)


filters = st.builds(
    CohortFilter,
    as_at=days(-1, LENGTH + 1) | st.just(FIRST_DAY + timedelta(LENGTH + 50)),
    pods=st.none() | st.none() | st.lists(st.sampled_from((*PODS, "nobody's")), unique=True).map(tuple),
    practitioner=st.sampled_from((None, None, None, "Ana@Example.org", "bo@example.org")),
    status=st.sampled_from((None, "open", "open", "closed")),
    closure_reason=seldom("completed", "other"),
    children=seldom(*CHILDREN),
    re_referral=seldom("yes", "no"),
    months=seldom("0-2", "3-5"),
    latest_kind=seldom("interim", "closure"),
    completed=seldom("together", "worker", "prompt", "retrospective", "planned", "unplanned"),
    start_level=seldom("physical_health-low", "your_wellbeing-middle", "progress_to_work-high"),
    started_from=a_day,
    started_to=a_day,
    start_from=a_day,
    start_to=a_day,
    closed_from=a_day,
    closed_to=a_day,
    latest_from=a_day,
    latest_to=a_day,
)

restricted_families = st.dictionaries(st.sampled_from(FAMILIES), st.frozensets(st.sampled_from(PEOPLE[1:])))
practitioners = st.builds(Practitioner, st.sampled_from(PEOPLE[1:]), st.frozensets(st.sampled_from(PODS)))


def is_in(day: date | None, first: date | None, last: date | None) -> bool:
    return day is not None and (first is None or first <= day) and (last is None or day <= last)


def is_selected(row: StarRow, chosen: CohortFilter, rows: Iterable[StarRow]) -> bool:
    """R3: what a filter asks of the intervention. All last some days: none has been referred more than a year ago.

    A referral before counts whatever its pod was: whoever may read the family may read that too (R12).
    """
    closed_on = row.closed_on if row.closed_on and row.closed_on <= chosen.as_at else None
    re_referred = any(row.family_ref == other.family_ref and other.started_on < row.started_on for other in rows)
    least, most = CHILDREN[chosen.children] if chosen.children else (None, None)
    return (
        row.started_on <= chosen.as_at
        and (chosen.pods is None or row.pod in chosen.pods)
        and (chosen.practitioner is None or row.practitioner == chosen.practitioner.lower())
        and (chosen.status is None or chosen.status == ("closed" if closed_on else "open"))
        and (chosen.closure_reason is None or bool(closed_on and row.closure_reason == chosen.closure_reason))
        and (least is None or (row.children is not None and least <= row.children <= (20 if most is None else most)))
        and (chosen.re_referral is None or chosen.re_referral == ("yes" if re_referred else "no"))
        and chosen.months in (None, "0-2")
        and is_in(row.started_on, chosen.started_from, chosen.started_to)
        and ((chosen.closed_from or chosen.closed_to) is None or is_in(closed_on, chosen.closed_from, chosen.closed_to))
    )


def has_chosen_stars(start: StarCells, latest: StarCells, chosen: CohortFilter) -> bool:
    """R3: what a filter asks of a pair's Stars. An import has no unplanned Star."""
    area, _, level = (chosen.start_level or "").rpartition("-")
    value = start.readings[AREAS.index(area)] if area else None
    lowest, highest = {"low": (1, 4), "middle": (5, 6), "high": (7, 10)}.get(level, (1, 10))
    by_worker = CompletedBy.WORKER in (start.completed_by, latest.completed_by)
    is_completed = {
        None: True,
        "together": not by_worker,
        "worker": by_worker,
        "prompt": not (start.retrospective or latest.retrospective),
        "retrospective": start.retrospective or latest.retrospective,
        "planned": True,
        "unplanned": False,
    }
    return (
        is_in(start.completed_on, chosen.start_from, chosen.start_to)
        and is_in(latest.completed_on, chosen.latest_from, chosen.latest_to)
        and chosen.latest_kind in (None, latest.kind)
        and (not area or (isinstance(value, int) and lowest <= value <= highest))
        and is_completed[chosen.completed]
    )


def is_theirs(row: StarRow, practitioner: Practitioner | None, restricted: Restricted) -> bool:
    """R12: whose cohort the intervention is in; everybody's who is asked for by nobody in particular."""
    if practitioner is None:
        return True
    if row.family_ref in restricted:
        return practitioner.email in restricted[row.family_ref]
    return row.pod in practitioner.pods


def find_pair(stars: Iterable[StarCells], as_at: date) -> tuple[StarCells, StarCells] | Exclusion:
    """R1 to R3 for one (parent, intervention): its start and latest Star, or why there is no pair."""
    counted = [star for star in stars if star.completed_by != CompletedBy.PARENT and star.completed_on <= as_at]
    if not counted:
        return Exclusion.NO_COUNTED_STAR
    starts = [star for star in counted if star.kind == Kind.START]
    if not starts:
        return Exclusion.NO_START_STAR
    start = min(starts, key=lambda star: star.completed_on)
    later = [star for star in counted if star.kind != Kind.START and star.completed_on >= start.completed_on]
    if not later:
        return Exclusion.ONE_STAR_ONLY
    return start, max(later, key=lambda star: (star.completed_on, star.kind == Kind.CLOSURE))


Change = tuple[str, str, int, int]


def count(
    rows: Iterable[StarRow], chosen: CohortFilter, every_row: Iterable[StarRow]
) -> tuple[int, Counter[Change], Counter[tuple[str, Exclusion]]]:
    """Pairs; how many of each (pod, area, start, latest); how many of each (pod, reason)."""
    histories: defaultdict[tuple[str, str, date, str], list[StarCells]] = defaultdict(list)
    for row in rows:
        if is_selected(row, chosen, every_row):
            histories[row.pod, row.family_ref, row.started_on, row.parent_ref] += [row.star] if row.star else []
    pairs, changes, excluded = 0, Counter[Change](), Counter[tuple[str, Exclusion]]()
    for (pod, *_), stars in histories.items():
        found = find_pair(stars, chosen.as_at)
        if isinstance(found, Exclusion):
            excluded[pod, found] += 1
            continue
        start, latest = found
        if has_chosen_stars(start, latest, chosen):
            pairs += 1
            for area, before, after in zip(AREAS, start.readings, latest.readings, strict=True):
                if isinstance(before, int) and isinstance(after, int):
                    changes[pod, area, before, after] += 1
    return pairs, changes, excluded


def empty_the_database() -> None:
    for table in reversed(Base.metadata.sorted_tables):
        if not table.name.startswith(("audit", "council")):
            db.session.execute(table.delete())
    db.session.commit()


def fill_the_database(rows: list[StarRow], restricted: Restricted) -> None:
    empty_the_database()
    import_rows(BY_SOMEBODY, rows, edition="first", source="test")
    people, pods = set(db.session.scalars(select(User.email))), set(db.session.scalars(select(Pod.name)))
    db.session.add_all(User(email=email) for email in PEOPLE[1:] if email not in people)
    council_id = db.session.scalars(select(Council.id)).one()
    db.session.add_all(Pod(name=name, council_id=council_id) for name in PODS if name not in pods)
    for family in db.session.scalars(select(Family)):
        # Naming somebody for a family that is not restricted opens it to nobody.
        named = restricted.get(family.ref, PEOPLE)
        family.restricted = family.ref in restricted
        family.people = list(db.session.scalars(select(User).where(User.email.in_(named))))
    db.session.commit()


def find_actor(practitioner: Practitioner) -> Actor:
    user_id = db.session.scalars(select(User.id).where(User.email == practitioner.email)).one()
    pod_ids = frozenset(db.session.scalars(select(Pod.id).where(Pod.name.in_(practitioner.pods))))
    return Actor(user_id, practitioner.email, frozenset({Role.PRACTITIONER}), pod_ids)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    rows=services(),
    chosen=st.lists(st.tuples(filters, st.none() | practitioners), min_size=6, max_size=6),
    restricted=restricted_families,
)
def test_the_cohort_is_what_a_plain_loop_counts(
    app: Flask, rows: list[StarRow], chosen: list[tuple[CohortFilter, Practitioner | None]], restricted: Restricted
) -> None:
    fill_the_database(rows, restricted)
    for one, practitioner in ((CohortFilter(as_at=FIRST_DAY + timedelta(LENGTH)), None), *chosen):
        pairs, changes, excluded = count((row for row in rows if is_theirs(row, practitioner, restricted)), one, rows)
        reader = get_reader(find_actor(practitioner)) if practitioner else None
        cohort = get_cohort(one, reader=reader)
        by_pod, excluded_by_pod = get_cohorts_by_pod(one, reader=reader)
        assert {tuple(row[:-1]): row[-1] for row in by_pod.itertuples(index=False)} == changes
        assert {tuple(row[:-1]): row[-1] for row in excluded_by_pod.itertuples(index=False)} == excluded
        assert cohort.pairs == pairs
        assert Counter(list_excluded(one, reader=reader).values()) == +Counter(cohort.excluded)
        assert cohort.excluded == {
            reason: sum(n for (_, found), n in excluded.items() if found == reason) for reason in Exclusion
        }
        whole = Counter[tuple[object, ...]]()
        for (_, *change), n in changes.items():
            whole[tuple(change)] += n
        assert {tuple(row[:-1]): row[-1] for row in cohort.changes.itertuples(index=False)} == whole
        theirs = (row for row in rows if is_theirs(row, practitioner, restricted))
        paired = count(theirs, one.of_everybody, rows)[0]
        everybody = paired + sum(cohort.excluded.values())
        assert get_key_figures(one, reader=reader, timings=DEFAULT_TIMINGS)[0].paired == (paired, everybody)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(rows=services(), asking=st.lists(practitioners, min_size=4, max_size=4), restricted=restricted_families)
def test_lists_hold_the_families_that_may_be_read_one_by_one(
    app: Flask, rows: list[StarRow], asking: list[Practitioner], restricted: Restricted
) -> None:
    fill_the_database(rows, restricted)
    ids = {family.ref: family.id for family in db.session.scalars(select(Family))}
    for practitioner in asking:
        actor = find_actor(practitioner)
        readable = set()
        for ref, family_id in ids.items():
            access = get_access(Family, family_id)
            assert access is not None
            if may_read_family(actor, access.pod_ids, named=access.named):
                readable.add(ref)
        assert readable == {row.family_ref for row in rows if is_theirs(row, practitioner, restricted)}
        assert [family.ref for family in list_families(reader=get_reader(actor)).rows] == sorted(readable)
