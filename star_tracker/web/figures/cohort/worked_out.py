"""How a cohort's figures are worked out: the rule, the choice, and one area step by step, with three of its parents."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint
from werkzeug.wrappers import Response

from star_tracker.analysis.summaries import summarise_cohort
from star_tracker.analysis.worked_out import work_out_area
from star_tracker.domain.permissions import may_see_cohorts
from star_tracker.domain.scales import AREAS
from star_tracker.queries.figures.cohort_families import list_examples
from star_tracker.queries.figures.cohorts import get_cohort
from star_tracker.web.auth.access import access, current_reader
from star_tracker.web.figures.cohort.choice import show_cohort, write_choice
from star_tracker.web.figures.cohort.form import CohortForm

blueprint = Blueprint("worked_out", __name__, url_prefix="/cohort/worked-out")


@blueprint.get("", defaults={"scored_in": AREAS[0]})
@blueprint.get(f"/<any({', '.join(AREAS)}):scored_in>")
@access(may_see_cohorts)
def show(scored_in: str) -> str | Response:
    """One area of the cohort, worked out."""

    def work_out(form: CohortForm) -> tuple[None, Mapping[str, Any]]:
        selected_by, reader = form.selected(), current_reader()
        cohort = get_cohort(selected_by, reader=reader)
        [measured] = [one for one in summarise_cohort(cohort).shown if one["area"] == scored_in]
        return None, {
            "area": scored_in,
            "areas": AREAS,
            "pairs": cohort.pairs,
            "working": work_out_area(cohort.changes, scored_in),
            "measured": measured,
            "examples": list_examples(scored_in, selected_by, reader=reader),
            "selected_by": selected_by,
            "words": write_choice(form),
        }

    return show_cohort("figures/cohort/worked_out.html", work_out, scored_in=scored_in)
