"""Invented visits to the demonstration's families, since the service began to record them."""

from datetime import date, timedelta
from random import Random

from sqlalchemy import insert, select

from star_tracker.domain.contacts import Seen, WhoWent
from star_tracker.domain.context import Context
from star_tracker.models import Contact, Intervention
from star_tracker.records.transactions import write_transaction

RECORDED_FOR = timedelta(weeks=15)
"""How long before the anchor the first visit was recorded."""

TIMES_A_WEEK = (0, 1, 1, 1, 2, 2)
WHO_WENT = (WhoWent.WORKER,) * 5 + (WhoWent.CONSULTANT, WhoWent.PEER_MENTOR, WhoWent.VOLUNTEER)
SEEN_OF_TEN = 9


def add_contacts(context: Context) -> None:
    """Add visits to the families that were open in these weeks: one or two in most of them, few of them in vain."""
    random = Random(22)  # the same visits each time
    since = context.today - RECORDED_FOR
    with write_transaction() as session:
        courses = session.execute(
            select(Intervention.id, Intervention.started_on, Intervention.closed_on)
            .where(Intervention.closed_on.is_(None) | (Intervention.closed_on >= since))
            .order_by(Intervention.id)
        ).all()
        rows = []
        for intervention_id, started_on, closed_on in courses:
            week, last = max(since, started_on), min(closed_on or context.today, context.today - timedelta(days=1))
            while week <= last:
                days = [week + timedelta(days=random.randrange(7)) for _ in range(random.choice(TIMES_A_WEEK))]
                rows += [_invent(random, context, intervention_id, day) for day in days if day <= last]
                week += timedelta(weeks=1)
        session.execute(insert(Contact), rows)


def _invent(random: Random, context: Context, intervention_id: int, day: date) -> dict[str, object]:
    seen = random.randrange(10) < SEEN_OF_TEN
    return {
        "intervention_id": intervention_id,
        "contacted_on": day,
        "who_went": random.choice(WHO_WENT).value,
        "seen": seen,
        "with_whom": random.choice([one.value for one in Seen]) if seen else None,
        "minutes": random.choice((30, 45, 60, 90)) if seen else None,
        "recorded_at": context.now,
        "recorded_by_id": context.actor.user_id,
    }
