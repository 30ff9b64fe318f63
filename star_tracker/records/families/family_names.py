"""Changing the names of a family and its parents, and the council's reference."""

from collections.abc import Mapping

from star_tracker.domain.checked import checked_text
from star_tracker.domain.context import Context
from star_tracker.domain.errors import NotFoundError
from star_tracker.models import Family, Model, Parent
from star_tracker.records.families.duplicates import find_taken_reference
from star_tracker.records.transactions import Write, write


def rename_family(
    context: Context, *, family_id: int, name: str, council_ref: str, parent_names: Mapping[int, str]
) -> Family:
    """Change a family's name, the council's reference and parents' names; unchanged values are not audited.

    Args:
        context: who changes them, and when.
        family_id: the family's id.
        name: the family's name; may be "", as may the parents' names.
        council_ref: the council's reference; may be "".
        parent_names: by the parent's id; parents who are not in it keep their names.

    Raises:
        DomainError: on ``name``, ``council_ref`` or ``parent_`` with the parent's id: too long, or with invisible
            characters; on ``council_ref`` also if it is taken or no longer checked (``duplicates``).
        NotFoundError: no such family, or a parent who is not the family's.
    """
    with write(context) as transaction:
        family = transaction.get_locked(Family, family_id)
        name, council_ref = checked_text("name", name), checked_text("council_ref", council_ref)
        is_new = council_ref != family.council_ref
        taken = find_taken_reference(transaction, council_ref=council_ref, family_id=family_id) if is_new else None
        if taken is None:
            _rename(transaction, family, name=name, council_ref=council_ref)
            for parent_id, parent_name in parent_names.items():
                parent = transaction.get_locked(Parent, parent_id)
                if parent.family_id != family_id:
                    raise NotFoundError(f"parent {parent_id} is not of family {family_id}")
                _rename(transaction, parent, name=checked_text(f"parent_{parent_id}", parent_name))
            return family
    raise taken


def _rename(transaction: Write, record: Model, **values: str) -> None:
    changed = {column: value for column, value in values.items() if getattr(record, column) != value}
    if changed:
        transaction.change("rename", record, **changed)
