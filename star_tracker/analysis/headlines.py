"""What a cohort shows, in one sentence worked out from its figures, and what to keep in mind when reading it.

Figures are compared as they are shown, to one decimal: what looks equal is equal. Only areas with ``LEAST_PAIRS``
pairs or more are compared (R9). The words say what changed and never why: there is no comparison group (R5).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from star_tracker.analysis.disclosure import LEAST_PAIRS
from star_tracker.domain.figures import round_half_up, write_count, write_figure

NAMED = 2
"""The most areas that are named together; of more, the sentence gives the number."""


@dataclass(frozen=True)
class Headline:
    """The sentence, and the sentences to keep in mind beside it."""

    sentence: str
    notes: tuple[str, ...] = ()


def write_headline(areas: Sequence[Mapping[str, Any]], labels: Mapping[str, str]) -> Headline:
    """The headline of a cohort.

    Args:
        areas: R5's measures of each area as pages show them (R9), such as ``CohortSummary.shown``.
        labels: the areas' names by code.

    Two areas of twelve pairs each, from 3.6 to 5.5 and from 4.0 to 4.5, and a third of three pairs:

    >>> numbers = ("n", "mean_start", "mean_latest", "mean_change", "ci_low", "ci_high")
    >>> rows = [(12, 3.6, 5.5, 1.9, 1.2, 2.6), (12, 4.0, 4.5, 0.5, -0.1, 1.1), (3, 2.0, 9.0, None, None, None)]
    >>> codes = ("family_routine", "home_and_money", "social_networks")
    >>> areas = [{"area": code} | dict(zip(numbers, row)) for code, row in zip(codes, rows)]
    >>> labels = {code: code.replace("_", " ").capitalize() for code in codes}
    >>> print(write_headline(areas, labels).sentence)
    Average scaling rose in the 2 areas with 10 pairs or more; most in Family routine, from 3.6 to 5.5 (12 parents).
    >>> for note in write_headline(areas, labels).notes:
    ...     print(note)
    In Home and money the change is uncertain: the 95% interval includes zero.
    Fewer than 10 pairs, and not compared: Social networks.
    """
    scored = [area for area in areas if area["n"]]
    compared = [area for area in scored if area["n"] >= LEAST_PAIRS]
    if not scored:
        return Headline("There is no pair of Stars to compare yet.")
    if not compared:
        return Headline(f"Too few pairs to say how average scaling changed: no area has {LEAST_PAIRS}.")
    small = [labels[area["area"]] for area in scored if area not in compared]
    unsure = [labels[area["area"]] for area in compared if _includes_no_change(area)]
    notes = []
    if unsure:
        notes.append(f"In {_list_names(unsure)} the change is uncertain: the 95% interval includes zero.")
    if small:
        notes.append(f"Fewer than {LEAST_PAIRS} pairs, and not compared: {_list_names(small)}.")
    among = f"{len(compared)} areas" if len(compared) == len(areas) else _among(len(compared))
    return Headline(_write_sentence(compared, among, labels), tuple(notes))


def _among(compared: int) -> str:
    """The areas that are compared, if they are not all."""
    return f"{'only area' if compared == 1 else f'{compared} areas'} with {LEAST_PAIRS} pairs or more"


def _write_sentence(compared: Sequence[Mapping[str, Any]], among: str, labels: Mapping[str, str]) -> str:
    rises = [area for area in compared if _change(area) > 0]
    falls = [area for area in compared if _change(area) < 0]
    if not rises and not falls:
        return f"Average scaling did not change, to one decimal, in the {among}."
    if len(rises) == len(compared) or len(falls) == len(compared):
        moved, verb = (rises, "rose") if rises else (falls, "fell")
        whole = f"the {among}" if "with" in among else f"all {among}"
        if len(compared) > 1 and len({_change(area) for area in moved}) == 1:
            return f"Average scaling {verb} by {_points(moved[0])} in {whole}."
        most = _most(moved, labels)
        return f"Average scaling {verb} in {whole}{'; most in' if len(compared) > 1 else ':'} {most}."
    same = len(compared) - len(rises) - len(falls)
    counts = [(len(rises), "rose in"), (len(falls), "fell in"), (same, "did not change in")]
    parts = [f"{words} {n}" for n, words in counts if n]
    parts[0] = f"{parts[0]} of the {among}"
    told = [
        f"{verb}{' most' if len(moved) > 1 else ''} in {_most(moved, labels)}"
        for moved, verb in ((rises, "rose"), (falls, "fell"))
        if moved
    ]
    return f"Average scaling {_join(parts)}. It {_join(told, ', and ')}."


def _most(moved: Sequence[Mapping[str, Any]], labels: Mapping[str, str]) -> str:
    """The area or areas that changed most, with their figures; more than ``NAMED`` alike are counted."""
    largest = max(abs(_change(area)) for area in moved)
    most = [area for area in moved if abs(_change(area)) == largest]
    if len(most) > NAMED:
        return f"{len(most)} areas, by {_points(most[0])} each"
    return _join([f"{labels[area['area']]}, {_from_to(area)}" for area in most], ", and ")


def _from_to(area: Mapping[str, Any]) -> str:
    """The averages with their number of parents; with two decimals where one does not show that they differ."""
    start, latest = area["mean_start"], area["mean_latest"]
    places = 1 if write_figure(start) != write_figure(latest) else 2
    return f"from {write_figure(start, places)} to {write_figure(latest, places)} ({write_count(area['n'], 'parent')})"


def _change(area: Mapping[str, Any]) -> Decimal:
    """The mean change as it is shown."""
    return round_half_up(area["mean_change"], 1)


def _points(area: Mapping[str, Any]) -> str:
    return f"{abs(_change(area))} points"


def _includes_no_change(area: Mapping[str, Any]) -> bool:
    return bool(area["ci_low"] <= 0 <= area["ci_high"])


def _list_names(names: Sequence[str]) -> str:
    return _join(names) if len(names) <= NAMED + 1 else write_count(len(names), "area")


def _join(parts: Sequence[str], last: str = " and ") -> str:
    return last.join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]
