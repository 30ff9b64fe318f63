"""The words of the return: a definition of every column, the rules, the marks and the licence."""

from collections.abc import Mapping

from star_tracker.analysis.disclosure import SUPPRESSED, Profile
from star_tracker.analysis.service import Indicator, Period
from star_tracker.domain.feedback import SaidBy
from star_tracker.domain.figures import THRESHOLDS, write_count
from star_tracker.domain.periods import year_months, year_name
from star_tracker.domain.scales import ALL_PODS, ALL_REASONS, ClosureReason, Edition, Exclusion, Kind
from star_tracker.domain.schedule import Timings
from star_tracker.exports.tables import Column, Role

UNDEFINED = "z"
"""The mark for an undefined figure in the return's files: no cell is left blank, as if it had been forgotten."""

UNDEFINED_MEANS: Mapping[str, str] = {
    UNDEFINED: "No figure: there are no pairs, or too few, for this measure to be defined."
}

LICENCE = (
    "The names of the Family Star Plus, its outcome areas and its stages are © Triangle Consulting Social "
    "Enterprise. Those who use the Star must hold a licence: www.outcomesstar.org.uk."
)

CHANGE_NOTE = (
    "Change is not proof of what the service did: there is no comparison group, and other things in a family's life "
    "change too."
)

COHORT_LABELS: Mapping[str, str] = {
    "all_to_date": "All to date",
    "latest_in_quarter": "Latest Star in the quarter",
    "closed_in_quarter": "Closed in the quarter",
}

MEASURED: Mapping[str, str] = {
    "R4": "A pair is measured in an area only if both readings are scored, so the number of pairs differs by area.",
    "R5": "Change is the latest reading minus the start reading; the standard deviation divides by n − 1; the "
    "confidence interval is Student's t; the rank-biserial correlation is that of matched pairs.",
}
"""The rules of how pairs are measured, by R-number."""

_ALL = {ALL_REASONS: "All reasons"}

UNIT_LABELS: Mapping[str, str] = {"families": "Families", "parents": "Parents", "children": "Children"}

WORDS: Mapping[str, str] = {
    "Pod": "A team of practitioners; each family's intervention belongs to one.",
    "Intervention": "One period of support to a family, from its start to its closure.",
    "Star": (
        "One Family Star Plus of one parent: ten outcome areas, each given a reading from 1 to 10. It is completed at "
        "the start of an intervention, as an interim and at closure."
    ),
    "Counted Star": "A completed Star in which the worker had a part, alone or together with the parent.",
    "Pair": (
        "A parent's start Star and latest interim or closure Star in one intervention. Two parents of one family "
        "are two pairs; a parent in two interventions can be two pairs."
    ),
    "Stage": "One of five bands of the scale of 1 to 10, two values each: the stages of the Journey of Change.",
}
"""The return's vocabulary."""

INDICATOR_WORDS: Mapping[Indicator, str] = {
    Indicator.ENGAGED: (
        "of the interventions whose 28th day is in the period, those in which a parent had completed a Star together "
        "with the worker by the quarter's last day, and which did not end because the family disengaged."
    ),
    Indicator.COMPLETED: "of the families that closed, those that closed successfully.",
    Indicator.STEPPED_DOWN: "of the families that closed, those stepped down to early help.",
    Indicator.ESCALATED: (
        "of the families that closed, those with a child protection plan or a child who became looked after."
    ),
    Indicator.RE_REFERRED: "of the referrals, those within 12 months of the family's referral before (R10).",
    Indicator.BACK: (
        "of the interventions that had closed 12 months before a day in the period, those whose family was referred "
        "again within these 12 months."
    ),
    Indicator.ON_TIME: "of the Stars due, those completed in time (R7).",
    Indicator.SEEN: (
        "of the families' whole weeks of support since the first visit was recorded, by their last days, those with a "
        "visit at which the family was seen. A service that records no visits has no such figure."
    ),
    Indicator.PAIRED: "of the parents in interventions that have started, those with a pair.",
    Indicator.IMPROVED: (
        "of the pairs scored in five areas or more at both Stars, those whose latest reading is higher in more than "
        "half of these areas."
    ),
}
"""What each indicator asks about, and what of it must be true."""

POD = Column(
    "pod",
    "Pod",
    f'The team; "{ALL_PODS}" is every pod that works for the council, counted afresh and not added up.',
    Role.NAME,
)
_COHORT = Column(
    "cohort",
    "Cohort",
    "Which pairs the row is about: all to date; those whose latest Star is dated in the quarter; those whose "
    "intervention closed in the quarter.",
    Role.CODE,
    COHORT_LABELS,
)
_N = Column("n", "Pairs", "How many pairs have a reading for this area in both Stars; the whole row rests on them.")


def _unit(definition: str) -> Column:
    return Column("unit", "Unit", definition, Role.CODE, UNIT_LABELS)


def _area(edition: Edition) -> Column:
    definition = "One of the ten outcome areas of the Family Star Plus."
    return Column("area", "Area", definition, Role.CODE, edition.areas, "Area code")


