"""What an import would do: a file's rows compared with the record. Nothing is written here."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from star_tracker.domain.days import long_date
from star_tracker.domain.errors import DomainError
from star_tracker.domain.star_rules import DAYS_AFTER_CLOSURE, StarDate, check_star_among, check_star_within
from star_tracker.domain.texts import fold_text
from star_tracker.queries.recorded import (
    RecordedFamily,
    RecordedIntervention,
    RecordedParent,
    RecordedRegistration,
)
from star_tracker.starfile.columns import COLUMNS, FAMILY_COLUMNS, INTERVENTION_COLUMNS, POSITION
from star_tracker.starfile.consistency import (
    also_in,
    as_clause,
    column_of,
    left_open_with,
    missing_start,
    reopened_since,
    rows_by_intervention,
    rows_with,
    second_open,
    transferred_since,
    withdrawn_since,
)
from star_tracker.starfile.rows import Fault, StarCells, StarIdentity, StarRow
from star_tracker.starfile.writing import cell_texts

_STAR_DETAILS = COLUMNS[POSITION["completed_by"] :]


@dataclass(frozen=True, slots=True)
class Filled:
    """Blanks of a recorded family or intervention that the file fills; ``values`` are by column."""

    record: RecordedFamily | RecordedIntervention
    values: dict[str, Any]


@dataclass(slots=True)
class ImportPlan:
    """Everything that an import adds or fills, and every fault that prevents it.

    ``closed_accounts`` are the addresses of people whose accounts are closed: a file may name them for the past.
    """

    closed_accounts: Collection[str] = ()
    families: list[RecordedFamily] = field(default_factory=list)
    parents: list[tuple[RecordedFamily, RecordedParent]] = field(default_factory=list)
    interventions: list[tuple[RecordedFamily, RecordedIntervention]] = field(default_factory=list)
    registrations: list[tuple[RecordedFamily, RecordedIntervention, RecordedRegistration]] = field(default_factory=list)
    stars: list[tuple[RecordedRegistration, StarCells]] = field(default_factory=list)
    filled: list[Filled] = field(default_factory=list)
    unchanged_stars: int = 0
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)

    def add_family(
        self, rows: Sequence[StarRow], recorded: RecordedFamily | None, council_refs: Mapping[str, str]
    ) -> None:
        """Compare all the file's rows of one family with the record.

        Args:
            rows: checked rows (``checking.check_rows``), which do not contradict one another.
            recorded: the family, or None if it is new.
            council_refs: the recorded family that has each council reference (``list_council_refs``).
        """
        family = recorded or RecordedFamily(rows[0].family_ref)
        if recorded is None:
            self.families.append(family)
        self._fill(family, FAMILY_COLUMNS, rows)
        self._check_council_ref(family, rows, council_refs)
        for group in rows_by_intervention(rows).values():
            self._add_intervention(family, group)
        self._warn_of_second_open(family, rows)

    def _warn_of_second_open(self, family: RecordedFamily, rows: Sequence[StarRow]) -> None:
        """Allow a second open intervention, which a page would refuse: a file describes the past."""
        open_since = sorted(day for day, each in family.interventions.items() if each.closed_on is None)
        named = [row for row in rows if row.started_on in open_since]
        if len(open_since) > 1 and named:
            last = max(row.started_on for row in named)
            others = [day for day in open_since if day != last]
            self.warnings.append(second_open([row for row in named if row.started_on == last], others))

    def _add_intervention(self, family: RecordedFamily, rows: Sequence[StarRow]) -> None:
        started_on = rows[0].started_on
        intervention = family.interventions.get(started_on)
        if intervention is None:
            intervention = family.interventions[started_on] = RecordedIntervention(started_on)
            self.interventions.append((family, intervention))
        was_open = intervention.closed_on is None
        past = self._find_past(intervention, rows)
        different = self._fill(intervention, [column for column in INTERVENTION_COLUMNS if column not in past], rows)
        intervention.referred_on = intervention.referred_on or started_on
        if was_open and intervention.closed_on:
            self._check_recorded_stars(intervention, rows)
        stating = rows_with(rows, "practitioner")
        if stating and intervention.closed_on is None and intervention.practitioner in self.closed_accounts:
            self.warnings.append(left_open_with(stating))
        first_rows: dict[str, StarRow] = {}
        stated = {(row.parent_ref, row.star.identity) for row in rows if row.star}
        for row in rows:
            registration = self._registration(family, intervention, row.parent_ref)
            if row.star:
                first_rows.setdefault(row.parent_ref, row)
                closed = None if "closed_on" in different else intervention.closed_on
                if other := self._find_other_version(registration, row.star, stated):
                    self._compare_stars(row, other)
                else:
                    self._add_star(registration, row, row.star, closed)
        for parent_ref, row in first_rows.items():
            stars = intervention.registrations[parent_ref].stars
            if not any(star.is_start for star in stars):
                self.warnings.append(missing_start(row))

    def _find_past(self, intervention: RecordedIntervention, rows: Sequence[StarRow]) -> set[str]:
        """The columns whose values a transfer or reopening has changed since; adds a warning for each.

        A column that they left empty is not filled from the file: somebody decided that it should be empty.
        """
        past = set()
        for column, had in intervention.had.items():
            recorded, stating = getattr(intervention, column), rows_with(rows, column)
            said = getattr(stating[0], column) if stating else recorded
            if said != recorded and (said in had or not recorded):
                past.add(column)
                on = had[said] if recorded else max(had.values())
                self.warnings.append(transferred_since(stating, column, on, recorded))
        return past | self._find_past_closing(intervention, rows)

    def _find_past_closing(self, intervention: RecordedIntervention, rows: Sequence[StarRow]) -> set[str]:
        """The same for the closing, whose day and reason belong together."""
        columns = ("closed_on", "closure_reason")
        closed, reasons = (rows_with(rows, column) for column in columns)
        if not (intervention.reopened and closed and reasons):
            return set()
        said = (closed[0].closed_on, reasons[0].closure_reason)
        recorded = (intervention.closed_on, intervention.closure_reason)
        on = intervention.reopened.get(said)
        if said == recorded or (intervention.closed_on and on is None):
            return set()
        column, stating = (columns[1], reasons) if said[0] == recorded[0] else (columns[0], closed)
        on = on or max(intervention.reopened.values())
        self.warnings.append(reopened_since(stating, column, on, intervention.closed_on))
        return set(columns)

    def _fill(
        self,
        record: RecordedFamily | RecordedIntervention,
        columns: Iterable[str],
        rows: Sequence[StarRow],
    ) -> set[str]:
        """Fill the record's blanks, add a fault for each difference, and return the columns that differ."""
        values, different = {}, set()
        for column in columns:
            stating = rows_with(rows, column)
            if not stating:
                continue
            said, recorded = getattr(stating[0], column), getattr(record, column)
            if recorded in ("", None):
                values[column] = said
                setattr(record, column, said)
            elif said != recorded:
                different.add(column)
                advice = "write that" if column == "pod" else "write that, leave the cell empty"
                self._fault(
                    stating[0],
                    column,
                    f"the record says {str(recorded)!r}: {advice}, or change the record in Star Tracker"
                    + also_in(stating),
                )
        if record.id and values:
            self.filled.append(Filled(record, values))
        return different

    def _check_council_ref(
        self, family: RecordedFamily, rows: Sequence[StarRow], council_refs: Mapping[str, str]
    ) -> None:
        """Add a fault if another recorded family has the council reference."""
        stating = rows_with(rows, "council_ref")
        has_it = council_refs.get(fold_text(stating[0].council_ref), family.ref) if stating else family.ref
        if has_it != family.ref:
            message = f"family {has_it!r} of the record has this one: write this family's own, or leave the cell empty"
            self._fault(stating[0], "council_ref", message + also_in(stating))

    def _check_recorded_stars(self, intervention: RecordedIntervention, rows: Sequence[StarRow]) -> None:
        """Check the Stars of an open intervention that the file closes: none may be too late (R6)."""
        closing = rows_with(rows, "closed_on")
        for registration in intervention.registrations.values():
            for star in registration.stars:
                try:
                    check_star_within(
                        star.completed_on, started_on=intervention.started_on, closed_on=intervention.closed_on
                    )
                except DomainError:
                    message = (
                        f"a later date, because a Star of {long_date(star.completed_on)} is recorded, "
                        f"more than {DAYS_AFTER_CLOSURE} days after this" + also_in(closing)
                    )
                    self._fault(closing[0], "closed_on", message)
                    return

    def _registration(
        self, family: RecordedFamily, intervention: RecordedIntervention, parent_ref: str
    ) -> RecordedRegistration:
        registration = intervention.registrations.get(parent_ref)
        if registration is None:
            parent = family.parents.get(parent_ref)
            if parent is None:
                parent = family.parents[parent_ref] = RecordedParent(parent_ref)
                self.parents.append((family, parent))
            registration = intervention.registrations[parent_ref] = RecordedRegistration(
                parent, intervention.started_on
            )
            self.registrations.append((family, intervention, registration))
        return registration

    @staticmethod
    def _find_other_version(
        registration: RecordedRegistration, star: StarCells, stated: Collection[tuple[str, StarIdentity]]
    ) -> StarCells | None:
        """The recorded Star that this one is, if somebody changed ``completed_by`` in the file.

        A parent may complete a Star alone on the day of a counted one of the same kind. But if the file has only one of
        the two, with the readings that the record has for the other, its ``completed_by`` was changed.
        """
        if not registration.id:
            return None
        kind, completed_on, is_counted = star.identity
        other = kind, completed_on, not is_counted
        recorded = {each.identity: each for each in registration.stars}
        if (registration.parent.ref, other) in stated or star.identity in recorded:
            return None
        is_withdrawn = star in registration.withdrawn_stars
        found = recorded.get(other)
        return found if found and found.readings == star.readings and not is_withdrawn else None

    def _add_star(
        self, registration: RecordedRegistration, row: StarRow, star: StarCells, closed_on: date | None
    ) -> None:
        if star in registration.withdrawn_stars and star not in registration.stars:
            self.warnings.append(withdrawn_since(row))
            return
        for other in registration.stars:
            if other.identity == star.identity:
                if other == star:
                    self.unchanged_stars += 1
                else:
                    self._compare_stars(row, other)
                return
        dated = StarDate(star.kind, star.completed_on, star.completed_by)
        others = [StarDate(other.kind, other.completed_on, other.completed_by) for other in registration.stars]
        try:
            check_star_within(star.completed_on, started_on=row.started_on, closed_on=closed_on)
            check_star_among(dated, others)
        except DomainError as error:
            self._fault(row, column_of(error), as_clause(error))
        else:
            registration.stars.append(star)
            self.stars.append((registration, star))

    def _compare_stars(self, row: StarRow, recorded: StarCells) -> None:
        texts = cell_texts(replace(row, star=recorded))
        for column in _STAR_DETAILS:
            if cell_texts(row)[POSITION[column]] != texts[POSITION[column]]:
                said = texts[POSITION[column]] or "empty (not discussed)"
                message = f"the record says {said}, and a completed Star never changes: correct it in Star Tracker"
                self._fault(row, column, message)

    def _fault(self, row: StarRow, column: str, allowed: str) -> None:
        self.faults.append(Fault(row.number, column, cell_texts(row)[POSITION[column]], allowed))
