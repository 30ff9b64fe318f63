"""The form of the talk after a Star: outcomes of earlier priorities, and up to three areas as new ones."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from govuk_frontend_wtf.wtforms_widgets import GovSubmitInput, GovTextArea, GovTextInput
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, HiddenField, RadioField, StringField, SubmitField, TextAreaField
from wtforms.validators import Optional

from star_tracker.domain.agreements import (
    Agreement,
    ReportedOutcome,
    find_clash,
    fingerprint_agreed,
    list_faults,
)
from star_tracker.domain.drafts import AGREED
from star_tracker.domain.scales import AREAS, Edition, Outcome
from star_tracker.models import Priority, Star
from star_tracker.web.platform.fields import DayField, RecordForm, add_error, choices, label_repeated_errors
from star_tracker.web.platform.numbers import list_numbers
from star_tracker.web.platform.widgets import CheckboxInput, RadioInput

PLACE_FIELDS = ("area", "action", "by_whom", "by_when")
"""Each area of the Star has these fields, with its number appended; the first says whether it is a priority."""

OUTCOME, WAS, ABOUT = "outcome_", "was_", "about_"
"""Prefixes to an earlier priority's id: its outcome, the outcome that the page showed, and its fingerprint."""


@dataclass(frozen=True)
class PlaceFields:
    """The fields of one area, for the template."""

    code: str
    area: Field
    action: Field
    by_whom: Field
    by_when: Field

    @property
    def agreement(self) -> Agreement:
        """What is agreed here; blank if the area is not chosen."""
        if not self.area.data:
            return Agreement()
        return Agreement(
            area=self.code,
            action=self.action.data or "",
            by_whom=self.by_whom.data or "",
            by_when=self.by_when.data,
        )


class TalkForm(RecordForm):
    """Made by ``build_talk_form``. ``seen`` identifies the priorities shown; "" if they could not be changed."""

    first_fields: ClassVar[tuple[str, ...]] = ()
    earlier: ClassVar[Mapping[int, Priority]] = {}
    unique_labels: Mapping[str, str] = {}
    seen = HiddenField()
    submit = SubmitField("Save what we agreed", widget=GovSubmitInput())
    star: Star
    outcomes: Mapping[int, ReportedOutcome]

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields, and the rules for priorities."""
        is_valid: bool = super().validate(extra_validators)
        for fault in list_faults(self.agreements(), completed_on=self.star.completed_on):
            is_valid = False
            if fault.field not in self or not self[fault.field].errors:
                add_error(self, fault)
        label_repeated_errors(self)
        return is_valid

    def show_current(self) -> list[Priority]:
        """Update the form to the record, so that it can be sent again.

        Outcomes that the person did not change become the recorded ones; those they chose stay, with an error if they
        clash with the record.

        Returns:
            The priorities recorded now, if they differ from those that the person saw.
        """
        for number, priority in self.earlier.items():
            if number not in self.outcomes:
                self[f"{OUTCOME}{number}"].data = priority.outcome
        for number, said in self.outcomes.items():
            earlier = self.earlier.get(number)
            clash = find_clash(said, earlier.as_reviewed_with(self.star) if earlier else None)
            if clash and number in self.earlier:
                self[f"{OUTCOME}{number}"].errors = [clash]
            elif clash and clash not in self.form_errors:
                self.form_errors.append(clash)
        label_repeated_errors(self)
        before, self.seen.data = self.seen.data, _fingerprint(self.star.priorities)
        return [] if before == self.seen.data else list(self.star.priorities)

    def take_over(self, answers: Mapping[str, str]) -> bool:
        """Fill in what was agreed while the Star was scored (``domain.drafts.AGREED_FIELDS``); whether anything was.

        The answers are numbered as they were agreed, the fields here by area.
        """
        numbers = {area: number for number, area in enumerate(AREAS, start=1)}
        for name, area in answers.items():
            place = name.removeprefix(f"{AGREED}{PLACE_FIELDS[0]}_")
            if place == name or area not in numbers:
                continue
            self[f"{PLACE_FIELDS[0]}_{numbers[area]}"].data = True
            for field in PLACE_FIELDS[1:]:
                own = f"{field}_{numbers[area]}"
                self[own].process(MultiDict({own: answers.get(f"{AGREED}{field}_{place}", "")}))
        return bool(answers)

    def wanted(self) -> list[Agreement] | None:
        """The priorities that replace the recorded ones; None if the page did not allow that."""
        agreements = self.agreements()
        return agreements if self.seen.data or not all(agreed.is_blank for agreed in agreements) else None

    def about(self, priority: Priority) -> str:
        """The fingerprint of an earlier priority as the page shows it."""
        return _fingerprint([priority])

    def places(self) -> Iterator[PlaceFields]:
        """The fields of each area, in the Star's order."""
        return (
            PlaceFields(area, *(self[f"{name}_{number}"] for name in PLACE_FIELDS))
            for number, area in enumerate(AREAS, start=1)
        )

    def agreements(self) -> list[Agreement]:
        """What is agreed about each area, in the Star's order; most are blank."""
        return [fields.agreement for fields in self.places()]


