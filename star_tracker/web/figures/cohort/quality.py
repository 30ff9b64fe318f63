"""What in the record of a cohort's families is worth a second look, with links to put it right."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint
from werkzeug.wrappers import Response

from star_tracker.domain.permissions import may_see_cohorts, may_see_every_pod
from star_tracker.domain.record_checks import GAP_MONTHS, LEAST_DAYS, Check
from star_tracker.domain.star_rules import JUMP
from star_tracker.queries.figures.practice import get_practice
from star_tracker.queries.figures.record_checks import count_findings, list_findings_of
from star_tracker.web.audit.looks import page_number
from star_tracker.web.auth.access import access, current_actor, current_reader, current_settings
from star_tracker.web.figures.cohort.choice import show_cohort, write_choice
from star_tracker.web.figures.cohort.form import CohortForm
from star_tracker.web.platform.numbers import query_number

blueprint = Blueprint("quality", __name__, url_prefix="/cohort/quality")

MEANINGS: Mapping[Check, str] = {
    Check.NO_START: "Stars that count, but no start Star: there is nothing to compare them with.",
    Check.OUT_OF_ORDER: "A Star dated before the start Star or after the closure Star.",
    Check.CLOSE: f"Fewer than {LEAST_DAYS} days between the start Star and the latest: hardly time for a change.",
    Check.ALIKE: "The same value in all ten areas of a Star.",
    Check.JUMP: f"A value {JUMP} or more away from the Star before, with no reason recorded.",
    Check.GAP: f"More than {GAP_MONTHS} months without a Star while the intervention is open.",
}
"""What each check looks for, in a sentence."""


@blueprint.get("")
@access(may_see_cohorts)
def show() -> str | Response:
    """How much each check finds; for leads also how practitioners' Stars compare with their pods'."""
    return show_cohort("figures/cohort/quality.html", _work_out)


@blueprint.get(f"/<any({', '.join(Check)}):check>")
@access(may_see_cohorts)
def findings(check: str) -> str | Response:
    """What one check finds, page by page."""
    one = Check(check)

    def list_them(form: CohortForm) -> tuple[None, Mapping[str, Any]]:
        found = list_findings_of(
            one,
            form.selected(),
            reader=current_reader(),
            labels=current_settings().edition.areas,
            page=query_number("page", 1),
        )
        return None, _words(form) | {"found": found, "check": one, "meaning": MEANINGS[one]}

    return show_cohort("figures/cohort/findings.html", list_them, check=check, **page_number())


def _work_out(form: CohortForm) -> tuple[None, Mapping[str, Any]]:
    selected_by, reader = form.selected(), current_reader()
    numbers = count_findings(selected_by, reader=reader, labels=current_settings().edition.areas)
    practice = get_practice(selected_by, reader=reader) if may_see_every_pod(current_actor()) else None
    return None, _words(form) | {"numbers": numbers, "meanings": MEANINGS, "practice": practice}


def _words(form: CohortForm) -> dict[str, Any]:
    return {"selected_by": form.selected(), "words": write_choice(form)}