def columns_of(edition: Edition) -> dict[str, tuple[Column, ...]]:
    """The columns of each table of the return, in order; ``edition`` labels areas and stages."""
    keys = (_COHORT, POD, _area(edition))
    return {
        "indicators": (
            POD,
            Column("indicator", "Indicator", _list_indicators(), Role.CODE, Indicator.labels()),
            Column("period", "Period", "The quarter, the year so far, or all to date.", Role.CODE, Period.labels()),
            Column("denominator", "Of how many", "All that the indicator asks about in the period."),
            _part("numerator", "How many", "Those of them of which it is true.", "denominator"),
            Column(
                "rate",
                "Rate, %",
                "The second of the two numbers divided by the first, in per cent.",
                Role.MEASURE,
                rate_of=("numerator", "denominator"),
            ),
            Column(
                "target",
                "Target, %",
                "What the rate should be at least; for escalations, re-referrals and those referred again, at most. "
                f"{UNDEFINED}: none is set.",
                Role.MEASURE,
                is_disclosed=True,
            ),
            Column(
                "met",
                "Target met",
                f"Whether the rate as shown meets the target: yes or no. {UNDEFINED}: there is no target, or no rate.",
                Role.FIGURE,
            ),
            _given("rate_before", "Rate, %, quarter before", "The rate in the signed return of the quarter before."),
            _given(
                "rate_year_before",
                "Rate, %, year before",
                "The rate in that of the same quarter a year before.",
            ),
        ),
        "served": (
            POD,
            _unit("Whether the row counts families, parents or children."),
            Column(
                "to_date",
                "Served to date",
                "Distinct families since the service began; the distinct parents registered in their interventions; "
                "each family's largest recorded number of children, added up.",
            ),
        ),
        "activity": (
            POD,
            _unit(
                "Families counts interventions; parents, those registered in them; children, the number recorded in "
                "each."
            ),
            Column("open_at_start", "Open at start", "Started before the quarter and not closed before it."),
            Column("started", "Started", "Started in the quarter."),
            Column("closed", "Closed", "Closed in the quarter."),
            Column("open_at_end", "Open at end", "Started by the quarter's last day and not closed by it."),
        ),
        "completion": (
            POD,
            Column(
                "kind",
                "Kind of Star",
                "Start, interim or closure.",
                Role.CODE,
                Kind.labels(),
            ),
            Column("due", "Due", "Stars whose due date falls in the quarter, one for each parent."),
            _part("completed", "Completed", "Of those due, how many were completed by the quarter's last day.", "due"),
            _part("on_time", "On time", "Of those due, how many were completed in time.", "completed"),
        ),
        "averages": (
            *keys,
            _N,
            _measure("mean_start", "Average at start", "Mean reading, 1 to 10, at the start Star."),
            _measure("mean_latest", "Average at latest", "Mean reading, 1 to 10, at the latest Star."),
            _measure("median_start", "Median at start", "Middle reading, 1 to 10, at the start Star."),
            _measure("median_latest", "Median at latest", "Middle reading, 1 to 10, at the latest Star."),
        ),
        "change": (*keys, _N, *_CHANGE),
        "stages": (
            *keys,
            Column("from_stage", "Stage at start", "The stage of the start reading.", Role.CODE, edition.stages),
            Column("to_stage", "Stage at latest", "The stage of the latest reading.", Role.CODE, edition.stages),
            Column("pairs", "Pairs", "How many pairs went from the one stage to the other, or stayed."),
        ),
        "closures": (
            POD,
            Column(
                "closure_reason",
                "Reason for closing",
                "How the intervention ended.",
                Role.CODE,
                _ALL | ClosureReason.labels(),
            ),
            Column("families", "Families in the quarter", "Distinct families with an intervention closed so."),
            Column("children", "Children in the quarter", "Their children: each family's largest number."),
            Column("families_to_date", "Families to date", "The same since the service began."),
            Column("children_to_date", "Children to date", "Their children: each family's largest number."),
        ),
        "re_referrals": (
            POD,
            Column("referrals", "Referrals in the quarter", "Families referred in the quarter, each time they were."),
            _part(
                "re_referrals",
                "Re-referrals in the quarter",
                "Of those, how many came within 12 months of the family's previous referral, to any pod.",
                "referrals",
            ),
            Column("referrals_to_date", "Referrals to date", "The same since the service began."),
            _part(
                "re_referrals_to_date",
                "Re-referrals to date",
                "The same since the service began.",
                "referrals_to_date",
            ),
        ),
        "exclusions": (
            POD,
            Column(
                "reason",
                "Reason",
                "The first that fits: no counted Star at all; none of the kind start; no interim or closure Star on "
                "or after the start Star.",
                Role.CODE,
                _ALL | Exclusion.labels(),
            ),
            Column("parents", "Parents", "Parents in no pair, once for each intervention they are registered in."),
        ),
        "feedback": (
            POD,
            Column("said_by", "Who gave it", "A parent, a child or a professional.", Role.CODE, SaidBy.labels()),
            Column(
                "number",
                "Feedback in the quarter",
                "How often somebody's words were recorded, by the day they said them.",
            ),
            _part("quotable", "With consent to quote", "Of those, how many may be quoted without a name.", "number"),
        ),
    }


