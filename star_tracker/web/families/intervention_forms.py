"""Forms that close, reopen, transfer or correct an intervention."""

from collections.abc import Collection
from datetime import date

from govuk_frontend_wtf.wtforms_widgets import GovSubmitInput
from wtforms import BooleanField, HiddenField, RadioField, SelectField, SubmitField
from wtforms.validators import InputRequired

from star_tracker.domain.checked import SayWhy
from star_tracker.domain.scales import ClosureReason
from star_tracker.domain.star_rules import DAYS_AFTER_CLOSURE
from star_tracker.models import Intervention, Pod, Registration, User
from star_tracker.records.families.beginnings import Beginning
from star_tracker.records.families.transfers import NewTransfer
from star_tracker.web.families.family_forms import BeginningFields
from star_tracker.web.families.restriction_forms import TRAIL_REASON_HINT
from star_tracker.web.platform.fields import DayField, RecordForm, choices, practitioner_choices, reason_field
from star_tracker.web.platform.widgets import CheckboxInput, RadioInput, SelectInput

PAGE_REASON_HINT = "The family's page shows it to everybody who may see this family."


class CloseInterventionForm(RecordForm):
    """When and why an intervention ended, and whether to close it without its closure Stars."""

    closed_on = DayField("Date it closed", missing="Enter the date it closed")
    reason = RadioField(
        "How it ended",
        widget=RadioInput(),
        choices=choices(ClosureReason.labels()),
        validators=[InputRequired("Choose how it ended")],
    )
    missing_is_known = BooleanField("", widget=CheckboxInput())
    submit = SubmitField("Close this intervention", widget=GovSubmitInput())

    def ask_about(self, registrations: Collection[Registration]) -> None:
        """Name the parents whose closure Star is missing."""
        parents = " and ".join(registration.parent.shown_as for registration in registrations)
        stars, they_show = ("Star", "it shows") if len(registrations) == 1 else ("Stars", "they show")
        self.missing_is_known.label.text = (
            f"Close without the closure {stars} of {parents}: {they_show} as overdue, and can be recorded for "
            f"{DAYS_AFTER_CLOSURE} days"
        )


class ReopenInterventionForm(RecordForm):
    """Why a closed intervention is reopened."""

    reason = reason_field("Why?", SayWhy.FAMILY_PAGE, PAGE_REASON_HINT)
    submit = SubmitField("Reopen this intervention", widget=GovSubmitInput())


class TransferForm(RecordForm):
    """Who takes on an intervention."""

    pod_id = SelectField("Pod", widget=SelectInput(), validators=[InputRequired("Choose a pod")])
    practitioner_id = SelectField(
        "Practitioner", widget=SelectInput(), description="One of that pod, or not decided yet."
    )
    transferred_on = DayField("From which day?", missing="Enter the day from which it is theirs")
    reason = reason_field("Why?", SayWhy.FAMILY_PAGE, PAGE_REASON_HINT)
    submit = SubmitField("Transfer this intervention", widget=GovSubmitInput())

    def offer(self, pods: list[Pod], practitioners: list[User], intervention: Intervention, today: date) -> None:
        """Set the choices; the present pod and practitioner are the default."""
        offered = pods if intervention.pod in pods else [intervention.pod, *pods]
        self.pod_id.choices = choices((pod.id, pod.name) for pod in offered)
        self.practitioner_id.choices = practitioner_choices(practitioners)
        if not self.is_submitted():
            self.pod_id.data = str(intervention.pod_id)
            self.practitioner_id.data = str(intervention.practitioner_id or "")
            self.transferred_on.data = today

    def new_transfer(self) -> NewTransfer:
        """The transfer as ``records`` takes it; the form must be valid."""
        assert self.transferred_on.data is not None  # noqa: S101 - the field asks for a date
        return NewTransfer(
            pod_id=int(self.pod_id.data),
            practitioner_id=int(self.practitioner_id.data) if self.practitioner_id.data else None,
            transferred_on=self.transferred_on.data,
            reason=self.reason.data or "",
        )


class CorrectBeginningForm(BeginningFields):
    """How an intervention really began, and why that is corrected; ``seen`` identifies what the page showed."""

    seen = HiddenField()
    reason = reason_field("Why?", SayWhy.TRAIL, TRAIL_REASON_HINT)
    submit = SubmitField("Put this right", widget=GovSubmitInput())

    def beginning(self) -> Beginning:
        """The beginning as ``records`` takes it; the form must be valid."""
        assert self.referred_on.data is not None  # noqa: S101 - the fields ask for dates
        assert self.started_on.data is not None  # noqa: S101 - as above
        return Beginning(
            referred_on=self.referred_on.data, started_on=self.started_on.data, children=self.children.data
        )
