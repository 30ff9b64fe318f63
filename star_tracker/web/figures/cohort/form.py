"""The filter of the cohort page."""

from collections.abc import Collection
from datetime import date
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple, cast

from govuk_frontend_wtf.wtforms_widgets import GovSubmitInput
from wtforms import HiddenField, SelectField, SubmitField
from wtforms.widgets import ListWidget

from star_tracker.analysis.cohorts import CohortFilter
from star_tracker.config import Settings
from star_tracker.domain.accounts import fold_address
from star_tracker.domain.cohort_choice import (
    DAYS,
    LABELS,
    SPAN_DAYS,
    choose_quarter,
    list_choice_faults,
    list_picks,
    list_quarters,
)
from star_tracker.domain.days import long_date
from star_tracker.domain.errors import DomainError
from star_tracker.domain.quarters import year_months, year_name
from star_tracker.domain.texts import fold_text, upper_first
from star_tracker.models import Pod, User
from star_tracker.web.platform.fields import ChoiceForm, ChoicesField, DayField, add_error, choices
from star_tracker.web.platform.widgets import CheckboxesInput, SelectInput

ORDERS = {"": "By change, largest first", "star": "As in the Star"}
EVERY = MappingProxyType(
    {
        "status": "Open and closed",
        "closure_reason": "Every reason",
        "children": "Any number",
        "re_referral": "Re-referred or not",
        "months": "Any number",
        "latest_kind": "Interim or closure Star",
        "completed": "Completed in any way",
        "start_level": "Any level",
    }
)
"""The words for no choice from a list."""
MOST_QUARTERS = 12
"""Quarters that are offered."""


class Chip(NamedTuple):
    """A part of a choice in words, and the choice without it, as in the address."""

    words: str
    without: dict[str, list[str]]


