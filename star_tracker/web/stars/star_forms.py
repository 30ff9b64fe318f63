"""The forms on which a Star is scored, corrected, moved or withdrawn.

Each area has a value or a reason, a note, and the parent's own value where they see it differently. The fields'
names are those of a draft (``domain.drafts``).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from govuk_frontend_wtf.wtforms_widgets import GovSubmitInput, GovTextArea, GovTextInput
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, RadioField, SelectField, StringField, SubmitField, TextAreaField
from wtforms.form import BaseForm
from wtforms.validators import InputRequired, Length, StopValidation

from star_tracker.domain.checked import SayWhy
from star_tracker.domain.days import long_date
from star_tracker.domain.drafts import AGREED_FIELDS, JUMP_REASON, LONGEST_ANSWER, NOTE, PARENT_VALUE
from star_tracker.domain.scales import AREAS, HIGHEST, LOWEST, CompletedBy, Edition, Kind, NotScored
from star_tracker.domain.star_rules import Reading
from star_tracker.models import Registration, Star
from star_tracker.records.stars.stars import NewStar
from star_tracker.web.platform.fields import DayField, RecordForm, choices, reason_field
from star_tracker.web.platform.widgets import CheckboxInput, RadioInput, SelectInput

AGREED = ""
"""The choice that the parent agrees with the worker's value."""

_VALUES = [(str(value), str(value)) for value in range(LOWEST, HIGHEST + 1)]
_REASONS = NotScored.labels().items()


@dataclass(frozen=True)
class AreaFields:
    """The fields of one area, for the template."""

    reading: Field
    note: Field
    parent_value: Field
    jump_reason: Field


class AboutStarForm(RecordForm):
    """Questions about a Star as a whole."""

    kind = RadioField(
        "Which Star is this?",
        widget=RadioInput(),
        choices=choices(Kind.labels()),
        validators=[InputRequired("Choose which Star this is")],
    )
    completed_on = DayField("Date completed", missing="Enter the date the Star was completed")
    completed_by = RadioField(
        "Who completes it?",
        widget=RadioInput(),
        choices=choices(CompletedBy.labels()),
        validators=[InputRequired("Choose who completes the Star")],
        description="A Star that the parent completes alone can be of any kind. It is kept and shown beside the "
        "others, is in no figure and answers no due date.",
    )
    unplanned = BooleanField("Unplanned: we could not see the parent", widget=CheckboxInput())
    retrospective = BooleanField(
        "Retrospective: it is completed later, looking back to this date", widget=CheckboxInput()
    )


class StarForm(AboutStarForm):
    """A whole Star."""

    def __init__(self, edition: Edition, **kwargs: Any) -> None:
        """Make the form with an edition's labels."""
        super().__init__(**kwargs)
        self.edition = edition
        for area in AREAS:
            label = edition.areas[area]
            self[area].label.text = label
            self[NOTE + area].label.text = f"Note about {label.lower()}"
            self[PARENT_VALUE + area].label.text = f"The parent's own value for {label.lower()}"
            self[JUMP_REASON + area].label.text = f"What is behind the change in {label.lower()}?"

        for field in self.agreed():
            if isinstance(field, SelectField):
                field.choices = choices([("", "Choose an area"), *edition.areas.items()])

    def agreed(self) -> Iterator[Field]:
        """The fields of what is agreed, in the order of ``AGREED_FIELDS``."""
        return (self[name] for name in AGREED_FIELDS)

    def areas(self, codes: Iterable[str] = AREAS) -> Iterator[AreaFields]:
        """The fields of each area, in the Star's order."""
        return (
            AreaFields(self[area], self[NOTE + area], self[PARENT_VALUE + area], self[JUMP_REASON + area])
            for area in codes
        )

    def answer_label(self, name: str, answer: str) -> str:
        """The label of an answer."""
        labels: dict[str, str] = {choice.value: choice.label for choice in getattr(self[name], "choices", ())}
        return labels.get(answer, answer)

    def values(self) -> dict[str, int | None]:
        """The values chosen so far, by area; None if there is none."""
        return {area: _whole(self[area].data) for area in AREAS}

    def count_answered(self) -> int:
        """How many areas have a value, or a reason why not, so far."""
        return sum(1 for area in AREAS if self[area].data)

    def new_star(self) -> NewStar:
        """The Star as ``records`` takes it; the form must be valid."""
        assert self.completed_on.data is not None  # noqa: S101 - the field asks for a date
        return NewStar(
            kind=Kind(self.kind.data),
            completed_on=self.completed_on.data,
            completed_by=CompletedBy(self.completed_by.data),
            retrospective=bool(self.retrospective.data),
            unplanned=bool(self.unplanned.data),
            edition=self.edition.code,
            readings={area: self._reading(area) for area in AREAS},
        )

    def _reading(self, area: str) -> Reading:
        value = _whole(self[area].data)
        parent_value = _whole(self[PARENT_VALUE + area].data)
        return Reading(
            value=value,
            reason=None if value else NotScored(self[area].data),
            note=self[NOTE + area].data or "",
            parent_value=None if parent_value == value else parent_value,
            jump_reason=self[JUMP_REASON + area].data or "",
        )


def _whole(chosen: str | None) -> int | None:
    return int(chosen) if chosen in dict(_VALUES) else None


