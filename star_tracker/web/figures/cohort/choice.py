"""What every page about a cohort does: read the choice in the address, log the look, show the figures."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, overload
from urllib.parse import urlencode

from flask import abort, g, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from star_tracker.domain.cohort_choice import SHIFTED_TO_THE_MEAN
from star_tracker.domain.permissions import may_see_every_pod
from star_tracker.queries.accounts import people
from star_tracker.web.audit.looks import log_figures
from star_tracker.web.auth.access import (
    current_actor,
    current_context,
    current_pod_ids,
    current_reader,
    current_settings,
    current_user,
    today,
)
from star_tracker.web.figures.cohort.form import CohortForm

Form = TypeVar("Form", bound=CohortForm)

PAGES: Mapping[str, str] = {
    "cohort.show": "At a glance",
    "cohort_over_time.show": "Over time",
    "cohort_stages.show": "Stages",
    "side_by_side.show": "Side by side",
    "how_soon.show": "How soon",
    "closing.show": "Closing",
    "visits.show": "Visits",
    "left_out.show": "Who is not in it",
    "worked_out.show": "Worked out",
    "quality.show": "Check the record",
}
"""The pages about a cohort, by their endpoints, in the order in which they are offered."""


def show_cohort(
    template: str,
    work_out: Callable[[Form], tuple[object, Mapping[str, Any]]],
    form_class: type[Form] = CohortForm,  # type: ignore[assignment] # mypy knows no default of a type variable
    **details: Any,
) -> str | Response:
    """A page about the cohort in the query string, from which empty parameters are removed for bookmarks.

    Args:
        template: it extends ``figures/cohort/frame.html``, which shows the choice and its faults.
        work_out: gives all figures that the page shows, to be logged before they are shown (None if it has no
            pictures), and the values of the template. It is not called for a choice that is refused.
        form_class: the page's own form, if there is more to choose.
        details: what the page shows of this choice, for the audit trail.
    """
    if "" in request.args.values():
        filled = [(name, value) for name, value in request.args.items(multi=True) if value]
        return redirect(f"{request.path}?{urlencode(filled)}")
    form = _read_form(form_class)
    values: Mapping[str, Any] = {}
    if is_valid := _is_valid(form):
        figures, values = work_out(form)
        log_figures(current_context(), figures, entity="cohort", chosen=form.chosen(), **details)
    return render_template(
        template,
        form=form,
        pages=_list_pages(),
        is_chosen=is_valid,
        chosen=form.chosen(),
        shifted_to_the_mean=SHIFTED_TO_THE_MEAN,
        **values,
    )


@overload
def read_choice() -> CohortForm: ...
@overload
def read_choice(form_class: type[Form]) -> Form: ...
def read_choice(form_class: type[CohortForm] = CohortForm) -> CohortForm:
    """The choice in the query string, for a file; a choice that is refused has none (400)."""
    form = _read_form(form_class)
    return form if _is_valid(form) else abort(400)


def write_choice(form: CohortForm, *, of_interventions: bool = False) -> str:
    """The choice in words; ``of_interventions``: without what is asked of Stars."""
    return _write_choice(form, whose="you", of_interventions=of_interventions)


def write_choice_for_others(form: CohortForm, *, of_interventions: bool = False) -> str:
    """The same in a file, which others read: where the families depend on who reads, the person is named."""
    user = current_user()
    return _write_choice(form, whose=user.shown_as if user else "", of_interventions=of_interventions)


def _write_choice(form: CohortForm, *, whose: str, of_interventions: bool) -> str:
    every = "every pod" if may_see_every_pod(current_actor()) else f"the families that {whose} may see"
    return form.in_words(every=every, of_interventions=of_interventions)


def describe_choice(arguments: MultiDict[str, str]) -> str:
    """The same for a choice that is not this request's."""
    return write_choice(_offer(CohortForm(arguments)))


def read_saved_choice(arguments: MultiDict[str, str]) -> CohortForm | None:
    """A choice that is not this request's; None if it no longer stands."""
    form = _offer(CohortForm(arguments))
    return form if _is_valid(form) else None


def _list_pages() -> Mapping[str, str]:
    """The pages that are offered: *Visits* only where the service records them."""
    is_off = current_settings().contacts == "off"
    return {page: name for page, name in PAGES.items() if not (is_off and page == "visits.show")}


def _is_valid(form: CohortForm) -> bool:
    is_readable = form.validate()
    person = form.practitioner.data if form.pod.data and is_readable else None
    their_pods = people.list_practitioner_pods(person, reader=current_reader()) if person else None
    return not form.refuse_contradictions(their_pods) and is_readable


def _read_form(form_class: type[Form]) -> Form:
    return _offer(form_class(request.args))


def _offer(form: Form) -> Form:
    if "cohort_offers" not in g:  # a list of saved choices has a form for each
        g.cohort_offers = people.list_pods(current_pod_ids()), people.list_practitioners(current_reader())
    pods, practitioners = g.cohort_offers
    form.offer(pods, practitioners, today=today(), settings=current_settings())
    return form
