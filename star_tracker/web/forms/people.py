"""Forms about people."""

from collections.abc import Collection

from govuk_frontend_wtf.wtforms_widgets import (
    GovCheckboxesInput,
    GovRadioInput,
    GovSelect,
    GovSubmitInput,
    GovTextInput,
)
from wtforms import RadioField, SelectField, StringField, SubmitField
from wtforms.validators import InputRequired
from wtforms.widgets import ListWidget

from star_tracker.domain.accounts import STATE_LABELS
from star_tracker.domain.permissions import ROLE_LABELS, Role
from star_tracker.models import Pod, User
from star_tracker.records.people import PersonDetails
from star_tracker.web.forms.fields import ChoiceForm, ChoicesField, DayField, RecordForm, choices

DELIVERIES = {"mail": "Send it by e-mail", "show": "Show it here, to hand over"}


class PersonFields(RecordForm):
    """What an administrator says of a person."""

    name = StringField("Name", widget=GovTextInput(), validators=[InputRequired("Enter their name")])
    roles = ChoicesField("Roles", widget=GovCheckboxesInput(), option_widget=ListWidget(), choices=choices(ROLE_LABELS))
    pod_ids = ChoicesField(
        "Pods",
        widget=GovCheckboxesInput(),
        option_widget=ListWidget(),
        coerce=int,
        description="A practitioner sees the families of their pods. Others need none.",
    )
    licensed_on = DayField("Licensed to use the Star since")
    trained_on = DayField("Trained in the Star on")

    def offer(self, pods: Collection[Pod], person: User | None) -> None:
        """List the open pods, and the person's own; begin with what is known of the person."""
        own = {pod.id for pod in person.pods} if person else set()
        listed = [pod for pod in pods if pod.closed_on is None or pod.id in own]
        self.pod_ids.choices = choices(
            (pod.id, f"{pod.name} (closed)" if pod.closed_on else pod.name) for pod in listed
        )
        if person and not self.is_submitted():
            self.name.data = person.name
            self.roles.data = [held.role for held in person.roles]
            self.pod_ids.data = sorted(own)
            self.licensed_on.data, self.trained_on.data = person.licensed_on, person.trained_on

    def details(self) -> PersonDetails:
        """The person as ``records`` takes them."""
        return PersonDetails(
            name=self.name.data or "",
            roles=[Role(role) for role in self.roles.data or ()],
            pod_ids=self.pod_ids.data or (),
            licensed_on=self.licensed_on.data,
            trained_on=self.trained_on.data,
        )


class LinkFields(RecordForm):
    """How a link is to reach somebody; without e-mail there is nothing to choose."""

    delivery = RadioField(
        "How should their link reach them?", widget=GovRadioInput(), choices=choices(DELIVERIES), default="mail"
    )

    def offer_delivery(self, *, has_mail: bool) -> None:
        """Ask only where e-mail is set up."""
        if not has_mail:
            del self.delivery

    @property
    def by_mail(self) -> bool:
        """Whether to send it."""
        return "delivery" in self and self.delivery.data == "mail"


class InviteForm(LinkFields, PersonFields):
    """Somebody who shall be able to sign in."""

    first_fields = ("email", "name", "roles", "pod_ids", "licensed_on", "trained_on")
    email = StringField(
        "E-mail address", widget=GovTextInput(), validators=[InputRequired("Enter their e-mail address")]
    )
    submit = SubmitField("Invite this person", widget=GovSubmitInput())


class EditPersonForm(PersonFields):
    """What has changed about somebody."""

    submit = SubmitField("Save", widget=GovSubmitInput())


class LinkForm(LinkFields):
    """Another link."""

    submit = SubmitField("Make a new link", widget=GovSubmitInput())


class PeopleFilterForm(ChoiceForm):
    """Whom to list."""

    state = SelectField("Account", widget=GovSelect(), default="", choices=choices({"": "Any"} | STATE_LABELS))
    pod = SelectField("Pod", widget=GovSelect(), default="")
    submit = SubmitField("Show these people", widget=GovSubmitInput(), name="")

    def offer(self, pods: Collection[Pod]) -> None:
        """List the pods, closed ones too."""
        self.pod.choices = choices([("", "Any"), *((pod.id, pod.name) for pod in pods)])
