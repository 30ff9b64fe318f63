"""Forms about what was said of the service."""

from collections.abc import Collection, Sequence

from govuk_frontend_wtf.wtforms_widgets import GovSubmitInput, GovTextArea
from wtforms import BooleanField, HiddenField, RadioField, SelectField, SubmitField, TextAreaField
from wtforms.validators import InputRequired

from star_tracker.domain.checked import SayWhy
from star_tracker.domain.errors import NamesError
from star_tracker.domain.feedback import SaidBy
from star_tracker.models import Pod
from star_tracker.records.feedback import Said
from star_tracker.web.platform.fields import DayField, RecordForm, add_error, choices, reason_field
from star_tracker.web.platform.widgets import CheckboxInput, RadioInput, SelectInput

_BETWEEN = "|"


class FeedbackForm(RecordForm):
    """Somebody's words, whose they are, the day, and whether they may be quoted."""

    said_by = RadioField(
        "Who said it?",
        widget=RadioInput(),
        choices=choices(SaidBy.labels()),
        validators=[InputRequired("Choose who said it")],
    )
    said_on = DayField("Date it was said", missing="Enter the date on which it was said")
    pod_id = SelectField("About which pod’s work", widget=SelectInput(), coerce=int)
    words = TextAreaField(
        "Their words",
        widget=GovTextArea(),
        validators=[InputRequired("Enter what was said")],
        description="As they said it. Take out every name, of people, schools and streets: say “my son”, “our worker”.",
    )
    is_ordinary = BooleanField("These are ordinary words here, and not their names", widget=CheckboxInput())
    found = HiddenField()
    may_quote = BooleanField("They agreed to be quoted, without a name, in a return", widget=CheckboxInput())
    submit = SubmitField("Save", widget=GovSubmitInput())

    def offer(self, pods: Collection[Pod]) -> None:
        """List the pods; the first is the default."""
        self.pod_id.choices = choices((pod.id, pod.name) for pod in pods)

    @property
    def ordinary(self) -> list[str]:
        """The words that are confirmed to be no names."""
        return (self.found.data or "").split(_BETWEEN) if self.is_ordinary.data else []

    def refuse(self, error: NamesError) -> None:
        """Point at the names; a tick is about these, and no others."""
        add_error(self, error)
        self.found.data, self.is_ordinary.data = _BETWEEN.join(error.found), False

    def read_said(self) -> Said:
        """The words as ``records`` takes them; the form must be valid."""
        assert self.said_on.data is not None  # noqa: S101 - the field asks for a date
        return Said(
            pod_id=self.pod_id.data,
            said_on=self.said_on.data,
            said_by=SaidBy(self.said_by.data),
            words=self.words.data or "",
            may_quote=bool(self.may_quote.data),
        )


class CorrectFeedbackForm(FeedbackForm):
    """The same, and why it is put right."""

    reason = reason_field("Why is it being put right?", SayWhy.TRAIL, "The audit trail keeps it, and what was there.")


class WithdrawFeedbackForm(RecordForm):
    """Why somebody's words are withdrawn."""

    reason = reason_field(
        "Why is it being withdrawn?", SayWhy.FAMILY_PAGE, "It stands beside the words, which stay readable."
    )
    submit = SubmitField("Withdraw it", widget=GovSubmitInput())


def pods_first(pods: Sequence[Pod]) -> list[Pod]:
    """Each pod once, in this order."""
    return list({pod.id: pod for pod in pods}.values())
