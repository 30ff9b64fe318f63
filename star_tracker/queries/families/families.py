"""Families, their interventions and their Stars, for the pages."""

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload, selectinload

from star_tracker.domain.permissions import Reader
from star_tracker.domain.texts import build_matcher, fold_text
from star_tracker.extensions import db
from star_tracker.models import (
    Draft,
    Family,
    Intervention,
    Parent,
    Reading,
    Registration,
    Star,
    Transfer,
    key_ring,
)
from star_tracker.queries.families.readers import is_readers_family
from star_tracker.queries.paging import Page


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
    """The family with everything that its page shows, in a fixed number of queries.

    The readings are loaded without their notes, each of which would have to be decrypted.
    """
    return db.session.scalar(
        select(Family)
        .where(Family.id == family_id)
        .options(
            selectinload(Family.parents),
            selectinload(Family.interventions).options(
                joinedload(Intervention.pod),
                joinedload(Intervention.practitioner),
                selectinload(Intervention.transfers).options(
                    joinedload(Transfer.from_pod),
                    joinedload(Transfer.to_pod),
                    joinedload(Transfer.from_practitioner),
                    joinedload(Transfer.to_practitioner),
                ),
                selectinload(Intervention.reopenings),
                selectinload(Intervention.registrations).options(
                    joinedload(Registration.parent),
                    selectinload(Registration.drafts).load_only(Draft.registration_id),
                    selectinload(Registration.stars).options(
                        joinedload(Star.replaced_by).load_only(Star.replaces_id),
                        selectinload(Star.readings).load_only(
                            Reading.star_id, Reading.area, Reading.value, Reading.reason, Reading.parent_value
                        ),
                        selectinload(Star.priorities),
                    ),
                ),
            ),
        )
    )


def get_intervention(intervention_id: int) -> Intervention | None:
    """The intervention with this id."""
    return db.session.get(Intervention, intervention_id)


def get_registration(registration_id: int) -> Registration | None:
    """The registration with this id, with its Stars."""
    return db.session.get(Registration, registration_id, options=[selectinload(Registration.stars)])


def get_star(star_id: int) -> Star | None:
    """The Star with this id, with its readings."""
    return db.session.get(Star, star_id, options=[selectinload(Star.readings)])
