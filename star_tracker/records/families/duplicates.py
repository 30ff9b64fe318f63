"""Whether a family exists already: references are unique, and a name that occurs in the pod already gives a warning.

Only somebody who may read the other family is told which it is. To anybody else, each refusal reveals that there is
one: it is audited, and after ``MOST_COLLISIONS`` nothing more that they type is checked.
"""

from collections.abc import Collection, Iterable
from datetime import timedelta

from sqlalchemy import ColumnElement, select

from star_tracker.domain.errors import DomainError, SameFamilyError
from star_tracker.domain.looks import COLLIDED
from star_tracker.domain.permissions import get_reader, may_read_family
from star_tracker.domain.texts import fold_name, fold_text
from star_tracker.models import Family, Intervention, User, key_ring
from star_tracker.queries.audit.audit import count_collisions
from star_tracker.queries.families.readers import FamilyAccess, list_access
from star_tracker.records.audit import add_audit_entry
from star_tracker.records.transactions import Write

MOST_COLLISIONS, WITHIN = 5, timedelta(hours=24)
"""How often, within which time, a person may learn that a reference belongs to a family that they may not read."""


def find_taken_reference(
    transaction: Write, *, ref: str = "", council_ref: str = "", family_id: int | None = None
) -> DomainError | None:
    """The error if another family has one of these references; None if both are free.

    The error is returned, and the caller raises it after the transaction, so that the audit entry is committed. The
    caller must have written nothing else by then.

    Args:
        transaction: the transaction; other checks by the same person wait until it ends.
        ref: a new family's reference.
        council_ref: a council's reference, indexed under any key.
        family_id: the family that is to have it, if it exists already.

    Returns:
        An error on ``ref`` or ``council_ref``; a ``SameFamilyError`` if this person may read the other family.
    """
    if not (ref or council_ref):
        return None
    if get_reader(transaction.context.actor) is not None:
        transaction.session.execute(
            select(User.id).where(User.id == transaction.context.actor.user_id).with_for_update(key_share=True)
        )
        if count_collisions(transaction.context.actor.email, since=transaction.context.now - WITHIN) >= MOST_COLLISIONS:
            return _too_many("ref" if ref else "council_ref")
    return _find_taken_ref(transaction, ref) or _find_taken_council_ref(transaction, council_ref, family_id)


def _find_taken_ref(transaction: Write, ref: str) -> DomainError | None:
    readable, hidden = _split(transaction, list_access(Family.ref_folded == fold_text(ref)))
    if readable:
        return SameFamilyError(
            "ref", f"There is already a family with the reference {ref}: open it, or choose another reference", readable
        )
    if not hidden:
        return None
    _audit_collisions(transaction, hidden, "ref")
    return DomainError(
        "ref", f"There is already a family with the reference {ref}: find it, ask your lead, or choose another"
    )


def _find_taken_council_ref(transaction: Write, council_ref: str, family_id: int | None) -> DomainError | None:
    if not council_ref:
        return None
    has_it: ColumnElement[bool] = Family.council_index.in_(key_ring().indexes(council_ref))
    readable, hidden = _split(transaction, list_access(has_it & (Family.id != family_id)))
    if readable:
        return SameFamilyError(
            "council_ref",
            f"Family {', '.join(readable.values())} already has this council reference: "
            "open that family, or check the reference",
            readable,
        )
    if not hidden:
        return None
    _audit_collisions(transaction, hidden, "council_ref")
    return DomainError(
        "council_ref",
        "There is already a family with this council reference: check it, ask your lead, or leave it empty",
    )


def check_name_is_new(transaction: Write, family: Family, *, pod_id: int, different_from: Collection[int]) -> None:
    """Warn about families in this pod with the same name as a new one, as ``fold_name`` compares them (R13).

    Families that this person may not read are skipped: a warning would reveal them.

    Args:
        transaction: the transaction.
        family: the new one; nothing is checked if it has no name.
        pod_id: its pod.
        different_from: the ids of families that the person has confirmed are different.

    Raises:
        SameFamilyError: on ``is_another``.
    """
    name = fold_name(family.name)
    if not name:
        return
    in_pod = Family.interventions.any(Intervention.pod_id == pod_id)
    named = transaction.session.execute(select(Family.id, Family.name).where(in_pod, Family.name != ""))
    # Names are encrypted, so the database cannot compare them.
    same = {family_id for family_id, other in named if fold_name(other) == name} - {family.id, *different_from}
    readable, _hidden = _split(transaction, list_access(Family.id.in_(same)))
    if readable:
        refs = " and ".join(readable.values())
        raise SameFamilyError(
            "is_another",
            f"Look at family {refs} first: the name and the pod are the same. If yours is another, tick this box",
            readable,
        )


def _split(transaction: Write, families: Iterable[FamilyAccess]) -> tuple[dict[int, str], list[int]]:
    """References, by id, of the families that this person may read, and the ids of the others."""
    readable, hidden = {}, []
    for family in families:
        if may_read_family(transaction.context.actor, family.pod_ids, named=family.named):
            readable[family.id] = family.ref
        else:
            hidden.append(family.id)
    return readable, hidden


def _audit_collisions(transaction: Write, family_ids: Iterable[int], column: str) -> None:
    for family_id in family_ids:
        add_audit_entry(
            transaction.session,
            transaction.context,
            action=COLLIDED,
            entity="family",
            entity_id=family_id,
            family_id=family_id,
            after={"column": column},
        )


def _too_many(field: str) -> DomainError:
    return DomainError(
        field,
        f"You typed references of families that you cannot see {MOST_COLLISIONS} times in the last 24 hours, so no "
        "more are checked. Ask your lead to enter this one: what you typed is still here",
    )
