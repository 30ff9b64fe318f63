"""How many Stars were due in the quarter, completed, and completed on time (R7)."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from typing import cast

import pandas as pd

from star_tracker.analysis.frames import TEXT, WHOLE, build_frame
from star_tracker.analysis.service.record import ServiceRecord
from star_tracker.domain.scales import ALL_PODS, Kind
from star_tracker.domain.schedule import DEFAULT_TIMINGS, DueStar, Timings, list_due_stars

COMPLETION: Mapping[str, str] = {
    "pod": TEXT,
    "kind": TEXT,
    "due": WHOLE,
    "completed": WHOLE,
    "on_time": WHOLE,
}

Tally = Counter[tuple[str, str]]
"""How many of each (pod, kind)."""


def completion_frame(record: ServiceRecord, timings: Timings = DEFAULT_TIMINGS) -> pd.DataFrame:
    """The due dates in the quarter that stand, those answered by its last day, and those answered on time (R7).

    One is counted for each parent registered in an intervention, so a family with two parents is due two start Stars. A
    Star completed after the quarter's last day does not exist yet: a due date that it answers is not completed.

    Returns:
        A frame of ``COMPLETION``, a row for each pod and kind of Star; in each, on_time <= completed <= due.
    """
    due, completed, on_time = Tally(), Tally(), Tally()
    for pod, star in list_due(record, timings):
        if star.due_on in record.quarter:
            for scope in (pod, ALL_PODS):
                due[scope, star.kind] += 1
                completed[scope, star.kind] += star.completed
                on_time[scope, star.kind] += star.on_time
    return build_frame(
        COMPLETION,
        [
            (pod, kind.value, due[pod, kind], completed[pod, kind], on_time[pod, kind])
            for pod in record.scopes
            for kind in Kind
        ],
    )


def list_due(record: ServiceRecord, timings: Timings) -> Iterator[tuple[str, DueStar]]:
    """Each due date up to the quarter's last day that stands (R7), with the pod of its intervention."""
    stars: defaultdict[int, list[tuple[str, date]]] = defaultdict(list)
    dates = record.star_dates
    for registration, kind, day in zip(
        dates["registration"], dates["kind"], list_dates(dates["completed_on"]), strict=True
    ):
        stars[registration].append((kind, cast(date, day)))
    registered = record.registrations.merge(record.started_interventions(), on="intervention")
    for registration, pod, started_on, closed_on in zip(
        registered["registration"],
        registered["pod"],
        list_dates(registered["started_on"]),
        list_dates(registered["closed_on"]),
        strict=True,
    ):
        theirs = stars.get(registration, ())
        for star in list_due_stars(cast(date, started_on), closed_on, theirs, record.as_at, timings):
            if star.stands and star.due_on <= record.as_at:
                yield pod, star


def list_dates(days: pd.Series) -> list[date | None]:
    """A column of ``frames.DAY`` as Python dates, None where missing: a loop over them is far quicker."""
    return [None if day is pd.NaT else day for day in days.dt.date]
