"""Preparing a quarter's return: what is not ready, where it is put right, and the headline figures as they are now."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template

from star_tracker.analysis.cohorts import CohortFilter
from star_tracker.analysis.disclosure import Profile
from star_tracker.domain.permissions import may_prepare_returns
from star_tracker.domain.preparing import Unready
from star_tracker.domain.quarters import Quarter
from star_tracker.domain.record_checks import Check
from star_tracker.models import Council
from star_tracker.queries.figures.caseload import get_caseload_page
from star_tracker.queries.figures.record_checks import count_findings, list_findings_of
from star_tracker.queries.returns.narratives import get_narrative_draft
from star_tracker.queries.returns.preparation import list_unready
from star_tracker.queries.returns.returns import list_returned_pods
from star_tracker.web.audit.looks import log_list
from star_tracker.web.auth.access import access, current_context, current_settings, today
from star_tracker.web.figures.cohort.quality import MEANINGS
from star_tracker.web.figures.returns.pages import find_council, find_quarter, make_return
from star_tracker.web.platform.numbers import query_number

blueprint = Blueprint("preparing", __name__, url_prefix="/returns/<record_id:council_id>/<quarter>/prepare")

REASONS: Mapping[Unready, str] = {
    Unready.IN_PROGRESS: "Dated in the quarter, or without a date. A Star counts once it is recorded.",
    Unready.START_DUE: "Due in the quarter, and not recorded by today.",
    Unready.INTERIM_DUE: "Due in the quarter, and no later Star is recorded by today.",
    Unready.CLOSURE_DUE: "Parents with a start Star whose intervention closed in the quarter.",
    Unready.NO_START: "Due before the quarter, and still not recorded. They are in no pair.",
    Unready.UNASSIGNED: "Open today, with no practitioner or one whose account is closed.",
}
"""Which ones are meant, in a sentence."""


@blueprint.get("")
@access(may_prepare_returns)
def show(council_id: int, quarter: str) -> str:
    """How much is not ready for each reason, what the checks find, and the headline indicators."""
    council = find_council(council_id)
    chosen = find_quarter(council, quarter)
    unready = list_unready(council, chosen, today=today(), timings=current_settings().as_at(chosen.ends_on).timings)
    found = count_findings(**_select_checked(council, chosen))
    page = make_return(council, quarter, Profile.RESTRICTED).page
    _log_look(council, chosen)
    return render_template(
        "figures/returns/prepare.html",
        council=council,
        quarter=chosen,
        chosen=page,
        unready={reason: len(cases) for reason, cases in unready.items()},
        reasons=REASONS,
        found=found,
        meanings=MEANINGS,
        narrative_saved=get_narrative_draft(council.id, chosen),
        today=today(),
    )


@blueprint.get(f"/<any({', '.join(Unready)}):reason>")
@access(may_prepare_returns)
def show_unready(council_id: int, quarter: str, reason: str) -> str:
    """Who is not ready for one reason, page by page, each with the next step."""
    council, unready = find_council(council_id), Unready(reason)
    chosen = find_quarter(council, quarter)
    timings = current_settings().as_at(chosen.ends_on).timings
    cases = list_unready(council, chosen, today=today(), timings=timings)[unready]
    _log_look(council, chosen, unready=reason)
    return render_template(
        "figures/returns/unready.html",
        council=council,
        quarter=chosen,
        reason=unready,
        meaning=REASONS[unready],
        found=get_caseload_page(cases, page=query_number("page", 1)),
        today=today(),
    )


@blueprint.get(f"/checks/<any({', '.join(Check)}):check>")
@access(may_prepare_returns)
def show_findings(council_id: int, quarter: str, check: str) -> str:
    """What one check finds in the quarter's Stars, page by page."""
    council, one = find_council(council_id), Check(check)
    chosen = find_quarter(council, quarter)
    found = list_findings_of(one, **_select_checked(council, chosen), page=query_number("page", 1))
    _log_look(council, chosen, check=check)
    return render_template(
        "figures/returns/found.html", council=council, quarter=chosen, check=one, meaning=MEANINGS[one], found=found
    )


def _select_checked(council: Council, quarter: Quarter) -> dict[str, Any]:
    """What the checks look at: the Stars of the quarter in the council's pods, as it is known by its last day."""
    return {
        "selected_by": CohortFilter(as_at=quarter.as_at(today()), pods=list_returned_pods(council.id)),
        "reader": None,
        "labels": current_settings().edition.areas,
        "dated": quarter,
    }


def _log_look(council: Council, quarter: Quarter, **details: str) -> None:
    log_list(current_context(), entity="return_preparation", council=council.name, quarter=str(quarter), **details)
