"""Forms about councils, and about which one a pod works for."""

from calendar import month_name
from collections.abc import Collection

from govuk_frontend_wtf.wtforms_widgets import GovSubmitInput, GovTextInput
from wtforms import RadioField, SelectField, StringField, SubmitField
from wtforms.validators import InputRequired

from star_tracker.domain.quarters import FINANCIAL_YEAR_STARTS_IN
from star_tracker.domain.service_settings import MONTHS
from star_tracker.models import Council
from star_tracker.web.admin.holding import HoldsFromFields
from star_tracker.web.platform.fields import RecordForm, choices
from star_tracker.web.platform.widgets import RadioInput, SelectInput


class CouncilForm(RecordForm):
    """A council's name, and the month in which its contract's year begins."""

    name = StringField(
        "Name",
        widget=GovTextInput(),
        validators=[InputRequired("Enter a name")],
        description="As it stands in its returns and in the names of their files.",
    )
    year_starts_in = SelectField(
        "Month in which its contract's year begins",
        widget=SelectInput(),
        coerce=int,
        choices=choices((month, month_name[month]) for month in MONTHS),
        default=FINANCIAL_YEAR_STARTS_IN,
        description="April is the financial year. The quarters of its returns are counted from it.",
    )
    submit = SubmitField("Save", widget=GovSubmitInput())


class EditCouncilForm(HoldsFromFields, CouncilForm):
    """Changes to a council, and from when its contract's year begins in another month."""


class ChooseCouncilForm(RecordForm):
    """Which council a pod works for."""

    council_id = RadioField("Which council does it work for?", widget=RadioInput(), coerce=int)
    submit = SubmitField("Save", widget=GovSubmitInput())

    def offer(self, councils: Collection[Council]) -> None:
        """List the councils."""
        self.council_id.choices = choices((council.id, council.name) for council in councils)
