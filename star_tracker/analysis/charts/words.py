"""The alternative text of each chart, about 400 characters at most.

It says "change", never "impact": there is no comparison group (R5). Each function raises ValueError where its chart
does, because there is nothing to describe.
"""

from collections.abc import Collection, Mapping, Sequence

import pandas as pd

from star_tracker.analysis.charts.figures import (
    TOO_FEW,
    Figures,
    OneStar,
    Values,
    averages,
    figures_by_area,
    is_small,
    outcomes_of,
)
from star_tracker.analysis.closing import Curve, choose_weeks
from star_tracker.analysis.disclosure import LEAST_PAIRS
from star_tracker.analysis.stages import AreaStages
from star_tracker.analysis.visits_over_time import QuarterVisits
from star_tracker.domain.days import Span
from star_tracker.domain.figures import round_half_up, write_count, write_figure
from star_tracker.domain.quarters import Quarter

NAMED = 2
"""The most areas that a sentence names."""


def describe_cohort_star(measures: pd.DataFrame, labels: Mapping[str, str]) -> str:
    """The alternative text of ``cohort_star_chart``; averages have one decimal.

    >>> from star_tracker.analysis.frames import CHANGES, build_frame
    >>> from star_tracker.analysis.measures import measures_frame
    >>> from star_tracker.domain.scales import AREAS, get_edition
    >>> rows = [(area, 4, 4, 8) for area in AREAS] + [("your_wellbeing", 4, 8, 2)]
    >>> print(describe_cohort_star(measures_frame(build_frame(CHANGES, rows)), get_edition("first").areas))
    Star chart of the average scaling, 1 to 10, at the start and at the latest Star in 10 areas; 8 to 10 pairs in \
each. Largest change: Your well-being up 0.8, from 4.0 to 4.8.
    """
    figures = figures_by_area(measures)
    drawn = [
        area
        for area, record in figures.items()
        if record["mean_start"] is not None or record["mean_latest"] is not None
    ]
    return _join(
        "Star chart of the average scaling, 1 to 10, at the start and at the latest Star in "
        f"{_areas(drawn)}{_pairs(figures, drawn)}.",
        _largest_mean_changes(figures, labels),
        _left_out(figures, drawn, labels),
    )


def describe_change(measures: pd.DataFrame, labels: Mapping[str, str], *, by_change: bool = True) -> str:
    """The alternative text of ``change_chart``; changes have one decimal."""
    figures = figures_by_area(measures)
    drawn = [area for area, record in figures.items() if record["mean_change"] is not None]
    order = "largest first" if by_change else "in the Star's order"
    return _join(
        f"Chart of the mean change from the start to the latest Star, {order}, with 95% confidence intervals, in "
        f"{_areas(drawn)}{_pairs(figures, drawn)}.",
        _largest_mean_changes(figures, labels),
        _left_out(figures, drawn, labels),
    )


def describe_two_stars(first: pd.DataFrame, second: pd.DataFrame, names: tuple[str, str]) -> str:
    """The alternative text of ``two_cohorts_star_chart``: the figures themselves are in the page's table."""
    what = "Star chart of the average scaling, 1 to 10, at the start and at the latest Star"
    return _describe_two(what, "mean_start", first, second, names)


def describe_two_changes(first: pd.DataFrame, second: pd.DataFrame, names: tuple[str, str]) -> str:
    """The alternative text of ``two_changes_chart``, likewise."""
    what = "Chart of the mean change from the start to the latest Star, with 95% confidence intervals,"
    return _describe_two(what, "mean_change", first, second, names)


def _describe_two(what: str, measure: str, first: pd.DataFrame, second: pd.DataFrame, names: tuple[str, str]) -> str:
    figures = [figures_by_area(measures) for measures in (first, second)]
    drawn = [area for area in figures[0] if any(one[area][measure] is not None for one in figures)]
    return f"{what} in {_areas(drawn)}, of {names[0]} and of {names[1]}."


def describe_closing(curves: Sequence[Curve]) -> str:
    """The alternative text of ``closing_chart``; the figures of every week named are in the page's table."""
    names = " and of ".join(f"{curve.name} ({write_count(curve.steps[0].at_risk, 'intervention')})" for curve in curves)
    weeks = choose_weeks(min(curve.last_week for curve in curves), most=3)[1:]
    shares = [[_percent(step.successfully) for curve in curves if (step := curve.after(week))] for week in weeks]
    found = [f"after {write_count(week, 'week')} {' and '.join(of)}" for week, of in zip(weeks, shares, strict=True)]
    told = f"Chart of the share closed successfully by weeks since the start, of {names}"
    return f"{told}: {', '.join(found)}." if found else f"{told}."


