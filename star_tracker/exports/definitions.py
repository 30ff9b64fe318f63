"""The words of the return besides its columns: vocabulary, indicators, rules, marks, and the licence."""

from collections.abc import Mapping

from star_tracker.analysis.disclosure import SUPPRESSED, Profile
from star_tracker.analysis.service import Indicator
from star_tracker.domain.figures import THRESHOLDS, write_count
from star_tracker.domain.quarters import year_months, year_name
from star_tracker.domain.schedule import Timings

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

MEASURED: Mapping[str, str] = {
    "R4": "A pair is measured in an area only if both readings are scored, so the number of pairs differs by area.",
    "R5": "Change is the latest reading minus the start reading; the standard deviation divides by n − 1; the "
    "confidence interval is Student's t; the rank-biserial correlation is that of matched pairs.",
}
"""The rules of how pairs are measured, by R-number."""

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
