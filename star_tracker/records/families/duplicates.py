"""Whether a family is there already: a reference is one family's alone, and a name in the same pod is worth a look.

Which family it is, only somebody who may read it learns. To anybody else each refusal tells that there is one: it is
written to the trail, and after ``MOST_COLLISIONS`` no more of what they type is checked.
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
"""So often within this time a person is told that a reference belongs to a family that they may not read."""


def find_taken_reference(
    transaction: Write, *, ref: str = "", council_ref: str = "", family_id: int | None = None
) -> DomainError | None:
    """Why a family cannot have these references, because another has one of them; None if it can.

    The answer is returned, to be raised when the transaction has ended: the entry of the trail that it may have left
    is to stay. Nothing else may have been written by then.

    Args:
        transaction: the transaction; until it ends, no other of this person's is told anything.
        ref: a new family's reference.
        council_ref: a council's reference, under whichever key it was indexed.
        family_id: whose it is to be, if the family is there already.

    Returns:
        An error on ``ref`` or ``council_ref``; a ``SameFamilyError`` for who may read that other family.
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
    own, others = _split(transaction, list_access(Family.ref_folded == fold_text(ref)))
    if own:
        return SameFamilyError(
            "ref", f"There is already a family with the reference {ref}: open it, or choose another reference", own
        )
    if not others:
        return None
    _write_down(transaction, others, "ref")
    return DomainError(
        "ref", f"There is already a family with the reference {ref}: find it, ask your lead, or choose another"
    )


def _find_taken_council_ref(transaction: Write, council_ref: str, family_id: int | None) -> DomainError | None:
    if not council_ref:
        return None
    has_it: ColumnElement[bool] = Family.council_index.in_(key_ring().indexes(council_ref))
    own, others = _split(transaction, list_access(has_it & (Family.id != family_id)))
    if own:
        return SameFamilyError(
            "council_ref",
            f"Family {', '.join(own.values())} already has this council reference: "
            "open that family, or check the reference",
            own,
        )
    if not others:
        return None
    _write_down(transaction, others, "council_ref")
    return DomainError(
        "council_ref",
        "There is already a family with this council reference: check it, ask your lead, or leave it empty",
    )


def check_name_is_new(transaction: Write, family: Family, *, pod_id: int, not_these: Collection[int]) -> None:
    """Warn of families of this pod with the same name as a new one's, as ``fold_name`` compares them (R13).

    A family that this person may not read is passed over: a warning would tell them that it is there.

    Args:
        transaction: the transaction.
        family: the new one; without a name it is like nobody.
        pod_id: the pod that takes it.
        not_these: the ids of families of which the person has said that it is another.

    Raises:
        SameFamilyError: on ``is_another``.
    """
    name = fold_name(family.name)
    if not name:
        return
    in_pod = Family.interventions.any(Intervention.pod_id == pod_id)
    named = transaction.session.execute(select(Family.id, Family.name).where(in_pod, Family.name != ""))
    # The database cannot compare them: names are encrypted.
    same = {family_id for family_id, other in named if fold_name(other) == name} - {family.id, *not_these}
    own, _others = _split(transaction, list_access(Family.id.in_(same)))
    if own:
        refs = " and ".join(own.values())
        raise SameFamilyError(
            "is_another",
            f"Look at family {refs} first: the name and the pod are the same. If yours is another, tick this box",
            own,
        )


def _split(transaction: Write, families: Iterable[FamilyAccess]) -> tuple[dict[int, str], list[int]]:
    """The references by id of the families that this person may read, and the ids of the others."""
    own, others = {}, []
    for family in families:
        if may_read_family(transaction.context.actor, family.pod_ids, named=family.named):
            own[family.id] = family.ref
        else:
            others.append(family.id)
    return own, others


def _write_down(transaction: Write, family_ids: Iterable[int], column: str) -> None:
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
