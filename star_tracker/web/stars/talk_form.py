"""The form of the talk after a Star: outcomes of earlier priorities, and up to three new ones."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from govuk_frontend_wtf.wtforms_widgets import GovSubmitInput, GovTextArea, GovTextInput
from werkzeug.datastructures import MultiDict
from wtforms import Field, HiddenField, RadioField, SelectField, StringField, SubmitField, TextAreaField
from wtforms.validators import Optional

from star_tracker.domain.agreements import (
    MOST_AREAS,
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
from star_tracker.web.platform.widgets import RadioInput, SelectInput

PLACE_FIELDS = ("area", "action", "by_whom", "by_when")
"""Each of the ``MOST_AREAS`` places for a priority has these fields, with its number appended."""

OUTCOME, WAS, ABOUT = "outcome_", "was_", "about_"
"""Prefixes to an earlier priority's id: its outcome, the outcome that the page showed, and its fingerprint."""


@dataclass(frozen=True)
class PlaceFields:
    """The fields of one place for a priority, for the template."""

    area: SelectField
    action: Field
    by_whom: Field
    by_when: Field

    @property
    def is_used(self) -> bool:
        """Whether any field has content or errors."""
        fields = (self.area, self.action, self.by_whom, self.by_when)
        return any(field.data or field.errors or (field.raw_data and field.raw_data[0]) for field in fields)


class TalkForm(RecordForm):
    """Made by ``build_talk_form``. ``seen`` identifies the priorities shown; "" if they could not be changed."""

    first_fields: ClassVar[tuple[str, ...]] = ()
    earlier: ClassVar[Mapping[int, Priority]] = {}
    unique_labels: ClassVar[Mapping[str, str]] = {
        f"{field}_{place}": f"{name} priority area"
        for place, name in enumerate(("First", "Second", "Third"), start=1)
        for field in PLACE_FIELDS
    }
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
        """Fill in what was agreed while the Star was scored (``domain.drafts.AGREED_FIELDS``); whether anything was."""
        for name, answer in answers.items():
            self[name.removeprefix(AGREED)].process(MultiDict({name.removeprefix(AGREED): answer}))
        return bool(answers)

    def wanted(self) -> list[Agreement] | None:
        """The priorities that replace the recorded ones; None if the page did not allow that."""
        agreements = self.agreements()
        return agreements if self.seen.data or not all(agreed.is_blank for agreed in agreements) else None

    def about(self, priority: Priority) -> str:
        """The fingerprint of an earlier priority as the page shows it."""
        return _fingerprint([priority])

    def places(self) -> Iterator[PlaceFields]:
        """The fields of each place."""
        return (PlaceFields(*(self[f"{name}_{place}"] for name in PLACE_FIELDS)) for place in range(1, MOST_AREAS + 1))

    def agreements(self) -> list[Agreement]:
        """The priority in each place; some may be blank."""
        return [
            Agreement(
                area=fields.area.data or "",
                action=fields.action.data or "",
                by_whom=fields.by_whom.data or "",
                by_when=fields.by_when.data,
            )
            for fields in self.places()
        ]


for _place in range(1, MOST_AREAS + 1):
    setattr(TalkForm, f"area_{_place}", SelectField("Area", widget=SelectInput(), validators=[Optional()]))
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
    for place in form.places():
        place.area.choices = choices([("", "Choose an area"), *((area, edition.areas[area]) for area in AREAS)])
    if not form.is_submitted():
        _fill(form, star.priorities)
    return form


def _fill(form: TalkForm, priorities: Sequence[Priority]) -> None:
    form.seen.data = _fingerprint(priorities)
    for place, priority in zip(form.places(), priorities, strict=False):
        place.area.data, place.action.data = priority.area, priority.action
        place.by_whom.data, place.by_when.data = priority.by_whom, priority.by_when


def _fingerprint(priorities: Iterable[Priority]) -> str:
    return fingerprint_agreed(priority.agreement for priority in priorities)
