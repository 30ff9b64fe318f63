"""The families that a reader may read, and who may read one family: R12 and ``domain.permissions`` for the database.

Every list and every figure uses the select here; ``FamilyAccess`` decides about opening a single record.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, bindparam, select, true, union_all

from star_tracker.domain.permissions import Reader
from star_tracker.extensions import db
from star_tracker.models import Draft, Family, Feedback, Intervention, Registration, Star, family_people

FamilyRecord = type[Family | Intervention | Registration | Star | Draft | Feedback]

_FAMILY_IDS: Mapping[FamilyRecord, Select[int]] = {
    Family: select(Family.id),
    Intervention: select(Intervention.family_id),
    Registration: select(Registration.family_id),
    Star: select(Registration.family_id).join(Star, Star.registration_id == Registration.id),
    Feedback: select(Feedback.family_id),
    Draft: select(Registration.family_id).join(Draft, Draft.registration_id == Registration.id),
}
"""The select of the family's id for each kind of record."""


def select_readable(reader_id: Any, pod_ids: Any) -> CompoundSelect[int, int]:
    """Id and family of the interventions in which a reader may record.

    They are those of their pods, without restricted families, and all those of restricted families that they are named
    for. The two halves are separate so that each finds its interventions by an index.

    Args:
        reader_id: the ``Reader``'s ``user_id``, or a parameter for it.
        pod_ids: the ``Reader``'s ``pod_ids``, or an expanding parameter for them.
    """
    columns = select(Intervention.id, Intervention.family_id).join(Family, Family.id == Intervention.family_id)
    in_pods = columns.where(Intervention.pod_id.in_(pod_ids), ~Family.restricted)
    named = columns.join(family_people, family_people.c.family_id == Family.id)
    return union_all(in_pods, named.where(family_people.c.user_id == reader_id, Family.restricted))


@lru_cache(maxsize=100)
def is_readers_intervention(reader: Reader | None) -> ColumnElement[bool]:
    """The condition that the reader may record in an intervention; a reader of None reads every family.

    Built once for each reader with the same rights, as the condition on families below.
    """
    if reader is None:
        return true()
    readable = select_readable(reader.user_id, reader.pod_ids).subquery()
    return Intervention.id.in_(select(readable.c.id))


@lru_cache(maxsize=100)
def is_readers_family(reader: Reader | None) -> ColumnElement[bool]:
    """The condition that the reader may read a family; a reader of None reads every family."""
    if reader is None:
        return true()
    readable = select_readable(reader.user_id, reader.pod_ids).subquery()
    return Family.id.in_(select(readable.c.family_id))


@dataclass(frozen=True)
class FamilyAccess:
    """What decides who may read a family (``may_read_family``).

    Attributes:
        pod_ids: the pods it has been in.
        named: who is named for it, if it is restricted; else None.
    """

    id: int
    ref: str
    pod_ids: frozenset[int]
    named: frozenset[int] | None


def get_access(model: FamilyRecord, record_id: int) -> FamilyAccess | None:
    """Who may read the family that this record belongs to; None if there is no such record.

    The statement is the same whether or not there is one, so that the response time reveals nothing.
    """
    found = _read_access(db.session.execute(_ACCESS[model], {"record_id": record_id}))
    return found[0] if found else None


def list_access(condition: ColumnElement[bool]) -> list[FamilyAccess]:
    """Who may read the families that meet a condition, by reference; in one statement."""
    return _read_access(db.session.execute(_select_access(condition)))


def _select_access(condition: ColumnElement[bool]) -> Select[int, str, bool, int, int]:
    return (
        select(Family.id, Family.ref, Family.restricted, Intervention.pod_id, family_people.c.user_id)
        .outerjoin(Intervention, Intervention.family_id == Family.id)
        .outerjoin(family_people, family_people.c.family_id == Family.id)
        .where(condition)
        .order_by(Family.ref)
    )


_ACCESS: Mapping[FamilyRecord, Select[int, str, bool, int, int]] = {
    model: _select_access(Family.id == family_ids.where(model.id == bindparam("record_id")).scalar_subquery())
    for model, family_ids in _FAMILY_IDS.items()
}
"""Built once: it is asked for every page of a family."""


def _read_access(rows: Iterable[Any]) -> list[FamilyAccess]:
    found = []
    for (family_id, ref, restricted), family_rows in groupby(rows, key=lambda row: row[:3]):
        pods, named = (frozenset(column) - {None} for column in zip(*(row[3:] for row in family_rows), strict=True))
        found.append(FamilyAccess(family_id, ref, pods, named if restricted else None))
    return found
