"""The filters of the caseload and of its overview. They are sent with GET, so that the address can be kept."""

from collections.abc import Collection
from typing import Any

from govuk_frontend_wtf.wtforms_widgets import GovSubmitInput
from wtforms import SelectField, SubmitField

from star_tracker.domain.caseload import CASE_STATE_LABELS, CaseState
from star_tracker.models import Pod, User
from star_tracker.web.platform.fields import ChoiceForm, choices
from star_tracker.web.platform.widgets import SelectInput

MINE, EVERYBODY, NOBODY = "mine", "everybody", "nobody"


class CaseloadForm(ChoiceForm):
    """Whose families to list, of which pod, and in which state."""

    whose = SelectField("Whose families", widget=SelectInput())
    pod = SelectField("Pod", widget=SelectInput(), default="")
    state = SelectField(
        "State", widget=SelectInput(), default="", choices=choices([("", "Any"), *CASE_STATE_LABELS.items()])
    )
    submit = SubmitField("Show these families", widget=GovSubmitInput(), name="")

    def offer(self, pods: Collection[Pod], colleagues: Collection[User], *, mine: bool, every_pod: bool) -> None:
        """Fill the lists with what this person may see; ``mine``: they have families of their own."""
        self.every_pod = every_pod
        self.everybody = "Everybody" if every_pod else "Everybody in my pods"
        self.people = {str(person.id): person for person in colleagues}
        self.pod_names = {str(pod.id): pod.name for pod in pods}
        own = [(MINE, "Mine")] if mine else []
        named = [(number, person.shown_as) for number, person in self.people.items()]
        self.whose.choices = choices([*own, (EVERYBODY, self.everybody), (NOBODY, "Nobody's"), *named])
        self.pod.choices = choices([("", "Any"), *self.pod_names.items()])

    def in_words(self) -> str:
        """What was chosen, but for the state, as the first sentence of the page begins."""
        whose = str(self.whose.data)
        said = {MINE: "Your families", EVERYBODY: "Everybody's families", NOBODY: "Families that nobody looks after"}
        words = said.get(whose) or f"Families of {self.people[whose].shown_as}"
        if self.pod.data:
            return f"{words} in {self.pod_names[self.pod.data]}"
        return words if self.every_pod or whose == MINE else f"{words} in your pods"

    def nobody_in_words(self) -> str:
        """What it means that there is nothing to list."""
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

    def for_trail(self) -> dict[str, Any]:
        """The same for the audit trail: a colleague by e-mail address."""
        whose = str(self.whose.data)
        said = {"whose": self.people[whose].email if whose in self.people else whose}
        chosen = {"pod": self.pod_names.get(self.pod.data or "", ""), "state": self.state.data}
        return said | {name: value for name, value in chosen.items() if value}

    def selected(self, own_id: int | None) -> dict[str, Any]:
        """What ``queries.figures.caseload.list_caseload`` asks for; ``own_id`` is the id of whoever asks."""
        whose = str(self.whose.data)
        return {
            "practitioner_id": own_id if whose == MINE else int(whose) if whose in self.people else None,
            "unassigned": whose == NOBODY,
            "pod_id": int(self.pod.data) if self.pod.data else None,
        }

    @property
    def chosen_state(self) -> CaseState | None:
        """The state, or None for any."""
        return CaseState(self.state.data) if self.state.data else None


class OverviewForm(ChoiceForm):
    """Which pod to look at."""

    pod = SelectField("Pod", widget=SelectInput(), default="")
    submit = SubmitField("Show this pod", widget=GovSubmitInput(), name="")

    def offer(self, pods: Collection[Pod]) -> None:
        """List the pods."""
        self.pod.choices = choices([("", "Every pod"), *((pod.id, pod.name) for pod in pods)])
