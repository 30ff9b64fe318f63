"""Finding a parent on a caseload by a name or a reference. Names are encrypted, so they are compared here."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from star_tracker.domain.caseload import Case
from star_tracker.domain.texts import build_matcher
from star_tracker.extensions import db
from star_tracker.models import Family, Parent, Registration


def search_caseload(cases: Sequence[Case], search: str) -> Sequence[Case]:
    """Those of these cases that have a text in a reference or a name of parent or family (R13); all for ""."""
    if not search:
        return cases
    matches = build_matcher(search)
    found = {
        registration_id
        for registration_id, parent_ref, parent_name, family_ref, family_name in db.session.execute(
            _NAMES, {"registration_ids": [case.registration_id for case in cases]}
        )
        if matches(parent_ref, parent_name) or matches(family_ref, family_name)
    }
    return [case for case in cases if case.registration_id in found]


_NAMES = (
    select(Registration.id, Parent.ref, Parent.name, Family.ref, Family.name)
    .join(Parent, Parent.id == Registration.parent_id)
    .join(Family, Family.id == Registration.family_id)
    .where(Registration.id.in_(bindparam("registration_ids", expanding=True)))
)
