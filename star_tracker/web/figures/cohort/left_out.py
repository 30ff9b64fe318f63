"""Who is not in a cohort and why, and the families behind each number, for those who may read them."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint
from werkzeug.wrappers import Response

from star_tracker.analysis.left_out import compare_starts, describe_starts
from star_tracker.analysis.summaries import summarise_cohort
from star_tracker.domain.left_out import Group
from star_tracker.domain.permissions import may_see_cohorts
from star_tracker.queries.figures.cohort_families import count_other_stars, list_group, sum_starts
from star_tracker.queries.figures.cohorts import get_cohort
from star_tracker.web.audit.looks import page_number
from star_tracker.web.auth.access import access, current_reader, today
from star_tracker.web.figures.cohort.choice import show_cohort, write_choice
from star_tracker.web.figures.cohort.form import CohortForm
from star_tracker.web.platform.numbers import query_number

blueprint = Blueprint("left_out", __name__, url_prefix="/cohort")


@blueprint.get("/left-out")
@access(may_see_cohorts)
def show() -> str | Response:
    """How many are left out for each reason, and where those with one Star only began."""
    return show_cohort("figures/cohort/not_in_it.html", _work_out)


@blueprint.get(f"/families/<any({', '.join(Group)}):group>")
@access(may_see_cohorts)
def families(group: str) -> str | Response:
    """The families of one group, page by page."""
    of_group = Group(group)

    def list_families(form: CohortForm) -> tuple[None, Mapping[str, Any]]:
        selected_by = form.selected()
        return None, {
            "found": list_group(of_group, selected_by, reader=current_reader(), page=query_number("page", 1)),
            "selected_by": selected_by,
            "words": write_choice(form),
            "today": today(),
            "group": of_group,
            "is_pair": of_group is Group.PAIR,
        }

    return show_cohort("figures/cohort/families.html", list_families, group=group, **page_number())


def _work_out(form: CohortForm) -> tuple[None, Mapping[str, Any]]:
    selected_by, reader = form.selected(), current_reader()
    summary = summarise_cohort(get_cohort(selected_by, reader=reader))
    numbers = {Group.PAIR: summary.pairs} | {Group(reason): n for reason, n in summary.excluded.items()}
    if selected_by != selected_by.of_everybody:
        numbers[Group.OTHER_STARS] = count_other_stars(selected_by, reader=reader)
    starts = compare_starts(sum_starts(selected_by, reader=reader), summary.areas)
    return None, {
        "numbers": numbers,
        "starts": starts,
        "starts_words": describe_starts(starts),
        "selected_by": selected_by,
        "words": write_choice(form),
    }
