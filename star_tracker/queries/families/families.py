"""Families, their interventions and their Stars, for the pages."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, TypeVar

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload, load_only, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from star_tracker.domain.permissions import Reader
from star_tracker.domain.texts import build_matcher, fold_text
from star_tracker.extensions import db
from star_tracker.models import (
    DRAWN_OF_READING,
    SHOWN_OF_PERSON,
    Draft,
    Family,
    Intervention,
    Parent,
    Priority,
    Reading,
    Registration,
    Reopening,
    Star,
    Transfer,
    key_ring,
)
from star_tracker.queries.families.readers import is_readers_family
from star_tracker.queries.paging import Page

Record = TypeVar("Record", bound=Any)


def list_families(
    *,
    reader: Reader | None,
    search: str = "",
    page: int = 1,
    page_size: int = 50,
) -> Page[Family]:
    """Families by reference, each with its interventions and their pods.

    Args:
        reader: only the families that this person may read; None for every family.
        search: part of a family's or parent's reference or name, or the council's whole reference, however it is
            typed (R13).
        page: 1 for the first; a page past the last is the last.
        page_size: families on a page.
    """
    is_readers = is_readers_family(reader)
    searched = fold_text(search)
    found = _find(searched, is_readers) if searched else []
    total = len(found) if searched else db.session.scalar(select(func.count()).where(is_readers).select_from(Family))
    page = min(max(page, 1), Page[Family]([], total or 0, page, page_size).pages)
    first = (page - 1) * page_size
    statement = select(Family).order_by(Family.ref)
    if searched:
        statement = statement.where(Family.id.in_(found[first : first + page_size]))
    else:
        statement = statement.where(is_readers).offset(first).limit(page_size)
    families = db.session.scalars(
        statement.options(selectinload(Family.parents), selectinload(Family.interventions).joinedload(Intervention.pod))
    )
    return Page(list(families), total or 0, page, page_size)


def _find(searched: str, is_readers: ColumnElement[bool]) -> list[int]:
    """The ids of the families that a search finds, by reference.

    Names are encrypted, and no database compares texts as ``build_matcher`` does, so they are compared here. Only
    families that the reader may read are: others change no statement, and so no response time.
    """
    indexes = set(key_ring().indexes(searched))
    families = select(Family.id, Family.ref, Family.name, Family.council_index).where(is_readers).order_by(Family.ref)
    parents = select(Parent.family_id, Parent.ref, Parent.name).join(Parent.family).where(is_readers)
    matches = build_matcher(searched)
    with_parent = {id_ for id_, ref, name in db.session.execute(parents) if matches(ref, name)}
    return [
        id_
        for id_, ref, name, council_index in db.session.execute(families)
        if council_index in indexes or id_ in with_parent or matches(ref, name)
    ]


def get_family(family_id: int) -> Family | None:
    """The family with everything that its page shows, in ten statements.

    Each table is read by itself and its rows are put where they belong, which takes half as long as SQLAlchemy's own
    way from row to row. The readings are loaded without their notes, each of which would have to be decrypted.
    """
    families, parents, interventions, transfers, reopenings, registrations, drafts, stars, readings, priorities = (
        db.session.scalars(statement, {"family_id": family_id}).all() for statement in _OF_FAMILY
    )
    if not families:
        return None
    family: Family = families[0]
    _attach([family], Family.parents, parents, Parent.family_id)
    _attach([family], Family.interventions, interventions, Intervention.family_id)
    _attach(interventions, Intervention.transfers, transfers, Transfer.intervention_id)
    _attach(interventions, Intervention.reopenings, reopenings, Reopening.intervention_id)
    _attach(interventions, Intervention.registrations, registrations, Registration.intervention_id)
    _attach(registrations, Registration.drafts, drafts, Draft.registration_id)
    _attach(registrations, Registration.stars, stars, Star.registration_id)
    _attach(stars, Star.readings, readings, Reading.star_id)
    _attach(stars, Star.priorities, priorities, Priority.star_id)
    by_replaced = {star.replaces_id: star for star in stars}
    for star in stars:
        set_committed_value(star, Star.replaced_by.key, by_replaced.get(star.id))
    return family


def _make_selects_of_family() -> tuple[Select[Any], ...]:
    """A select for the family and for each table of what belongs to it, with ``family_id`` for its id; made once."""
    family_id: BindParameter[int] = bindparam("family_id")
    interventions = select(Intervention.id).where(Intervention.family_id == family_id)
    registrations = select(Registration.id).where(Registration.intervention_id.in_(interventions))
    stars = select(Star.id).where(Star.registration_id.in_(registrations))
    return (
        select(Family).where(Family.id == family_id),
        select(Parent).where(Parent.family_id == family_id).order_by(Parent.ref),
        select(Intervention)
        .where(Intervention.family_id == family_id)
        .order_by(Intervention.started_on)
        .options(joinedload(Intervention.pod), joinedload(Intervention.practitioner).load_only(*SHOWN_OF_PERSON)),
        select(Transfer)
        .where(Transfer.intervention_id.in_(interventions))
        .order_by(Transfer.id)
        .options(
            joinedload(Transfer.from_pod),
            joinedload(Transfer.to_pod),
            joinedload(Transfer.from_practitioner).load_only(*SHOWN_OF_PERSON),
            joinedload(Transfer.to_practitioner).load_only(*SHOWN_OF_PERSON),
        ),
        select(Reopening).where(Reopening.intervention_id.in_(interventions)).order_by(Reopening.id),
        select(Registration).where(Registration.intervention_id.in_(interventions)).order_by(Registration.id),
        select(Draft)
        .where(Draft.registration_id.in_(registrations), Draft.star_id.is_(None))
        .options(load_only(Draft.registration_id)),
        select(Star).where(Star.registration_id.in_(registrations)).order_by(*Star.in_order()),
        select(Reading).where(Reading.star_id.in_(stars)).order_by(Reading.area).options(load_only(*DRAWN_OF_READING)),
        select(Priority).where(Priority.star_id.in_(stars)).order_by(Priority.id),
    )


_OF_FAMILY = _make_selects_of_family()


def _attach(
    owners: Iterable[Any],
    collection: InstrumentedAttribute[list[Record]],
    members: Iterable[Record],
    owner_id: InstrumentedAttribute[int],
) -> None:
    """Put records, in this order, into the collections of their owners, as if the session had loaded them there."""
    by_owner: defaultdict[int, list[Record]] = defaultdict(list)
    for member in members:
        by_owner[getattr(member, owner_id.key)].append(member)
    for owner in owners:
        set_committed_value(owner, collection.key, by_owner[owner.id])


def get_intervention(intervention_id: int) -> Intervention | None:
    """The intervention with this id."""
    return db.session.get(Intervention, intervention_id)


def get_registration(registration_id: int) -> Registration | None:
    """The registration with this id, with its Stars."""
    return db.session.get(Registration, registration_id, options=[selectinload(Registration.stars)])


def get_star(star_id: int) -> Star | None:
    """The Star with this id, with its readings."""
    return db.session.get(Star, star_id, options=[selectinload(Star.readings)])
