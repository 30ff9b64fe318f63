"""The form on which a Star is begun, and what a page sends of one that grows."""

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
"""The field that says, as JSON, what a page showed in each field that it sends."""


class BeginStarForm(AboutStarForm):
    """A Star before its first area."""

    edition = RadioField(
        "Which printing of the Star do you use?",
        widget=RadioInput(),
        choices=choices((code, get_edition(code).name) for code in list_editions()),
    )
    submit = SubmitField("Begin this Star", widget=GovSubmitInput())

    def say(self, name: str) -> str:
        """The label of what is chosen in a field; "" if nothing is."""
        return next((option.label for option in self[name].iter_choices() if option.selected), "")

    def about(self) -> dict[str, str]:
        """The other answers about the Star as a whole, as a draft keeps them."""
        return {name: "y" for name in ("retrospective", "unplanned") if self[name].data}


def read_changes(form: Mapping[str, str]) -> dict[str, FieldChange]:
    """What a page changed: each field that it names in ``WAS``, as it showed it and as it sends it now."""
    try:
        was = json.loads(form.get(WAS, ""))
    except (ValueError, RecursionError):
        abort(400)
    if not isinstance(was, dict) or not all(isinstance(text, str) for text in was.values()):
        abort(400)
    return {name: FieldChange(text, form.get(name, "").replace("\r\n", "\n")) for name, text in was.items()}


def write_was(names: Collection[str], answers: Mapping[str, str]) -> str:
    """What ``WAS`` is to say on a page that shows these fields of a draft."""
    return json.dumps({name: answers.get(name, "") for name in sorted(names)})
