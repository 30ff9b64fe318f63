"""From which day on something holds that touches figures (R15): what a form asks, and what a page lists."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from wtforms import RadioField

from star_tracker.domain.contract_years import ALWAYS
from star_tracker.domain.days import long_date
from star_tracker.domain.quarters import Quarter
from star_tracker.web.platform.fields import DayField, RecordForm, choices
from star_tracker.web.platform.widgets import RadioInput

NEXT, TODAY, DAY, EVER = "next", "today", "day", "always"


class HoldsFromFields(RecordForm):
    """The day from which on a change holds; by default the one after the running quarter."""

    when = RadioField(
        "From when?",
        widget=RadioInput(),
        default=NEXT,
        description="A quarter is worked out by what holds on its last day, and a list of today by what holds today. "
        "Signed returns stay as they were signed.",
    )
    holds_from = DayField("The other day, if you chose one", is_future=True)

    def offer_days(self, running: Quarter, today: date) -> None:
        """Say which days are meant; ``running`` is the quarter of today."""
        self._today, self._next = today, running.ends_on + timedelta(days=1)
        self.when.choices = choices(
            {
                NEXT: f"The day after the running quarter, {long_date(self._next)}",
                TODAY: f"Today, {long_date(today)}: the running quarter too",
                DAY: "Another day to come",
                EVER: "Always: past quarters that are not signed off yet too",
            }
        )

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for the other day where it was chosen."""
        is_valid = super().validate(extra_validators)
        if self.when.data == DAY and not self.holds_from.data and not self.holds_from.errors:
            self.holds_from.errors = ["Enter the day from which on it holds"]
            return False
        return is_valid

    @property
    def first_day(self) -> date | None:
        """The day that was chosen; ``ALWAYS`` for always."""
        days = {NEXT: self._next, TODAY: self._today, DAY: self.holds_from.data, EVER: ALWAYS}
        return days[self.when.data]

    @property
    def first_day_in_words(self) -> str:
        """The same in a sentence."""
        first = self.first_day
        return "always, in past quarters too" if first in (None, ALWAYS) else f"from {long_date(first)}"


@dataclass(frozen=True)
class HeldRow:
    """A value of something that changes on a day, as a page lists it; ``until`` is None for the last one."""

    name: str
    label: str
    value: str
    holds_from: date
    until: date | None
    can_be_taken_back: bool

    @property
    def days(self) -> str:
        """When it holds, in words."""
        if self.holds_from == ALWAYS:
            return f"until {long_date(self.until)}" if self.until else "always"
        first = f"from {long_date(self.holds_from)}"
        return f"{first} to {long_date(self.until)}" if self.until else first


def list_held(name: str, label: str, values: Mapping[date, object], today: date) -> list[HeldRow]:
    """The values of one thing, the earliest first; [] if it has never changed on a day."""
    if len(values) < 2:
        return []
    firsts = sorted(values)
    ends = [following - timedelta(days=1) for following in firsts[1:]]
    return [
        HeldRow(name, label, str(values[first]), first, until, can_be_taken_back=first >= today)
        for first, until in zip(firsts, [*ends, None], strict=True)
    ]


def get_row_to_take_back(rows: Iterable[HeldRow], holds_from: str) -> HeldRow | None:
    """The row of this day, written as in an address, if it can be taken back."""
    return next((row for row in rows if row.can_be_taken_back and row.holds_from.isoformat() == holds_from), None)
