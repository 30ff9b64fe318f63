"""The counts of a return beside loops that say R3, R7 and R10 word for word, on invented services."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import zip_longest

from flask import Flask

from star_tracker.analysis.service import UNITS, activity_frame, completion_frame, re_referrals_frame
from star_tracker.domain.days import add_months
from star_tracker.domain.quarters import Quarter
from star_tracker.domain.scales import ALL_PODS, CompletedBy, Kind
from star_tracker.queries.returns.returns import get_service_record
from star_tracker.records.imports.importing import import_rows
from star_tracker.starfile.rows import StarCells, StarRow
from tests.support.apps import TODAY
from tests.support.services import generate_star_rows
from tests.support.signing import get_council
from tests.support.tiny import BY_SOMEBODY


class Case:
    """One intervention, with the counted Stars (R1) of each registered parent."""

    def __init__(self, row: StarRow) -> None:
        assert row.referred_on
        self.family, self.pod, self.children = row.family_ref, row.pod, row.children or 0
        self.referred_on, self.started_on, self.closed_on = row.referred_on, row.started_on, row.closed_on
        self.parents: defaultdict[str, list[StarCells]] = defaultdict(list)

    def was_open(self, day: date) -> bool:
        return self.started_on <= day and (self.closed_on is None or day < self.closed_on)


def read_cases(rows: list[StarRow]) -> list[Case]:
    cases: dict[tuple[str, date], Case] = {}
    for row in rows:
        stars = cases.setdefault((row.family_ref, row.started_on), Case(row)).parents[row.parent_ref]
        if row.star and row.star.completed_by != CompletedBy.PARENT:
            stars.append(row.star)
    for case in cases.values():
        for stars in case.parents.values():
            stars.sort(key=lambda star: (star.completed_on, list(Kind).index(star.kind)))
    return list(cases.values())


def due_dates(case: Case, stars: list[StarCells]) -> Iterator[tuple[Kind, date, date, StarCells | None]]:
    """R7: kind, due date, last day on time and the Star that answers it, of the due dates that stand."""
    start = next((star for star in stars if star.kind == Kind.START), None)
    closure = next((star for star in stars if star.kind == Kind.CLOSURE), None)
    due_on = case.started_on + timedelta(28)
    if case.was_open(due_on) or start:
        yield Kind.START, due_on, due_on, start
    for star, following in zip_longest(stars, stars[1:]):
        due_on = add_months(star.completed_on, 3)
        if star.kind != Kind.CLOSURE and case.was_open(due_on):
            yield Kind.INTERIM, due_on, due_on + timedelta(14), following
    if start and case.closed_on:
        yield Kind.CLOSURE, case.closed_on, case.closed_on + timedelta(14), closure


def count_completion(cases: list[Case], quarter: Quarter) -> list[tuple[str | int, ...]]:
    counts: Counter[tuple[str, Kind]] = Counter()
    for case in cases:
        for stars in case.parents.values():
            known = [star for star in stars if star.completed_on <= quarter.ends_on]
            for kind, due_on, on_time_by, answer in due_dates(case, known):
                if due_on in quarter:
                    counts["due", kind] += 1
                    counts["completed", kind] += answer is not None
                    counts["on_time", kind] += answer is not None and answer.completed_on <= on_time_by
    return [(kind.value, *(counts[column, kind] for column in ("due", "completed", "on_time"))) for kind in Kind]


def count_caseload(cases: list[Case]) -> tuple[int, int, int]:
    return len(cases), sum(len(case.parents) for case in cases), sum(case.children for case in cases)


def count_referrals(cases: list[Case], everywhere: list[Case], quarter: Quarter) -> tuple[int, ...]:
    """R10: referrals and re-referrals of the quarter, and both to date."""
    counts = [0, 0, 0, 0]
    for case in cases:
        if case.referred_on <= quarter.ends_on:
            before = [o.referred_on for o in everywhere if o.family == case.family and o.started_on < case.started_on]
            again = bool(before) and case.referred_on <= add_months(before[-1], 12)
            is_new = case.referred_on in quarter
            counts = [a + b for a, b in zip(counts, (is_new, is_new and again, 1, again), strict=True)]
    return tuple(counts)


def test_a_returns_counts_are_what_plain_loops_count(app: Flask) -> None:
    rows = list(generate_star_rows(2_600, seed=1))
    import_rows(BY_SOMEBODY, rows, edition="first", source="test")
    everywhere = read_cases(rows)
    financial = map(Quarter.parse, ("2015-16-Q1", "2016-17-Q4", "2017-18-Q2", "2018-19-Q3"))
    for quarter in (*financial, Quarter(2015, 2, first_month=9), Quarter(2017, 4, first_month=2)):
        record = get_service_record(get_council(), quarter, TODAY)
        frames = (activity_frame(record), completion_frame(record), re_referrals_frame(record))
        activity, completion, re_referrals = (list(frame.itertuples(index=False, name=None)) for frame in frames)
        for pod in record.scopes:
            cases = [case for case in everywhere if pod in (case.pod, ALL_PODS)]
            moments = (
                [case for case in cases if case.was_open(quarter.starts_on - timedelta(1))],
                [case for case in cases if case.started_on in quarter],
                [case for case in cases if case.closed_on and case.closed_on in quarter],
                [case for case in cases if case.was_open(quarter.ends_on)],
            )
            units = zip(UNITS, *map(count_caseload, moments), strict=True)
            assert [row[1:] for row in activity if row[0] == pod] == list(units)
            assert [row[1:] for row in completion if row[0] == pod] == count_completion(cases, quarter)
            assert [row[1:] for row in re_referrals if row[0] == pod] == [count_referrals(cases, everywhere, quarter)]
