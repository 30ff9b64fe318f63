"""The quarterly return: its disclosed tables, what its files say of themselves, and the cohort star."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, tzinfo
from functools import cached_property

import pandas as pd

from star_tracker.analysis import charts
from star_tracker.analysis.disclosure import Figure, Profile
from star_tracker.analysis.pictures import get_measured_picture
from star_tracker.analysis.summaries import CohortChart
from star_tracker.domain.days import long_date
from star_tracker.domain.quarters import Quarter
from star_tracker.domain.row_level import PairRows, RowLevel
from star_tracker.domain.scales import ALL_PODS, Edition
from star_tracker.domain.schedule import Timings
from star_tracker.exports.definitions import marks_of, profile_text, rules_of
from star_tracker.exports.returns.drawn_tables import build_change_chart, build_indicators_chart
from star_tracker.exports.returns.narrative import Narrative
from star_tracker.exports.returns.pairs import build_pairs_table
from star_tracker.exports.returns.stage_matrix import build_matrix_table
from star_tracker.exports.returns.summary import build_summary_table
from star_tracker.exports.returns.versions import (
    CHANGE_COLUMNS,
    CHANGES,
    NOT_THERE,
    NOT_THERE_MEANS,
    Signing,
    describe_status,
    hash_figures,
)
from star_tracker.exports.tables import DrawnTable, NamedTable


@dataclass(frozen=True, kw_only=True)
class Return:
    """A quarter's return for one profile, ready to be written as a workbook and as CSV files.

    Attributes:
        quarter: the quarter.
        as_at: the day that every figure is for: the quarter's last, or until then the day on which it is made.
        profile: for whom it is made.
        threshold: R9's t; only the ``published`` profile uses it.
        service_name: the service that makes it.
        council_name: the council that receives it.
        software_version: the version of Star Tracker.
        is_provisional: whether it was made before the quarter ended, so that its figures will still change.
        edition: the edition whose labels it uses.
        timings: the numbers of R7.
        tables: in the order of the sheets.
        star_measures: the figures that the cohort star may draw: a frame of ``frames.MEASURES`` for all the service's
            pairs to date, in which what is not disclosed is missing.
        time_zone: the service's, in which its files tell the time.
        signing: which version it is; None for a draft.
        narrative: its words, as its profile shows them.
        row_level: which row-level file it has; none if it is published (R9).
        pair_count: how many pairs there are to date, those of restricted families too.
        pairs: the rows of that file; None if there is none, or it is not asked for.

    Raises:
        ValueError: a published return has rows.
    """

    quarter: Quarter
    as_at: date
    profile: Profile
    threshold: int
    service_name: str
    council_name: str
    software_version: str
    is_provisional: bool
    edition: Edition
    timings: Timings
    tables: tuple[NamedTable, ...]
    star_measures: pd.DataFrame = field(repr=False)
    time_zone: tzinfo = UTC
    signing: Signing | None = None
    narrative: Narrative = field(default_factory=Narrative)
    row_level: RowLevel = RowLevel.NONE
    pair_count: int = 0
    pairs: PairRows | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if self.profile is Profile.PUBLISHED and (self.row_level is not RowLevel.NONE or self.pairs is not None):
            raise ValueError("a published return has no row-level data (R9)")

    @property
    def title(self) -> str:
        """The title of the document, on one line."""
        provisional = ", provisional: the quarter has not ended" if self.is_provisional else ""
        what = f"Family Star Plus return for {self.council_name}, {self.quarter.label}"
        return f"{self.service_name}: {what} ({self.status}{provisional})"

    @property
    def as_at_words(self) -> str:
        """The day that every figure is for, and which day of the quarter it is."""
        which = "the quarter's last day" if self.as_at == self.quarter.ends_on else "before the quarter's end"
        return f"{long_date(self.as_at)}, {which}"

    @property
    def kind(self) -> str:
        """Its profile, after "provisional" if it is."""
        return f"provisional {self.profile}" if self.is_provisional else str(self.profile)

    @property
    def status(self) -> str:
        """Whether it is a draft, or which version, in a word or two."""
        return f"version {self.signing.version}" if self.signing else "draft"

    @property
    def status_lines(self) -> list[str]:
        """The same in sentences: who signed it off and when, and what it replaces."""
        return describe_status(self.signing)

    @cached_property
    def fingerprint(self) -> str:
        """The SHA-256 of its figures and its narrative."""
        return hash_figures({table.name: table.list_rows() for table in self.tables}, self.narrative.list_rows())

    @property
    def file_tables(self) -> tuple[NamedTable, ...]:
        """The tables of its CSV files: those of its workbook, and the pairs row by row if it has them."""
        return (*self._counted_tables, self.pairs_table) if self.pairs_table else self._counted_tables

    @property
    def _counted_tables(self) -> tuple[NamedTable, ...]:
        """Its own tables, and what changed if it replaces a version."""
        return (*self.tables, self._changes_table) if self._changes_table else self.tables

    @cached_property
    def pairs_table(self) -> NamedTable | None:
        """One row for each pair; None if it has no such rows."""
        if self.pairs is None:
            return None
        return build_pairs_table(self.pairs, edition=self.edition, as_at=self.as_at, service_name=self.service_name)

    @cached_property
    def summary(self) -> NamedTable:
        """The headline indicators of all pods, for the first sheet of its workbook."""
        return build_summary_table(self.find_table("indicators"), self.title)

    @cached_property
    def sheet_tables(self) -> tuple[NamedTable, ...]:
        """The tables of its workbook: its own and what changed, the stages as a matrix beside the long list, and those
        of its charts.
        """
        matrix = build_matrix_table(self.find_table("stages"), self.find_table("change"), self.edition)
        place = [table.name for table in self._counted_tables].index("stages") + 1
        drawn = (one.table for one in self.drawn_tables.values())
        return (*self._counted_tables[:place], matrix, *self._counted_tables[place:], *drawn)

    @cached_property
    def drawn_tables(self) -> Mapping[str, DrawnTable]:
        """What its workbook draws charts from, by the names of the sheets; only where there is something to draw."""
        drawn = (
            build_change_chart(self.find_table("change"), self.star_measures, self.edition, self.places),
            build_indicators_chart(self.find_table("indicators")),
        )
        return {one.table.name: one for one in drawn if len(one.table.frame)}

    @cached_property
    def _changes_table(self) -> NamedTable | None:
        signing = self.signing
        if signing is None or signing.changes is None:
            return None
        rows = [(one.table, one.row, one.column, one.old, one.new) for one in signing.changes]
        frame = pd.DataFrame(rows, columns=[column.name for column in CHANGE_COLUMNS], dtype=object)
        # A published one does not repeat what stood before: the two together would tell what a correction changed (R9).
        columns = tuple(one for one in CHANGE_COLUMNS if one.name != "old" or self.profile is Profile.RESTRICTED)
        return NamedTable(
            name=CHANGES,
            title=f"What changed from version {signing.replaces} to version {signing.version}, figure by figure",
            scope=f"Every figure that is not the same in both. As at {long_date(self.as_at)}.",
            source=f"Star Tracker: the returns that {self.service_name} signed off",
            columns=columns,
            frame=frame[[column.name for column in columns]],
        )

    def find_table(self, name: str) -> NamedTable:
        """The table with this name.

        Raises:
            KeyError: there is none.
        """
        return {table.name: table for table in self.tables}[name]

    def list_records(self, name: str, **where: str) -> list[dict[str, Figure]]:
        """The rows of a table by the names of its columns, of which those in ``where`` hold just that."""
        records = self.find_table(name).list_records()
        return [cells for cells in records if all(cells[column] == value for column, value in where.items())]

    @property
    def places(self) -> int:
        """With how many decimals people read a measure (R9)."""
        return 1 if self.profile is Profile.PUBLISHED else 2

    @property
    def profile_text(self) -> str:
        """Who may have this return, and what was done to its figures (R9)."""
        return profile_text(self.profile, self.threshold)

    @property
    def marks(self) -> Mapping[str, str]:
        """The meaning of each mark that replaces a figure."""
        marks = marks_of(self.profile, self.threshold)
        return marks | {NOT_THERE: NOT_THERE_MEANS} if self._changes_table else marks

    @property
    def rules(self) -> Mapping[str, str]:
        """The rules behind the figures, by R-number."""
        return rules_of(self.profile, self.threshold, self.timings, self.quarter.first_month)

    @property
    def has_picture(self) -> bool:
        """Whether there is any average that the cohort star may draw."""
        return bool(self.star_measures[["mean_start", "mean_latest"]].notna().any(axis=None))

    @property
    def has_change(self) -> bool:
        """Whether there is any average change that a chart may draw."""
        return bool(self.star_measures["mean_change"].notna().any())

    @property
    def picture_title(self) -> str:
        """The title of the cohort star."""
        return f"Cohort star: average readings at the start and latest Star, all pairs to date, {ALL_PODS}"

    @property
    def picture_text(self) -> str:
        """The picture's alternative text, or why there is no picture."""
        if self.has_picture:
            return charts.describe_cohort_star(self.star_measures, self.edition.areas)
        if self.profile is Profile.RESTRICTED:
            return f"There is no picture: no parent has a pair of Stars as at {long_date(self.as_at)}."
        return f"There is no picture: no area has the {self.threshold} pairs that it takes to publish an average."

    @cached_property
    def picture(self) -> bytes | None:
        """The cohort star as a PNG, or None if nothing may be drawn; drawn once for its figures, in 0.5 s."""
        if not self.has_picture:
            return None
        return get_measured_picture(CohortChart.STAR, self.star_measures, self.edition.areas, "png")

    @cached_property
    def drawing(self) -> bytes | None:
        """The same as an SVG, for a page: a tenth of the size."""
        if not self.has_picture:
            return None
        return get_measured_picture(CohortChart.STAR, self.star_measures, self.edition.areas, "svg")
