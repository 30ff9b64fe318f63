"""The filter of the audit trail."""

from collections.abc import Mapping
from datetime import timedelta
from zoneinfo import ZoneInfo

from govuk_frontend_wtf.wtforms_widgets import GovSubmitInput, GovTextInput
from wtforms import SelectField, StringField, SubmitField, ValidationError

from star_tracker.domain.days import start_of_day
from star_tracker.domain.permissions import COMMAND_LINE
from star_tracker.queries.audit.audit import AuditFilter
from star_tracker.web.audit.vocabulary import ACTIONS, FAMILY_ACTIONS
from star_tracker.web.platform.fields import ChoiceForm, DayField, choices
from star_tracker.web.platform.widgets import SelectInput


class AuditForm(ChoiceForm):
    """Which entries to list; every field is optional."""

    person = SelectField("Person", widget=SelectInput(), default="")
    action = SelectField("What was done", widget=SelectInput(), default="")
    family = StringField("Family reference", widget=GovTextInput())
    first = DayField("From", name="from")
    last = DayField("To", name="to")
    submit = SubmitField("Show these entries", widget=GovSubmitInput(), name="")

    def offer(self, people: Mapping[str, str], *, families: bool) -> None:
        """Set the choices, people by e-mail address; without ``families`` there is no field for a family."""
        self.person.choices = choices({"": "Everybody", **people, COMMAND_LINE.email: "The command line"})
        offered = {code: label for code, label in ACTIONS.items() if families or code not in FAMILY_ACTIONS}
        self.action.choices = choices({"": "Anything", **offered})
        if not families:
            del self.family

    def validate_last(self, field: DayField) -> None:
        """Refuse dates in the wrong order."""
        if self.first.data and field.data and field.data < self.first.data:
            raise ValidationError("To: enter the date of “From” or one after")

    def selected(self, *, families: bool, people: bool, zone: ZoneInfo) -> AuditFilter:
        """The chosen filter; days begin and end in this time zone."""
        return AuditFilter(
            families=families,
            people=people,
            actor=self.person.data or "",
            action=self.action.data or "",
            family_ref=(self.family.data or "").strip() if families else "",
            since=start_of_day(self.first.data, zone) if self.first.data else None,
            until=start_of_day(self.last.data + timedelta(days=1), zone) if self.last.data else None,
        )
