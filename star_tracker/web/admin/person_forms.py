"""Forms about people."""

from collections.abc import Collection
from typing import Any

from govuk_frontend_wtf.wtforms_widgets import GovSubmitInput, GovTextInput
from wtforms import Field, RadioField, SelectField, StringField, SubmitField
from wtforms.validators import InputRequired
from wtforms.widgets import ListWidget

from star_tracker.domain.accounts import STATE_LABELS
from star_tracker.domain.errors import DomainError
from star_tracker.domain.figures import write_count
from star_tracker.domain.roles import ROLE_LABELS, Role, list_role_faults
from star_tracker.models import Council, Pod, User
from star_tracker.queries.accounts.people import OpenWork
from star_tracker.records.accounts.people import PersonDetails
from star_tracker.web.platform.fields import ChoiceForm, ChoicesField, DayField, RecordForm, add_error, choices
from star_tracker.web.platform.widgets import CheckboxesInput, RadioInput, SelectInput

NO_POD_YET = "A practitioner needs a pod, and there is none yet: add one on the page Pods"
SUCCESSOR = "successor_"
"""The prefix of a field's name, before the pod's id."""

NOBODY = "nobody"
DELIVERIES = {"mail": "Send it by e-mail", "show": "Show it here, to hand over"}


class PersonFields(RecordForm):
    """What an administrator records about a person."""

    name = StringField("Name", widget=GovTextInput(), validators=[InputRequired("Enter their name")])
    roles = ChoicesField(
        "Roles",
        widget=CheckboxesInput(),
        option_widget=ListWidget(),
        choices=choices(ROLE_LABELS),
        description="Council goes with no other role. Where there are people enough, give Administrator and "
        "Service lead to different people, so that each can see what the other does.",
    )
    pod_ids = ChoicesField(
        "Pods",
        widget=CheckboxesInput(),
        option_widget=ListWidget(),
        coerce=int,
        description="A practitioner needs at least one, and sees its families. Others need none.",
    )
    council_ids = ChoicesField(
        "Councils",
        widget=CheckboxesInput(),
        option_widget=ListWidget(),
        coerce=int,
        description="For the role Council: they see the returns of these, and no other's.",
    )
    licensed_on = DayField("Licensed to use the Star since")
    trained_on = DayField("Trained in the Star on")

    def offer(self, pods: Collection[Pod], councils: Collection[Council], person: User | None) -> None:
        """List the open pods and councils and the person's, and fill in the person's details.

        Where there is only one council, nothing is asked about it.
        """
        pod_ids = {pod.id for pod in person.pods} if person else set()
        listed = [pod for pod in pods if pod.closed_on is None or pod.id in pod_ids]
        self.pod_ids.choices = choices(
            (pod.id, f"{pod.name} (closed)" if pod.closed_on else pod.name) for pod in listed
        )
        council_ids = {council.id for council in person.councils} if person else set()
        offered = {each.id: each.name for each in councils if each.closed_on is None or each.id in council_ids}
        self.council_ids.choices = choices(offered)
        if person and not self.is_submitted():
            self.council_ids.data = sorted(council_ids)
        if len(offered) == 1:
            del self.council_ids
        if person and not self.is_submitted():
            self.name.data = person.name
            self.roles.data = [held.role for held in person.roles]
            self.pod_ids.data = sorted(pod_ids)
            self.licensed_on.data, self.trained_on.data = person.licensed_on, person.trained_on

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the roles too, so that all errors are shown at once."""
        if not super().validate(extra_validators):
            return False
        details = self.details()
        has_council = "council_ids" not in self or bool(details.council_ids)
        faults = list_role_faults(details.roles, has_pod=bool(details.pod_ids), has_council=has_council)
        for fault in faults:
            if fault.field == "pod_ids" and not self.pod_ids.choices:
                fault = DomainError("roles", NO_POD_YET)
            add_error(self, fault)
        return not faults

    def details(self) -> PersonDetails:
        """The person as ``records`` takes them."""
        return PersonDetails(
            name=self.name.data or "",
            roles=[Role(role) for role in self.roles.data or ()],
            pod_ids=self.pod_ids.data or (),
            council_ids=(self.council_ids.data or ()) if "council_ids" in self else (),
            licensed_on=self.licensed_on.data,
            trained_on=self.trained_on.data,
        )


class LinkFields(RecordForm):
    """How to deliver a link; without e-mail there is no choice."""

    delivery = RadioField(
        "How should their link reach them?", widget=RadioInput(), choices=choices(DELIVERIES), default="mail"
    )

    def offer_delivery(self, *, has_mail: bool) -> None:
        """Ask only if e-mail is set up."""
        if not has_mail:
            del self.delivery

    @property
    def by_mail(self) -> bool:
        """Whether to send it."""
        return "delivery" in self and self.delivery.data == "mail"


class InviteForm(LinkFields, PersonFields):
    """A new account."""

    first_fields = ("email", "name", "roles", "pod_ids", "council_ids", "licensed_on", "trained_on")
    email = StringField(
        "E-mail address", widget=GovTextInput(), validators=[InputRequired("Enter their e-mail address")]
    )
    submit = SubmitField("Invite this person", widget=GovSubmitInput())


class EditPersonForm(PersonFields):
    """Changes to a person's details."""

    submit = SubmitField("Save", widget=GovSubmitInput())


class LinkForm(LinkFields):
    """A new link."""

    submit = SubmitField("Make a new link", widget=GovSubmitInput())


class CloseAccountForm(RecordForm):
    """Who takes on the open interventions. ``build_closing_form`` adds a field for each pod."""

    submit = SubmitField("Close this account", widget=GovSubmitInput())

    def successor_fields(self) -> list[Field]:
        """The pods' fields, for the template."""
        return [field for field in self if field.name.startswith(SUCCESSOR)]

    def successors(self) -> dict[int, int | None]:
        """By pod id, the id of the person chosen; None for nobody."""
        chosen = {int(field.name.removeprefix(SUCCESSOR)): field.data for field in self.successor_fields()}
        return {pod_id: None if who == NOBODY else int(who) for pod_id, who in chosen.items()}


def build_closing_form(work: Collection[OpenWork]) -> CloseAccountForm:
    """The form for somebody with these open interventions. No default: leaving families to nobody is a decision."""
    fields = {
        f"{SUCCESSOR}{in_pod.pod.id}": SelectField(
            f"Who takes on what is open in {in_pod.pod.name}?",
            widget=SelectInput(),
            description=write_count(in_pod.interventions, "open intervention"),
            choices=choices(
                [
                    ("", "Choose a practitioner"),
                    *((person.id, person.shown_as) for person in in_pod.colleagues),
                    (NOBODY, "Nobody for now: the service lead decides"),
                ]
            ),
            validators=[InputRequired(f"Choose who takes on what is open in {in_pod.pod.name}")],
        )
        for in_pod in work
    }
    form: CloseAccountForm = type("CloseAccountForm", (CloseAccountForm,), fields)()
    return form


class PeopleFilterForm(ChoiceForm):
    """Which people to list."""

    state = SelectField("Account", widget=SelectInput(), default="", choices=choices({"": "Any"} | STATE_LABELS))
    pod = SelectField("Pod", widget=SelectInput(), default="")
    submit = SubmitField("Show these people", widget=GovSubmitInput(), name="")

    def offer(self, pods: Collection[Pod]) -> None:
        """List the pods, closed ones too."""
        self.pod.choices = choices([("", "Any"), *((pod.id, pod.name) for pod in pods)])
