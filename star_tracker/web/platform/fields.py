"""Fields and helpers that several forms share. What a person typed is never lost: a field keeps its raw text."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any, ClassVar

from flask import request, session
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovTextInput
from wtforms import Field, Form, SelectMultipleField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than the stubs
from wtforms.form import BaseForm
from wtforms.meta import DefaultMeta

from star_tracker.domain.errors import DomainError, SameFamilyError
from star_tracker.domain.periods import YEARS, parse_day, short_date
from star_tracker.models import User
from star_tracker.web.auth.access import today

FOUR_WEEKS = timedelta(days=28)


class PlainWords:
    """What the form library says by itself, in words that tell a person what to do."""

    WORDS: ClassVar[Mapping[str, str]] = {
        "Not a valid choice.": "Choose one of the options in the list",
        "Not a valid integer value.": "Enter a whole number, such as 2",
    }

    def gettext(self, string: str) -> str:
        """Our words for the library's."""
        return self.WORDS.get(string, string)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """The same where the library counts: that is always about choices that the list does not have."""
        return "Choose from the options in the list: %(value)s is not there" if "choice" in singular else plural


class RecordForm(FlaskForm):
    """A form that writes: sent with POST, with a token against forgery."""

    class Meta(FlaskForm.Meta):
        """WTForms' settings."""

        def get_translations(self, form: BaseForm) -> PlainWords:
            """Plain words."""
            return PlainWords()

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether everything can be read; of each fault the form says which field has it."""
        is_valid: bool = super().validate(extra_validators)
        label_repeated_errors(self)
        return is_valid


class ChoiceForm(Form):
    """A form that only chooses what to see: sent with GET, so that its address can be kept."""

    class Meta(DefaultMeta):
        """WTForms' settings."""

        def get_translations(self, form: BaseForm) -> PlainWords:
            """Plain words."""
            return PlainWords()

    def validate(self, extra_validators: Any = None) -> bool:
        """As of a ``RecordForm``."""
        is_valid: bool = super().validate(extra_validators)
        label_repeated_errors(self)
        return is_valid


class DayField(Field):
    """A date in one text field, written as 1/12/2018 or 2018-12-01; empty is None.

    Not a browser's date picker: that shows day and month in the order of the browser's language, and one set to the
    American order would have a practitioner read 4/10 as the tenth of April.
    """

    widget = GovTextInput()
    data: date | None

    def __init__(self, *args: Any, missing: str = "", is_future: bool = False, **kwargs: Any) -> None:
        """Make the field.

        Args:
            *args: as of every field.
            missing: the message when it is empty, "" if it may be.
            is_future: whether it asks for a day that is still to come.
            **kwargs: as of every field.
        """
        super().__init__(*args, **kwargs)
        self.missing = missing
        self.is_future = is_future

    @property
    def example(self) -> str:
        """A day as it is typed, such as may be meant."""
        return short_date(today() + FOUR_WEEKS) if self.is_future else "27/3/2019"

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return short_date(self.data) if self.data else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed."""
        self.data = None
        if valuelist and (text := str(valuelist[0]).strip()):
            try:
                self.data = parse_day(re.sub(r"(?<=\d)[.\- ](?=\d{1,2}[.\- ]\d{4}$|\d{4}$)", "/", text))
            except ValueError as error:
                raise ValueError(
                    f"{self.label.text}: enter a real date with day, month and a year of four digits, "
                    f"such as {self.example}"
                ) from error

    def pre_validate(self, form: Any) -> None:
        """Say so if a date is needed and none was typed, or if its year is a slip of the hand."""
        if self.data and self.data.year not in YEARS:
            raise ValidationError(f"{self.label.text}: enter a year from {YEARS[0]} to {YEARS[-1]}")
        if self.missing and self.data is None and not self.process_errors:
            raise ValidationError(self.missing)


class ChoicesField(SelectMultipleField):
    """Any number of choices, each once however often it was sent: so there are never more than the list offers."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was chosen."""
        super().process_formdata(list(dict.fromkeys(valuelist)))


def choices(labels: Mapping[Any, str] | Iterable[tuple[Any, str]]) -> list[SelectChoice]:
    """The choices of a select or radio field, from (value, label) pairs."""
    pairs = labels.items() if isinstance(labels, Mapping) else labels
    return [SelectChoice(value=str(value), label=label) for value, label in pairs]


def practitioner_choices(practitioners: Iterable[User]) -> list[SelectChoice]:
    """Whom to give an intervention, in the order of their pods, which are said: each takes on what is their pod's."""
    people = sorted(
        (" and ".join(pod.name for pod in person.pods), person.shown_as, person.id) for person in practitioners
    )
    named = [(user_id, f"{name}, {pod_names}") for pod_names, name, user_id in people]
    return choices([("", "Not decided yet"), *named])


def label_repeated_errors(form: Form) -> None:
    """Begin with the field's name what is said of several fields alike: the error summary shows it without them.

    Where labels stand more than once on a page, the form's ``called`` says by the field's name what it is called there.
    """
    faulty = [field for field in form if field.errors]
    called: Mapping[str, str] = getattr(form, "called", {})
    said = Counter(str(field.errors[0]) for field in faulty)
    for field in faulty:
        first, *more = map(str, field.errors)
        if said[first] > 1:
            label = field.label.text
            what = first.removeprefix(f"{label}: ")
            field.errors = [f"{called.get(field.name, label)}: {what[:1].lower()}{what[1:]}", *more]


def add_error(form: Form, error: DomainError) -> Mapping[int, str]:
    """Put what a rule says beside its field, or at the top of the form if it is about no one field.

    Returns:
        The families to look at first, references by ids, if the rule says that one is there already.
    """
    if error.field in form:
        form[error.field].errors = [*form[error.field].errors, error.message]
    else:
        form.form_errors.append(error.message)
    return error.families if isinstance(error, SameFamilyError) else {}


def list_errors(form: Form) -> list[dict[str, str]]:
    """The form's errors for GOV.UK's error summary, in the order of the page, each a link to its field."""
    first = [form[name] for name in getattr(form, "first_fields", ())]
    fields = [*first, *(field for field in form if field not in first)]
    errors = [{"text": str(field.errors[0]), "href": f"#{field.id}"} for field in fields if field.errors]
    return errors + [{"text": str(text), "href": "#main-content"} for text in form.form_errors]


@contextmanager
def errors_on(form: Form) -> Iterator[None]:
    """What a view does with a form that is valid: record it, say so and go on.

    Where a rule refuses to record it, the rule's words stand on the form (``add_error``), and the view shows it again.
    """
    try:
        yield
    except DomainError as error:
        add_error(form, error)


INTERRUPTED_FIELD = "kept"
"""Sent with what a person was typing when their session ended: it is shown again, and not recorded yet."""


def is_sent_and_valid(form: FlaskForm) -> bool:
    """Whether the form was sent and everything in it can be read."""
    if form.is_submitted() and INTERRUPTED_FIELD in request.form:
        session.pop(INTERRUPTED_FIELD, None)
        form.form_errors = ["Nothing was recorded yet. This is what you had typed: check it, then send it"]
        return False
    return bool(form.validate_on_submit())