def describe_visits(quarters: Sequence[QuarterVisits]) -> str:
    """The alternative text of ``visits_chart``.

    >>> found = [QuarterVisits(Quarter(2018, 4), 12, 18, 1.5), QuarterVisits(Quarter(2019, 1), 0, 0, None)]
    >>> print(describe_visits(found))
    Bars of visits by family and week of support, by quarter: January to March 2019 1.5 (12 weeks), April to June 2019 \
no week.
    """
    told = [
        f"{one.quarter.label} "
        + ("no week" if one.per_week is None else f"{write_figure(one.per_week, 1)} ({write_count(one.weeks, 'week')})")
        for one in quarters
    ]
    return f"Bars of visits by family and week of support, by quarter: {', '.join(told)}."


def _percent(share: float) -> str:
    return f"{write_figure(100 * share, 0)}%"


def describe_outcomes(measures: pd.DataFrame, labels: Mapping[str, str]) -> str:
    """The alternative text of ``outcomes_chart``."""
    figures = figures_by_area(measures)
    known = {area: counts for area, record in figures.items() if (counts := outcomes_of(record))}
    sentences = [f"Bars of how many pairs improved, were maintained and declined in {_areas(known)}."]
    for outcome in ("improved", "declined"):
        shares = {area: counts[outcome] / sum(counts.values()) for area, counts in known.items()}
        top = [f"{labels[area]} {known[area][outcome]} of {sum(known[area].values())}" for area in _largest(shares)]
        sentences.append(f"Largest share {outcome}: {'; '.join(top)}." if top else f"No pair {outcome}.")
    return _join(*sentences, _left_out(figures, known, labels))


def describe_over_time(quarters: Sequence[Quarter], figures: Sequence[Figures], labels: Mapping[str, str]) -> str:
    """The alternative text of ``over_time_chart``, which takes the same arguments; changes have one decimal."""
    drawn = [area for area in labels if any(found[area]["mean_change"] is not None for found in figures)]
    areas = _areas(drawn)
    changes = [
        (found[area]["mean_change"], f"{labels[area]} {write_figure(found[area]['mean_change'], signed=True)}", quarter)
        for quarter, found in zip(quarters, figures, strict=True)
        for area in drawn
        if found[area]["mean_change"] is not None
    ]
    spanned = Span(quarters[0].starts_on, quarters[-1].ends_on).label if quarters else ""
    sentences = [
        "Small charts of the mean change from the start to the latest Star, with 95% confidence intervals, one for "
        f"each of {areas}, in {write_count(len(quarters), 'quarter')}: {spanned}."
    ]
    for name, (_change, words, quarter) in (("Highest", max(changes, key=_rank)), ("Lowest", min(changes, key=_rank))):
        sentences.append(f"{name}: {words}, {quarter.label}.")
    missing = [area for area in labels if area not in drawn]
    return _join(*sentences, _without(f"No quarter with {LEAST_PAIRS} pairs", missing, (), labels))


def _rank(change: tuple[float, str, Quarter]) -> float:
    return change[0]


def describe_stages(stages: Sequence[AreaStages], labels: Mapping[str, str]) -> str:
    """The alternative text of ``stages_chart``."""
    shown = [one for one in stages if one.is_shown]
    areas = _areas([one.area for one in shown])
    small = [one.area for one in stages if 0 < one.n < LEAST_PAIRS]
    sentences = [
        "Squares of how many pairs went from each of the five stages at the start to each at the latest Star, one for "
        f"each of {areas}."
    ]
    for which, shares in (("up", [one.up for one in shown]), ("down", [one.down for one in shown])):
        most = max(shares, key=lambda share: share.part / share.whole)
        area = labels[shown[shares.index(most)].area]
        sentences.append(
            f"Largest share that moved {which}: {area}, {most.percent}% ({most.part:,} of {most.whole:,})."
            if most.part
            else f"No pair moved {which}."
        )
    return _join(*sentences, _without(TOO_FEW.capitalize(), small, (), labels))


