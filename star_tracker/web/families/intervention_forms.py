"""Forms about an intervention's course: closing it, opening it again, handing it to somebody else."""

from collections.abc import Collection
from datetime import date

from govuk_frontend_wtf.wtforms_widgets import GovSubmitInput, GovTextArea
from wtforms import BooleanField, HiddenField, RadioField, SelectField, SubmitField, TextAreaField
from wtforms.validators import InputRequired, Length

from star_tracker.domain.checked import SayWhy
from star_tracker.domain.scales import ClosureReason
from star_tracker.domain.star_rules import DAYS_AFTER_CLOSURE
from star_tracker.models import Intervention, Pod, Registration, User
from star_tracker.records.families.putting_right import Beginning
from star_tracker.records.families.transfers import NewTransfer
from star_tracker.web.families.family_forms import BeginningFields
from star_tracker.web.families.restriction_forms import KEPT
from star_tracker.web.families.restriction_forms import REASON_RULES as KEPT_REASON_RULES
from star_tracker.web.platform.fields import DayField, RecordForm, choices, practitioner_choices
from star_tracker.web.platform.widgets import CheckboxInput, RadioInput, SelectInput

LONGEST_REASON = 2000
REASON_HINT = "The family's page shows it to everybody who may see this family."
REASON_RULES = [
    InputRequired(SayWhy.FAMILY_PAGE),
    Length(max=LONGEST_REASON, message=f"A reason can be up to {LONGEST_REASON:,} characters"),
]


class CloseInterventionForm(RecordForm):
    """When and why an intervention ended; without closure Stars only if whoever closes it says so."""

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
        parents = " and ".join(own.parent.shown_as for own in registrations)
        stars, they_show = ("Star", "it shows") if len(registrations) == 1 else ("Stars", "they show")
        self.missing_is_known.label.text = (
            f"Close without the closure {stars} of {parents}: {they_show} as overdue, and can be recorded for "
            f"{DAYS_AFTER_CLOSURE} days"
        )


class ReopenInterventionForm(RecordForm):
    """Why a closed intervention goes on."""

    reason = TextAreaField("Why?", widget=GovTextArea(), validators=REASON_RULES, description=REASON_HINT)
    submit = SubmitField("Reopen this intervention", widget=GovSubmitInput())


class TransferForm(RecordForm):
    """Who takes an intervention on."""

    pod_id = SelectField("Pod", widget=SelectInput(), validators=[InputRequired("Choose a pod")])
    practitioner_id = SelectField(
        "Practitioner", widget=SelectInput(), description="One of that pod, or not decided yet."
    )
    transferred_on = DayField("From which day?", missing="Enter the day from which it is theirs")
    reason = TextAreaField("Why?", widget=GovTextArea(), validators=REASON_RULES, description=REASON_HINT)
    submit = SubmitField("Transfer this intervention", widget=GovSubmitInput())

    def offer(self, pods: list[Pod], practitioners: list[User], intervention: Intervention, today: date) -> None:
        """Fill the lists; whose it is now is chosen."""
        offered = pods if intervention.pod in pods else [intervention.pod, *pods]
        self.pod_id.choices = choices((pod.id, pod.name) for pod in offered)
        self.practitioner_id.choices = practitioner_choices(practitioners)
        if not self.is_submitted():
            self.pod_id.data = str(intervention.pod_id)
            self.practitioner_id.data = str(intervention.practitioner_id or "")
            self.transferred_on.data = today

    def new_transfer(self) -> NewTransfer:
        """The transfer as ``records`` takes it; ask only a form that is valid."""
        assert self.transferred_on.data is not None  # noqa: S101 - the field asks for a date
        return NewTransfer(
            pod_id=int(self.pod_id.data),
            practitioner_id=int(self.practitioner_id.data) if self.practitioner_id.data else None,
            transferred_on=self.transferred_on.data,
            reason=self.reason.data or "",
        )


class PutRightForm(BeginningFields):
    """How an intervention really began, and why that is changed; ``seen`` is what the page shows as recorded."""

    seen = HiddenField()
    reason = TextAreaField("Why?", widget=GovTextArea(), validators=KEPT_REASON_RULES, description=KEPT)
    submit = SubmitField("Put this right", widget=GovSubmitInput())

    def beginning(self) -> Beginning:
        """How it began, as ``records`` takes it; ask only a form that is valid."""
        assert self.referred_on.data is not None  # noqa: S101 - the fields ask for dates
        assert self.started_on.data is not None  # noqa: S101 - as above
        return Beginning(
            referred_on=self.referred_on.data, started_on=self.started_on.data, children=self.children.data
        )
