"""Restricting a family to the lead and named people, and lifting the restriction."""

from collections.abc import Collection

from star_tracker.domain.checked import SayWhy, checked_reason
from star_tracker.domain.context import Context
from star_tracker.domain.errors import DomainError
from star_tracker.models import Family
from star_tracker.queries.accounts.people import list_people_to_name
from star_tracker.records.transactions import write


def restrict_family(context: Context, *, family_id: int, people_ids: Collection[int], reason: str) -> Family:
    """Let only the lead and these people see a family; on a restricted family, change who is named.

    Args:
        context: who restricts it, and when.
        family_id: the family's id.
        people_ids: who is named; only the lead sees the family if it is empty.
        reason: why; stored in the audit trail alone.

    Raises:
        DomainError: no reason, or somebody who may not be named because they are no practitioner with an account.
        NotFoundError: no such family.
    """
    with write(context) as transaction:
        family = transaction.get_locked(Family, family_id)
        people = [person for person in list_people_to_name(family_id) if person.id in people_ids]
        if len(people) != len(set(people_ids)):
            raise DomainError("people_ids", "Choose from the practitioners in the list")
        transaction.change(
            "restrict", family, reason=checked_reason(reason, SayWhy.TRAIL), restricted=True, people=people
        )
    return family


def lift_restriction(context: Context, *, family_id: int, reason: str) -> Family:
    """Let everybody in the family's pods see it again; nobody is named for it any longer.

    Raises:
        DomainError: no reason, or it is not restricted.
        NotFoundError: no such family.
    """
    with write(context) as transaction:
        family = transaction.get_locked(Family, family_id)
        if not family.restricted:
            raise DomainError("reason", "This family is not restricted")
        transaction.change("lift", family, reason=checked_reason(reason, SayWhy.TRAIL), restricted=False, people=[])
    return family
