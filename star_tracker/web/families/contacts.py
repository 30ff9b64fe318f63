"""Contacts: visits to a family, recorded by one tap or with who went and whom they saw."""

from flask import Blueprint, abort, render_template, request
from govuk_frontend_wtf.wtforms_widgets import GovSubmitInput, GovTextInput
from werkzeug.wrappers import Response
from wtforms import IntegerField, RadioField, SelectField, SubmitField
from wtforms.validators import InputRequired, Optional

from star_tracker.domain.contacts import Seen, WhoWent
from star_tracker.domain.errors import DomainError, NotFoundError
from star_tracker.domain.permissions import may_read_families
from star_tracker.models import Intervention
from star_tracker.queries.families.contacts import get_contacts_page
from star_tracker.records.families.contacts import NewContact, record_contact, record_contact_today, remove_contact
from star_tracker.web.auth.access import access, current_context, current_settings, today
from star_tracker.web.families.loading import load_intervention
from star_tracker.web.platform.fields import DayField, RecordForm, choices, errors_on, is_sent_and_valid
from star_tracker.web.platform.numbers import query_number
from star_tracker.web.platform.typed import redirect_saved, redirect_unsaved
from star_tracker.web.platform.widgets import RadioInput, SelectInput

blueprint = Blueprint("contacts", __name__, url_prefix="/interventions/<record_id:intervention_id>/contacts")

SEEN, MISSED = "seen", "missed"


class ContactForm(RecordForm):
    """A visit, or an attempt at one."""

    contacted_on = DayField("Day", missing="Enter the day of the visit")
    outcome = RadioField(
        "Was the family seen?",
        widget=RadioInput(),
        choices=choices({SEEN: "Yes", MISSED: "No: nobody was in, or nobody opened"}),
        validators=[InputRequired("Choose whether the family was seen")],
    )
    with_whom = SelectField(
        "Who was seen (if you want to say)",
        widget=SelectInput(),
        default="",
        choices=choices([("", "Not said"), *Seen.labels().items()]),
    )
    who_went = SelectField("Who went", widget=SelectInput(), choices=choices(WhoWent.labels()))
    minutes = IntegerField("Minutes (if you want to say)", widget=GovTextInput(), validators=[Optional()])
    submit = SubmitField("Record this visit", widget=GovSubmitInput())

    def new_contact(self) -> NewContact:
        """The contact as ``records`` takes it; the form must be valid."""
        assert self.contacted_on.data is not None  # noqa: S101 - the field asks for a date
        return NewContact(
            contacted_on=self.contacted_on.data,
            seen=self.outcome.data == SEEN,
            who_went=WhoWent(self.who_went.data),
            with_whom=Seen(self.with_whom.data) if self.with_whom.data else None,
            minutes=self.minutes.data,
        )


@blueprint.route("", methods=["GET", "POST"])
@access(may_read_families)
def show(intervention_id: int) -> str | Response:
    """An intervention's contacts, the latest first, and the form that records one."""
    intervention = _load(intervention_id)
    form = ContactForm()
    if not form.is_submitted():
        form.contacted_on.data = today()
    elif is_sent_and_valid(form):
        with errors_on(form):
            record_contact(current_context(), intervention_id=intervention_id, contact=form.new_contact())
            return redirect_saved("The visit was recorded.", "contacts.show", intervention_id=intervention_id)
    return render_template(
        "families/contacts.html",
        form=form,
        intervention=intervention,
        found=get_contacts_page(intervention_id, page=query_number("page", 1)),
        who_went=WhoWent.labels(),
        whom=Seen.labels(),
    )


@blueprint.post("/today")
@access(may_read_families)
def record_today(intervention_id: int) -> Response:
    """Record a visit of today, or an attempt, by the button of the caseload that was pressed."""
    intervention = _load(intervention_id)
    seen = request.form.get("contact") == SEEN
    ref = intervention.family.ref
    try:
        recorded = record_contact_today(current_context(), intervention_id=intervention_id, seen=seen)
    except DomainError as error:
        return redirect_unsaved(error.message, "contacts.show", intervention_id=intervention_id)
    what = "seen today" if seen else "not in today"
    message = f"Family {ref}: {what}." if recorded else f"Family {ref}: {what}, as you have recorded before."
    return redirect_saved(
        f"{message} Under Visits you can add who was seen, or take it back.", "caseload.show", **_list_shown()
    )


@blueprint.post("/<record_id:contact_id>/remove")
@access(may_read_families)
def remove(intervention_id: int, contact_id: int) -> Response:
    """Take back a contact that was recorded by mistake."""
    _load(intervention_id)
    try:
        remove_contact(current_context(), intervention_id=intervention_id, contact_id=contact_id)
    except NotFoundError:
        words = "That visit was taken back already."
        return redirect_unsaved(words, "contacts.show", intervention_id=intervention_id)
    return redirect_saved("The visit was taken back.", "contacts.show", intervention_id=intervention_id)


def _list_shown() -> dict[str, str]:
    """The choice of the caseload from which a button was pressed."""
    return {name: value for name in ("whose", "pod", "state") if (value := request.args.get(name))}


def _load(intervention_id: int) -> Intervention:
    """The intervention in which this person may record; a 404 also where the service records no contacts."""
    if current_settings().contacts == "off":
        abort(404)
    return load_intervention(intervention_id)