class CohortForm(ChoiceForm):
    """Which pairs to select; every field is optional.

    A page with a choice of its own has a form that adds it, and names it in ``own_fields``.
    """

    own_fields: ClassVar[tuple[str, ...]] = ()

    pod = ChoicesField("Pods", widget=CheckboxesInput(), option_widget=ListWidget())
    practitioner = SelectField("Practitioner", widget=SelectInput(), default="")
    quarter = SelectField("Quarter of the latest Star", widget=SelectInput(), default="")
    status = SelectField(LABELS["status"], widget=SelectInput(), default="")
    closure_reason = SelectField(LABELS["closure_reason"], widget=SelectInput(), name="closure-reason", default="")
    children = SelectField(LABELS["children"], widget=SelectInput(), default="")
    re_referral = SelectField(LABELS["re_referral"], widget=SelectInput(), name="re-referral", default="")
    months = SelectField(LABELS["months"], widget=SelectInput(), default="")
    latest_kind = SelectField(LABELS["latest_kind"], widget=SelectInput(), name="latest-kind", default="")
    completed = SelectField(LABELS["completed"], widget=SelectInput(), default="")
    start_level = SelectField(LABELS["start_level"], widget=SelectInput(), name="start-level", default="")
    started_from = DayField(DAYS["started_from"], name="started-from")
    started_to = DayField(DAYS["started_to"], name="started-to")
    closed_from = DayField(DAYS["closed_from"], name="closed-from")
    closed_to = DayField(DAYS["closed_to"], name="closed-to")
    start_from = DayField(DAYS["start_from"], name="start-from")
    start_to = DayField(DAYS["start_to"], name="start-to")
    latest_from = DayField(DAYS["latest_from"], name="latest-from")
    latest_to = DayField(DAYS["latest_to"], name="latest-to")
    as_at = DayField(DAYS["as_at"], name="as-at")
    order = SelectField("Order of the areas", widget=SelectInput(), choices=choices(ORDERS), default="")
    beside = HiddenField(default="")
    submit = SubmitField("Show this cohort", widget=GovSubmitInput(), name="")

    def offer(self, pods: Collection[Pod], practitioners: Collection[User], *, today: date, settings: Settings) -> None:
        """Set the choices to what this person may see."""
        self.areas = settings.edition.areas
        first_month = settings.year_starts_in
        self.year = f"{year_name(first_month)}, {year_months(first_month)}"
        quarters = list_quarters(today, first_month=first_month, most=MOST_QUARTERS)
        self.quarters = {str(quarter): quarter for quarter in quarters}
        named = [(code, quarter.label) for code, quarter in self.quarters.items()]
        self.quarter.choices = choices([("", "Any quarter"), *named])
        self.picks = list_picks(self.areas)
        for name, words in self.picks.items():
            offered = [("", EVERY[name]), *((code, upper_first(said)) for code, said in words.items())]
            cast("SelectField", self[name]).choices = choices(offered)
        self.today = today
        self.practitioner_names = [(person.email, person.shown_as) for person in practitioners]
        self.comparison_pods = {pod.name for pod in pods if pod.is_comparison}
        named_so = ((pod.name, f"{pod.name} (comparison group)" if pod.is_comparison else pod.name) for pod in pods)
        self.pod_names = dict(named_so)
        self.pod.choices = choices(self.pod_names.items())
        self.practitioner.choices = choices([("", "Every practitioner")]) + choices(self.practitioner_names)
        # The address may have been typed by hand, in which spelling varies (R13).
        recorded = {pod.name_folded: pod.name for pod in pods}
        self.pod.data = [recorded.get(fold_text(name), name) for name in self.pod.data or ()]
        self.practitioner.data = fold_address(self.practitioner.data or "")

    def refuse_contradictions(self, practitioner_pods: Collection[str] | None) -> bool:
        """Add an error to each field that makes the choice contradictory (``domain.cohort_choice``); True if any.

        ``practitioner_pods`` are those pods of the chosen practitioner that this person may see.
        """
        faults = list_choice_faults(
            today=self.today,
            pods=self.pod.data,
            comparison_pods=self.comparison_pods,
            practitioner_pods=practitioner_pods,
            quarter=self.quarter.data,
            **{name: self[name].data for name in (*DAYS, *LABELS)},
        )
        for fault in faults:
            add_error(self, DomainError(fault.field, f"{self[fault.field].label.text}: {fault.message}"))
        return bool(faults)

    def in_words(self, *, every: str, of_interventions: bool = False) -> str:
        """The choice for the page's first sentence.

        Args:
            every: the words for no choice of pods.
            of_interventions: leave out what is asked of Stars.
        """
        selected = self.selected().of_everybody if of_interventions else self.selected()
        return selected.in_words(
            every=every,
            areas=self.areas,
            practitioner=dict(self.practitioner_names).get(self.practitioner.data, ""),
        )

    def chosen(self) -> dict[str, list[str]]:
        """The choice as in the address, for links to the same cohort and for the audit trail."""
        return {field.name: field.raw_data for field in self if field.name and field.raw_data}

    @property
    def by_change(self) -> bool:
        """Whether the areas are in the order of their change, or in the Star's."""
        return bool(self.order.data != "star")

    def in_other_order(self) -> dict[str, list[str]]:
        """The same choice with the areas in the other order, as in the address."""
        order = {"order": ["star"]} if self.by_change else {}
        return {name: values for name, values in self.chosen().items() if name != "order"} | order

    @property
    def has_more_choices(self) -> bool:
        """Whether anything is chosen, or wrong, that the page folds away."""
        folded = {*SPAN_DAYS, *LABELS} - {"status", "closure_reason"}
        return any(self[name].raw_data or self[name].errors for name in folded)

    @property
    def asks_more(self) -> bool:
        """Whether anything is chosen besides pods, practitioner and the period of the key figures."""
        return any(self[name].data for name in (*LABELS, "started_from", "started_to", "start_from", "start_to"))

    def list_chips(self) -> list[Chip]:
        """What is chosen, each with the choice that stays when it is taken off."""
        chosen, chips = self.chosen(), []
        words = {name: [f"{DAYS[name]} {long_date(day)}"] for name in DAYS if (day := self[name].data)}
        words |= {name: [upper_first(said[self[name].data])] for name, said in self.picks.items() if self[name].data}
        words["pod"] = self.pod.data or []
        words["practitioner"] = [dict(self.practitioner_names).get(self.practitioner.data, "")]
        words["quarter"] = [f"Latest Star {quarter.label}"] if (quarter := self.quarters.get(self.quarter.data)) else []
        for name, field in self._fields.items():
            for number, said in enumerate(words.get(name, ()) if field.data else ()):
                values = chosen[field.name]
                stays = {**chosen, field.name: [*values[:number], *values[number + 1 :]]}
                chips.append(Chip(said, {key: kept for key, kept in stays.items() if kept}))
        return chips

    def selected(self) -> CohortFilter:
        """The chosen filter; the reader limits whose families it includes (R12)."""
        chosen: dict[str, Any] = {name: self[name].data or None for name in (*DAYS, *LABELS)}
        if quarter := self.quarters.get(self.quarter.data):
            chosen |= choose_quarter(quarter, self.today)
        return CohortFilter(
            pods=tuple(self.pod.data or ()) or None,
            practitioner=self.practitioner.data or None,
            **chosen | {"as_at": chosen["as_at"] or self.today},
        )
