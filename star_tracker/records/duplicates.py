"""Whether a family is there already: a reference is one family's alone, and a name in the same pod is worth a look.

Which family it is, only somebody who may read it learns.
"""

from collections.abc import Collection, Iterable

from sqlalchemy import select

from star_tracker.domain.errors import DomainError, SameFamilyError
from star_tracker.domain.permissions import may_read_family
from star_tracker.models import Family, Intervention, key_ring
from star_tracker.records.transactions import Write


def check_ref_is_free(this: Write, ref: str) -> None:
    """Refuse a reference that another family has, and say no more about that family: it may be anybody's.

    Raises:
        DomainError: on ``ref``; a ``SameFamilyError`` for who may read that family.
    """
    families = this.session.scalars(select(Family).where(Family.ref == ref)).all()
    if own := _readable(this, families):
        raise SameFamilyError(
            "ref", f"There is already a family with the reference {ref}: open it, or choose another reference", own
        )
    if families:
        raise DomainError(
            "ref",
            f"There is already a family with the reference {ref}: find it, ask your lead, or choose another",
        )


def check_council_ref_is_free(this: Write, council_ref: str, *, family_id: int | None = None) -> None:
    """Refuse a council's reference that another family has, under whichever key it was indexed.

    Raises:
        DomainError: on ``council_ref``; a ``SameFamilyError`` for who may read that family.
    """
    if not council_ref:
        return
    has_it = Family.council_index.in_(key_ring().indexes(council_ref))
    families = this.session.scalars(select(Family).where(has_it, Family.id != family_id)).all()
    if own := _readable(this, families):
        raise SameFamilyError(
            "council_ref",
            f"Family {', '.join(own.values())} already has this council reference: "
            "open that family, or check the reference",
            own,
        )
    if families:
        raise DomainError(
            "council_ref",
            "There is already a family with this council reference: check it, ask your lead, or leave it empty",
        )


def check_name_is_new(this: Write, family: Family, *, pod_id: int, not_these: Collection[int]) -> None:
    """Warn of families of this pod with the same name as a new one's, upper and lower case and spaces aside.

    A family that this person may not read is passed over: a warning would tell them that it is there.

    Args:
        this: the transaction.
        family: the new one; without a name it is like nobody.
        pod_id: the pod that takes it.
        not_these: the ids of families of which the person has said that it is another.

    Raises:
        SameFamilyError: on ``is_another``.
    """
    if not family.name:
        return
    in_pod = Family.interventions.any(Intervention.pod_id == pod_id)
    named = this.session.execute(select(Family.id, Family.name).where(in_pod, Family.name != ""))
    # The database cannot compare them: names are encrypted.
    same = {family_id for family_id, other in named if _plain(other) == _plain(family.name)} - {family.id, *not_these}
    found = _readable(this, this.session.scalars(select(Family).where(Family.id.in_(same)).order_by(Family.ref)))
    if found:
        refs = " and ".join(found.values())
        raise SameFamilyError(
            "is_another",
            f"Look at family {refs} first: the name and the pod are the same. If yours is another, tick this box",
            found,
        )


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def _readable(this: Write, families: Iterable[Family]) -> dict[int, str]:
    return {
        family.id: family.ref
        for family in families
        if may_read_family(this.actor, family.pod_ids, named=family.named_ids)
    }
