"""The forms on which a Star is recorded, corrected or withdrawn: a value or a reason, and a note, for each area."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from govuk_frontend_wtf.wtforms_widgets import GovCheckboxInput, GovRadioInput, GovSubmitInput, GovTextArea
from wtforms import BooleanField, Field, RadioField, SubmitField, TextAreaField
from wtforms.form import BaseForm
from wtforms.validators import InputRequired, Length, StopValidation

from star_tracker.domain.scales import AREAS, HIGHEST, LABELS, LOWEST, CompletedBy, Edition, Kind, NotScored
from star_tracker.domain.star_rules import Reading
from star_tracker.models import Star
from star_tracker.records.stars import NewStar
from star_tracker.web.forms.fields import DayField, RecordForm, choices

LONGEST_NOTE = 2000
_VALUES = [(str(value), str(value)) for value in range(LOWEST, HIGHEST + 1)]
_REASONS = [(reason.value, LABELS[reason]) for reason in NotScored]


@dataclass(frozen=True)
class AreaFields:
    """The two fields of one area, for the template."""

    reading: Field
    note: Field


class StarForm(RecordForm):
    """A Star as a practitioner completes it beside a parent.

    The fields of an area are named by its code (the radios) and ``note_`` and its code.
    """

    kind = RadioField(
        "Which Star is this?",
        widget=GovRadioInput(),
        choices=choices((kind, LABELS[kind]) for kind in Kind),
        validators=[InputRequired("Choose which Star this is")],
    )
    completed_on = DayField("Date completed", missing="Enter the date the Star was completed")
    completed_by = RadioField(
        "Completed by",
        widget=GovRadioInput(),
        choices=choices((who, LABELS[who]) for who in CompletedBy),
        validators=[InputRequired("Choose who completed the Star")],
    )
    retrospective = BooleanField(
        "Retrospective: it was completed later, looking back to this date", widget=GovCheckboxInput()
    )

    def __init__(self, edition: Edition, **kwargs: Any) -> None:
        """Make the form with an edition's labels."""
        super().__init__(**kwargs)
        for area in AREAS:
            self[area].label.text = edition.areas[area]
            self[f"note_{area}"].label.text = f"Note about {edition.areas[area].lower()}"

    def areas(self) -> Iterator[AreaFields]:
        """The fields of each area, in the Star's order."""
        return (AreaFields(self[area], self[f"note_{area}"]) for area in AREAS)

    def new_star(self, edition: Edition, parent_values: Mapping[str, int | None] | None = None) -> NewStar:
        """The Star as ``records`` takes it; ask only a form that is valid.

        Args:
            edition: the printing that was used.
            parent_values: the parent's own values by area, which no form asks for yet and a correction keeps.
        """
        own = parent_values or {}
        assert self.completed_on.data is not None  # noqa: S101 - the field asks for a date
        return NewStar(
            kind=Kind(self.kind.data),
            completed_on=self.completed_on.data,
            completed_by=CompletedBy(self.completed_by.data),
            retrospective=bool(self.retrospective.data),
            edition=edition.code,
            readings={area: _reading(self[area].data, self[f"note_{area}"].data, own.get(area)) for area in AREAS},
        )


def _answered(_form: BaseForm, field: Field) -> None:
    """Ask for an area's value by its name: ten of these may stand in the error summary."""
    if not field.raw_data or not field.raw_data[0]:
        field.errors = []  # in place of the library's word about it
        raise StopValidation(f"{field.label.text}: choose a value from 1 to 10, or say why it was not scored")


for _area in AREAS:
    setattr(
        StarForm,
        _area,
        RadioField(
            choices=choices([*_VALUES, *_REASONS]),
            validators=[_answered],
        ),
    )
    setattr(
        StarForm,
        f"note_{_area}",
        TextAreaField(
            widget=GovTextArea(),
            validators=[Length(max=LONGEST_NOTE, message=f"A note can be up to {LONGEST_NOTE:,} characters")],
        ),
    )


def _reading(chosen: str, note: str | None, parent_value: int | None) -> Reading:
    return Reading(
        value=int(chosen) if chosen.isdecimal() else None,
        reason=None if chosen.isdecimal() else NotScored(chosen),
        note=note or "",
        parent_value=parent_value,
    )


class RecordStarForm(StarForm):
    """A new Star."""

    submit = SubmitField("Record this Star", widget=GovSubmitInput())


class CorrectStarForm(StarForm):
    """A Star that replaces another."""

    reason = TextAreaField(
        "Why is it being corrected?",
        widget=GovTextArea(),
        validators=[InputRequired("Say why: the old Star stays readable with this reason beside it")],
    )
    submit = SubmitField("Record the correction", widget=GovSubmitInput())

    def fill_from(self, star: Star) -> None:
        """Propose what the old Star says."""
        self.kind.data, self.completed_on.data = star.kind, star.completed_on
        self.completed_by.data, self.retrospective.data = star.completed_by, star.retrospective
        for reading in star.readings:
            self[reading.area].data = str(reading.value or reading.reason)
            self[f"note_{reading.area}"].data = reading.note


class WithdrawStarForm(RecordForm):
    """A Star taken out of every figure."""

    reason = TextAreaField(
        "Why is it being withdrawn?",
        widget=GovTextArea(),
        validators=[InputRequired("Say why: the Star stays readable with this reason beside it")],
    )
    submit = SubmitField("Withdraw this Star", widget=GovSubmitInput())
