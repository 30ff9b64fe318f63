"""The filters of the caseload and of its overview."""

from collections.abc import Collection
from typing import Any

from govuk_frontend_wtf.wtforms_widgets import GovSubmitInput
from wtforms import SelectField, SubmitField

from star_tracker.domain.caseload import CASE_STATE_LABELS, CaseState
from star_tracker.domain.figures import write_count
from star_tracker.models import Pod, User
from star_tracker.web.platform.fields import ChoiceForm, choices
from star_tracker.web.platform.widgets import SelectInput

MINE, EVERYBODY, NOBODY = "mine", "everybody", "nobody"

OPEN_MONTHS = (3, 6, 9, 12, 18, 24)
"""After how many months of support somebody may ask who still has no pair."""


class CaseloadForm(ChoiceForm):
    """Which families to list: by practitioner, pod and state."""

    whose = SelectField("Whose families", widget=SelectInput())
    pod = SelectField("Pod", widget=SelectInput(), default="")
    state = SelectField(
        "State", widget=SelectInput(), default="", choices=choices([("", "Any"), *CASE_STATE_LABELS.items()])
    )
    submit = SubmitField("Show these families", widget=GovSubmitInput(), name="")

    def offer(self, pods: Collection[Pod], colleagues: Collection[User], *, mine: bool, every_pod: bool) -> None:
        """Set the choices to what this person may see; ``mine``: whether they have families of their own."""
        self.every_pod = every_pod
        self.everybody = "Everybody" if every_pod else "Everybody in my pods"
        self.people = {str(person.id): person for person in colleagues}
        self.pod_names = {str(pod.id): pod.name for pod in pods}
        mine_first = [(MINE, "Mine")] if mine else []
        named = [(number, person.shown_as) for number, person in self.people.items()]
        self.whose.choices = choices([*mine_first, (EVERYBODY, self.everybody), (NOBODY, "Nobody's"), *named])
        self.pod.choices = choices([("", "Any"), *self.pod_names.items()])

    def in_words(self) -> str:
        """The choice, without the state, as the beginning of the page's first sentence."""
        whose = str(self.whose.data)
        said = {MINE: "Your families", EVERYBODY: "Everybody's families", NOBODY: "Families that nobody looks after"}
        words = said.get(whose) or f"Families of {self.people[whose].shown_as}"
        if self.pod.data:
            return f"{words} in {self.pod_names[self.pod.data]}"
        return words if self.every_pod or whose == MINE else f"{words} in your pods"

    def empty_in_words(self) -> str:
        """What it means if there is nothing to list."""
        if not self.pod_names:
            return "You belong to no pod yet, so there are no families here. Ask your administrator to add you to one."
        whose = str(self.whose.data)
        named = self.people[whose].shown_as if whose in self.people else ""
        what = {
            MINE: "You are the practitioner of no open intervention",
            EVERYBODY: "There is no open intervention",
            NOBODY: "Every open intervention has a practitioner with an account",
        }.get(whose, f"{named} is the practitioner of no open intervention")
        return f"{what}{f' in {self.pod_names[self.pod.data]}' if self.pod.data else ''}."

    def audit_details(self) -> dict[str, Any]:
        """The choice for the audit trail, with a colleague by e-mail address."""
        whose = str(self.whose.data)
        details = {"whose": self.people[whose].email if whose in self.people else whose}
        chosen = {"pod": self.pod_names.get(self.pod.data or "", ""), "state": self.state.data}
        return details | {name: value for name, value in chosen.items() if value}

    def selected(self, own_ids: frozenset[int]) -> dict[str, Any]:
        """The arguments for ``queries.figures.caseload.list_caseload``; ``own_ids``: whose caseloads "mine" is."""
        whose = str(self.whose.data)
        of_one = frozenset({int(whose)}) if whose in self.people else None
        return {
            "practitioner_ids": own_ids if whose == MINE else of_one,
            "unassigned": whose == NOBODY,
            "pod_id": int(self.pod.data) if self.pod.data else None,
        }

    @property
    def chosen_state(self) -> CaseState | None:
        """The chosen state; None for any."""
        return CaseState(self.state.data) if self.state.data else None


class OverviewForm(ChoiceForm):
    """Which pod to look at, and how long those without a pair have been open."""

    pod = SelectField("Pod", widget=SelectInput(), default="")
    longer_than = SelectField(
        "Without a pair, open longer than",
        widget=SelectInput(),
        choices=choices([("", "Any time"), *((months, write_count(months, "month")) for months in OPEN_MONTHS)]),
        name="longer-than",
        default="",
    )
    submit = SubmitField("Show these", widget=GovSubmitInput(), name="")

    def offer(self, pods: Collection[Pod]) -> None:
        """List the pods."""
        self.pod_names = {str(pod.id): pod.name for pod in pods}
        self.pod.choices = choices([("", "Every pod"), *self.pod_names.items()])

    def chosen(self) -> dict[str, str]:
        """The choice as in the address."""
        return {field.name: field.data for field in (self.pod, self.longer_than) if field.data}

    def audit_details(self) -> dict[str, str]:
        """The choice for the audit trail."""
        details = {"pod": self.pod_names.get(self.pod.data or "", ""), "longer_than": self.longer_than.data}
        return {name: value for name, value in details.items() if value}

    def selected(self) -> dict[str, int | None]:
        """The arguments for ``queries.figures.caseload_overview.get_overview``."""
        return {
            "pod_id": int(self.pod.data) if self.pod.data else None,
            "open_months": int(self.longer_than.data) if self.longer_than.data else None,
        }