def describe_parent_star(start: OneStar | None, latest: OneStar | None, labels: Mapping[str, str]) -> str:
    """The alternative text of ``parent_star_chart``, which takes the same arguments.

    For an area in which the parent has their own value, in either Star, it gives that value and no change.

    >>> labels = {"your_wellbeing": "Your well-being", "home_and_money": "Home and money"}
    >>> start = OneStar(caption="Start, 3 May 2018", values={"your_wellbeing": 3, "home_and_money": 5})
    >>> latest = OneStar(caption="Interim, 1 August 2018", values={"your_wellbeing": 6, "home_and_money": 5})
    >>> print(describe_parent_star(start, latest, labels))
    Star chart of one parent's values, 1 to 10, in 2 areas: Start, 3 May 2018; Interim, 1 August 2018. Of 2 areas \
scored in both, 1 went up, 1 stayed the same and 0 went down. Largest change: Your well-being up 3, from 3 to 6.
    """
    stars = [star for star in (start, latest) if star]
    before, after = ({area: (star.values if star else {}).get(area) for area in labels} for star in (start, latest))
    drawn = [area for area in labels if before[area] is not None or after[area] is not None]
    captions = "; ".join(star.caption for star in stars)
    sentences = [f"Star chart of one parent's values, 1 to 10, in {_areas(drawn)}: {captions}."]
    sentences += [_own_values(star, labels) for star in stars]
    differs = {area for star in stars for area in star.own}
    changes = {
        area: last - first
        for area in drawn
        if area not in differs and (first := before[area]) is not None and (last := after[area]) is not None
    }
    if changes:
        up = sum(change > 0 for change in changes.values())
        down = sum(change < 0 for change in changes.values())
        sentences += [
            f"Of {_areas(changes)} scored in both{' and seen alike' if differs else ''}, {up} went up, "
            f"{len(changes) - up - down} stayed the same and {down} went down.",
            _largest_changes(changes, before, after, labels, decimals=0),
        ]
    return _join(*sentences, _without("Not scored", labels, drawn, labels))


def _own_values(star: OneStar, labels: Mapping[str, str]) -> str:
    """All the parent's own values of a Star: nothing else describes the diamonds."""
    each = [f"{labels[area]} {star.own[area]}, not {star.values[area]}" for area in labels if area in star.own]
    return f"{star.own_caption}, where it differs: {'; '.join(each)}." if each else ""


def _join(*sentences: str) -> str:
    return " ".join(filter(None, sentences))


def _areas(drawn: Collection[str]) -> str:
    if not drawn:
        raise ValueError("there is no figure to describe")
    return write_count(len(drawn), "area")


def _pairs(figures: Figures, drawn: Collection[str]) -> str:
    """How many pairs the areas drawn have, if that may be shown."""
    counts = [figures[area]["n"] for area in drawn if figures[area]["n"] is not None]
    if not counts:
        return ""
    fewest, most = min(counts), max(counts)
    number = f"{fewest:,}" if fewest == most else f"{fewest:,} to {most:,}"
    return f"; {number} pair{'' if most == 1 else 's'} in each"


def _largest_mean_changes(figures: Figures, labels: Mapping[str, str]) -> str:
    """The largest of the mean changes that may be ranked."""
    change, start, latest = (averages(figures, name) for name in ("mean_change", "mean_start", "mean_latest"))
    among = f" with {LEAST_PAIRS} pairs or more" if any(map(is_small, figures.values())) else ""
    return _largest_changes(change, start, latest, labels, decimals=1, among=among)


def _largest_changes(
    changes: Values, before: Values, after: Values, labels: Mapping[str, str], *, decimals: int, among: str = ""
) -> str:
    """The areas that changed most, up or down, with their figures."""
    known = {area: round_half_up(change, decimals) for area, change in changes.items() if change is not None}
    parts = []
    for area in _largest({area: float(abs(change)) for area, change in known.items()}):
        part = f"{labels[area]} {'up' if known[area] > 0 else 'down'} {abs(known[area])}"
        first, last = before[area], after[area]
        if first is not None and last is not None:
            part += f", from {write_figure(first, decimals)} to {write_figure(last, decimals)}"
        parts.append(part)
    if parts:
        which = f"s in areas{among}" if among else "s" if len(parts) > 1 else ""
        return f"Largest change{which}: {'; '.join(parts)}."
    return f"No area{among} changed." if known else ""


def _largest(amounts: Mapping[str, float]) -> list[str]:
    """The areas with the largest amounts above nought, largest first."""
    return sorted((area for area in amounts if amounts[area] > 0), key=lambda area: -amounts[area])[:NAMED]


def _left_out(figures: Figures, drawn: Collection[str], labels: Mapping[str, str]) -> str:
    """Which areas the chart leaves out, and why."""
    small = [area for area in figures if area not in drawn and is_small(figures[area])]
    return _join(
        _without(TOO_FEW.capitalize(), small, (), labels), _without("No figure", figures, [*drawn, *small], labels)
    )


def _without(words: str, areas: Collection[str], drawn: Collection[str], labels: Mapping[str, str]) -> str:
    """Which areas the chart leaves out."""
    missing = [labels[area] for area in areas if area not in drawn]
    if not missing:
        return ""
    return f"{words}: {', '.join(missing) if len(missing) <= NAMED else f'{len(missing)} areas'}."
