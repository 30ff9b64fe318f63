"""The filter of the cohort page. It is sent with GET, so that the address is the filter and can be kept."""

from collections.abc import Collection
from datetime import date

from govuk_frontend_wtf.wtforms_widgets import GovCheckboxesInput, GovSelect, GovSubmitInput
from wtforms import SelectField, SelectMultipleField, SubmitField
from wtforms.widgets import ListWidget

from star_tracker.analysis.cohorts import CohortFilter
from star_tracker.models import User
from star_tracker.web.forms.fields import ChoiceForm, DayField, choices

STATUSES = {"": "Open and closed", "open": "Open", "closed": "Closed"}


class CohortForm(ChoiceForm):
    """Which pairs to select; every field may be left empty."""

    pod = SelectMultipleField("Pods", widget=GovCheckboxesInput(), option_widget=ListWidget())
    practitioner = SelectField("Practitioner", widget=GovSelect(), default="")
    status = SelectField("Interventions", widget=GovSelect(), choices=choices(STATUSES), default="")
    closed_from = DayField("Closed from", name="closed-from")
    closed_to = DayField("Closed to", name="closed-to")
    latest_from = DayField("Latest Star from", name="latest-from")
    latest_to = DayField("Latest Star to", name="latest-to")
    as_at = DayField("As at", name="as-at")
    submit = SubmitField("Show this cohort", widget=GovSubmitInput(), name="")

    def offer(self, pod_names: Collection[str], practitioners: Collection[User]) -> None:
        """Fill the lists with what this person may see."""
        self.pod_names = tuple(pod_names)
        self.pod.choices = choices((name, name) for name in pod_names)
        self.practitioner.choices = choices([("", "Every practitioner")]) + choices(
            (person.email, person.shown_as) for person in practitioners
        )

    def selected(self, *, today: date, every_pod: bool) -> CohortFilter:
        """The filter that was chosen; without pods, every pod that this person may see."""
        pods = tuple(self.pod.data or ())
        if not pods and not every_pod:
            pods = self.pod_names
        return CohortFilter(
            as_at=self.as_at.data or today,
            pods=pods if pods or not every_pod else None,
            practitioner=self.practitioner.data or None,
            status=self.status.data or None,
            closed_from=self.closed_from.data,
            closed_to=self.closed_to.data,
            latest_from=self.latest_from.data,
            latest_to=self.latest_to.data,
        )
