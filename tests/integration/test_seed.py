"""The demonstration service: the published figures at every anchor, the hard cases, and the same data each time.

Figures are counted here with SQL written for the purpose, so that a fault in the product's own counting shows.
"""

import itertools
import shutil
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from star_tracker import seed
from star_tracker.analysis.cohorts import CohortFilter
from star_tracker.analysis.measures import measures_frame
from star_tracker.analysis.service import closures_frame, served_frame
from star_tracker.domain.days import add_months
from star_tracker.domain.quarters import Quarter
from star_tracker.domain.schedule import DEFAULT_TIMINGS, DueState
from star_tracker.extensions import db
from star_tracker.models import Draft, Family, Intervention, Reopening, Transfer, User, UserRole
from star_tracker.queries.covers import list_covers
from star_tracker.queries.figures.closing import get_closing
from star_tracker.queries.figures.cohorts import get_cohort
from star_tracker.queries.figures.schedules import list_next_stars
from star_tracker.queries.returns.returns import get_service_record
from star_tracker.seed import build_rows, seed_demonstration, sign_off_demonstration
from star_tracker.starfile.consistency import list_faults_across_rows
from star_tracker.starfile.rows import StarRow
from star_tracker.starfile.writing import cell_texts
from tests.support.apps import NOW, TODAY, make_app
from tests.support.signing import get_council

LAST_OF_MARCH = date(2026, 3, 31)
ANCHORS = [date(2024, 2, 29), LAST_OF_MARCH, date(2026, 4, 1), date(2026, 11, 21)]
"""A leap day, a quarter's last day and first day, a Saturday."""

Anchored = tuple[date, str]
"""An anchor, and the address of a database."""

SERVED = """
    SELECT COUNT(*), SUM(most) FROM (
        SELECT family_id, MAX(children) AS most FROM interventions
        WHERE pod_id IN (SELECT id FROM pods WHERE NOT is_comparison) AND started_on <= :anchor GROUP BY family_id
    ) AS families
"""
CLOSED = SERVED.replace("started_on <= :anchor", "closed_on <= :anchor AND closure_reason = :reason")

HAS_START = """EXISTS (SELECT 1 FROM stars first WHERE first.registration_id = registrations.id
    AND first.kind = 'start' AND first.withdrawn_at IS NULL AND first.completed_by <> 'parent')"""
EARLIER = """interventions earlier ON earlier.family_id = interventions.family_id
    AND earlier.referred_on < interventions.referred_on"""

