"""The demonstration as rows of a Star CSV, so that it is imported like any service's history."""

from collections.abc import Sequence
from datetime import date
from random import Random

from star_tracker.seed.hard_cases import HardCase
from star_tracker.seed.plan import SEED, PlannedFamily, PlannedIntervention, plan_families
from star_tracker.seed.stars import list_parent_stars
from star_tracker.starfile.rows import StarCells, StarRow

FIRST_ROW = 2
"""The header of a file is row 1."""


def build_rows(anchor: date) -> list[StarRow]:
    """The demonstration service as at the anchor, always the same for the same anchor.

    A parent without a Star has one row, which only registers them.
    """
    rows: list[StarRow] = []
    for family in plan_families(anchor):
        for planned in family.interventions:
            for parent in "AB"[: family.parents]:
                stars: Sequence[StarCells | None] = _list_stars(family, planned, parent, anchor)
                for star in stars or (None,):
                    rows.append(_row(FIRST_ROW + len(rows), family, planned, parent, star))
    return rows


def _list_stars(family: PlannedFamily, planned: PlannedIntervention, parent: str, anchor: date) -> list[StarCells]:
    if family.case is HardCase.PARENT_WITHOUT_STAR and parent == "B":
        return []
    rng = Random(f"{SEED} {family.ref} {parent} {family.interventions.index(planned)}")
    return list_parent_stars(rng, planned, family.case, anchor)


def _row(
    number: int, family: PlannedFamily, planned: PlannedIntervention, parent: str, star: StarCells | None
) -> StarRow:
    return StarRow(
        number=number,
        family_ref=family.ref,
        council_ref=family.council_ref,
        parent_ref=f"{family.ref}-{parent}",
        pod=planned.pod,
        practitioner=planned.practitioner,
        referred_on=planned.referred_on,
        started_on=planned.started_on,
        closed_on=planned.closed_on,
        closure_reason=planned.closure_reason,
        children=planned.children,
        star=star,
    )
