"""The title, the scope and the notes of each table of a return."""

from star_tracker.domain.quarters import Quarter
from star_tracker.exports.definitions import CHANGE_NOTE


def texts_of(quarter: Quarter) -> dict[str, tuple[str, ...]]:
    """For each table, in the order of the sheets: its title, its scope and its notes."""
    within = f"in {quarter.label}"
    pairs = "Pairs of a parent's start and latest Star in one intervention."
    return {
        "indicators": (
            f"Headline indicators, {quarter.label}, in the year to date and to date, by pod",
            "Each line says of how many, and of how many of them it is true.",
            "A family that closed for two reasons counts once for each.",
            "Whether a target is met is judged by the rate as it is shown here.",
            CHANGE_NOTE,
        ),
        "served": (
            "Families, parents and children served since the service began, by pod",
            "Interventions started since the service began.",
            "A family that two pods have served counts in both, and once in all pods.",
        ),
        "activity": (
            f"Open at the start, started, closed and open at the end {within}, by pod",
            "Interventions; a family that came back counts again.",
            "Open at start + started − closed = open at end, in exact figures.",
        ),
        "completion": (
            f"Stars due, completed and on time {within}, by pod and kind of Star",
            "Every parent registered in an intervention.",
            "A Star counts in the quarter in which it was due, whenever it was completed.",
        ),
        "averages": (
            "Average readings at the start and latest Star, by cohort, pod and area",
            pairs,
            "Readings are from 1 to 10; higher is better.",
        ),
        "change": (
            "Change from the start to the latest Star, by cohort, pod and area",
            pairs,
            CHANGE_NOTE,
            "Each figure is rounded on its own: a change can differ in its last digit from the averages' difference.",
        ),
        "stages": (
            "Pairs by their stage at the start and at the latest Star, by cohort, pod and area",
            pairs,
            "Only the moves that occur are listed. A published return lists none where a pod has too few pairs in an "
            "area for their number to be shown.",
        ),
        "closures": (
            f"Families and children whose intervention closed {within} and to date, by pod and reason",
            "Interventions that have closed.",
            "A family counts once in a row; one that closed twice, for two reasons or in two pods, is in both rows, "
            "and once in that of all reasons or of all pods.",
        ),
        "re_referrals": (
            f"Referrals, and re-referrals within 12 months, {within} and to date, by pod",
            "Every referral, whether or not its intervention has started.",
            "A re-referral counts in the pod of the later referral.",
            "The earlier one may have been to another council's pod.",
        ),
        "exclusions": (
            "Parents who are in no pair, by pod and reason",
            "Every parent registered in an intervention that has started.",
        ),
        "feedback": (
            f"Feedback given {within}, by pod and who gave it",
            "What parents, children and professionals said of the service, as far as it was recorded.",
            "What was said is quoted in the narrative, with consent and without a name.",
        ),
    }
