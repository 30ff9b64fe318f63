"""Forms about pods."""

from collections.abc import Collection

from govuk_frontend_wtf.wtforms_widgets import GovSubmitInput, GovTextInput
from wtforms import RadioField, StringField, SubmitField
from wtforms.validators import InputRequired

from star_tracker.models import Council, Pod
from star_tracker.web.admin.council_forms import ChooseCouncilForm
from star_tracker.web.platform.fields import ChoiceForm, RecordForm, choices
from star_tracker.web.platform.widgets import RadioInput


class PodForm(RecordForm):
    """A pod's name."""

    name = StringField("Name", widget=GovTextInput(), validators=[InputRequired("Enter a name")])
    submit = SubmitField("Save", widget=GovSubmitInput())


class NewPodForm(PodForm, ChooseCouncilForm):
    """A new pod, and the council that it works for."""

    def offer(self, councils: Collection[Council]) -> None:
        """List the councils; where there is only one, nothing is asked."""
        super().offer(councils)
        if len(councils) == 1:
            del self.council_id

    @property
    def chosen_council_id(self) -> int | None:
        """The council; None for the only one."""
        return self.council_id.data if "council_id" in self else None


class ChooseMergeForm(ChoiceForm):
    """Which pod stays; sent with GET, because nothing happens yet."""

    into = RadioField("Which pod stays?", widget=RadioInput())
    submit = SubmitField("Continue", widget=GovSubmitInput(), name="")

    def offer(self, pods: list[Pod]) -> None:
        """List the pods."""
        self.into.choices = choices((pod.id, f"{pod.name} (closed)" if pod.closed_on else pod.name) for pod in pods)
