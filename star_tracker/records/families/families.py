"""Writes about families, their parents and their interventions."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import func, select

from star_tracker.domain.checked import checked_ref, checked_text
from star_tracker.domain.context import Context
from star_tracker.domain.days import long_date
from star_tracker.domain.errors import DomainError, NotFoundError
from star_tracker.domain.interventions import AtClosure, check_beginning, check_dates
from star_tracker.domain.scales import ClosureReason
from star_tracker.domain.star_rules import DAYS_AFTER_CLOSURE, check_star_within
from star_tracker.domain.texts import fold_text
from star_tracker.models import Family, Intervention, Parent, Registration, Star, Transfer
from star_tracker.records.families.duplicates import check_name_is_new, find_taken_reference
from star_tracker.records.families.interventions import check_practitioner, check_start_is_free, find_open_start
from star_tracker.records.pods import check_takes_interventions
from star_tracker.records.transactions import Write, write


@dataclass(frozen=True, kw_only=True)
class NewIntervention:
    """A period of support as it begins.

    Attributes:
        practitioner_id: None until somebody has been chosen.
        children: their number, 0 to 20; None if it is not known.
    """

    pod_id: int
    practitioner_id: int | None
    referred_on: date
    started_on: date
    children: int | None


@dataclass(frozen=True, kw_only=True)
class NewParent:
    """A parent as entered in a form.

    Attributes:
        name: may be "".
        number: their place in the form, from 1, for the field of an error.
    """

    ref: str
    name: str = ""
    number: int = 1


def record_family(
    context: Context,
    *,
    ref: str,
    name: str = "",
    council_ref: str,
    parents: Collection[NewParent],
    intervention: NewIntervention,
    different_from: Collection[int] = (),
) -> Family:
    """Add a family with its parents and its first intervention, in which every parent is registered.

    ``different_from`` are the ids of families with the same name that the person has confirmed are different.

    Raises:
        DomainError: a reference is empty, too long, taken or no longer checked (``duplicates``); a name is too long,
            there is no parent, or the intervention is refused. A parent's errors are on ``parent_ref_`` and
            ``parent_name_`` with their number.
        SameFamilyError: the person may read the family with this reference, or one with the same name in the pod.
    """
    with write(context) as transaction:
        ref = checked_ref("ref", ref)
        name, council_ref = checked_text("name", name), checked_text("council_ref", council_ref)
        if not parents:
            raise DomainError("parent_ref_1", "Enter a reference for at least one parent")
        taken = find_taken_reference(transaction, ref=ref, council_ref=council_ref)
        if taken is None:
            family = transaction.add(Family(ref=ref, name=name, council_ref=council_ref))
            added = [
                _add_parent(transaction, family, new, fields=(f"parent_ref_{new.number}", f"parent_name_{new.number}"))
                for new in parents
            ]
            _add_intervention(transaction, family, added, intervention)
            check_name_is_new(transaction, family, pod_id=intervention.pod_id, different_from=different_from)
            return family
    raise taken


def record_parent(
    context: Context, *, family_id: int, ref: str, name: str = "", intervention_ids: Collection[int]
) -> Parent:
    """Add a parent to a family and register them in these interventions of that family.

    Raises:
        DomainError: the reference is empty, too long or taken in this family, or the name is too long.
        NotFoundError: no such family, or an intervention that is not the family's.
    """
    with write(context) as transaction:
        family = transaction.get(Family, family_id)
        interventions = [transaction.get(Intervention, intervention_id) for intervention_id in intervention_ids]
        parent = _add_parent(transaction, family, NewParent(ref=ref, name=name), fields=("ref", "name"))
        for intervention in interventions:
            _register(transaction, intervention, parent)
    return parent


def record_intervention(
    context: Context, *, family_id: int, parent_ids: Collection[int], intervention: NewIntervention
) -> Intervention:
    """Open another intervention for a family, and register these of its parents in it.

    Raises:
        DomainError: dates out of order or in the future, another intervention that is open or started that day,
            children out of range, no parent, no such pod, or a practitioner who cannot take it on.
        NotFoundError: no such family, or a parent who is not the family's.
    """
    with write(context) as transaction:
        family = transaction.get_locked(Family, family_id)
        if not parent_ids:
            raise DomainError("parent_ids", "Choose at least one parent who takes part")
        parents = [transaction.get(Parent, parent_id) for parent_id in parent_ids]
        return _add_intervention(transaction, family, parents, intervention)


def close_intervention(
    context: Context, *, intervention_id: int, closed_on: date, reason: ClosureReason, missing_is_known: bool = True
) -> Intervention:
    """Close an open intervention.

    Args:
        context: who closes it, and when.
        intervention_id: the intervention's id.
        closed_on: the day it closed.
        reason: how it ended.
        missing_is_known: whether to close it although closure Stars are missing.

    Raises:
        DomainError: it is already closed; the date is before its start or last transfer, in the future, or too long
            before a Star (R6); on ``missing_is_known``, a closure Star is missing.
        NotFoundError: no such intervention.
    """
    with write(context) as transaction:
        intervention = transaction.get_locked(Intervention, intervention_id)
        if intervention.closed_on:
            raise DomainError("closed_on", f"This intervention was closed on {long_date(intervention.closed_on)}")
        check_dates(started_on=intervention.started_on, closed_on=closed_on, today=context.today)
        last_transfer = select(func.max(Transfer.transferred_on)).where(Transfer.intervention_id == intervention.id)
        if (last := transaction.session.scalar(last_transfer)) and closed_on < last:
            raise DomainError("closed_on", f"The date must be {long_date(last)}, when it was transferred, or after")
        _check_stars_fit(transaction, intervention, closed_on)
        if not missing_is_known:
            _check_closure_stars(transaction, intervention)
        transaction.change("close", intervention, closed_on=closed_on, closure_reason=reason.value)
    return intervention


def _check_stars_fit(transaction: Write, intervention: Intervention, closed_on: date) -> None:
    stars = transaction.session.scalars(
        select(Star).join(Registration).where(Registration.intervention_id == intervention.id, Star.is_in_force)
    )
    for star in stars:
        try:
            check_star_within(star.completed_on, started_on=intervention.started_on, closed_on=closed_on)
        except DomainError as error:
            raise DomainError(
                "closed_on",
                f"A Star of {long_date(star.completed_on)} is dated more than {DAYS_AFTER_CLOSURE} days after this: "
                "choose a later closing date",
            ) from error


def _check_closure_stars(transaction: Write, intervention: Intervention) -> None:
    registrations = transaction.session.scalars(
        select(Registration).where(Registration.intervention_id == intervention.id)
    )
    missing = sorted(each.parent.ref for each in registrations if each.at_closure is AtClosure.MISSING)
    if missing:
        which = f"closure Star of {' and '.join(missing)}"
        raise DomainError("missing_is_known", f"Record the {which} first, or tick that you close without it")


def _add_parent(transaction: Write, family: Family, new: NewParent, *, fields: tuple[str, str]) -> Parent:
    ref_field, name_field = fields
    ref = checked_ref(ref_field, new.ref)
    name = checked_text(name_field, new.name)
    is_same = (Parent.family_id == family.id) & (Parent.ref_folded == fold_text(ref))
    if taken := transaction.session.scalar(select(Parent.ref).where(is_same)):
        raise DomainError(ref_field, f"This family already has a parent with the reference {taken}")
    return transaction.add(Parent(family_id=family.id, ref=ref, name=name))


def _add_intervention(
    transaction: Write, family: Family, parents: Collection[Parent], new: NewIntervention
) -> Intervention:
    check_takes_interventions(transaction, new.pod_id)
    if new.practitioner_id is not None:
        check_practitioner(transaction, new.practitioner_id, new.pod_id)
    check_beginning(
        referred_on=new.referred_on, started_on=new.started_on, children=new.children, today=transaction.context.today
    )
    check_start_is_free(transaction, family.id, new.started_on)
    if open_since := find_open_start(transaction, family.id):
        raise DomainError(
            "started_on", f"This family's intervention of {long_date(open_since)} is still open: close it first"
        )
    intervention = transaction.add(Intervention(family_id=family.id, **asdict(new)))
    for parent in parents:
        _register(transaction, intervention, parent)
    return intervention


def _register(transaction: Write, intervention: Intervention, parent: Parent) -> None:
    family_id = intervention.family_id
    if parent.family_id != family_id:
        raise NotFoundError(f"parent {parent.id} is not of family {family_id}")
    transaction.add(Registration(family_id=family_id, intervention_id=intervention.id, parent_id=parent.id))
