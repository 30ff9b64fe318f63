"""What a lead adds to a return in words: what went well, what needs improving, quotes and case studies."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from star_tracker.domain.errors import DomainError
from star_tracker.domain.permissions import may_prepare_returns
from star_tracker.queries.feedback import list_quotable
from star_tracker.queries.returns.narratives import (
    get_narrative_draft,
    list_pairs_to_tell,
)
from star_tracker.records.returns.narrative import save_narrative
from star_tracker.web.audit.looks import log_list
from star_tracker.web.auth.access import access, current_context
from star_tracker.web.figures.returns.narrative_forms import build_narrative_form
from star_tracker.web.figures.returns.pages import find_council, find_quarter
from star_tracker.web.platform.fields import is_sent_and_valid
from star_tracker.web.platform.typed import redirect_saved

blueprint = Blueprint("narrative", __name__, url_prefix="/returns/<record_id:council_id>")


@blueprint.route("/<quarter>/narrative", methods=["GET", "POST"])
@access(may_prepare_returns)
def write(council_id: int, quarter: str) -> str | Response:
    """Write the words of a quarter's return: they are in its draft as soon as they are saved."""
    council = find_council(council_id)
    chosen = find_quarter(council, quarter)
    draft = get_narrative_draft(council.id, chosen)
    form = build_narrative_form(
        draft, quotable=list_quotable(council.id, chosen), pairs=list_pairs_to_tell(council.id, chosen)
    )
    log_list(current_context(), entity="return_preparation", council=council.name, quarter=str(chosen), narrative=True)
    if is_sent_and_valid(form):
        try:
            save_narrative(
                current_context(),
                council_id=council.id,
                quarter=chosen,
                went_well=form.went_well.data or "",
                to_improve=form.to_improve.data or "",
                quote_ids=form.quote_ids.data or [],
                case_studies=form.read_case_studies(),
                seen=form.seen.data or "",
            )
        except DomainError as error:
            form.refuse(error)
        else:
            return redirect_saved("The narrative was saved.", "preparing.show", council_id=council.id, quarter=chosen)
    return render_template("figures/returns/narrative.html", form=form, council=council, quarter=chosen, draft=draft)
