"""Saving the choice of a cohort by a name, and removing it."""

from collections.abc import Mapping, Sequence

from star_tracker.domain.checked import checked_text
from star_tracker.domain.context import Context
from star_tracker.domain.errors import DomainError, NotFoundError
from star_tracker.domain.permissions import may_see_every_pod
from star_tracker.domain.texts import fold_text
from star_tracker.models import SavedCohort
from star_tracker.queries.figures.saved_cohorts import list_saved_cohorts
from star_tracker.records.transactions import write

MOST_SAVED = 50
"""The most that one person sees: more than a page can be chosen from."""


def save_cohort(
    context: Context, *, name: str, choice: Mapping[str, Sequence[str]], is_for_leads: bool = False
) -> SavedCohort:
    """Save a choice for oneself, or for every lead.

    Args:
        context: who saves it; only a lead saves for leads.
        name: by which it is found again: no other that this person sees has it (R13).
        choice: lists of values, as in the address.
        is_for_leads: whether every lead may open it.

    Raises:
        DomainError: the name is refused, or there are ``MOST_SAVED`` already.
    """
    name = checked_text("name", name)
    if not name:
        raise DomainError("name", "Enter a name")
    if is_for_leads and not may_see_every_pod(context.actor):
        raise DomainError("is_for_leads", "Only a lead saves a cohort for every lead")
    with write(context) as transaction:
        known = list_saved_cohorts(context.actor, transaction.session)
        if fold_text(name) in {fold_text(saved.name) for saved in known}:
            raise DomainError("name", "There is already a saved cohort with this name: choose another name")
        if len(known) >= MOST_SAVED:
            raise DomainError("", f"There are {MOST_SAVED} saved cohorts already: remove one that is no longer needed")
        return transaction.add(
            SavedCohort(
                name=name,
                choice={field: list(values) for field, values in choice.items()},
                is_for_leads=is_for_leads,
                saved_by_id=context.actor.user_id,
                saved_at=context.now,
            )
        )


def remove_saved_cohort(context: Context, *, saved_id: int) -> str:
    """Remove a saved choice: one's own, or as a lead one that is for leads.

    Returns:
        Its name.

    Raises:
        NotFoundError: there is none that this person may open.
    """
    with write(context) as transaction:
        known = {saved.id: saved for saved in list_saved_cohorts(context.actor, transaction.session)}
        if saved_id not in known:
            raise NotFoundError(f"no saved cohort {saved_id}")
        name = known[saved_id].name
        transaction.remove("remove", known[saved_id])
    return name