def _answered(_form: BaseForm, field: Field) -> None:
    """Require an answer, naming the area, because the error summary may have ten of these."""
    if not field.raw_data or not field.raw_data[0]:
        field.errors = []  # replaces the library's message
        raise StopValidation(f"{field.label.text}: choose a value from 1 to 10, or say why it was not scored")


def _add_area_fields(area: str) -> None:
    too_long = f"This can be up to {LONGEST_ANSWER:,} characters"
    for name, field in {
        area: RadioField(choices=choices([*_VALUES, *_REASONS]), validators=[_answered]),
        NOTE + area: TextAreaField(widget=GovTextArea(), validators=[Length(max=LONGEST_ANSWER, message=too_long)]),
        PARENT_VALUE + area: RadioField(choices=choices([(AGREED, "As above"), *_VALUES]), default=AGREED),
        JUMP_REASON + area: TextAreaField(
            widget=GovTextArea(), validators=[Length(max=LONGEST_ANSWER, message=too_long)]
        ),
    }.items():
        setattr(StarForm, name, field)


for _area in AREAS:
    _add_area_fields(_area)
for _area_field, _action, _by_whom, _by_when in zip(*[iter(AGREED_FIELDS)] * 4, strict=True):
    setattr(StarForm, _area_field, SelectField("Area", widget=SelectInput(), choices=(), validate_choice=False))
    setattr(StarForm, _action, TextAreaField("What we agreed", widget=GovTextArea()))
    setattr(StarForm, _by_whom, StringField("By whom", widget=GovTextInput()))
    setattr(StarForm, _by_when, StringField("By when", widget=GovTextInput()))


def build_draft_form(edition: Edition, answers: Mapping[str, str]) -> StarForm:
    """A Star in progress as a form, with the answers so far, which need not be valid yet."""
    return StarForm(edition, formdata=MultiDict(answers), meta={"csrf": False})


class CorrectStarForm(StarForm):
    """A Star that replaces another."""

    reason = TextAreaField(
        "Why is it being corrected?",
        widget=GovTextArea(),
        validators=[InputRequired(SayWhy.OLD_STAR)],
    )
    submit = SubmitField("Record the correction", widget=GovSubmitInput())

    def fill_from(self, star: Star) -> None:
        """Fill in the old Star's answers."""
        self.kind.data, self.completed_on.data = star.kind, star.completed_on
        self.completed_by.data = star.completed_by
        self.retrospective.data, self.unplanned.data = star.retrospective, star.unplanned
        for reading in star.readings:
            self[reading.area].data = str(reading.value or reading.reason)
            self[NOTE + reading.area].data = reading.note
            self[PARENT_VALUE + reading.area].data = str(reading.parent_value or AGREED)
            self[JUMP_REASON + reading.area].data = reading.jump_reason


NOTHING_IN_EXCHANGE = 0
"""The choice that no Star moves the other way."""


class MoveStarForm(RecordForm):
    """A Star that was recorded for the wrong parent."""

    registration_id = RadioField(
        "Whose Star is it?",
        widget=RadioInput(),
        coerce=int,
        validators=[InputRequired("Choose the parent whose Star this is")],
    )
    kind = RadioField(
        "Which Star is it for this parent?",
        widget=RadioInput(),
        choices=choices(Kind.labels()),
        validators=[InputRequired("Choose which Star this is")],
        description="It may be another than before: the first Star of a parent is their start Star. "
        "If they have a start or closure Star that is wrong, withdraw that one first, or swap the two.",
    )
    in_exchange_id = RadioField(
        "Was a Star of theirs recorded the wrong way round with this one?",
        widget=RadioInput(),
        coerce=int,
        default=NOTHING_IN_EXCHANGE,
    )
    reason = reason_field("Why is it being moved?", SayWhy.OLD_STAR, "")
    submit = SubmitField("Move this Star", widget=GovSubmitInput())

    def offer(self, registrations: Sequence[Registration], to_swap: Sequence[Star], *, star: Star) -> None:
        """Offer these parents, of whom one alone is chosen already, and these Stars of theirs to swap with this one."""
        self.in_exchange_id.choices = choices(
            [(NOTHING_IN_EXCHANGE, "No: move this Star alone"), *((each.id, _name_star(each)) for each in to_swap)]
        )
        self.in_exchange_id.description = (
            f"The two are swapped in one step: that Star becomes the {Kind(star.kind).label.lower()} Star of "
            f"{star.registration.parent.shown_as}."
        )
        if not (to_swap or self.is_submitted()):  # what was sent is checked, also when it can no longer be chosen
            del self.in_exchange_id
        self.registration_id.choices = choices([(each.id, each.parent.shown_as) for each in registrations])
        if len(registrations) == 1 and not self.is_submitted():
            self.registration_id.data = registrations[0].id


def _name_star(star: Star) -> str:
    whose = star.registration.parent.shown_as
    return f"Yes, swap it with the {Kind(star.kind).label.lower()} Star of {whose}, {long_date(star.completed_on)}"


class WithdrawStarForm(RecordForm):
    """A Star taken out of every figure."""

    reason = TextAreaField(
        "Why is it being withdrawn?",
        widget=GovTextArea(),
        validators=[InputRequired("Say why: the Star stays readable with this reason beside it")],
    )
    submit = SubmitField("Withdraw this Star", widget=GovSubmitInput())
