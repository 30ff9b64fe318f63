"""The home page of each role, the explanation of the figures, and the accessibility statement."""

from flask import Blueprint, flash, redirect, render_template, session, url_for
from werkzeug.wrappers import Response

from star_tracker.domain.permissions import anyone, may_administer, may_read_families, may_see_returns, signed_in
from star_tracker.domain.scales import AREAS, STAGES, stage_span
from star_tracker.records.accounts.sessions import IDLE, LONGEST, take_interrupted_form
from star_tracker.web.auth.access import access, current_actor, current_settings, current_user
from star_tracker.web.platform.typed import INTERRUPTED_FIELD

blueprint = Blueprint("about", __name__)


@blueprint.get("/")
@access(signed_in)
def home() -> Response:
    """Redirect to the page on which this person's work begins."""
    actor = current_actor()
    if actor.user_id and (form := take_interrupted_form(actor.user_id, now=current_settings().now())):
        session[INTERRUPTED_FIELD] = form
        return redirect(url_for("account.interrupted"))
    if not current_settings().demo and (user := current_user()) and user.mf_recovery_codes is None:
        flash("Make recovery codes now: without your phone, one of them lets you in.", "info")
        return redirect(url_for("security.mf_recovery_codes"))
    if may_read_families(actor):
        return redirect(url_for("caseload.show"))
    if may_see_returns(actor):
        return redirect(url_for("returns.choose"))
    return redirect(url_for("people.show_all" if may_administer(actor) else "about.show"))


@blueprint.get("/about")
@access(anyone)
def show() -> str:
    """What is measured, how it is counted, and the settings in force."""
    spans = {stage: stage_span(stage) for stage in STAGES}
    return render_template("figures/about.html", areas=AREAS, spans=spans)


@blueprint.get("/accessibility")
@access(anyone)
def accessibility() -> str:
    """The accessibility statement that public bodies must publish."""
    return render_template("figures/accessibility.html", idle=IDLE, longest=LONGEST)