HARD_CASES = {
    "Stars without a start Star": f"""SELECT COUNT(DISTINCT registrations.id) FROM registrations
        JOIN stars ON stars.registration_id = registrations.id
        WHERE stars.withdrawn_at IS NULL AND stars.completed_by <> 'parent' AND NOT {HAS_START}""",
    "a parent whose Stars are all their own": """SELECT COUNT(*) FROM (SELECT registration_id FROM stars
        GROUP BY registration_id HAVING MIN(completed_by) = 'parent' AND MAX(completed_by) = 'parent') AS parents""",
    "a parent-only Star after counted ones": f"""SELECT COUNT(*) FROM registrations
        JOIN stars ON stars.registration_id = registrations.id
        WHERE stars.completed_by = 'parent' AND stars.kind <> 'start' AND {HAS_START}""",
    "a parent-only start Star beside one that counts": f"""SELECT COUNT(*) FROM registrations
        JOIN stars ON stars.registration_id = registrations.id
        WHERE stars.completed_by = 'parent' AND stars.kind = 'start' AND {HAS_START}""",
    "a Star by the worker alone": "SELECT COUNT(*) FROM stars WHERE completed_by = 'worker'",
    "an area that was not discussed": "SELECT COUNT(*) FROM readings WHERE reason = 'not_discussed'",
    "an area that was declined": "SELECT COUNT(*) FROM readings WHERE reason = 'declined'",
    "an area that is not applicable": "SELECT COUNT(*) FROM readings WHERE reason = 'not_applicable'",
    "a family that two pods served": """SELECT COUNT(*) FROM (SELECT family_id FROM interventions
        GROUP BY family_id HAVING COUNT(DISTINCT pod_id) = 2) AS families""",
    "a family that was closed completed twice": """SELECT COUNT(*) FROM (SELECT family_id FROM interventions
        WHERE closure_reason = 'completed' GROUP BY family_id HAVING COUNT(*) = 2) AS families""",
    "a family with more children the second time": f"""SELECT COUNT(*) FROM interventions JOIN {EARLIER}
        WHERE interventions.children > earlier.children""",
    "a family with fewer children the second time": f"""SELECT COUNT(*) FROM interventions JOIN {EARLIER}
        WHERE interventions.children < earlier.children""",
    "a family that is back and open": f"""SELECT COUNT(*) FROM interventions JOIN {EARLIER}
        WHERE interventions.closed_on IS NULL AND earlier.closed_on IS NOT NULL""",
    "two parents in a family": """SELECT COUNT(*) FROM (SELECT family_id FROM parents
        GROUP BY family_id HAVING COUNT(*) = 2) AS families""",
    "a registered parent without a Star": """SELECT COUNT(*) FROM registrations
        WHERE id NOT IN (SELECT registration_id FROM stars)""",
    "a retrospective Star": "SELECT COUNT(*) FROM stars WHERE retrospective",
    "a Star on a quarter's first day": "SELECT COUNT(*) FROM stars WHERE completed_on = :first",
    "a Star on a quarter's last day": "SELECT COUNT(*) FROM stars WHERE completed_on = :last",
    "an intervention closed on a quarter's first day": "SELECT COUNT(*) FROM interventions WHERE closed_on = :first",
    "an intervention closed on a quarter's last day": "SELECT COUNT(*) FROM interventions WHERE closed_on = :last",
    "a family with no children": "SELECT COUNT(*) FROM interventions WHERE children = 0",
    "a withdrawn Star": """SELECT COUNT(*) FROM stars WHERE withdrawn_reason IS NOT NULL
        AND id NOT IN (SELECT replaces_id FROM stars WHERE replaces_id IS NOT NULL)""",
    "a corrected Star": """SELECT COUNT(*) FROM stars JOIN stars old ON old.id = stars.replaces_id
        WHERE stars.withdrawn_at IS NULL AND old.withdrawn_reason IS NOT NULL""",
    "a parent who sees an area otherwise": "SELECT COUNT(*) FROM readings WHERE parent_value > value AND note <> ''",
    "something agreed and done": "SELECT COUNT(*) FROM priorities WHERE outcome = 'done'",
    "something agreed and partly done": "SELECT COUNT(*) FROM priorities WHERE outcome = 'partly'",
    "something agreed and not done": "SELECT COUNT(*) FROM priorities WHERE outcome = 'not_done'",
    "something agreed that comes back at the next Star of an open family": """SELECT COUNT(*) FROM priorities
        JOIN stars ON stars.id = priorities.star_id JOIN registrations ON registrations.id = stars.registration_id
        JOIN interventions ON interventions.id = registrations.intervention_id
        WHERE outcome IS NULL AND closed_on IS NULL""",
    "something that was asked about at a second Star only": """SELECT COUNT(*) FROM priorities
        JOIN stars later ON later.id = reviewed_with_id JOIN stars agreed ON agreed.id = star_id
        JOIN stars between_them ON between_them.registration_id = agreed.registration_id
        AND between_them.completed_on > agreed.completed_on AND between_them.completed_on < later.completed_on""",
    "a late start Star": """SELECT COUNT(*) FROM interventions
        JOIN registrations ON registrations.intervention_id = interventions.id
        JOIN stars ON stars.registration_id = registrations.id AND stars.kind = 'start'
        WHERE julianday(stars.completed_on) - julianday(started_on) > 28""",
}


def moment(anchor: date) -> datetime:
    return datetime(anchor.year, anchor.month, anchor.day, 12, tzinfo=UTC)


def one_row(statement: str, **values: Any) -> tuple[Any, ...]:
    return tuple(db.session.execute(text(statement).bindparams(**values)).one())


RANDOM = {"fs_uniquifier", "hash", "key", "last_hash", "previous_hash", "seal"}
"""Columns that hold random words of people who may sign in, or follow from the audit trail's random key."""


def all_rows() -> dict[str, list[tuple[Any, ...]]]:
    """Everything in the database, save what is random."""
    return {
        table.name: sorted(
            map(tuple, db.session.execute(select(*(column for column in table.c if column.name not in RANDOM)))),
            key=repr,
        )
        for table in db.metadata.sorted_tables
    }


