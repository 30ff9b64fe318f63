"""The form of the talk after a Star: what came of what was agreed last time, and up to three priority areas."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from govuk_frontend_wtf.wtforms_widgets import (
    GovRadioInput,
    GovSelect,
    GovSubmitInput,
    GovTextArea,
    GovTextInput,
)
from wtforms import Field, HiddenField, RadioField, SelectField, StringField, SubmitField, TextAreaField
from wtforms.validators import Optional

from star_tracker.domain.agreements import MOST, Agreement, list_faults
from star_tracker.domain.scales import AREAS, LABELS, Edition, Outcome
from star_tracker.models import Priority, Star
from star_tracker.records.priorities import fingerprint_agreed
from star_tracker.web.forms.fields import DayField, RecordForm, add_error, choices

OUTCOME = "outcome_"


@dataclass(frozen=True)
class PlaceFields:
    """The fields of one priority area, for the template."""

    area: SelectField
    action: Field
    by_whom: Field
    by_when: Field

    @property
    def is_used(self) -> bool:
        """Whether anything stands in it, or is wrong with it."""
        fields = (self.area, self.action, self.by_whom, self.by_when)
        return any(field.data or field.errors or (field.raw_data and field.raw_data[0]) for field in fields)


class TalkForm(RecordForm):
    """Made by ``build_talk_form``. ``seen`` says what was agreed when the page was made."""

    first_fields: ClassVar[tuple[str, ...]] = ()
    seen = HiddenField()
    submit = SubmitField("Save what we agreed", widget=GovSubmitInput())
    star: Star

    def validate(self, extra_validators: Any = None) -> bool:
        """Besides what each field asks: what may be agreed."""
        is_valid: bool = super().validate(extra_validators)
        for fault in list_faults(self.agreements(), completed_on=self.star.completed_on):
            is_valid = False
            if fault.field not in self or not self[fault.field].errors:
                add_error(self, fault)
        return is_valid

    def take_in(self, priorities: Sequence[Priority]) -> list[Priority]:
        """What is kept now, if it is not what whoever sends this form saw; from then on they have seen it."""
        before, self.seen.data = self.seen.data, fingerprint_agreed(priorities)
        return [] if before == self.seen.data else list(priorities)

    def places(self) -> Iterator[PlaceFields]:
        """The fields of each priority area."""
        names = ("area", "action", "by_whom", "by_when")
        return (PlaceFields(*(self[f"{name}_{place}"] for name in names)) for place in range(1, MOST + 1))

    def agreements(self) -> list[Agreement]:
        """What stands in each place; some may be blank."""
        return [
            Agreement(
                area=fields.area.data or "",
                action=fields.action.data or "",
                by_whom=fields.by_whom.data or "",
                by_when=fields.by_when.data,
            )
            for fields in self.places()
        ]

    def outcomes(self) -> dict[int, Outcome]:
        """What came of earlier agreements, by their ids, as far as it was said."""
        said = {int(name.removeprefix(OUTCOME)): self[name].data for name in self.first_fields}
        return {number: Outcome(outcome) for number, outcome in said.items() if outcome}


for _place in range(1, MOST + 1):
    setattr(TalkForm, f"area_{_place}", SelectField("Area", widget=GovSelect(), validators=[Optional()]))
    setattr(TalkForm, f"action_{_place}", TextAreaField("What we agreed", widget=GovTextArea()))
    setattr(TalkForm, f"by_whom_{_place}", StringField("By whom", widget=GovTextInput()))
    setattr(TalkForm, f"by_when_{_place}", DayField("By when"))


def build_talk_form(star: Star, to_review: Sequence[Priority], edition: Edition) -> TalkForm:
    """The form for the talk after this Star, filled with what is there.

    A field about an earlier agreement carries its id: what is said of it can never end up with another.
    """
    fields = {
        f"{OUTCOME}{priority.id}": RadioField(
            f"{edition.areas[priority.area]}: {priority.action}",
            widget=GovRadioInput(),
            choices=choices((outcome, LABELS[outcome]) for outcome in Outcome),
            validators=[Optional()],
            default=priority.outcome,
        )
        for priority in to_review
    }
    form: TalkForm = type("TalkForm", (TalkForm,), {**fields, "first_fields": tuple(fields)})()
    form.star = star
    for place in form.places():
        place.area.choices = choices([("", "Choose an area"), *((area, edition.areas[area]) for area in AREAS)])
    if not form.is_submitted():
        _fill(form, star.priorities)
    return form


def _fill(form: TalkForm, priorities: Sequence[Priority]) -> None:
    form.seen.data = fingerprint_agreed(priorities)
    for place, priority in zip(form.places(), priorities, strict=False):
        place.area.data, place.action.data = priority.area, priority.action
        place.by_whom.data, place.by_when.data = priority.by_whom, priority.by_when
