"""What a family's texts must be like before they are written: its references, its name and its parents' names."""

from sqlalchemy import select

from star_tracker.domain.errors import DomainError
from star_tracker.domain.permissions import may_read_family
from star_tracker.domain.texts import check_text
from star_tracker.models import Family, key_ring
from star_tracker.records.transactions import Write


def checked_ref(field: str, ref: str) -> str:
    """A reference without spaces around it.

    Raises:
        DomainError: on this field, if it is empty or ``check_text`` refuses it.
    """
    if not ref.strip():
        raise DomainError(field, "Enter a reference")
    return checked_text(field, ref)


def checked_text(field: str, text: str) -> str:
    """A text without spaces around it, which may be empty.

    Raises:
        DomainError: on this field, if ``check_text`` refuses it.
    """
    text = text.strip()
    try:
        check_text(text)
    except ValueError as error:
        raise DomainError(field, f"Enter {error}") from error
    return text


def check_ref_is_free(this: Write, ref: str) -> None:
    """Refuse a reference that another family has, and say no more about that family: it may be anybody's.

    Raises:
        DomainError: on ``ref``.
    """
    if this.session.scalar(select(Family.id).where(Family.ref == ref)):
        raise DomainError(
            "ref",
            f"There is already a family with the reference {ref}: find it, ask your lead, or choose another",
        )


def check_council_ref_is_free(this: Write, council_ref: str, *, family_id: int | None = None) -> None:
    """Refuse a council's reference that another family has, under whichever key it was indexed.

    Which family that is, only somebody who may read it learns.

    Raises:
        DomainError: on ``council_ref``.
    """
    if not council_ref:
        return
    has_it = Family.council_index.in_(key_ring().indexes(council_ref))
    families = this.session.scalars(select(Family).where(has_it, Family.id != family_id)).all()
    for family in families:
        if may_read_family(this.actor, family.pod_ids, named=family.named_ids):
            raise DomainError(
                "council_ref",
                f"Family {family.ref} already has this council reference: open that family, or check the reference",
            )
    if families:
        raise DomainError(
            "council_ref",
            "There is already a family with this council reference: check it, ask your lead, or leave it empty",
        )
