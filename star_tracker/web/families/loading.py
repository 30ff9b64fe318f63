"""Loading a family's data: each function checks that this person has access, and logs the view (``audit.looks``).

Access is decided by one statement before anything is loaded, so that refusing takes as long whether or not the family
exists.
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
from star_tracker.models import Draft, Family, Feedback, Intervention, Registration, Star
from star_tracker.queries.families import families as family_queries
from star_tracker.queries.families.drafts import get_draft
from star_tracker.queries.families.readers import FamilyRecord, get_access
from star_tracker.queries.feedback import get_feedback
from star_tracker.web.audit.looks import log_page, log_refusal
from star_tracker.web.auth.access import current_actor, current_context, current_pod_ids, current_settings, today

_OPENED, MOST_OPENED = "opened_drafts", 20
"""In the session: the ids of the drafts that were opened last."""


def load_family(family_id: int) -> Family:
    """The family; or a 404, whether it does not exist or this person may not see it."""
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
    """The registration, if this person may read it or, with ``to_record``, record in it; or the same 404.

    ``saved_as`` is the kind of file, such as "csv", if it is a download.
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
    """Whether this person may record in this intervention and close it."""
    return may_record_in_pod(current_actor(), intervention.pod_id, named=intervention.family.named_ids)


def may_read(family: Family) -> bool:
    """Whether this person may read this family."""
    return may_read_family(current_actor(), family.pod_ids, named=family.named_ids)


def may_read_after_transfer(intervention: Intervention) -> bool:
    """Whether this person could still read the family if this intervention were transferred to another pod."""
    family = intervention.family
    other_pod_ids = {other.pod_id for other in family.interventions if other.id != intervention.id}
    return may_read_family(current_actor(), other_pod_ids, named=family.named_ids)


def may_rename(family: Family) -> bool:
    """Whether this person may change the names of the family and its parents."""
    open_pod_ids = {intervention.pod_id for intervention in family.interventions if intervention.closed_on is None}
    return may_rename_family(current_actor(), open_pod_ids, named=family.named_ids)


def may_correct(star: Star) -> bool:
    """Whether this person may correct, move or withdraw this Star today."""
    return _may_correct_on(star, today())


def _may_correct_on(star: Star, day: date) -> bool:
    return may_record(star.registration.intervention) and may_correct_star(
        current_actor(), recorded_by_id=star.recorded_by_id, recorded_on=_recorded_on(star), today=day
    )


def _may_open_correction(star: Star) -> bool:
    """Whether this person may open its correction, or, if its author, submit a page that they opened in time."""
    return _may_correct_on(star, _recorded_on(star) if request.method == "POST" else today())


def may_correct_until(star: Star) -> date | None:
    """The last day on which this person may correct it as its author; None if there is no limit for them."""
    return None if may_correct_stars(current_actor()) else last_day_to_correct(_recorded_on(star))


def _recorded_on(star: Star) -> date:
    """The day, in the service's time zone, on which the Star was recorded."""
    return star.recorded_at.astimezone(current_settings().time_zone).date()


def load_star(star_id: int, *, to_record: bool = False, to_correct: bool = False, saved_as: str = "") -> Star:
    """The Star, if this person may read it or, as requested, record in its intervention or correct it; or the same 404.

    An author's correction that is submitted after their last day is not a 404, so that nothing typed is lost: the view
    must check ``may_correct``. ``saved_as`` is the kind of file, such as "pdf", if it is a download; a withdrawn Star
    is not downloaded but redirected to its page, which logs it.
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


def load_feedback(feedback_id: int) -> Feedback:
    """What was said, if this person may record where it was; or the same 404.

    Of a family these are the people who may record in its pod, of nobody in particular those of the pod, and the lead.
    """
    feedback = get_feedback(feedback_id)
    if feedback is not None and feedback.family_id is None:
        pod_ids = current_pod_ids()
        if pod_ids is not None and feedback.pod_id not in pod_ids:
            _refuse(None)
        log_page(current_context(), entity="feedback", entity_id=feedback_id)
        return feedback
    family_id = _check_may_read(Feedback, feedback_id)
    if feedback is None or feedback.family is None:
        _refuse(family_id)
    if not may_change(feedback, feedback.family):
        _refuse(family_id)
    log_page(current_context(), entity="feedback", entity_id=feedback_id, family_id=family_id)
    return feedback


def may_change(feedback: Feedback, family: Family) -> bool:
    """Whether this person may put right or withdraw what was said of this family."""
    return may_record_in_pod(current_actor(), feedback.pod_id, named=family.named_ids)


def load_draft(draft_id: int, *, is_saving: bool = False) -> Draft:
    """The Star in progress, if this person may record in it; or the same 404.

    Its page saves (``is_saving``) every few seconds, which is logged only if it was not opened in this session.
    """
    family_id = _check_may_read(Draft, draft_id)
    draft = get_draft(draft_id)
    if draft is None or not may_record(draft.registration.intervention):
        _refuse(family_id)
    opened: list[int] = session.get(_OPENED, [])
    if not is_saving or draft.id not in opened:
        log_draft(draft)
    if draft.id not in opened:
        session[_OPENED] = [*opened, draft.id][-MOST_OPENED:]
    return draft


def log_draft(draft: Draft) -> None:
    """Log that this person sees the Star in progress; for a page that was loaded to save and is shown after all."""
    log_page(current_context(), entity="draft", entity_id=draft.id, family_id=draft.family_id)


def _check_may_read(model: FamilyRecord, record_id: int) -> int:
    """The id of the family that a record belongs to, if this person may read it; or the same 404."""
    access = get_access(model, record_id)
    if access is None or not may_read_family(current_actor(), access.pod_ids, named=access.named):
        _refuse(access.id if access else None)
    return access.id


def _refuse(family_id: int | None) -> NoReturn:
    log_refusal(current_context(), family_id=family_id)
    abort(404)
