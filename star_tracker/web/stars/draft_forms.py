"""The form with which a Star is begun, and the changes that a page sends of a Star in progress."""

import json
from collections.abc import Collection, Mapping

from flask import abort
from govuk_frontend_wtf.wtforms_widgets import GovSubmitInput
from wtforms import RadioField, SubmitField

from star_tracker.domain.drafts import FieldChange
from star_tracker.domain.scales import get_edition, list_editions
from star_tracker.web.platform.fields import choices
from star_tracker.web.platform.widgets import RadioInput
from star_tracker.web.stars.star_forms import AboutStarForm

WAS = "was"
"""The field with what the page showed in each field that it sends, as JSON."""


class BeginStarForm(AboutStarForm):
    """A Star before its first area is scored."""

    edition = RadioField(
        "Which printing of the Star do you use?",
        widget=RadioInput(),
        choices=choices((code, get_edition(code).name) for code in list_editions()),
    )
    submit = SubmitField("Begin this Star", widget=GovSubmitInput())

    def chosen_label(self, name: str) -> str:
        """The label of the chosen option of a field; "" if there is none."""
        return next((option.label for option in self[name].iter_choices() if option.selected), "")

    def about(self) -> dict[str, str]:
        """The other answers about the Star as a whole, as stored in a draft."""
        return {name: "y" for name in ("retrospective", "unplanned") if self[name].data}


def read_changes(form: Mapping[str, str]) -> dict[str, FieldChange]:
    """The changes that a page sends: for each field in ``WAS``, what the page showed and what it has now."""
    try:
        was = json.loads(form.get(WAS, ""))
    except (ValueError, RecursionError):
        abort(400)
    if not isinstance(was, dict) or not all(isinstance(text, str) for text in was.values()):
        abort(400)
    return {name: FieldChange(text, form.get(name, "").replace("\r\n", "\n")) for name, text in was.items()}


def write_was(names: Collection[str], answers: Mapping[str, str]) -> str:
    """The content of ``WAS`` on a page that shows these fields of a draft."""
    return json.dumps({name: answers.get(name, "") for name in sorted(names)})
