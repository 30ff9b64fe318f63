"""Choosing a return: a quarter and for whom. Sent with GET: the address says which return it is."""

from collections.abc import Collection

from govuk_frontend_wtf.wtforms_widgets import GovRadioInput, GovSelect, GovSubmitInput
from wtforms import RadioField, SelectField, SubmitField

from star_tracker.analysis.disclosure import Profile
from star_tracker.domain.periods import Quarter
from star_tracker.web.forms.fields import ChoiceForm, choices

PROFILES = {
    Profile.RESTRICTED: "Restricted: exact figures, for the commissioner, who holds the cases",
    Profile.PUBLISHED: "Published: small numbers hidden and others rounded, for anyone",
}


class ReturnForm(ChoiceForm):
    """Which quarter, and for whom."""

    quarter = SelectField("Quarter", widget=GovSelect())
    profile = RadioField("Who is it for?", widget=GovRadioInput(), choices=choices(PROFILES))
    submit = SubmitField("Show this return", widget=GovSubmitInput(), name="")

    def offer(self, quarters: Collection[Quarter]) -> None:
        """Fill the list of quarters."""
        self.quarter.choices = choices((quarter, f"{quarter.label} ({quarter})") for quarter in quarters)
