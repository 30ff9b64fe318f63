"""Interventions: adding, transferring, closing, reopening and correcting one."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from star_tracker.domain.days import long_date
from star_tracker.domain.interventions import DAYS_TO_REOPEN, AtClosure
from star_tracker.domain.permissions import may_read_families
from star_tracker.domain.scales import ClosureReason
from star_tracker.domain.star_rules import DAYS_AFTER_CLOSURE
from star_tracker.queries.accounts.people import list_pods, list_practitioners_to_choose
from star_tracker.records.families.beginnings import Beginning, correct_beginning
from star_tracker.records.families.families import close_intervention, record_intervention
from star_tracker.records.families.reopenings import reopen_intervention
from star_tracker.records.families.transfers import transfer_intervention
from star_tracker.web.auth.access import access, current_context, today
from star_tracker.web.families.family_forms import NewInterventionForm
from star_tracker.web.families.intervention_forms import (
    CloseInterventionForm,
    CorrectBeginningForm,
    ReopenInterventionForm,
    TransferForm,
)
from star_tracker.web.families.loading import load_family, load_intervention, may_read, may_read_after_transfer
from star_tracker.web.families.pages import offer_lists
from star_tracker.web.platform.fields import errors_on, is_sent_and_valid
from star_tracker.web.platform.typed import redirect_saved, redirect_unsaved

blueprint = Blueprint("interventions", __name__)
TOO_LATE = f"That intervention closed more than {DAYS_TO_REOPEN} days ago: add a new one instead."


@blueprint.route("/families/<record_id:family_id>/interventions/new", methods=["GET", "POST"])
@access(may_read_families)
def add(family_id: int) -> str | Response:
    """Open another intervention for a family."""
    family = load_family(family_id)
    form = NewInterventionForm()
    offer_lists(form)
    form.offer_parents(family.parents)
    if is_sent_and_valid(form):
        with errors_on(form):
            record_intervention(
                current_context(),
                family_id=family_id,
                parent_ids=form.parent_ids.data or [],
                intervention=form.new_intervention(),
            )
            return redirect_saved("The intervention was added.", "families.show", family_id=family_id)
    return render_template("families/interventions/new.html", form=form, family=family)


@blueprint.route("/interventions/<record_id:intervention_id>/transfer", methods=["GET", "POST"])
@access(may_read_families)
def transfer(intervention_id: int) -> str | Response:
    """Transfer an intervention to another practitioner or pod."""
    intervention = load_intervention(intervention_id)
    family = intervention.family
    if intervention.closed_on:
        words = f"That intervention was closed on {long_date(intervention.closed_on)}: reopen it to transfer it."
        return redirect_unsaved(words, "families.show", family_id=family.id)
    form = TransferForm()
    form.offer(list_pods(open_only=True), list_practitioners_to_choose(), intervention, today())
    if is_sent_and_valid(form):
        with errors_on(form):
            transferred = transfer_intervention(
                current_context(), intervention_id=intervention_id, transfer=form.new_transfer()
            )
            if may_read(family):
                return redirect_saved("The intervention was transferred.", "families.show", family_id=family.id)
            message = f"Family {family.ref} was transferred to {transferred.to_pod.name}."
            return redirect_saved(f"{message} It is not in your families any more.", "families.search", q="")
    return render_template(
        "families/interventions/transfer.html",
        form=form,
        family=family,
        intervention=intervention,
        still_readable=may_read_after_transfer(intervention),
    )


@blueprint.route("/interventions/<record_id:intervention_id>/close", methods=["GET", "POST"])
@access(may_read_families)
def close(intervention_id: int) -> str | Response:
    """Close an intervention, after asking for missing closure Stars."""
    intervention = load_intervention(intervention_id)
    family = intervention.family
    if intervention.closed_on:
        words = f"That intervention was closed on {long_date(intervention.closed_on)}."
        return redirect_unsaved(words, "families.show", family_id=family.id)
    form = CloseInterventionForm()
    if is_sent_and_valid(form):
        assert form.closed_on.data is not None  # noqa: S101 - the field asks for a date
        with errors_on(form):
            close_intervention(
                current_context(),
                intervention_id=intervention_id,
                closed_on=form.closed_on.data,
                reason=ClosureReason(form.reason.data),
                missing_is_known=form.missing_is_known.data,
            )
            in_progress = [each.parent.shown_as for each in intervention.registrations if each.drafts]
            message = "The intervention was closed." + _describe_in_progress(in_progress)
            return redirect_saved(message, "families.show", family_id=family.id)
    registrations = sorted(intervention.registrations, key=lambda registration: registration.parent.ref)
    missing = [each for each in registrations if each.at_closure is AtClosure.MISSING]
    form.ask_about(missing)
    return render_template(
        "families/interventions/close.html",
        form=form,
        family=family,
        intervention=intervention,
        registrations=registrations,
        is_missing=bool(missing),
        days_after_closure=DAYS_AFTER_CLOSURE,
        today=today(),
    )


@blueprint.route("/interventions/<record_id:intervention_id>/reopen", methods=["GET", "POST"])
@access(may_read_families)
def reopen(intervention_id: int) -> str | Response:
    """Reopen an intervention that closed recently."""
    intervention = load_intervention(intervention_id)
    family = intervention.family
    if not intervention.reopens_on(today()):
        words = "That intervention is open." if intervention.closed_on is None else TOO_LATE
        return redirect_unsaved(words, "families.show", family_id=family.id)
    form = ReopenInterventionForm()
    if is_sent_and_valid(form):
        with errors_on(form):
            reopen_intervention(current_context(), intervention_id=intervention_id, reason=form.reason.data or "")
            return redirect_saved("The intervention was reopened.", "families.show", family_id=family.id)
    return render_template("families/interventions/reopen.html", form=form, family=family, intervention=intervention)


@blueprint.route("/interventions/<record_id:intervention_id>/put-right", methods=["GET", "POST"])
@access(may_read_families)
def put_right(intervention_id: int) -> str | Response:
    """Correct when an intervention was referred and started, and the number of children."""
    intervention = load_intervention(intervention_id)
    family = intervention.family
    form = CorrectBeginningForm(obj=intervention)
    if is_sent_and_valid(form):
        with errors_on(form):
            correct_beginning(
                current_context(),
                intervention_id=intervention_id,
                beginning=form.beginning(),
                seen=form.seen.data or "",
                reason=form.reason.data or "",
            )
            return redirect_saved("The intervention was put right.", "families.show", family_id=family.id)
    form.seen.data = Beginning.of(intervention).fingerprint
    return render_template("families/interventions/put_right.html", form=form, family=family, intervention=intervention)


def _describe_in_progress(parents: list[str]) -> str:
    """A reminder of Stars still in progress, if there are any."""
    if not parents:
        return ""
    stars, are = ("A Star", "is") if len(parents) == 1 else ("Stars", "are")
    return f" {stars} of {' and '.join(parents)} {are} still in progress, and not recorded: go on there."