def _part(name: str, heading: str, definition: str, divides: str) -> Column:
    return Column(name, heading, definition, divides=divides)


def _given(name: str, heading: str, definition: str) -> Column:
    words = f"{definition} {UNDEFINED}: none was signed, or it has no such rate."
    return Column(name, heading, words, Role.MEASURE, is_disclosed=True)


def _list_indicators() -> str:
    """What each indicator asks about, and what of it must be true."""
    return " ".join(f"{indicator.label}: {INDICATOR_WORDS[indicator]}" for indicator in Indicator)


def _measure(name: str, heading: str, definition: str) -> Column:
    return Column(name, heading, definition, Role.MEASURE)


_CHANGE = (
    _measure("mean_change", "Average change", "Mean of the latest reading minus the start reading; above 0 is up."),
    _measure("sd_change", "Standard deviation", "How far the pairs' changes spread about their mean, in points."),
    _measure("ci_low", "Interval from", "Lower end of the 95% confidence interval of the average change."),
    _measure("ci_high", "Interval to", "Upper end of the 95% confidence interval of the average change."),
    _part("improved", "Improved", "Pairs whose latest reading is higher than at the start.", "n"),
    _part("maintained", "Maintained", "Pairs whose latest reading is the same as at the start.", "n"),
    _part("declined", "Declined", "Pairs whose latest reading is lower than at the start.", "n"),
    _part("stage_up", "Up a stage", "Pairs whose latest reading is in a higher stage, by one stage or more.", "n"),
    _part("stage_same", "Same stage", "Pairs whose latest reading is in the same stage.", "n"),
    _part("stage_down", "Down a stage", "Pairs whose latest reading is in a lower stage, by one stage or more.", "n"),
    _measure(
        "rank_biserial",
        "Rank-biserial correlation",
        "From −1 (every change is down) to 1 (every change is up), larger changes weighing more; pairs without a "
        "change are left out.",
    ),
)


def marks_of(profile: Profile, threshold: int) -> dict[str, str]:
    """The meaning of each mark that replaces a figure."""
    marks = dict(UNDEFINED_MEANS)
    if profile is Profile.PUBLISHED:
        marks[SUPPRESSED] = (
            f"Confidential: a count of 1 to {threshold - 1}, a count that divides one, a measure that rests on 1 to "
            f"{threshold - 1} pairs, or a figure that would tell one of these."
        )
    return dict(sorted(marks.items()))


def profile_text(profile: Profile, threshold: int, mark: str = SUPPRESSED) -> str:
    """Who may have this return, and what was done to its figures (R9); ``mark`` replaces what is not shown."""
    if profile is Profile.RESTRICTED:
        return "Restricted: every figure is exact. For the commissioner only; not to be published or passed on."
    five = " A 5 stands for 6 or 7." if threshold == min(THRESHOLDS) else ""
    return (
        f"For publication: counts of 1 to {threshold - 1} are replaced by {mark}, other counts are rounded to "
        f"the nearest 5, each by itself, so that rows need not add up.{five} Where a number is {mark}, so is "
        f"every number into which it divides, and any that would tell what it is. Measures are given to one decimal, "
        f"and only where they rest on {threshold} pairs or more; where few of these improved, stayed or declined, "
        "without standard deviation, interval and correlation."
    )


def rules_of(profile: Profile, threshold: int, timings: Timings, first_month: int) -> dict[str, str]:
    """The rules behind the figures, a sentence or two each, by R-number.

    ``first_month`` is the number of the month in which the return's year begins (R8).
    """
    return {
        "R1": "A Star counts when it is completed, not withdrawn, and completed by the worker, alone or together with "
        "the parent; one completed by the parent alone does not.",
        "R2": "In one parent's intervention the start is the earliest counted start Star; the latest is the last "
        "counted interim or closure Star dated on or after it and by the quarter's last day.",
        "R3": "A parent's intervention started by the quarter's last day and without such a pair is excluded for one "
        "reason, the first that fits.",
        **MEASURED,
        "R7": f"A start Star is due {write_count(timings.start_due_days, 'day')} after the intervention starts, an "
        f"interim {write_count(timings.interim_months, 'calendar month')} after the last start or interim Star if the "
        "intervention is still open that day, a closure Star on the day it closes. A start Star is on time by its due "
        f"date, the others up to {write_count(timings.grace_days, 'day')} after.",
        "R8": f"Quarters are of the {year_name(first_month)}, {year_months(first_month)}.",
        "R9": profile_text(profile, threshold),
        "R10": "A re-referral is a referral within 12 months of the family's previous referral, as the Department for "
        "Education counts it.",
    }
