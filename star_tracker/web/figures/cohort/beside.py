"""What can be set beside a cohort: a pod or a comparison group, a practitioner's families, a saved cohort, the past."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from werkzeug.datastructures import MultiDict

from star_tracker.analysis.cohorts import CohortFilter
from star_tracker.analysis.key_figures import find_months_before, shift_filter
from star_tracker.domain.figures import write_count
from star_tracker.domain.permissions import may_see_every_pod
from star_tracker.domain.texts import lower_first
from star_tracker.queries.figures.saved_cohorts import list_saved_cohorts
from star_tracker.web.auth.access import current_actor
from star_tracker.web.figures.cohort.choice import read_saved_choice, write_choice
from star_tracker.web.figures.cohort.form import CohortForm

BESIDE = "beside"
"""The parameter of the address."""


class Option(NamedTuple):
    """What may be chosen: its value in the address and its words, under a heading."""

    value: str
    words: str
    group: str


@dataclass(frozen=True, kw_only=True)
class Beside:
    """Two choices.

    Attributes:
        names: what they are called, in words.
        first, second: what they select.
        is_comparison: whether one of them is a comparison group (R14).
    """

    names: tuple[str, str]
    first: CohortFilter
    second: CohortFilter
    is_comparison: bool


def list_options(form: CohortForm) -> list[Option]:
    """Everything that this person may set beside the choice."""
    return [option for option, _chosen in _offer(form)]


def find_beside(form: CohortForm, value: str) -> Beside | None:
    """The choice with what is to be beside it; None if that is not offered."""
    found = next(((option, chosen) for option, chosen in _offer(form) if option.value == value), None)
    if found is None:
        return None
    option, second = found
    first = form.selected()
    compared = {name for one in (first, second) for name in one.pods or ()} & form.comparison_pods
    return Beside(names=(write_choice(form), option.words), first=first, second=second, is_comparison=bool(compared))


def _offer(form: CohortForm) -> Iterator[tuple[Option, CohortFilter]]:
    chosen = form.selected()
    before = write_count(find_months_before(chosen), "month")
    yield Option("before", f"The same, {before} earlier", "The past"), shift_filter(chosen)
    if chosen.pods or chosen.practitioner:
        everybody = replace(chosen, pods=None, practitioner=None)
        words = "Every pod" if may_see_every_pod(current_actor()) else "All families that you may see"
        yield Option("all", words, "Pods"), everybody
    for name, words in form.pod_names.items():
        if (name,) != chosen.pods:
            yield Option(f"pod:{name}", words, "Pods"), replace(chosen, pods=(name,), practitioner=None)
    for email, words in form.practitioner_names:
        if email != chosen.practitioner:
            theirs = replace(chosen, pods=None, practitioner=email)
            yield Option(f"practitioner:{email}", f"Families of {words}", "Practitioners"), theirs
    for saved in list_saved_cohorts(current_actor()):
        if saved_form := read_saved_choice(MultiDict(saved.choice)):
            words = f"{saved.name} ({lower_first(write_choice(saved_form))})"
            yield Option(f"saved:{saved.id}", words, "Saved cohorts"), saved_form.selected()
