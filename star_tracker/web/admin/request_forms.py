"""Asking a second person to agree to a step on an account, and answering."""

from typing import Any

from govuk_frontend_wtf.wtforms_widgets import GovSubmitInput, GovTextArea
from wtforms import RadioField, SubmitField, TextAreaField
from wtforms.validators import InputRequired, Length

from star_tracker.domain.checked import SayWhy
from star_tracker.web.platform.fields import LONGEST_REASON, RecordForm, choices, reason_field
from star_tracker.web.platform.widgets import RadioInput

_SHORT_ENOUGH = Length(max=LONGEST_REASON, message=f"A reason can be up to {LONGEST_REASON:,} characters")

AGREE, REFUSE = "agree", "refuse"


class AskForm(RecordForm):
    """The reason for a request."""

    reason = reason_field(
        "Why is it needed?",
        SayWhy.OTHER_PERSON,
        "Whoever answers reads this. Say how you know that it is the account’s owner who asks.",
    )
    submit = SubmitField("Ask them to agree", widget=GovSubmitInput())


class AnswerForm(RecordForm):
    """An answer to a request; a refusal has a reason."""

    decision = RadioField(
        "What do you answer?",
        widget=RadioInput(),
        choices=choices({AGREE: "I agree", REFUSE: "I refuse"}),
        validators=[InputRequired("Choose whether you agree")],
    )
    answer = TextAreaField(
        "If you refuse, why?",
        widget=GovTextArea(),
        description="Whoever asked reads this.",
        validators=[_SHORT_ENOUGH],
    )
    submit = SubmitField("Answer", widget=GovSubmitInput())

    def validate(self, extra_validators: Any = None) -> bool:
        """A refusal needs a reason."""
        is_valid = bool(super().validate(extra_validators))
        if self.decision.data == REFUSE and not (self.answer.data or "").strip():
            self.answer.errors = [*self.answer.errors, "Say why you refuse: whoever asked reads it"]
            return False
        return is_valid
