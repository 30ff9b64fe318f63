"""Whose families a statement holds, and who may read one family: R12 and ``domain.permissions`` for the database.

Every list and every figure asks the one select here; whoever opens a single record is judged by ``FamilyAccess``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, select, true, union_all

from star_tracker.domain.permissions import Reader
from star_tracker.extensions import db
from star_tracker.models import Draft, Family, Intervention, Registration, Star, family_people

FamilyRecord = type[Family | Intervention | Registration | Star | Draft]

_FAMILY_IDS: Mapping[FamilyRecord, Select[int]] = {
    Family: select(Family.id),
    Intervention: select(Intervention.family_id),
    Registration: select(Registration.family_id),
    Star: select(Registration.family_id).join(Star, Star.registration_id == Registration.id),
    Draft: select(Registration.family_id).join(Draft, Draft.registration_id == Registration.id),
}
"""The family to which each kind of record belongs."""


def select_readable(reader_id: Any, pod_ids: Any) -> CompoundSelect[int, int]:
    """Id and family of the interventions of a reader: every one in which they may record.

    Those of their pods without the restricted families', and all those of restricted families for which they are
    named. The two halves are apart so that each finds its interventions by an index.

    Args:
        reader_id: a ``Reader``'s ``user_id``, or a parameter for it.
        pod_ids: their ``pod_ids``, or an expanding parameter for them.
    """
    columns = select(Intervention.id, Intervention.family_id).join(Family, Family.id == Intervention.family_id)
    in_pods = columns.where(Intervention.pod_id.in_(pod_ids), ~Family.restricted)
    named = columns.join(family_people, family_people.c.family_id == Family.id)
    return union_all(in_pods, named.where(family_people.c.user_id == reader_id, Family.restricted))


def is_readers_intervention(reader: Reader | None) -> ColumnElement[bool]:
    """The condition that an intervention is one in which the reader may record; None reads every family."""
    if reader is None:
        return true()
    readable = select_readable(reader.user_id, reader.pod_ids).subquery()
    return Intervention.id.in_(select(readable.c.id))


def is_readers_family(reader: Reader | None) -> ColumnElement[bool]:
    """The condition that a family is one that the reader may read; None reads every family."""
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
    """Who may read the family to which this record belongs; None if there is no such record.

    One statement, the same whether there is one: an answer's time tells nobody what they may not know.
    """
    found = list_access(Family.id == _FAMILY_IDS[model].where(model.id == record_id).scalar_subquery())
    return found[0] if found else None


def list_access(condition: ColumnElement[bool]) -> list[FamilyAccess]:
    """Who may read the families of which this is true, by reference; in one statement however many there are."""
    rows = db.session.execute(
        select(Family.id, Family.ref, Family.restricted, Intervention.pod_id, family_people.c.user_id)
        .outerjoin(Intervention, Intervention.family_id == Family.id)
        .outerjoin(family_people, family_people.c.family_id == Family.id)
        .where(condition)
        .order_by(Family.ref)
    )
    found = []
    for (family_id, ref, restricted), own in groupby(rows, key=lambda row: row[:3]):
        pods, named = (frozenset(column) - {None} for column in zip(*(row[3:] for row in own), strict=True))
        found.append(FamilyAccess(family_id, ref, pods, named if restricted else None))
    return found
