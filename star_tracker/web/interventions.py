"""Interventions: opening another one for a family, and closing one."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from star_tracker.domain.errors import DomainError
from star_tracker.domain.periods import long_date
from star_tracker.domain.permissions import may_read_families
from star_tracker.domain.scales import ClosureReason
from star_tracker.domain.star_rules import DAYS_AFTER_CLOSURE
from star_tracker.records.families import close_intervention, record_intervention
from star_tracker.web.access import access, load_family, load_intervention, today, who_and_when
from star_tracker.web.families import offer_lists
from star_tracker.web.forms.families import CloseInterventionForm, NewInterventionForm
from star_tracker.web.forms.fields import add_error, is_sent_and_valid

blueprint = Blueprint("interventions", __name__)


@blueprint.route("/families/<record_id:family_id>/interventions/new", methods=["GET", "POST"])
@access(may_read_families)
def add(family_id: int) -> str | Response:
    """Open another period of support to a family."""
    family = load_family(family_id)
    form = NewInterventionForm()
    offer_lists(form)
    form.offer_parents(family.parents)
    if is_sent_and_valid(form):
        try:
            record_intervention(
                family_id=family_id,
                parent_ids=form.parent_ids.data or [],
                intervention=form.new_intervention(),
                **who_and_when(),
                today=today(),
            )
        except DomainError as error:
            add_error(form, error)
        else:
            flash("The intervention was added.")
            return redirect(url_for("families.show", family_id=family_id))
    return render_template("interventions/new.html", form=form, family=family)


@blueprint.route("/interventions/<record_id:intervention_id>/close", methods=["GET", "POST"])
@access(may_read_families)
def close(intervention_id: int) -> str | Response:
    """Close an intervention."""
    intervention = load_intervention(intervention_id)
    family = intervention.family
    if intervention.closed_on:
        flash(f"That intervention was closed on {long_date(intervention.closed_on)}.")
        return redirect(url_for("families.show", family_id=family.id))
    form = CloseInterventionForm()
    if is_sent_and_valid(form):
        assert form.closed_on.data is not None  # noqa: S101 - the field asks for a date
        try:
            close_intervention(
                intervention_id=intervention_id,
                closed_on=form.closed_on.data,
                reason=ClosureReason(form.reason.data),
                **who_and_when(),
                today=today(),
            )
        except DomainError as error:
            add_error(form, error)
        else:
            flash("The intervention was closed.")
            return redirect(url_for("families.show", family_id=family.id))
    return render_template(
        "interventions/close.html",
        form=form,
        family=family,
        intervention=intervention,
        days_after_closure=DAYS_AFTER_CLOSURE,
    )
