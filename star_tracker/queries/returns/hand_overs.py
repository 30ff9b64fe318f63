"""Who is told by e-mail that a return is signed off or withdrawn, and who was told of a version."""

from sqlalchemy import select

from star_tracker.domain.hand_over import HandOver, News
from star_tracker.domain.permissions import may_see_return_of
from star_tracker.extensions import db
from star_tracker.models import AuditEntry
from star_tracker.queries.councils import list_people_of_council


def list_addresses_to_tell(council_id: int) -> list[str]:
    """The e-mail addresses of those of the council who may read what is signed off; of closed accounts none."""
    return [
        person.email
        for person in list_people_of_council(council_id)
        if may_see_return_of(person.as_actor(), council_id, is_signed_off=True)
    ]


def get_hand_over(signed_id: int, news: News = News.SIGNED_OFF) -> HandOver | None:
    """Whom e-mails told this news of a version, as the audit trail has it; None if none was sent."""
    statement = select(AuditEntry).where(
        AuditEntry.entity == "signedreturn",
        AuditEntry.entity_id == signed_id,
        AuditEntry.action.in_((news, news.failure)),
    )
    people = {entry.action: (entry.after or {}).get("people", []) for entry in db.session.scalars(statement)}
    if news not in people:
        return None
    not_told = people.get(news.failure, [])
    return HandOver([address for address in people[news] if address not in not_told], not_told)
