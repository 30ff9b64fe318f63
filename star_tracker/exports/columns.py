"""The columns of each table of the return, with a definition of each that a council officer can rely on."""

from collections.abc import Mapping

from star_tracker.analysis.service import Indicator, Period
from star_tracker.domain.feedback import SaidBy
from star_tracker.domain.scales import ALL_PODS, ALL_REASONS, ClosureReason, Edition, Exclusion, Kind
from star_tracker.exports.definitions import INDICATOR_WORDS, UNDEFINED
from star_tracker.exports.tables import Column, Role

COHORT_LABELS: Mapping[str, str] = {
    "all_to_date": "All to date",
    "latest_in_quarter": "Latest Star in the quarter",
    "closed_in_quarter": "Closed in the quarter",
}

UNIT_LABELS: Mapping[str, str] = {"families": "Families", "parents": "Parents", "children": "Children"}

_ALL = {ALL_REASONS: "All reasons"}

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
                f"Whether the rate as shown meets the target: yes or no. {UNDEFINED}: there is no target or no rate, "
                "or the quarter has not ended.",
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
