"""The form of the service's settings."""

from calendar import month_name
from typing import Any

from govuk_frontend_wtf.wtforms_widgets import GovSubmitInput, GovTextInput
from wtforms import Field, Form, RadioField, SelectField, StringField, SubmitField, ValidationError

from star_tracker.config import Settings, get_service_values
from star_tracker.domain.falls import NO_AREA, POINTS
from star_tracker.domain.figures import THRESHOLDS
from star_tracker.domain.quarters import Quarter
from star_tracker.domain.row_level import RowLevel
from star_tracker.domain.service_settings import DATED_SETTINGS, MONTHS, SERVICE_SETTINGS
from star_tracker.web.admin.holding import HeldRow, HoldsFromFields, list_held
from star_tracker.web.platform.fields import ChoicesField, choices
from star_tracker.web.platform.widgets import CheckboxesInput, RadioInput, SelectInput


def _check_setting(_form: Form, field: Field) -> None:
    """Validate with the same parser as for the environment's settings."""
    try:
        SERVICE_SETTINGS[field.name]((field.data or "").strip())
    except ValueError as error:
        raise ValidationError(f"{field.label.text}: enter {error}") from error


def _text_field(label: str, hint: str = "") -> StringField:
    return StringField(label, widget=GovTextInput(), validators=[_check_setting], description=hint)


class SettingsForm(HoldsFromFields):
    """The settings that an administrator may change; each field has the setting's name."""

    service_name = _text_field("Name of the service")
    start_due_days = _text_field("Start Star due", "So long after the intervention's start.")
    interim_months = _text_field("Interim Star due", "So long after the parent's last start or interim Star.")
    due_soon_days = _text_field("Due soon", "So long before the due date it shows as due soon.")
    grace_days = _text_field("On time", "So long after its due date an interim or closure Star is on time in a return.")
    threshold = SelectField(
        "Smallest number published",
        widget=SelectInput(),
        choices=choices((number, str(number)) for number in THRESHOLDS),
        description="In a published return, counts below it are not shown, nor averages of fewer pairs.",
    )
    year_starts_in = SelectField(
        "Month in which the year of the service's own figures begins",
        widget=SelectInput(),
        choices=choices((month, month_name[month]) for month in MONTHS),
        description="April is the financial year. A cohort's quarters are counted from it; those of a return are its "
        "council's.",
    )
    earlier_stars = RadioField(
        "The parent's earlier Stars, while a new one is scored",
        widget=RadioInput(),
        choices=choices(
            {"hidden": "Hidden until every area is answered, so as not to lead", "shown": "Shown from the beginning"}
        ),
    )
    contacts = RadioField(
        "Visits to families",
        widget=RadioInput(),
        choices=choices({"on": "Recorded on the caseload, without notes", "off": "Not recorded here"}),
        description="If they are no longer recorded, those that are recorded stay in the record and in its figures.",
    )
    risk_on_sheet = RadioField(
        "Keeping your children safe, on the sheet that a parent takes home",
        widget=RadioInput(),
        choices=choices({"shown": "Shown", "left_out": "Left out, unless it is chosen"}),
        description="Where a family is restricted it is left out unless it is chosen.",
    )
    fall_areas = ChoicesField(
        "Areas in which a fall asks what is being done to keep the children safe",
        widget=CheckboxesInput(),
        description="It is asked in the talk; leads see which Stars ask, and whether it was answered. Without a tick "
        "nothing asks.",
    )
    fall_points = SelectField(
        "How large the fall must be",
        widget=SelectInput(),
        choices=choices((number, f"{number} or more") for number in POINTS),
        description="In points of the scale, since the area was last scored.",
    )
    row_level = RadioField(
        "Row-level file of a return for the commissioner",
        widget=RadioInput(),
        choices=choices(RowLevel.labels()),
        description="It is part of the restricted return, never of a published one, and leaves restricted families "
        "out.",
    )
    submit = SubmitField("Save these settings", widget=GovSubmitInput())

    def values(self) -> dict[str, str]:
        """What was typed, by the settings' names."""
        values = {name: self[name].data or "" for name in SERVICE_SETTINGS}
        return values | {"fall_areas": ",".join(self.fall_areas.data or ()) or NO_AREA}


def build_settings_form(settings: Settings) -> SettingsForm:
    """The form, filled with the settings in force."""
    values: dict[str, Any] = {name: str(value) for name, value in get_service_values(settings).items()}
    form = SettingsForm(data=values | {"fall_areas": settings.fall_rule.areas})
    form.fall_areas.choices = choices(settings.edition.areas)
    form.offer_days(Quarter.containing(settings.today(), settings.year_starts_in), settings.today())
    return form


def list_held_settings(form: SettingsForm, settings: Settings) -> list[HeldRow]:
    """What has changed on a day, or will, in the order of the form."""
    held: list[HeldRow] = []
    for name in (name for name in SERVICE_SETTINGS if name in DATED_SETTINGS):
        values = settings.held.get(name, {})
        said = {day: month_name[value] if name == "year_starts_in" else value for day, value in values.items()}
        held += list_held(name, form[name].label.text, said, settings.today())
    return held
