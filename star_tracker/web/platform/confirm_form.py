"""The form of a page that asks once more before something is done: a button."""

from govuk_frontend_wtf.wtforms_widgets import GovSubmitInput
from wtforms import SubmitField

from star_tracker.web.platform.fields import RecordForm


class ConfirmForm(RecordForm):
    """Nothing to fill in."""

    submit = SubmitField("", widget=GovSubmitInput())


def build_confirm_form(button: str) -> ConfirmForm:
    """The form, with these words on its button."""
    form = ConfirmForm()
    form.submit.label.text = button
    return form
