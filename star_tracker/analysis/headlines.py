"""What a cohort shows, in one sentence worked out from its figures, and what to keep in mind when reading it.

Figures are compared as they are shown, to one decimal: what looks equal is equal. Only areas with ``LEAST_PAIRS``
pairs or more are compared (R9). The words say what changed and never why: there is no comparison group (R5).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from star_tracker.analysis.disclosure import LEAST_PAIRS
from star_tracker.analysis.key_figures import Share
from star_tracker.analysis.over_time import CohortOverTime
from star_tracker.analysis.stages import AreaStages
from star_tracker.domain.figures import round_half_up, write_count, write_figure

NAMED = 2
"""The most areas that are named together; of more, the sentence gives the number."""


@dataclass(frozen=True)
class Headline:
    """The sentence, and the sentences to keep in mind beside it."""

    sentence: str
    notes: tuple[str, ...] = ()

    @property
    def sentences(self) -> tuple[str, ...]:
        """The sentence and the notes."""
        return (self.sentence, *self.notes)


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
    compared = [area for area in scored if _is_compared(area)]
    if not scored:
        return Headline("There is no pair of Stars to compare yet.")
    if not compared:
        return Headline(f"Too few pairs to say how average scaling changed: no area has {LEAST_PAIRS}.")
    small = [labels[area["area"]] for area in scored if area not in compared]
    unsure = [labels[area["area"]] for area in compared if _includes_no_change(area)]
    notes = []
    if unsure:
        notes.append(f"In {_list_names(unsure)} the change is uncertain: the 95% interval includes zero.")
    if silent := [labels[area["area"]] for area in compared if area["ci_low"] is None]:
        notes.append(f"In {_list_names(silent)} no interval is shown: it would tell of a few parents.")
    if small:
        notes.append(f"Fewer than {LEAST_PAIRS} pairs, and not compared: {_list_names(small)}.")
    among = f"{len(compared)} areas" if len(compared) == len(areas) else _among(len(compared))
    return Headline(_write_sentence(compared, among, labels), tuple(notes))


def write_consistency(course: CohortOverTime, labels: Mapping[str, str]) -> Headline:
    """Whether the same areas rose most in quarter after quarter.

    A quarter is compared if more than ``NAMED`` areas have enough pairs. An area is among the two that rose
    most if at most one other rose as much or more, to one decimal: three that rose alike are not.

    Args:
        course: the cohort's figures by quarter.
        labels: the areas' names by code.
    """
    if not course.has_figures:
        return Headline("There is no pair of Stars to compare yet.")
    by_quarter = [(one.quarter, list(filter(_is_compared, one.shown))) for one in course.quarters]
    compared = [(quarter, areas) for quarter, areas in by_quarter if len(areas) > NAMED]
    notes = _write_cells(course)
    if not compared:
        return Headline(
            f"Too few pairs to compare quarters: in none do {NAMED + 1} areas have {LEAST_PAIRS} pairs.", notes
        )
    if len(compared) == 1:
        label = compared[0][0].label
        return Headline(
            f"Only {label} has {LEAST_PAIRS} pairs in {NAMED + 1} areas or more: one quarter cannot show what is "
            "consistent.",
            notes,
        )
    times = Counter(area for _quarter, areas in compared for area in _list_largest_rises(areas))
    return Headline(_write_times(times, len(compared), labels), notes)


def _is_compared(area: Mapping[str, Any]) -> bool:
    return bool(area["n"] >= LEAST_PAIRS)


def _list_largest_rises(areas: Sequence[Mapping[str, Any]]) -> list[str]:
    changes = {area["area"]: _change(area) for area in areas}
    return [
        area
        for area, change in changes.items()
        if change > 0 and sum(other >= change for other in changes.values()) <= NAMED
    ]


def _write_times(times: Counter[str], quarters: int, labels: Mapping[str, str]) -> str:
    """Which areas are among the largest rises in more than half of the quarters, or that none is."""
    often = sorted((area for area in labels if 2 * times[area] > quarters), key=lambda area: -times[area])
    alike = [(n, [labels[area] for area in areas]) for n, areas in groupby(often, key=lambda area: times[area])]
    if alike:
        (n, names), *others = alike
        return (
            f"{_join(names)} {'was' if len(names) == 1 else 'were'} among the two areas that rose most in "
            f"{_of_all(n, quarters)} quarters compared"
            f"{''.join(f', {_join(names)} in {n} of them' for n, names in others)}."
        )
    most = max(times.values(), default=0)
    leaders = [labels[area] for area in labels if most and times[area] == most]
    verb = "was" if len(leaders) == 1 else "were"
    best = f"; most often {verb} {_list_names(leaders)}, in {most}" if leaders else ""
    return (
        "No area rose most consistently: none was among the two that rose most in more than half of the "
        f"{quarters} quarters compared{best}."
    )


def _of_all(times: int, quarters: int) -> str:
    if times < quarters:
        return f"{times} of the {quarters}"
    return "both" if quarters == 2 else f"all {quarters}"


def _write_cells(course: CohortOverTime) -> tuple[str, ...]:
    """How many of all changes are rises and falls, and how many rest on too few pairs."""
    cells = [area for one in course.quarters for area in one.shown if area["n"]]
    changes = [_change(area) for area in cells if _is_compared(area)]
    notes = []
    if changes:
        rises, falls = (sum(sign * change > 0 for change in changes) for sign in (1, -1))
        same = len(changes) - rises - falls
        parts = [f"{rises} up"] * bool(rises) + [f"{falls} down"] * bool(falls) + [f"{same} unchanged"] * bool(same)
        notes.append(f"Of {write_count(len(changes), 'change')}, one for each area and quarter: {', '.join(parts)}.")
    if small := len(cells) - len(changes):
        rest = write_count(small, "area in a quarter has", "areas in a quarter have")
        notes.append(f"{rest} fewer than {LEAST_PAIRS} pairs, and {'is' if small == 1 else 'are'} not compared.")
    return tuple(notes)


def write_moves(stages: Sequence[AreaStages], labels: Mapping[str, str]) -> Headline:
    """In which area the largest share moved up a stage, or how many did in the only area that is chosen.

    Shares are compared in whole per cent, as they are shown, among areas with ``LEAST_PAIRS`` pairs or more (R9).

    Args:
        stages: the pairs of each area, or of one.
        labels: the areas' names by code.
    """
    shown = [one for one in stages if one.is_shown]
    small = [labels[one.area] for one in stages if one.n and not one.is_shown]
    notes = (f"Fewer than {LEAST_PAIRS} pairs, and not compared: {_list_names(small)}.",) if small else ()
    if not any(one.n for one in stages):
        return Headline("There is no pair of Stars to compare yet.")
    if not shown:
        where = f"no area has {LEAST_PAIRS}" if len(stages) > 1 else f"{small[0]} has {stages[0].n}"
        return Headline(f"Too few pairs to say who moved between stages: {where}.")
    if len(shown) == 1:
        one = shown[0]
        return Headline(
            f"In {labels[one.area]} {_write_share(one.up, 'parent')} moved up a stage or more, "
            f"{_write_share(one.same)} stayed in the same stage and {_write_share(one.down)} moved down.",
            notes,
        )
    among = f"the {len(shown)} areas" if len(shown) == len(stages) else f"the {_among(len(shown))}"
    largest = max(one.up.percent or 0 for one in shown)
    most = [one for one in shown if one.up.percent == largest]
    if largest == 0:
        nobody = "Less than 0.5% of the parents" if any(one.up.part for one in most) else "No parent"
        return Headline(f"{nobody} moved up a stage in any of {among}.", notes)
    if len(most) > NAMED:
        where = f"{len(most)} areas: {largest}% in each"
    else:
        where = _join([f"{labels[one.area]}, {_write_share(one.up, 'parent')}" for one in most], ", and in ")
    return Headline(f"Of {among}, the largest share moved up a stage or more in {where}.", notes)


def _write_share(share: Share, of_what: str = "") -> str:
    """A share in whole per cent with its numbers."""
    return (
        f"{share.percent}% ({share.part:,} of {write_count(share.whole, of_what) if of_what else f'{share.whole:,}'})"
    )


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
    return area["ci_low"] is not None and bool(area["ci_low"] <= 0 <= area["ci_high"])


def _list_names(names: Sequence[str]) -> str:
    return _join(names) if len(names) <= NAMED + 1 else write_count(len(names), "area")


def _join(parts: Sequence[str], last: str = " and ") -> str:
    return last.join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]