for _place in range(1, len(AREAS) + 1):
    setattr(TalkForm, f"area_{_place}", BooleanField(widget=CheckboxInput()))
    setattr(TalkForm, f"action_{_place}", TextAreaField("What we agreed", widget=GovTextArea()))
    setattr(TalkForm, f"by_whom_{_place}", StringField("By whom", widget=GovTextInput()))
    setattr(TalkForm, f"by_when_{_place}", DayField("By when", is_future=True))


def read_outcomes(sent: Mapping[str, str]) -> dict[int, ReportedOutcome]:
    """The new outcomes in a form, by the ids of earlier priorities, which may have been removed meanwhile."""
    outcomes = {}
    for name, value in sent.items():
        number = name.removeprefix(OUTCOME)
        if number != name and list_numbers([number]) and value in list(Outcome):
            was = sent.get(WAS + number, "")
            outcomes[int(number)] = ReportedOutcome(
                outcome=Outcome(value),
                was=Outcome(was) if was in list(Outcome) else None,
                about=sent.get(ABOUT + number, ""),
            )
    return {number: outcome for number, outcome in outcomes.items() if outcome.is_new}


def build_talk_form(
    star: Star, earlier: Sequence[Priority], outcomes: Mapping[int, ReportedOutcome], edition: Edition
) -> TalkForm:
    """The form for the talk after this Star, filled with its priorities.

    A field about an earlier priority has its id in its name, so that outcomes cannot be mixed up.

    Args:
        star: the Star that is talked about.
        earlier: earlier priorities to review, including those that ``outcomes`` are about if they still exist.
        outcomes: the new outcomes of earlier priorities (``read_outcomes``).
        edition: for the areas' labels.
    """
    fields = {
        f"{OUTCOME}{priority.id}": RadioField(
            f"{edition.areas[priority.area]}: {priority.action}",
            widget=RadioInput(),
            choices=choices(Outcome.labels()),
            validators=[Optional()],
            default=priority.outcome,
        )
        for priority in earlier
    }
    by_id = {priority.id: priority for priority in earlier}
    form: TalkForm = type("TalkForm", (TalkForm,), {**fields, "first_fields": tuple(fields), "earlier": by_id})()
    form.star, form.outcomes = star, outcomes
    form.unique_labels = {
        f"{field}_{number}": edition.areas[area] for number, area in enumerate(AREAS, start=1) for field in PLACE_FIELDS
    }
    for fields_of_area in form.places():
        fields_of_area.area.label.text = edition.areas[fields_of_area.code]
    if not form.is_submitted():
        _fill(form, star.priorities)
    return form


def _fill(form: TalkForm, priorities: Sequence[Priority]) -> None:
    form.seen.data = _fingerprint(priorities)
    agreed = {priority.area: priority for priority in priorities}
    for place in form.places():
        if priority := agreed.get(place.code):
            place.area.data, place.action.data = True, priority.action
            place.by_whom.data, place.by_when.data = priority.by_whom, priority.by_when


def _fingerprint(priorities: Iterable[Priority]) -> str:
    return fingerprint_agreed(priority.agreement for priority in priorities)
