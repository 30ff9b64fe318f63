"""Families, their interventions and their Stars, for the pages."""

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload, selectinload

from star_tracker.domain.permissions import Reader
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
from star_tracker.queries.paging import Page
from star_tracker.queries.readers import is_readers_family


def list_families(
    *,
    reader: Reader | None,
    search: str = "",
    page: int = 1,
    page_size: int = 50,
) -> Page[Family]:
    """Families by reference, each with its interventions and their pods.

    Args:
        reader: only the families that this person may read; None for every family there is.
        search: part of a family's or parent's reference or name, or the council's whole reference; upper and lower
            case are the same.
        page: 1 for the first; a page past the last is the last.
        page_size: families on a page.
    """
    is_readers = is_readers_family(reader)
    statement = select(Family).where(is_readers)
    if wanted := search.strip():
        statement = statement.where(
            Family.ref.icontains(wanted, autoescape=True)
            | Family.council_index.in_(key_ring().indexes(wanted))
            | Family.parents.any(Parent.ref.icontains(wanted, autoescape=True))
            | Family.id.in_(_list_named(wanted, is_readers))
        )
    total = db.session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    found = Page[Family]([], total, page, page_size)
    page = min(max(page, 1), found.pages)
    families = db.session.scalars(
        statement.order_by(Family.ref)
        .offset((page - 1) * page_size)
        .limit(page_size)
        .options(selectinload(Family.parents), selectinload(Family.interventions).joinedload(Intervention.pod))
    )
    return Page(list(families), total, page, page_size)


def _list_named(wanted: str, is_readers: ColumnElement[bool]) -> set[int]:
    """The ids of the families of which a name, the family's or a parent's, has this in it.

    Names are encrypted, so the database cannot search them: they are read and compared here. Only the reader's own:
    a family that is not theirs changes no statement, and so no answer's time.
    """
    families = select(Family.id, Family.name).where(Family.name != "", is_readers)
    parents = select(Parent.family_id, Parent.name).join(Parent.family).where(Parent.name != "", is_readers)
    named = [*db.session.execute(families), *db.session.execute(parents)]
    return {family_id for family_id, name in named if wanted.casefold() in name.casefold()}


def get_family(family_id: int) -> Family | None:
    """The family with everything its page shows, in as many queries however much there is.

    The readings come without their notes, each of which would have to be decrypted.
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
