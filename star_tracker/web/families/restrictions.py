"""Restricted families: a lead restricts one to named people, or lifts the restriction."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from star_tracker.domain.permissions import may_restrict_families
from star_tracker.queries.accounts.people import list_people_to_name
from star_tracker.records.families.restrictions import lift_restriction, restrict_family
from star_tracker.web.auth.access import access, current_context
from star_tracker.web.families.loading import load_family
from star_tracker.web.families.restriction_forms import LiftForm, RestrictForm
from star_tracker.web.platform.fields import errors_on, is_sent_and_valid
from star_tracker.web.platform.typed import redirect_saved

blueprint = Blueprint("restrictions", __name__, url_prefix="/families/<record_id:family_id>/restrict")


@blueprint.route("", methods=["GET", "POST"])
@access(may_restrict_families)
def restrict(family_id: int) -> str | Response:
    """Choose who may see a family besides the lead."""
    family = load_family(family_id)
    form = RestrictForm()
    form.offer(list_people_to_name(family_id), family)
    if is_sent_and_valid(form):
        with errors_on(form):
            restrict_family(
                current_context(),
                family_id=family_id,
                people_ids=form.people_ids.data or [],
                reason=form.reason.data or "",
            )
            message = "This family is restricted: only the people below may see it."
            return redirect_saved(message, "families.show", family_id=family_id)
    return render_template("families/restrictions/restrict.html", form=form, family=family)


@blueprint.route("/lift", methods=["GET", "POST"])
@access(may_restrict_families)
def lift(family_id: int) -> str | Response:
    """Let everybody in the family's pods see it again."""
    family = load_family(family_id)
    if not family.restricted:
        return redirect(url_for("families.show", family_id=family_id))
    form = LiftForm()
    if is_sent_and_valid(form):
        with errors_on(form):
            lift_restriction(current_context(), family_id=family_id, reason=form.reason.data or "")
            return redirect_saved("The restriction was lifted.", "families.show", family_id=family_id)
    return render_template("families/restrictions/lift.html", form=form, family=family)
