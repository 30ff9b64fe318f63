"""Invented feedback of each quarter, targets of the headline indicators, and the words of two returns."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import cycle

from sqlalchemy import select

from star_tracker.domain.context import Context
from star_tracker.domain.feedback import SaidBy
from star_tracker.domain.quarters import Quarter
from star_tracker.extensions import db
from star_tracker.models import Family, Intervention, Pod
from star_tracker.queries.feedback import list_quotable
from star_tracker.queries.returns.narratives import list_pairs_to_tell
from star_tracker.queries.returns.returns import list_quarters
from star_tracker.records.feedback import Said, record_feedback
from star_tracker.records.returns.narrative import NewCaseStudy, save_narrative, set_targets
from star_tracker.seed.people import CREWE, MACCLESFIELD

QUARTERS = 6
"""How many quarters have feedback, up to the one of the anchor."""

IN_A_QUARTER = 6
"""How much of it is of families in each of the two larger pods."""

OF_FAMILIES: Sequence[tuple[SaidBy, str, bool]] = (
    (SaidBy.PARENT, "Demo: somebody sat down with me and asked what I wanted to change first.", True),
    (SaidBy.PARENT, "Demo: seeing my own star grow was what kept me going.", True),
    (SaidBy.CHILD, "Demo: Mum shouts less, and we eat together now.", True),
    (SaidBy.PARENT, "Demo: six weeks is a long time to wait for the first visit.", False),
    (SaidBy.PARENT, "Demo: my worker came to the school with me. I would not have gone alone.", True),
    (SaidBy.CHILD, "Demo: I liked that she asked me as well.", False),
    (SaidBy.PARENT, "Demo: I still find the evenings hard, but I know what to try.", True),
)
OF_NOBODY: Sequence[tuple[SaidBy, str, bool]] = (
    (SaidBy.PROFESSIONAL, "Demo: the children come to lessons rested, and their parents answer the phone.", True),
    (SaidBy.PROFESSIONAL, "Demo: tell us sooner when a family’s support ends.", True),
)

TARGETS: Mapping[str, int] = {
    "engaged": 90,
    "closed_successfully": 60,
    "escalated": 12,
    "re_referred": 13,
    "stars_on_time": 85,
    "parents_with_a_pair": 75,
}

WENT_WELL = (
    "Demo: more parents than before were seen within their first four weeks, since Crewe began to book the first two "
    "visits at the referral.\n\nDemo: the parents’ group at the library has its own regulars, who bring others along."
)
TO_IMPROVE = (
    "Demo: closure Stars are missed where a family moves away. From next quarter, practitioners complete an interim "
    "Star as soon as a move is planned."
)
STORY = (
    "Demo: “When it began I thought they had come to tell me off. We talked about mornings first, because they were "
    "the worst. Now there is a list on the fridge, and the little one ticks it.”\n\nDemo: “The boiler took longest. I "
    "rang them myself the second time.”"
)


def add_feedback(context: Context) -> None:
    """Add feedback of the latest quarters, and for the council of Crewe targets and the words of two returns.

    These are the returns of the quarter that has just ended and of the one before it.
    """
    pods = {pod.name: pod for pod in db.session.scalars(select(Pod).where(Pod.name.in_([CREWE, MACCLESFIELD])))}
    council = pods[CREWE].council
    council_id, quarters = council.id, list_quarters(council, context.today)[:QUARTERS]
    pod_ids = [pods[name].id for name in (CREWE, MACCLESFIELD)]
    for quarter in quarters:
        for pod_id in pod_ids:
            _add_of_pod(context, pod_id, quarter)
    set_targets(context, council_id=council_id, quarter=quarters[-1], percents=TARGETS)
    for quarter in quarters[1:3]:
        _write_narrative(context, council_id, quarter)


def _add_of_pod(context: Context, pod_id: int, quarter: Quarter) -> None:
    """What families of a pod said in a quarter, and what was said of none; nothing is dated after today."""
    middle = quarter.starts_on + timedelta(days=45)
    statement = (
        select(Intervention.family_id)
        .join(Family, Family.id == Intervention.family_id)
        .where(Intervention.pod_id == pod_id, ~Family.restricted, Intervention.started_on <= quarter.starts_on)
        .where(Intervention.closed_on.is_(None) | (Intervention.closed_on >= middle))
        .order_by(Intervention.id)
        .limit(IN_A_QUARTER)
    )
    families = db.session.scalars(statement).all()
    said = [*zip(families, cycle(OF_FAMILIES), strict=False), *((None, one) for one in OF_NOBODY)]
    for number, (family_id, (said_by, words, may_quote)) in enumerate(said):
        said_on = quarter.starts_on + timedelta(days=3 + 5 * number)
        if said_on <= context.today:
            what = Said(pod_id=pod_id, said_on=said_on, said_by=said_by, words=words, may_quote=may_quote)
            record_feedback(context, said=what, family_id=family_id)


def _write_narrative(context: Context, council_id: int, quarter: Quarter) -> None:
    pairs = list_pairs_to_tell(council_id, quarter)[:1]
    told = {one.words: one.id for one in list_quotable(council_id, quarter)}
    save_narrative(
        context,
        council_id=council_id,
        quarter=quarter,
        went_well=WENT_WELL,
        to_improve=TO_IMPROVE,
        quote_ids=list(told.values())[:4],
        case_studies=[
            NewCaseStudy(registration_id=pair.registration_id, words=STORY, has_consent=True) for pair in pairs
        ],
        seen="",
    )
