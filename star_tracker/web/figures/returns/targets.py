"""What the rates of a council's indicators should be, from a quarter on."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, abort, render_template
from govuk_frontend_wtf.wtforms_widgets import GovSubmitInput, GovTextInput
from werkzeug.wrappers import Response
from wtforms import Field, IntegerField, SelectField, SubmitField
from wtforms.validators import NumberRange, Optional

from star_tracker.analysis.service import TO_BE_LOW, Indicator
from star_tracker.domain.permissions import may_prepare_returns, may_set_targets
from star_tracker.domain.quarters import Quarter
from star_tracker.models import Council
from star_tracker.queries.councils import list_councils
from star_tracker.queries.returns.narratives import get_targets, list_targets
from star_tracker.queries.returns.returns import list_quarters
from star_tracker.records.returns.narrative import set_targets
from star_tracker.web.auth.access import access, current_actor, current_context, today
from star_tracker.web.platform.fields import RecordForm, choices, errors_on, is_sent_and_valid
from star_tracker.web.platform.typed import redirect_saved
from star_tracker.web.platform.widgets import SelectInput

blueprint = Blueprint("targets", __name__, url_prefix="/returns/<record_id:council_id>/targets")


class TargetsForm(RecordForm):
    """What the rate of each indicator should be; ``build_targets_form`` adds a field for each."""

    quarter = SelectField("From which quarter on", widget=SelectInput())
    submit = SubmitField("Save the targets", widget=GovSubmitInput())

    def target_fields(self) -> list[Field]:
        """A field for each indicator."""
        return [self[indicator.value] for indicator in Indicator]

    def percents(self) -> dict[str, int | None]:
        """The targets by the indicators' codes."""
        return {field.name: field.data for field in self.target_fields()}


@blueprint.route("", methods=["GET", "POST"])
@access(may_set_targets)
def change(council_id: int) -> str | Response:
    """The targets that hold now, and a form that sets others; every one that was ever set is listed below."""
    council = next((one for one in list_councils() if one.id == council_id), None) or abort(404)
    quarters = _list_quarters(council)
    form = build_targets_form(get_targets(council.id, quarters[1]), quarters)
    if is_sent_and_valid(form):
        quarter = next(one for one in quarters if str(one) == form.quarter.data)
        with errors_on(form):
            set_targets(current_context(), council_id=council.id, quarter=quarter, percents=form.percents())
            return redirect_saved(f"The targets from {quarter.label} on were saved.", ".change", council_id=council.id)
    return render_template(
        "figures/returns/targets.html",
        form=form,
        council=council,
        targets=list_targets(council.id),
        labels=Indicator.labels(),
        to_be_low=TO_BE_LOW,
        may_prepare=may_prepare_returns(current_actor()),
    )


def build_targets_form(held: Mapping[str, int], quarters: Sequence[Quarter]) -> TargetsForm:
    """The form with these targets; the second of the quarters, which is today's, is proposed."""

    class Form(TargetsForm):
        """With a field for each indicator."""

    for indicator in Indicator:
        how = "At most" if indicator in TO_BE_LOW else "At least"
        field = IntegerField(
            indicator.label,
            widget=GovTextInput(),
            validators=[Optional(), NumberRange(0, 100, f"{indicator.label}: enter a whole number from 0 to 100")],
            description=f"{how}, in per cent. Leave empty for none.",
        )
        setattr(Form, indicator.value, field)
    form = Form(data={**held, "quarter": str(quarters[1])})
    form.quarter.choices = choices((quarter, quarter.label) for quarter in quarters)
    return form


def _list_quarters(council: Council) -> list[Quarter]:
    """The quarters that a target may begin with, the newest first: the next one, today's and those before."""
    quarters = list_quarters(council, today())
    return [quarters[0].following(), *quarters]
