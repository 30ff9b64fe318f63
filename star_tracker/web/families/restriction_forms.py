"""Forms about who may see a family."""

from govuk_frontend_wtf.wtforms_widgets import GovSubmitInput
from wtforms import SubmitField
from wtforms.widgets import ListWidget

from star_tracker.domain.checked import SayWhy
from star_tracker.models import Family, User
from star_tracker.web.platform.fields import ChoicesField, RecordForm, choices, reason_field
from star_tracker.web.platform.widgets import CheckboxesInput

TRAIL_REASON_HINT = "The audit trail keeps the reason. The family's page does not show it."


class RestrictForm(RecordForm):
    """Who may see a family besides the lead, and why."""

    people_ids = ChoicesField(
        "Who may see and record for this family",
        widget=CheckboxesInput(),
        option_widget=ListWidget(),
        coerce=int,
        description="Besides the service lead. Choose nobody if it is the lead's alone.",
    )
    reason = reason_field("Why?", SayWhy.TRAIL, TRAIL_REASON_HINT)
    submit = SubmitField("Restrict this family", widget=GovSubmitInput())

    def offer(self, people: list[User], family: Family) -> None:
        """List the people; those already named are selected."""
        self.people_ids.choices = choices((person.id, person.shown_as) for person in people)
        if not self.is_submitted():
            self.people_ids.data = sorted(family.named_ids or ())


class LiftForm(RecordForm):
    """Why everybody of a family's pods may see it again."""

    reason = reason_field("Why?", SayWhy.TRAIL, TRAIL_REASON_HINT)
    submit = SubmitField("Lift the restriction", widget=GovSubmitInput())
