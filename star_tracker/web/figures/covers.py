"""Leave cover: who covers for whom and until when, naming it, and ending it early."""

from collections.abc import Collection

from flask import Blueprint, abort, render_template
from govuk_frontend_wtf.wtforms_widgets import GovSubmitInput
from werkzeug.wrappers import Response
from wtforms import SelectField, SubmitField
from wtforms.validators import InputRequired

from star_tracker.domain.covers import MOST_DAYS
from star_tracker.domain.days import long_date
from star_tracker.domain.errors import DomainError
from star_tracker.domain.permissions import may_name_cover, may_name_cover_for, may_see_every_pod
from star_tracker.domain.roles import Role
from star_tracker.models import Cover, User
from star_tracker.queries.accounts.people import list_practitioners_to_choose
from star_tracker.queries.covers import get_cover, list_covers
from star_tracker.records.covers import end_cover, name_cover
from star_tracker.web.auth.access import access, current_actor, current_context, current_pod_ids, today
from star_tracker.web.platform.confirm_form import build_confirm_form
from star_tracker.web.platform.fields import (
    DayField,
    RecordForm,
    choices,
    errors_on,
    is_sent_and_valid,
)
from star_tracker.web.platform.typed import redirect_saved, redirect_unsaved
from star_tracker.web.platform.widgets import SelectInput

blueprint = Blueprint("covers", __name__, url_prefix="/caseload/cover")


class CoverForm(RecordForm):
    """Who is away, who covers for them, and on which days."""

    away_id = SelectField(
        "Who is away?", widget=SelectInput(), validators=[InputRequired("Choose who is away")], coerce=str
    )
    colleague_id = SelectField(
        "Who covers for them?",
        widget=SelectInput(),
        validators=[InputRequired("Choose who covers")],
        description="They see the caseload beside their own. They see no family that they may not see anyhow.",
    )
    first_day = DayField("First day", missing="Enter the first day", is_future=True)
    last_day = DayField("Last day", missing="Enter the last day", is_future=True)
    submit = SubmitField("Name this cover", widget=GovSubmitInput())

    def offer(self, people: Collection[User], *, own_id: int | None) -> None:
        """List the practitioners; ``own_id`` is whose cover alone this person names, None for a lead."""
        named = [(user.id, f"{user.shown_as}, {' and '.join(pod.name for pod in user.pods)}") for user in people]
        self.colleague_id.choices = choices([("", "Choose a colleague"), *(one for one in named if one[0] != own_id)])
        if own_id is None:
            self.away_id.choices = choices([("", "Choose a practitioner"), *named])
        else:
            del self.away_id
            self.colleague_id.label.text = "Who covers for you?"


def name_covered(covered: Collection[Cover]) -> dict[str, list[str]]:
    """Whose caseloads are covered, for the audit trail."""
    return {"covering": sorted(cover.away.email for cover in covered)} if covered else {}


@blueprint.get("")
@access(may_name_cover)
def show_all() -> str:
    """The covers of today and of days to come: everybody's for a lead, for others those in which they take part."""
    actor = current_actor()
    user_id = None if may_see_every_pod(actor) else actor.user_id
    return render_template(
        "figures/caseload/covers.html",
        lines=list_covers(today=today(), user_id=user_id),
        may_name=may_see_every_pod(actor) or Role.PRACTITIONER in actor.roles,
        may_end=lambda cover: may_name_cover_for(actor, cover.away_id),
        today=today(),
        most_days=MOST_DAYS,
    )


@blueprint.route("/new", methods=["GET", "POST"])
@access(may_name_cover)
def add() -> str | Response:
    """Name a colleague for some days."""
    actor = current_actor()
    own_id = None if may_see_every_pod(actor) else actor.user_id
    form = CoverForm()
    form.offer(list_practitioners_to_choose(current_pod_ids()), own_id=own_id)
    if is_sent_and_valid(form):
        with errors_on(form):
            assert form.first_day.data is not None  # noqa: S101 - the field asks for a date
            assert form.last_day.data is not None  # noqa: S101 - as above
            cover = name_cover(
                current_context(),
                away_id=int(form.away_id.data) if own_id is None else own_id,
                colleague_id=int(form.colleague_id.data),
                first_day=form.first_day.data,
                last_day=form.last_day.data,
            )
            days = f"from {long_date(cover.first_day)} to {long_date(cover.last_day)}"
            return redirect_saved(f"{cover.colleague.shown_as} covers {days}.", "covers.show_all")
    return render_template("figures/caseload/new_cover.html", form=form, most_days=MOST_DAYS)


@blueprint.route("/<record_id:cover_id>/end", methods=["GET", "POST"])
@access(may_name_cover)
def end(cover_id: int) -> str | Response:
    """End a cover before its last day."""
    cover = get_cover(cover_id, today=today())
    if cover is None or not may_name_cover_for(current_actor(), cover.away_id):
        abort(404)
    form = build_confirm_form("End this cover")
    if is_sent_and_valid(form):
        try:
            end_cover(current_context(), cover_id=cover_id)
        except DomainError as error:
            return redirect_unsaved(error.message, "covers.show_all")
        return redirect_saved("The cover has ended.", "covers.show_all")
    return render_template("figures/caseload/end_cover.html", form=form, cover=cover)
