"""A service small enough to count by hand, in the quarter October to December 2018, for the tests of the return."""

from datetime import date, timedelta
from random import Random
from typing import Any

from star_tracker.analysis.frames import (
    CHANGES_BY_POD,
    EXCLUDED_BY_POD,
    INTERVENTIONS,
    PAIRS_BY_POD,
    REGISTRATIONS,
    STAR_DATES,
    build_frame,
)
from star_tracker.analysis.service import COHORTS, FeedbackCount, ServiceRecord
from star_tracker.domain.feedback import SaidBy
from star_tracker.domain.quarters import Quarter
from star_tracker.domain.scales import AREAS, ClosureReason, Exclusion

EVIL, CREWE, MACC = "=EVIL", "Crewe", "Macclesfield"

# intervention, family, pod, referred_on, started_on, closed_on, closure_reason, children
INTERVENTION_ROWS = [
    (1, 1, CREWE, date(2018, 1, 10), date(2018, 1, 15), date(2018, 6, 30), "completed", 2),
    (2, 1, CREWE, date(2018, 10, 5), date(2018, 10, 10), None, None, 3),  # family 1 came back
    (3, 2, MACC, date(2017, 10, 1), date(2017, 10, 5), date(2018, 10, 1), "completed", 1),  # on the first day
    (4, 2, CREWE, date(2018, 10, 2), date(2018, 10, 2), date(2018, 12, 31), "stepped_down", None),  # on the last
    (5, 3, MACC, date(2018, 12, 20), date(2018, 12, 31), None, None, 4),
    (6, 4, MACC, date(2018, 12, 30), date(2019, 1, 3), None, None, 5),  # referred, not yet started
    (7, 5, EVIL, date(2018, 9, 30), date(2018, 9, 30), date(2019, 1, 1), "completed", 2),  # not yet closed
    (8, 6, MACC, date(2018, 6, 1), date(2018, 6, 1), None, None, 0),
]
# registration, intervention, parent
REGISTRATION_ROWS = [
    (11, 1, 101),
    (12, 1, 102),
    (13, 2, 101),
    (14, 3, 201),
    (15, 4, 201),
    (16, 5, 301),
    (17, 6, 401),
    (18, 7, 501),
    (19, 8, 601),
    (20, 8, 602),
]
STAR_ROWS = [
    (13, "start", date(2018, 11, 8)),  # due on 7 November
    (14, "start", date(2017, 10, 20)),
    (14, "interim", date(2018, 7, 1)),  # the next would be due on 1 October, when the case closed
    (14, "closure", date(2018, 10, 15)),  # due on 1 October
    (15, "start", date(2018, 10, 30)),  # due on 30 October
    (15, "closure", date(2019, 1, 5)),  # due on 31 December, and not there yet
    (19, "start", date(2018, 7, 31)),  # an interim is due on 31 October
    (19, "interim", date(2018, 11, 14)),
    (20, "start", date(2018, 7, 31)),
    (20, "interim", date(2018, 11, 15)),
]
CHANGE_ROWS: dict[str, list[tuple[Any, ...]]] = {
    "all_to_date": [
        (CREWE, "your_wellbeing", 3, 5, 6),
        (CREWE, "your_wellbeing", 4, 3, 3),
        (MACC, "your_wellbeing", 3, 5, 4),
        (MACC, "family_routine", 2, 2, 3),
    ],
    "latest_in_quarter": [(CREWE, "your_wellbeing", 3, 5, 1)],
    "closed_in_quarter": [],
}
PAIR_ROWS = [(CREWE, 21, 12, 20), (MACC, 7, 3, 4)]
EXCLUDED_ROWS = [(CREWE, "no_counted_star", 1), (MACC, "no_counted_star", 9), (MACC, "one_star_only", 2)]


