"""Forms about pods."""

from govuk_frontend_wtf.wtforms_widgets import GovSubmitInput, GovTextInput
from wtforms import RadioField, StringField, SubmitField
from wtforms.validators import InputRequired

from star_tracker.models import Pod
from star_tracker.web.platform.fields import ChoiceForm, RecordForm, choices
from star_tracker.web.platform.widgets import RadioInput


class PodForm(RecordForm):
    """A pod's name."""

    name = StringField("Name", widget=GovTextInput(), validators=[InputRequired("Enter a name")])
    submit = SubmitField("Save", widget=GovSubmitInput())


class ChooseMergeForm(ChoiceForm):
    """Which pod stays; sent with GET, because nothing happens yet."""

    into = RadioField("Which pod stays?", widget=RadioInput())
    submit = SubmitField("Continue", widget=GovSubmitInput(), name="")

    def offer(self, pods: list[Pod]) -> None:
        """List the pods."""
        self.into.choices = choices((pod.id, f"{pod.name} (closed)" if pod.closed_on else pod.name) for pod in pods)
