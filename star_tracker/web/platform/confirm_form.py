"""The form of a confirmation page: one button."""

from govuk_frontend_wtf.wtforms_widgets import GovSubmitInput
from wtforms import SubmitField

from star_tracker.web.platform.fields import RecordForm


class ConfirmForm(RecordForm):
    """A form without fields."""

    submit = SubmitField("", widget=GovSubmitInput())


def build_confirm_form(button: str) -> ConfirmForm:
    """A ``ConfirmForm`` with this text on its button."""
    form = ConfirmForm()
    form.submit.label.text = button
    return form
