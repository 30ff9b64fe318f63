"""Fields and helpers that forms share. Nothing typed is lost: a field keeps its raw text."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any, ClassVar

from flask import request, session
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovTextArea, GovTextInput
from wtforms import Field, Form, SelectMultipleField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than the stubs
from wtforms.form import BaseForm
from wtforms.meta import DefaultMeta
from wtforms.validators import InputRequired, Length

from star_tracker.domain.days import YEARS, parse_day, short_date
from star_tracker.domain.errors import DomainError, SameFamilyError
from star_tracker.domain.texts import lower_first
from star_tracker.models import User
from star_tracker.web.auth.access import today
from star_tracker.web.platform.typed import INTERRUPTED_FIELD

FOUR_WEEKS = timedelta(days=28)
LONGEST_REASON = 2000


class PlainWords:
    """WTForms' own messages, reworded to say what to do."""

    WORDS: ClassVar[Mapping[str, str]] = {
        "Not a valid choice.": "Choose one of the options in the list",
        "Not a valid integer value.": "Enter a whole number, such as 2",
    }

    def gettext(self, string: str) -> str:
        """Translate a message."""
        return self.WORDS.get(string, string)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """Translate a message with a count, which is always about invalid choices."""
        return "Choose from the options in the list: %(value)s is not there" if "choice" in singular else plural


class RecordForm(FlaskForm):
    """A form that writes: sent with POST and a CSRF token."""

    class Meta(FlaskForm.Meta):
        """WTForms' settings."""

        def get_translations(self, form: BaseForm) -> PlainWords:
            """Plain words."""
            return PlainWords()

    def validate(self, extra_validators: Any = None) -> bool:
        """Validate, and label errors that several fields share."""
        is_valid: bool = super().validate(extra_validators)
        label_repeated_errors(self)
        return is_valid


class ChoiceForm(Form):
    """A form that chooses what to see: sent with GET, so that its address can be bookmarked."""

    class Meta(DefaultMeta):
        """WTForms' settings."""

        def get_translations(self, form: BaseForm) -> PlainWords:
            """Plain words."""
            return PlainWords()

    def validate(self, extra_validators: Any = None) -> bool:
        """As for a ``RecordForm``."""
        is_valid: bool = super().validate(extra_validators)
        label_repeated_errors(self)
        return is_valid


class DayField(Field):
    """A date in one text field, written as 1/12/2018 or 2018-12-01; None if empty.

    Not a browser's date picker, which shows day and month in the order of the browser's language: in American order a
    practitioner would misread 4/10.
    """

    widget = GovTextInput()
    data: date | None

    def __init__(self, *args: Any, missing: str = "", is_future: bool = False, **kwargs: Any) -> None:
        """Make the field.

        Args:
            *args: as for every field.
            missing: the message if it is empty; "" if it may be empty.
            is_future: whether the example is a future date.
            **kwargs: as for every field.
        """
        super().__init__(*args, **kwargs)
        self.missing = missing
        self.is_future = is_future

    @property
    def example(self) -> str:
        """A plausible date, as it is typed."""
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
        """Refuse a missing date that is needed, and a year that must be a typing error."""
        if self.data and self.data.year not in YEARS:
            raise ValidationError(f"{self.label.text}: enter a year from {YEARS[0]} to {YEARS[-1]}")
        if self.missing and self.data is None and not self.process_errors:
            raise ValidationError(self.missing)


class ChoicesField(SelectMultipleField):
    """Any number of choices, without duplicates, so that there are never more than the list has."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was chosen."""
        super().process_formdata(list(dict.fromkeys(valuelist)))


def reason_field(label: str, missing: str, description: str) -> TextAreaField:
    """A required reason; ``missing`` is the message if it is empty."""
    too_long = f"A reason can be up to {LONGEST_REASON:,} characters"
    validators = [InputRequired(missing), Length(max=LONGEST_REASON, message=too_long)]
    return TextAreaField(label, widget=GovTextArea(), validators=validators, description=description)


def choices(labels: Mapping[Any, str] | Iterable[tuple[Any, str]]) -> list[SelectChoice]:
    """The choices of a select or radio field, from (value, label) pairs."""
    pairs = labels.items() if isinstance(labels, Mapping) else labels
    return [SelectChoice(value=str(value), label=label) for value, label in pairs]


def practitioner_choices(practitioners: Iterable[User]) -> list[SelectChoice]:
    """Practitioners labelled with their pods, in the order of pods: each can take on interventions in their own."""
    people = sorted(
        (" and ".join(pod.name for pod in person.pods), person.shown_as, person.id) for person in practitioners
    )
    named = [(user_id, f"{name}, {pod_names}") for pod_names, name, user_id in people]
    return choices([("", "Not decided yet"), *named])


def label_repeated_errors(form: Form) -> None:
    """Prefix an error that several fields share with the field's label: the error summary shows it without the field.

    Where labels occur more than once on a page, the form's ``unique_labels`` has the label to use, by field name.
    """
    faulty = [field for field in form if field.errors]
    unique_labels: Mapping[str, str] = getattr(form, "unique_labels", {})
    counts = Counter(str(field.errors[0]) for field in faulty)
    for field in faulty:
        first, *more = map(str, field.errors)
        if counts[first] > 1:
            label = field.label.text
            message = first.removeprefix(f"{label}: ")
            field.errors = [f"{unique_labels.get(field.name, label)}: {lower_first(message)}", *more]


def add_error(form: Form, error: DomainError) -> Mapping[int, str]:
    """Show a domain error at its field, or at the top of the form if it has none.

    Returns:
        The references, by id, of families to look at first, if the error is that the family exists already.
    """
    if error.field in form:
        form[error.field].errors = [*form[error.field].errors, error.message]
    else:
        form.form_errors.append(error.message)
    return error.families if isinstance(error, SameFamilyError) else {}


def list_errors(form: Form) -> list[dict[str, str]]:
    """The form's errors for GOV.UK's error summary, in the order of the page, each with a link to its field."""
    first = [form[name] for name in getattr(form, "first_fields", ()) if name in form]
    fields = [*first, *(field for field in form if field not in first)]
    errors = [{"text": str(field.errors[0]), "href": f"#{field.id}"} for field in fields if field.errors]
    return errors + [{"text": str(text), "href": "#main-content"} for text in form.form_errors]


@contextmanager
def errors_on(form: Form) -> Iterator[None]:
    """Wraps what a view does with a valid form; a domain error is shown on the form (``add_error``)."""
    try:
        yield
    except DomainError as error:
        add_error(form, error)


def is_sent_and_valid(form: FlaskForm) -> bool:
    """Whether the form was submitted and is valid; an interrupted form must be submitted once more."""
    if form.is_submitted() and INTERRUPTED_FIELD in request.form:
        session.pop(INTERRUPTED_FIELD, None)
        form.form_errors = ["Nothing was recorded yet. This is what you had typed: check it, then send it"]
        return False
    return bool(form.validate_on_submit())
