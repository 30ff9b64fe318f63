"""What was said of the service: of a family, on its page, and of nobody in particular, on a list of each pod's own."""

from collections.abc import Callable
from typing import NamedTuple

from flask import Blueprint, abort, render_template, url_for
from werkzeug.wrappers import Response

from star_tracker.domain.errors import DomainError, NamesError
from star_tracker.domain.permissions import may_read_families
from star_tracker.models import Family, Feedback
from star_tracker.queries.accounts.people import list_pods
from star_tracker.queries.feedback import list_feedback_of_nobody
from star_tracker.records.feedback import correct_feedback, record_feedback, withdraw_feedback
from star_tracker.web.audit.looks import log_list
from star_tracker.web.auth.access import access, current_context, current_pod_ids, today
from star_tracker.web.families.feedback_forms import (
    CorrectFeedbackForm,
    FeedbackForm,
    WithdrawFeedbackForm,
    pods_first,
)
from star_tracker.web.families.loading import load_family, load_feedback, may_record
from star_tracker.web.platform.fields import add_error, errors_on, is_sent_and_valid
from star_tracker.web.platform.numbers import query_number
from star_tracker.web.platform.typed import redirect_saved

blueprint = Blueprint("feedback", __name__)


class Place(NamedTuple):
    """The page on which somebody's words stand."""

    address: str
    name: str


@blueprint.get("/feedback")
@access(may_read_families)
def show_all() -> str:
    """What was said of no family in particular, about this person's pods."""
    found = list_feedback_of_nobody(current_pod_ids(), page=query_number("page", 1))
    log_list(current_context(), entity="feedback_list")
    return render_template("families/feedback/list.html", found=found)


@blueprint.route("/feedback/new", methods=["GET", "POST"])
@access(may_read_families)
def add_general() -> str | Response:
    """Record words of nobody in particular."""
    form = FeedbackForm(data={"said_on": today()})
    form.offer([pod for pod in list_pods(current_pod_ids(), open_only=True) if not pod.is_comparison])
    if is_sent_and_valid(form) and _try(form, lambda: _record(form, None)):
        return redirect_saved("It was saved.", "feedback.show_all")
    return render_template("families/feedback/edit.html", form=form, place=_place_of(None), feedback=None)


@blueprint.route("/families/<record_id:family_id>/feedback/new", methods=["GET", "POST"])
@access(may_read_families)
def add(family_id: int) -> str | Response:
    """Record words of somebody of a family, or who works with it."""
    family = load_family(family_id)
    pods = pods_first([one.pod for one in reversed(family.interventions) if may_record(one)])
    if not pods:
        abort(404)
    form = FeedbackForm(data={"said_on": today()})
    form.offer(pods)
    if is_sent_and_valid(form) and _try(form, lambda: _record(form, family_id)):
        return redirect_saved("It was saved.", "families.show", family_id=family_id)
    return render_template("families/feedback/edit.html", form=form, place=_place_of(family), feedback=None)


@blueprint.route("/feedback/<record_id:feedback_id>/correct", methods=["GET", "POST"])
@access(may_read_families)
def correct(feedback_id: int) -> str | Response:
    """Put somebody's words right, with a reason."""
    feedback = load_feedback(feedback_id)
    family, place = feedback.family, _place_of(feedback.family)
    pods = (
        [one.pod for one in family.interventions if may_record(one)]
        if family
        else [pod for pod in list_pods(current_pod_ids()) if not pod.is_comparison]
    )
    form = CorrectFeedbackForm(obj=feedback)
    form.offer(pods_first([feedback.pod, *pods]))
    if is_sent_and_valid(form):
        is_saved = _try(
            form,
            lambda: correct_feedback(
                current_context(),
                feedback_id=feedback_id,
                said=form.read_said(),
                reason=form.reason.data or "",
                ordinary=form.ordinary,
            ),
        )
        if is_saved:
            return _redirect_to(family, "It was put right.")
    return render_template("families/feedback/edit.html", form=form, place=place, feedback=feedback)


@blueprint.route("/feedback/<record_id:feedback_id>/withdraw", methods=["GET", "POST"])
@access(may_read_families)
def withdraw(feedback_id: int) -> str | Response:
    """Withdraw somebody's words, with a reason."""
    feedback = load_feedback(feedback_id)
    form = WithdrawFeedbackForm()
    if is_sent_and_valid(form):
        with errors_on(form):
            withdraw_feedback(current_context(), feedback_id=feedback_id, reason=form.reason.data or "")
            return _redirect_to(feedback.family, "It was withdrawn.")
    return render_template(
        "families/feedback/withdraw.html", form=form, place=_place_of(feedback.family), feedback=feedback
    )


def _record(form: FeedbackForm, family_id: int | None) -> Feedback:
    return record_feedback(current_context(), said=form.read_said(), family_id=family_id, ordinary=form.ordinary)


def _try(form: FeedbackForm, write: Callable[[], Feedback]) -> bool:
    """Whether it was written; otherwise the form says why not."""
    try:
        write()
    except NamesError as error:
        form.refuse(error)
    except DomainError as error:
        add_error(form, error)
    else:
        return True
    return False


def _place_of(family: Family | None) -> Place:
    if family is None:
        return Place(url_for("feedback.show_all"), "Feedback of no family in particular")
    return Place(url_for("families.show", family_id=family.id), f"Family {family.ref}")


def _redirect_to(family: Family | None, message: str) -> Response:
    if family is None:
        return redirect_saved(message, "feedback.show_all")
    return redirect_saved(message, "families.show", family_id=family.id)
