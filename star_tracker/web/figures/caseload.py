"""The caseload: what a practitioner must do next, and an overview for a lead by pod and practitioner."""

from flask import Blueprint, render_template, request

from star_tracker.domain.caseload import count_cases, describe_caseload
from star_tracker.domain.permissions import may_read_families, may_see_every_pod
from star_tracker.domain.roles import Role
from star_tracker.queries.accounts import people
from star_tracker.queries.covers import list_covered_by, list_own_ids
from star_tracker.queries.figures.caseload import get_families_page, list_caseload
from star_tracker.queries.figures.caseload_overview import get_overview
from star_tracker.web.audit.looks import log_list
from star_tracker.web.auth.access import (
    access,
    current_actor,
    current_context,
    current_pod_ids,
    current_reader,
    current_settings,
    today,
)
from star_tracker.web.figures.caseload_forms import EVERYBODY, MINE, CaseloadForm, OverviewForm
from star_tracker.web.figures.covers import name_covered
from star_tracker.web.platform.numbers import query_number

blueprint = Blueprint("caseload", __name__, url_prefix="/caseload")


@blueprint.get("")
@access(may_read_families)
def show() -> str:
    """The parents whose Stars this person or a colleague looks after, by family, most urgent first."""
    form = _read_form()
    if not form.validate():
        return render_template("figures/caseload/show.html", form=form, heading="Caseload", found=None)
    actor, settings = current_actor(), current_settings()
    covered = list_covered_by(actor.user_id, today=today()) if form.whose.data == MINE else []
    log_list(current_context(), entity="caseload", **form.audit_details(), **name_covered(covered))
    cases = list_caseload(
        reader=current_reader(),
        as_at=today(),
        timings=settings.timings,
        **form.selected(list_own_ids(actor, covered)),
    )
    numbers, state = count_cases(cases), form.chosen_state
    shown = [case for case in cases if case.is_in(state)] if state else cases
    return render_template(
        "figures/caseload/show.html",
        form=form,
        heading=describe_caseload(numbers),
        numbers=numbers,
        found=get_families_page(shown, page=_page()),
        chosen={"whose": form.whose.data} | ({"pod": form.pod.data} if form.pod.data else {}),
        state=state,
        covered=covered,
        today=today(),
    )


@blueprint.get("/overview")
@access(may_see_every_pod)
def overview() -> str:
    """The caseloads of all pods and practitioners, and the open interventions that would close without a pair."""
    form = OverviewForm(request.args)
    form.offer(people.list_pods())
    if not form.validate():
        return render_template("figures/caseload/overview.html", form=form, overview=None)
    log_list(current_context(), entity="caseload_overview", **form.audit_details())
    found = get_overview(as_at=today(), timings=current_settings().timings, page=_page(), **form.selected())
    return render_template("figures/caseload/overview.html", form=form, overview=found, today=today())


def _read_form() -> CaseloadForm:
    actor = current_actor()
    every_pod, mine = may_see_every_pod(actor), Role.PRACTITIONER in actor.roles
    form = CaseloadForm(request.args, data={"whose": EVERYBODY if every_pod else MINE})
    everybody = people.list_practitioners(current_reader())
    colleagues = [person for person in everybody if not (mine and person.id == actor.user_id)]
    form.offer(people.list_pods(current_pod_ids()), colleagues, mine=mine, every_pod=every_pod)
    return form


def _page() -> int:
    return query_number("page", 1)
