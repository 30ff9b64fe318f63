"""The filter of the cohort page. It is sent with GET, so that the address is the filter and can be kept."""

from collections.abc import Collection
from datetime import date

from govuk_frontend_wtf.wtforms_widgets import GovSubmitInput
from wtforms import SelectField, SubmitField, ValidationError
from wtforms.widgets import ListWidget

from star_tracker.analysis.cohorts import CohortFilter
from star_tracker.domain.periods import long_date
from star_tracker.models import User
from star_tracker.web.forms.fields import ChoiceForm, ChoicesField, DayField, choices
from star_tracker.web.forms.widgets import CheckboxesInput, SelectInput

STATUSES = {"": "Open and closed", "open": "Open", "closed": "Closed"}


class CohortForm(ChoiceForm):
    """Which pairs to select; every field may be left empty."""

    pod = ChoicesField("Pods", widget=CheckboxesInput(), option_widget=ListWidget())
    practitioner = SelectField("Practitioner", widget=SelectInput(), default="")
    status = SelectField("Interventions", widget=SelectInput(), choices=choices(STATUSES), default="")
    closed_from = DayField("Closed from", name="closed-from")
    closed_to = DayField("Closed to", name="closed-to")
    latest_from = DayField("Latest Star from", name="latest-from")
    latest_to = DayField("Latest Star to", name="latest-to")
    as_at = DayField("As at", name="as-at")
    submit = SubmitField("Show this cohort", widget=GovSubmitInput(), name="")

    def offer(self, pod_names: Collection[str], practitioners: Collection[User], today: date) -> None:
        """Fill the lists with what this person may see."""
        self.today = today
        self.practitioner_names = [(person.email, person.shown_as) for person in practitioners]
        self.pod.choices = choices((name, name) for name in pod_names)
        self.practitioner.choices = choices([("", "Every practitioner")]) + choices(self.practitioner_names)

    def validate_as_at(self, field: DayField) -> None:
        """No figure stands on a day that has not come."""
        if field.data and field.data > self.today:
            raise ValidationError("As at: enter today's date or one before")

    def validate_closed_to(self, field: DayField) -> None:
        """Dates the wrong way round select nobody."""
        self._check_order(self.closed_from, field)

    def validate_latest_to(self, field: DayField) -> None:
        """Dates the wrong way round select nobody."""
        self._check_order(self.latest_from, field)

    def _check_order(self, first: DayField, last: DayField) -> None:
        if first.data and last.data and last.data < first.data:
            raise ValidationError(f"{last.label.text}: enter the date of “{first.label.text}” or one after")

    def in_words(self, *, every_pod: bool) -> str:
        """What was chosen, for the page's first sentence; without pods, ``every_pod`` or what this person may see."""
        said = [" and ".join(self.pod.data or ()) or ("every pod" if every_pod else "the families that you may see")]
        if self.practitioner.data:
            said.append(dict(self.practitioner_names)[self.practitioner.data])
        if self.status.data:
            said.append(f"{self.status.data} interventions")
        for what, first, last in (
            ("closed", self.closed_from.data, self.closed_to.data),
            ("latest Star", self.latest_from.data, self.latest_to.data),
        ):
            if first or last:
                said.append(
                    " ".join(
                        [
                            what,
                            *([f"from {long_date(first)}"] if first else []),
                            *([f"to {long_date(last)}"] if last else []),
                        ]
                    )
                )
        return "; ".join(said)

    def chosen(self) -> dict[str, list[str]]:
        """What was chosen, as it stands in the address: for links to the same cohort, and for the audit trail."""
        return {field.name: field.raw_data for field in self if field.name and field.raw_data}

    def selected(self) -> CohortFilter:
        """The filter that was chosen. Whose families it holds, whatever was chosen, is the reader's to say (R12)."""
        return CohortFilter(
            as_at=self.as_at.data or self.today,
            pods=tuple(self.pod.data or ()) or None,
            practitioner=self.practitioner.data or None,
            status=self.status.data or None,
            closed_from=self.closed_from.data,
            closed_to=self.closed_to.data,
            latest_from=self.latest_from.data,
            latest_to=self.latest_to.data,
        )
