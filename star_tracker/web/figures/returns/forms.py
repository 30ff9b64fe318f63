"""Forms for choosing a return, signing it off, and withdrawing the sign-off."""

from collections.abc import Collection
from datetime import date

from govuk_frontend_wtf.wtforms_widgets import GovSubmitInput, GovTextArea
from wtforms import BooleanField, HiddenField, RadioField, SelectField, SubmitField, TextAreaField
from wtforms.validators import InputRequired, Length

from star_tracker.analysis.disclosure import Profile
from star_tracker.domain.checked import SayWhy
from star_tracker.domain.quarters import Quarter
from star_tracker.exports.returns.pages import ReturnPage
from star_tracker.web.platform.fields import ChoiceForm, RecordForm, choices, reason_field
from star_tracker.web.platform.widgets import CheckboxInput, RadioInput, SelectInput

LONGEST_NOTE = 2000

PROFILES = {
    Profile.RESTRICTED: "Restricted: exact figures, for the commissioner, who holds the cases",
    Profile.PUBLISHED: "Published: small numbers hidden and others rounded, for anyone",
}


class ReturnForm(ChoiceForm):
    """Which quarter, and for whom."""

    quarter = SelectField("Quarter", widget=SelectInput())
    profile = RadioField("Who is it for?", widget=RadioInput(), choices=choices(PROFILES))
    submit = SubmitField("Show this return", widget=GovSubmitInput(), name="")

    def offer(self, quarters: Collection[Quarter], proposed: Quarter, *, today: date) -> None:
        """List the quarters; one that has not ended says so. ``proposed`` is chosen unless the address says another."""
        self.quarter.choices = choices(
            (quarter, f"{quarter.label} ({quarter}{', has not ended' if quarter.ends_on >= today else ''})")
            for quarter in quarters
        )
        self.quarter.data = self.quarter.data or str(proposed)


class SignOffForm(RecordForm):
    """A lead's sign-off; ``fingerprint`` identifies the figures that they were shown."""

    has_checked = BooleanField(
        "I have checked these figures, and answer for them on behalf of the service",
        widget=CheckboxInput(),
        validators=[InputRequired("Tick this box when you have checked the figures: nothing is signed off without it")],
    )
    note = TextAreaField(
        "Note for the council (optional)",
        widget=GovTextArea(),
        description="It stands above the figures and in every file. Name no family in it.",
        validators=[Length(max=LONGEST_NOTE, message=f"Write up to {LONGEST_NOTE:,} characters")],
    )
    fingerprint = HiddenField()
    submit = SubmitField("Sign off this return", widget=GovSubmitInput())

    def ask_reason(self) -> None:
        """Ask why there is another version: then a reason must be given."""
        self.note.label.text = "Why is there a new version?"
        self.note.description = "The council reads this above the figures and in every file. Name no family in it."
        self.note.validators = [InputRequired(SayWhy.COUNCIL), *self.note.validators]

    def propose(self, page: ReturnPage) -> None:
        """Set which figures are shown now, and clear a tick that was about others."""
        if self.is_submitted() and self.fingerprint.data != page.fingerprint:
            self.has_checked.data = False
        self.fingerprint.data = page.fingerprint


class WithdrawSignOffForm(RecordForm):
    """Why a sign-off is withdrawn."""

    reason = reason_field("Why is it being withdrawn?", SayWhy.COUNCIL, "The council reads this. Name no family in it.")
    submit = SubmitField("Withdraw the sign-off", widget=GovSubmitInput())
