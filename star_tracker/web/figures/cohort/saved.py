"""Cohorts saved by a name: the list, saving what is chosen, and removing one."""

from typing import NamedTuple

from flask import Blueprint, abort, redirect, render_template, request, url_for
from govuk_frontend_wtf.wtforms_widgets import GovSubmitInput, GovTextInput
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response
from wtforms import RadioField, StringField, SubmitField
from wtforms.validators import InputRequired

from star_tracker.domain.permissions import may_see_cohorts, may_see_every_pod
from star_tracker.models import SavedCohort
from star_tracker.queries.figures.saved_cohorts import list_saved_cohorts
from star_tracker.records.saved_cohorts import remove_saved_cohort, save_cohort
from star_tracker.web.auth.access import access, current_actor, current_context
from star_tracker.web.figures.cohort.choice import describe_choice, read_saved_choice, write_choice
from star_tracker.web.platform.confirm_form import build_confirm_form
from star_tracker.web.platform.fields import RecordForm, choices, errors_on, is_sent_and_valid
from star_tracker.web.platform.typed import redirect_saved
from star_tracker.web.platform.widgets import RadioInput

blueprint = Blueprint("saved_cohorts", __name__, url_prefix="/cohort/saved")

FOR_ME, FOR_LEADS = "me", "leads"


class SaveForm(RecordForm):
    """The name of a choice, and who may open it."""

    name = StringField("Name", widget=GovTextInput(), validators=[InputRequired("Enter a name")])
    is_for_leads = RadioField(
        "Who can open it?",
        widget=RadioInput(),
        choices=choices([(FOR_ME, "Only I"), (FOR_LEADS, "Every service lead")]),
        default=FOR_ME,
    )
    submit = SubmitField("Save this cohort", widget=GovSubmitInput())


class SavedLine(NamedTuple):
    """A saved cohort as the list shows it."""

    saved: SavedCohort
    words: str


@blueprint.get("")
@access(may_see_cohorts)
def show_all() -> str:
    """Everything that this person may open by a name."""
    lines = [
        SavedLine(saved, describe_choice(MultiDict(saved.choice))) for saved in list_saved_cohorts(current_actor())
    ]
    return render_template("figures/cohort/saved.html", lines=lines)


@blueprint.route("/new", methods=["GET", "POST"])
@access(may_see_cohorts)
def add() -> str | Response:
    """Save the choice in the address; one that does not stand is shown with its faults."""
    chosen = read_saved_choice(request.args)
    if chosen is None:
        return redirect(f"{url_for('cohort.show')}?{request.query_string.decode()}")
    form, is_lead = SaveForm(), may_see_every_pod(current_actor())
    if not is_lead:
        del form.is_for_leads
    if is_sent_and_valid(form):
        with errors_on(form):
            saved = save_cohort(
                current_context(),
                name=form.name.data or "",
                choice=chosen.chosen(),
                is_for_leads=is_lead and form.is_for_leads.data == FOR_LEADS,
            )
            return redirect_saved(f"The cohort “{saved.name}” was saved.", "saved_cohorts.show_all")
    return render_template("figures/cohort/save.html", form=form, words=write_choice(chosen), chosen=chosen.chosen())


@blueprint.route("/<record_id:saved_id>/remove", methods=["GET", "POST"])
@access(may_see_cohorts)
def remove(saved_id: int) -> str | Response:
    """Remove a saved cohort."""
    found = {saved.id: saved for saved in list_saved_cohorts(current_actor())}
    saved = found.get(saved_id) or abort(404)
    form = build_confirm_form("Remove this saved cohort")
    if request.method == "POST" and is_sent_and_valid(form):
        name = remove_saved_cohort(current_context(), saved_id=saved_id)
        return redirect_saved(f"The saved cohort “{name}” was removed.", "saved_cohorts.show_all")
    return render_template("figures/cohort/remove_saved.html", form=form, saved=saved)
