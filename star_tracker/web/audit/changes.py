"""What an audit entry changed, before and after, in plain words."""

from calendar import month_name
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from star_tracker.domain.contacts import Seen, WhoWent
from star_tracker.domain.days import long_date, long_moment
from star_tracker.domain.feedback import SaidBy
from star_tracker.domain.looks import LOOKS
from star_tracker.domain.scales import ClosureReason, CompletedBy, Kind, NotScored, Outcome, get_edition, list_editions
from star_tracker.domain.service_settings import MONTHS
from star_tracker.models import AuditEntry
from star_tracker.queries.audit.audit_names import AuditNames

COLUMNS: Mapping[str, str] = {
    "action": "What was agreed",
    "answer": "Reason for refusing",
    "answered_at": "Answered",
    "answered_by_id": "Answered by",
    "asked_at": "Asked",
    "asked_by_id": "Asked by",
    "away_id": "Who is away",
    "by_when": "By when",
    "by_whom": "By whom",
    "children": "Children",
    "closed_on": "Closed",
    "closure_reason": "Reason for closing",
    "colleague_id": "Covered by",
    "completed_by": "Completed by",
    "completed_on": "Completed",
    "contacted_on": "Day",
    "council_id": "Council",
    "council_ref": "Council reference",
    "done_at": "Done",
    "email": "E-mail address",
    "expires_at": "Waits until",
    "figures": "Figures that differ",
    "from_pod_id": "From the pod",
    "from_practitioner_id": "From the practitioner",
    "holds_from": "Holds from",
    "is_comparison": "Comparison group",
    "kind": "Star",
    "pod_id": "Pod",
    "practitioner_id": "Practitioner",
    "recorded_at": "Recorded",
    "recorded_by_id": "Recorded by",
    "ref": "Reference",
    "referred_on": "Referred",
    "reopened_on": "Reopened",
    "may_quote": "May be quoted",
    "percent": "Per cent",
    "said_by": "Said by",
    "said_on": "Said",
    "seen_at": "Read",
    "sent_for": "For the week of",
    "started_on": "Started",
    "tables": "In so many tables",
    "to_pod_id": "To the pod",
    "to_practitioner_id": "To the practitioner",
    "transferred_on": "Transferred",
    "user_id": "Whose account",
    "withdrawn_at": "Withdrawn",
    "withdrawn_reason": "Reason for withdrawing",
}
"""Labels of columns whose name alone is not enough."""

HIDDEN = frozenset(
    {"council_index", "edition", "family_id", "intervention_id", "parent_id", "registration_id", "replaces_id"}
    | {"keyed_index", "last_entry", "reviewed_with_id", "star_id"}
)
"""Columns that mean nothing to people."""

CODED: Mapping[str, Mapping[str, str]] = {
    "closure_reason": ClosureReason.labels(),
    "completed_by": CompletedBy.labels(),
    "kind": Kind.labels(),
    "outcome": Outcome.labels(),
    "who_went": WhoWent.labels(),
    "with_whom": Seen.labels(),
    "said_by": SaidBy.labels(),
}
"""Columns of codes, with the codes' labels."""

REASONS = NotScored.labels()

NOTHING = "nothing"

FIRST_EDITION = "first"
"""The edition whose labels are used if an entry does not have one."""


@dataclass(frozen=True)
class Change:
    """One column, or one area of a Star; ``before`` is None if the record is new."""

    label: str
    before: str | None
    after: str


class ChangeReader:
    """Describes what entries changed, with times in the service's time zone."""

    def __init__(self, names: AuditNames, zone: ZoneInfo) -> None:
        self._names = names
        self._zone = zone

    def list_changes(self, entry: AuditEntry) -> list[Change]:
        """What an entry changed; [] if somebody only viewed something, or tried to."""
        if entry.action in LOOKS:
            return []
        before, after = entry.before or {}, entry.after or {}
        return [
            Change(label, None if entry.before is None else old, new)
            for label, old, new in self._compare(before, after)
            if entry.before is not None or new != NOTHING
        ]

    def _compare(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
        for column in {**before, **after}:
            if column == "readings":
                areas = _area_labels(after.get("edition", ""))
                for area, value in after[column].items():
                    yield areas.get(area, area), NOTHING, str(REASONS.get(value, value))
            elif column not in HIDDEN:
                label = COLUMNS.get(column, column.replace("_", " ").capitalize())
                yield label, self._describe(column, before.get(column)), self._describe(column, after.get(column))

    def _describe(self, column: str, value: Any) -> str:
        if value is None or value in ("", [], {}):
            return NOTHING
        if isinstance(value, bool):
            return "Yes" if value else "No"
        if isinstance(value, list):
            return ", ".join(self._describe(column, item) for item in value)
        if isinstance(value, dict):
            return ", ".join(f"{name} {self._describe(name, item)}" for name, item in value.items())
        if column == "area":
            return _area_labels(FIRST_EDITION).get(value, str(value))
        if column in CODED:
            return CODED[column].get(value, str(value))
        if column == "year_starts_in" and value in MONTHS:
            return str(month_name[value])
        if column == "council_id":
            return self._names.councils.get(value, str(value))
        if column.endswith("pod_id"):
            return self._names.pods.get(value, str(value))
        if column.endswith(("practitioner_id", "_by_id")) or column in ("user_id", "away_id", "colleague_id"):
            return self._names.people.get(value, str(value))
        with suppress(TypeError, ValueError):  # if it is not a date
            if column.endswith(("_on", "_day")) or column in ("by_when", "holds_from", "sent_for"):
                return long_date(date.fromisoformat(value))
            if column.endswith("_at"):
                return long_moment(datetime.fromisoformat(value), self._zone)
        return str(value)


def _area_labels(edition: str) -> Mapping[str, str]:
    return get_edition(edition).areas if edition in list_editions() else {}