def small_service(
    *,
    interventions: list[tuple[Any, ...]] = INTERVENTION_ROWS,
    changes: dict[str, list[tuple[Any, ...]]] = CHANGE_ROWS,
    pods: tuple[str, ...] = (MACC, CREWE, EVIL),
    together: tuple[int, ...] = (2, 3, 8),
) -> ServiceRecord:
    return ServiceRecord(
        quarter=Quarter(2018, 3),
        as_at=Quarter(2018, 3).ends_on,
        pods=pods,
        interventions=build_frame(INTERVENTIONS, [(*row, int(row[0] in together)) for row in interventions]),
        registrations=build_frame(REGISTRATIONS, REGISTRATION_ROWS),
        star_dates=build_frame(STAR_DATES, STAR_ROWS),
        changes={cohort: build_frame(CHANGES_BY_POD, changes[cohort]) for cohort in COHORTS},
        excluded=build_frame(EXCLUDED_BY_POD, EXCLUDED_ROWS),
        pairs=build_frame(PAIRS_BY_POD, PAIR_ROWS),
    )


def invented_service(seed: int, pods: tuple[str, ...] = (CREWE, MACC), most: int = 30) -> ServiceRecord:
    """A service of up to ``most`` interventions in each pod, with a parent and up to 3 Stars each.

    The same seed gives the same one. One area in two has pairs, whose readings are near each other, as in a small pod.
    """
    chance = Random(seed)
    first, days = date(2018, 1, 1), 360
    interventions: list[tuple[Any, ...]] = []
    stars: list[tuple[Any, ...]] = []
    for pod in pods:
        for _ in range(chance.randint(0, most)):
            number = len(interventions) + 1
            started_on = first + timedelta(chance.randint(0, days))
            closed_on = started_on + timedelta(chance.randint(20, 200)) if chance.random() < 0.6 else None
            reason = chance.choice([*ClosureReason, *[ClosureReason.COMPLETED] * 5]).value if closed_on else None
            family = chance.randint(1, number) if chance.random() < 0.1 else number
            interventions.append(
                (number, family, pod, started_on, started_on, closed_on, reason, chance.randint(0, 4), 1)
            )
            for kind in ("start", "interim", "closure")[: chance.randint(0, 3)]:
                days_later = {"start": 20, "interim": 110, "closure": 190}[kind] + chance.randint(0, 25)
                stars.append((number, kind, started_on + timedelta(days_later)))
    as_at = date(2018, 12, 31)
    changes: dict[str, list[tuple[Any, ...]]] = {cohort: [] for cohort in COHORTS}
    for pod in pods:
        for area in AREAS[::2]:
            for _ in range(chance.randint(0, most)):
                start = chance.randint(3, 6)
                values = (pod, area, start, start + chance.choice([0, 0, 1, 1, 2, -1]), 1)
                for cohort in COHORTS[: chance.randint(1, 3)]:
                    changes[cohort].append(values)
    return ServiceRecord(
        quarter=Quarter(2018, 3),
        as_at=Quarter(2018, 3).ends_on,
        pods=pods,
        interventions=build_frame(INTERVENTIONS, [one for one in interventions if one[3] <= as_at]),
        registrations=build_frame(REGISTRATIONS, [(one[0], one[0], one[1]) for one in interventions]),
        star_dates=build_frame(STAR_DATES, [star for star in stars if star[2] <= as_at]),
        changes={cohort: build_frame(CHANGES_BY_POD, rows) for cohort, rows in changes.items()},
        excluded=build_frame(
            EXCLUDED_BY_POD, [(pod, reason.value, chance.randint(0, 15)) for pod in pods for reason in Exclusion]
        ),
        pairs=build_frame(PAIRS_BY_POD, [_invent_pairs(pod, chance.randint(0, most), chance) for pod in pods]),
        feedback=[
            FeedbackCount(pod, said_by.value, number, chance.randint(0, number))
            for pod in pods
            for said_by in SaidBy
            for number in [chance.randint(0, 15)]
        ],
    )


def _invent_pairs(pod: str, pairs: int, chance: Random) -> tuple[str, int, int, int]:
    asked = chance.randint(0, pairs)
    return pod, pairs, chance.randint(0, asked), asked