def in_database(url: str) -> Iterator[Flask]:
    app = make_app(url)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def demo(demo_template: Path, tmp_path: Path) -> Iterator[Flask]:
    """The demonstration as at ``TODAY``, in whose context the test runs."""
    yield from in_database(f"sqlite:///{shutil.copy(demo_template, tmp_path / 'demo.db')}")


@pytest.fixture(scope="module", params=ANCHORS, ids=str)
def anchored(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Anchored:
    """The demonstration as at an anchor, which tests read only."""
    day: date = request.param
    url = f"sqlite:///{shutil.copy(sqlite_template, tmp_path_factory.mktemp('anchor') / 'demo.db')}"
    for _ in in_database(url):
        assert seed_demonstration(anchor=day, now=moment(day))
    return day, url


@pytest.fixture
def anchor(anchored: Anchored) -> Iterator[date]:
    """An anchor, in the context of the demonstration as at it."""
    day, url = anchored
    for _ in in_database(url):
        yield day


@pytest.mark.parametrize("day", ANCHORS, ids=str)
def test_the_published_figures_hold_at_the_anchor(app: Flask, day: date) -> None:
    assert seed_demonstration(anchor=day, now=moment(day))

    assert one_row(SERVED, anchor=day) == (423, 888)
    assert one_row(CLOSED, anchor=day, reason="completed") == (258, 548)
    assert one_row(CLOSED, anchor=day, reason="stepped_down") == (20, 45)


def test_the_return_of_a_quarter_that_ends_at_the_anchor_says_the_same(app: Flask) -> None:
    seed_demonstration(anchor=LAST_OF_MARCH, now=moment(LAST_OF_MARCH))
    councils = [get_council(), get_council(2)]
    records = [get_service_record(council, Quarter.containing(LAST_OF_MARCH), LAST_OF_MARCH) for council in councils]

    served = [served_frame(record).set_index(["pod", "unit"])["to_date"] for record in records]
    closures = [closures_frame(record).set_index(["pod", "closure_reason"]) for record in records]
    assert [sum(each["All pods", unit] for each in served) for unit in ("families", "children")] == [423, 888]
    assert served[1]["All pods", "families"] == 6, "no family was with both"
    to_date = ["families_to_date", "children_to_date"]
    for reason, published in (("completed", [258, 548]), ("stepped_down", [20, 45])):
        parts = [list(each.loc[("All pods", reason), to_date]) for each in closures]
        assert [sum(numbers) for numbers in zip(*parts, strict=True)] == published


@settings(max_examples=40)
@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_every_anchor_gives_the_figures_and_a_file_that_can_be_imported(day: date) -> None:
    rows = build_rows(day)

    assert list_faults_across_rows(rows, set(), cells={row.number: cell_texts(row) for row in rows}, today=day) == []
    assert count_families(rows) == (423, 888)
    assert count_families([row for row in rows if row.closure_reason == "completed"]) == (258, 548)
    assert count_families([row for row in rows if row.closure_reason == "stepped_down"]) == (20, 45)
    open_families = {row.family_ref for row in rows if row.closed_on is None}
    assert 80 <= len(open_families) <= 100


def count_families(rows: list[StarRow]) -> tuple[int, int]:
    most: defaultdict[str, int] = defaultdict(int)
    for row in rows:
        most[row.family_ref] = max(most[row.family_ref], row.children or 0)
    return len(most), sum(most.values())


def test_wellbeing_and_boundaries_changed_most_by_far(anchor: date) -> None:
    measures = measures_frame(get_cohort(CohortFilter(as_at=anchor), reader=None).changes).set_index("area")

    changes = measures["mean_change"].sort_values(ascending=False)
    assert set(changes.index[:2]) == {"your_wellbeing", "boundaries_and_behaviour"}
    assert changes.iloc[1] > changes.iloc[2] + 0.5
    assert changes.between(0, 3).all()
    assert measures["mean_start"].between(3, 6).all()
    assert (measures["declined"] > 0).all()


def test_two_pods_are_large_and_the_third_is_too_small_to_publish(anchor: date) -> None:
    pairs = {
        pod: get_cohort(CohortFilter(as_at=anchor, pods=(pod,)), reader=None).pairs
        for pod in ("Crewe", "Macclesfield", "Demoville")
    }
    assert pairs["Crewe"] > 150
    assert pairs["Macclesfield"] > 150
    assert 1 <= pairs["Demoville"] < 8
    assert one_row("SELECT COUNT(*) FROM pods WHERE NOT is_comparison") == (3,)


def test_r14_a_comparison_group_closed_sooner_and_a_smaller_share(anchor: date) -> None:
    service = get_closing(CohortFilter(as_at=anchor), reader=None)
    group = get_closing(CohortFilter(as_at=anchor, pods=("Other team",)), reader=None)
    assert one_row("SELECT name FROM pods WHERE is_comparison") == ("Other team",)
    assert group.successfully == (27, 44)
    assert service.weeks_to_half is not None
    assert group.weeks_to_half is not None
    assert group.weeks_to_half < service.weeks_to_half
    assert service.steps[-1].successfully > group.steps[-1].successfully


def test_every_hard_case_is_there_more_than_once(anchor: date) -> None:
    quarter = Quarter.containing(anchor).previous()
    days = {":first": quarter.starts_on, ":last": quarter.ends_on}
    found = {
        case: one_row(statement, **{name[1:]: day for name, day in days.items() if name in statement})[0]
        for case, statement in HARD_CASES.items()
    }
    assert [case for case, count in found.items() if count < 2] == []


def test_families_came_back_within_twelve_months_and_later(anchor: date) -> None:
    referrals: defaultdict[int, list[date]] = defaultdict(list)
    for intervention in db.session.scalars(select(Intervention).order_by(Intervention.referred_on)):
        referrals[intervention.family_id].append(intervention.referred_on)
    came_back = [(first, *later) for first, *later in referrals.values() if later]
    within = [second for first, second in came_back if second <= add_months(first, 12)]
    assert len(within) >= 3
    assert len(came_back) - len(within) >= 3


def test_every_due_state_is_there_among_open_and_closed(anchor: date) -> None:
    found = set()
    for family in db.session.scalars(select(Family)):
        for star in list_next_stars(family, as_at=anchor, timings=DEFAULT_TIMINGS).values():
            found.add((star.kind, star.state))
    pressing = (DueState.OVERDUE, DueState.DUE_SOON, DueState.NOT_DUE)
    assert found >= set(itertools.product(["start", "interim"], pressing))
    assert found >= {("closure", DueState.OVERDUE), (None, DueState.NOTHING_DUE)}


def test_several_quarters_returns_have_content(anchor: date) -> None:
    quarter = Quarter.containing(anchor)
    for _ in range(8):
        quarter = quarter.previous()
        pairs = get_cohort(CohortFilter(as_at=quarter.ends_on, latest_from=quarter.starts_on), reader=None).pairs
        [started] = one_row(
            "SELECT COUNT(*) FROM interventions WHERE started_on BETWEEN :first AND :last",
            first=quarter.starts_on,
            last=quarter.ends_on,
        )
        assert pairs >= 20, quarter
        assert started >= 20, quarter


def test_a_second_time_changes_nothing(app: Flask) -> None:
    assert seed_demonstration(anchor=TODAY, now=NOW)
    before = all_rows()
    assert not seed_demonstration(anchor=TODAY + timedelta(days=1), now=NOW + timedelta(days=1))
    assert all_rows() == before


def test_an_interrupted_first_time_can_be_repeated(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(seed, "import_rows", None)
        with pytest.raises(TypeError):
            seed_demonstration(anchor=TODAY, now=NOW)
    assert seed_demonstration(anchor=TODAY, now=NOW)
    assert one_row(SERVED, anchor=TODAY) == (423, 888)


def test_the_same_anchor_gives_the_same_data(app: Flask, demo_template: Path) -> None:
    assert seed_demonstration(anchor=TODAY, now=NOW)
    assert sign_off_demonstration(anchor=TODAY, now=NOW, settings=app.extensions["star_tracker"])
    here = all_rows()
    for _ in in_database(f"sqlite:///{demo_template}"):
        assert all_rows() == here


def test_some_interventions_were_transferred_within_their_pod_and_one_was_reopened(anchor: date) -> None:
    transfers = db.session.scalars(select(Transfer)).all()
    assert len(transfers) >= 2
    for transfer in transfers:
        assert transfer.from_pod_id == transfer.to_pod_id == transfer.intervention.pod_id
        assert transfer.from_practitioner_id != transfer.to_practitioner_id == transfer.intervention.practitioner_id
        assert transfer.transferred_on < anchor
    [again] = db.session.scalars(select(Reopening))
    assert again.intervention.closed_on is None
    assert again.closed_on < again.reopened_on < anchor


def test_the_councils_have_returns_to_read_and_the_lead_one_to_sign(demo: Flask) -> None:
    signed = """SELECT councils.name, starts_on, profile, version, email FROM signed_returns
        JOIN users ON users.id = signed_by_id JOIN councils ON councils.id = council_id"""
    assert sorted(map(tuple, db.session.execute(text(signed)))) == [
        ("Demo County Council", "2018-10-01", "published", 1, "lead@example.org"),
        ("Demo County Council", "2018-10-01", "restricted", 1, "lead@example.org"),
        ("Demo County Council", "2019-01-01", "restricted", 1, "lead@example.org"),
        ("Demoville Borough Council", "2018-12-01", "restricted", 1, "lead@example.org"),
    ]
    assert not sign_off_demonstration(anchor=TODAY, now=NOW, settings=demo.extensions["star_tracker"])


def test_everybody_is_invented_and_says_who_they_are(demo: Flask) -> None:
    people = db.session.execute(select(User.name, User.email, UserRole.role).join(UserRole)).all()
    assert all(name.startswith("Demo ") and email.endswith("@example.org") for name, email, _ in people)
    roles = [role for _, _, role in people]
    assert {role: roles.count(role) for role in set(roles)} == {
        "practitioner": 10,
        "lead": 1,
        "council": 2,
        "administrator": 1,
    }
    refs = "SELECT COUNT(*) FROM families JOIN parents ON parents.family_id = families.id WHERE"
    invented = "families.ref LIKE 'DEMO-___' AND parents.ref LIKE families.ref || '-_'"
    assert one_row(f"{refs} NOT ({invented})") == (0,)
    families = [family for family in db.session.scalars(select(Family)) if family.name]
    assert len(families) >= 5
    assert all(family.name.startswith("Demo family ") for family in families)
    assert all(parent.name.startswith("Demo parent ") for family in families for parent in family.parents)


def test_one_open_family_is_restricted_to_one_practitioner_of_its_pod(demo: Flask) -> None:
    restricted = [family for family in db.session.scalars(select(Family)) if family.restricted]
    assert len(restricted) == 1
    [person] = restricted[0].people
    [intervention] = restricted[0].interventions
    assert intervention.closed_on is None
    assert intervention.practitioner_id == person.id
    assert [pod.id for pod in person.pods] == [intervention.pod_id]


def test_a_practitioner_is_on_leave_and_a_colleague_of_the_pod_covers(demo: Flask) -> None:
    with demo.app_context():
        [line] = list_covers(today=TODAY, user_id=None)
        assert (line.cover.away.shown_as, line.cover.colleague.shown_as) == (
            "Demo practitioner Crewe 4",
            "Demo practitioner Crewe 3",
        )
        assert (line.cover.first_day, line.cover.last_day) == (TODAY, TODAY + timedelta(days=20))
        assert line.interventions > line.unreadable == 0
        assert list_covers(today=TODAY + timedelta(days=21), user_id=None) == [], "it ends by itself"


def test_practitioners_have_families_of_their_own_pod(demo: Flask) -> None:
    with_families = """SELECT COUNT(DISTINCT practitioner_id) FROM interventions
        JOIN user_pods ON user_pods.user_id = practitioner_id AND user_pods.pod_id = interventions.pod_id"""
    elsewhere = """SELECT COUNT(*) FROM interventions WHERE practitioner_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM user_pods
        WHERE user_pods.user_id = practitioner_id AND user_pods.pod_id = interventions.pod_id)"""
    assert one_row(with_families) == (10,)
    assert one_row(elsewhere) == (0,)


def test_one_star_is_in_progress_with_a_practitioner_and_is_in_no_figure(demo: Flask) -> None:
    [draft] = db.session.scalars(select(Draft))
    assert draft.started_by
    assert draft.started_by.email == "crewe.1@example.org"
    intervention = draft.registration.intervention
    assert intervention.practitioner_id == draft.started_by_id
    assert intervention.closed_on is None
    assert draft.values["kind"] == "interim"
    assert draft.values["note_your_wellbeing"].startswith("Demo: ")
