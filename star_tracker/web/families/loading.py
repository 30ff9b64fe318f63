"""What is a family's, loaded for this person: each function checks them against this family, and has the look written
to the audit trail first (``audit.looks``). No page shows a family unseen.

Whether they may is decided before anything of the family is loaded, by one statement: what is not theirs takes as long
to refuse as what is not there.
"""

from datetime import date
from typing import NoReturn

from flask import abort, request, session

from star_tracker.domain.permissions import (
    last_day_to_correct,
    may_correct_star,
    may_correct_stars,
    may_read_family,
    may_record_in_pod,
    may_rename_family,
)
from star_tracker.models import Draft, Family, Intervention, Registration, Star
from star_tracker.queries.families import families as family_queries
from star_tracker.queries.families.drafts import get_draft
from star_tracker.queries.families.readers import FamilyRecord, get_access
from star_tracker.web.audit.looks import log_page, log_refusal
from star_tracker.web.auth.access import current_actor, current_context, current_settings, today

_OPENED, MOST_OPENED = "opened_drafts", 20
"""In the session: the ids of the Stars in progress that were opened last."""


def load_family(family_id: int) -> Family:
    """The family, or a 404 that is the same whether it does not exist or is none of this person's business."""
    _check_may_read(Family, family_id)
    family = family_queries.get_family(family_id) or abort(404)
    log_page(current_context(), entity="family", entity_id=family.id, family_id=family.id)
    return family


def load_intervention(intervention_id: int) -> Intervention:
    """The intervention in which this person may record, or the same 404."""
    family_id = _check_may_read(Intervention, intervention_id)
    intervention = family_queries.get_intervention(intervention_id)
    if intervention is None or not may_record(intervention):
        _refuse(family_id)
    log_page(current_context(), entity="intervention", entity_id=intervention.id, family_id=intervention.family_id)
    return intervention


def load_registration(registration_id: int, *, to_record: bool = False, saved_as: str = "") -> Registration:
    """The parent's part in an intervention of a family that this person may read, or record in; or the same 404.

    ``saved_as`` is the kind of file if it is one that they take away: "csv".
    """
    family_id = _check_may_read(Registration, registration_id)
    registration = family_queries.get_registration(registration_id)
    if registration is None or (to_record and not may_record(registration.intervention)):
        _refuse(family_id)
    log_page(
        current_context(),
        entity="registration",
        entity_id=registration.id,
        family_id=registration.family_id,
        saved_as=saved_as,
    )
    return registration


def may_record(intervention: Intervention) -> bool:
    """Whether this person may record in this intervention, and close it."""
    return may_record_in_pod(current_actor(), intervention.pod_id, named=intervention.family.named_ids)


def may_read(family: Family) -> bool:
    """Whether this person may read this family."""
    return may_read_family(current_actor(), family.pod_ids, named=family.named_ids)


def may_read_without(intervention: Intervention) -> bool:
    """Whether this person could still read its family if this intervention were another pod's."""
    family = intervention.family
    other_pod_ids = {other.pod_id for other in family.interventions if other.id != intervention.id}
    return may_read_family(current_actor(), other_pod_ids, named=family.named_ids)


def may_rename(family: Family) -> bool:
    """Whether this person may change what the family and its parents are called."""
    open_pod_ids = {intervention.pod_id for intervention in family.interventions if intervention.closed_on is None}
    return may_rename_family(current_actor(), open_pod_ids, named=family.named_ids)


def may_correct(star: Star) -> bool:
    """Whether this person may correct or withdraw this Star today."""
    return _may_correct_on(star, today())


def _may_correct_on(star: Star, day: date) -> bool:
    return may_record(star.registration.intervention) and may_correct_star(
        current_actor(), recorded_by_id=star.recorded_by_id, recorded_on=_recorded_on(star), today=day
    )


def _may_open_correction(star: Star) -> bool:
    """Whether this person may correct it; its author may send, until long after, a page that they opened in time."""
    return _may_correct_on(star, _recorded_on(star) if request.method == "POST" else today())


def may_correct_until(star: Star) -> date | None:
    """The last day on which this person may correct it as its author; None if no day is set for them."""
    return None if may_correct_stars(current_actor()) else last_day_to_correct(_recorded_on(star))


def _recorded_on(star: Star) -> date:
    """The day on the wall of the service's office when the Star was recorded."""
    return star.recorded_at.astimezone(current_settings().time_zone).date()


def load_star(star_id: int, *, to_record: bool = False, to_correct: bool = False, saved_as: str = "") -> Star:
    """The Star of a family that this person may read, record in or correct; or the same 404.

    An author's correction that is sent after their last day is no 404, so that nothing typed is lost: whoever takes it
    asks ``may_correct``. ``saved_as`` is the kind of file if something of it is taken away: "pdf". A withdrawn Star is
    not: it is logged where its own page shows it.
    """
    family_id = _check_may_read(Star, star_id)
    star = family_queries.get_star(star_id)
    is_refused = star and (
        (to_record and not may_record(star.registration.intervention))
        or (to_correct and not _may_open_correction(star))
    )
    if star is None or is_refused:
        _refuse(family_id)
    if not saved_as or star.is_in_force:
        log_page(current_context(), entity="star", entity_id=star_id, family_id=family_id, saved_as=saved_as)
    return star


def load_draft(draft_id: int, *, is_saving: bool = False) -> Draft:
    """The Star in progress in which this person may write, or the same 404.

    ``is_saving``: its page does so every few seconds. That is a look at it only if it was not opened in this session.
    """
    family_id = _check_may_read(Draft, draft_id)
    draft = get_draft(draft_id)
    if draft is None or not may_record(draft.registration.intervention):
        _refuse(family_id)
    opened: list[int] = session.get(_OPENED, [])
    if not is_saving or draft.id not in opened:
        log_page(current_context(), entity="draft", entity_id=draft.id, family_id=draft.family_id)
    if draft.id not in opened:
        session[_OPENED] = [*opened, draft.id][-MOST_OPENED:]
    return draft


def _check_may_read(model: FamilyRecord, record_id: int) -> int:
    """The id of the family to which a record belongs, if this person may read that family; or the same 404."""
    access = get_access(model, record_id)
    if access is None or not may_read_family(current_actor(), access.pod_ids, named=access.named):
        _refuse(access.id if access else None)
    return access.id


def _refuse(family_id: int | None) -> NoReturn:
    log_refusal(current_context(), family_id=family_id)
    abort(404)
