"""Contacts with a family."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from star_tracker.extensions import db
from star_tracker.models import Contact
from star_tracker.queries.paging import Page


def get_contacts_page(intervention_id: int, *, page: int = 1, page_size: int = 50) -> Page[Contact]:
    """One page of an intervention's contacts, the latest first; a page past the last is the last."""
    of_intervention = Contact.intervention_id == intervention_id
    total = db.session.query(Contact.id).where(of_intervention).count()
    page = min(max(page, 1), Page[Contact]([], total, page, page_size).pages)
    found = db.session.scalars(
        select(Contact)
        .where(of_intervention)
        .order_by(Contact.contacted_on.desc(), Contact.id.desc())
        .limit(page_size)
        .offset((page - 1) * page_size)
        .options(joinedload(Contact.recorded_by))
    )
    return Page(list(found), total, page, page_size)
