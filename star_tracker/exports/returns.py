"""The quarterly return: disclosed tables made from a service's record, with their words, and the cohort star."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import pandas as pd

from star_tracker.analysis import charts, service
from star_tracker.analysis.disclosure import (
    Figure,
    Profile,
    check_threshold,
    disclose,
    drawable_frame,
    leave_out_small_groups,
)
from star_tracker.analysis.measures import measures_frame
from star_tracker.analysis.pictures import get_cohort_star
from star_tracker.analysis.service import ServiceRecord
from star_tracker.domain.figures import DEFAULT_THRESHOLD
from star_tracker.domain.periods import Quarter, long_date
from star_tracker.domain.scales import ALL_PODS, Edition
from star_tracker.domain.schedule import DEFAULT_TIMINGS, Timings
from star_tracker.exports.definitions import CHANGE_NOTE, columns_of, marks_of, profile_text, rules_of
from star_tracker.exports.tables import NamedTable, spec_of


@dataclass(frozen=True, kw_only=True)
class Return:
    """A quarter's return for one profile, ready to be written as a workbook and as CSV files.

    Attributes:
        quarter: the quarter.
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
    """

    quarter: Quarter
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

    @property
    def as_at(self) -> date:
        """The quarter's last day, which every figure is for."""
        return self.quarter.ends_on

    @property
    def title(self) -> str:
        """The title of the document, on one line."""
        provisional = " (provisional: the quarter has not ended)" if self.is_provisional else ""
        return f"{self.service_name}: Family Star Plus return, {self.quarter.label}{provisional}"

    @property
    def kind(self) -> str:
        """Its profile, after "provisional" if it is."""
        return f"provisional {self.profile}" if self.is_provisional else str(self.profile)

    @property
    def profile_text(self) -> str:
        """Who may have this return, and what was done to its figures (R9)."""
        return profile_text(self.profile, self.threshold)

    @property
    def marks(self) -> Mapping[str, str]:
        """The meaning of each mark that replaces a figure."""
        return marks_of(self.profile, self.threshold)

    @property
    def rules(self) -> Mapping[str, str]:
        """The rules behind the figures, by R-number."""
        return rules_of(self.profile, self.threshold, self.timings, self.quarter.first_month)

    @property
    def has_picture(self) -> bool:
        """Whether there is any average that the cohort star may draw."""
        return bool(self.star_measures[["mean_start", "mean_latest"]].notna().any(axis=None))

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
        return get_cohort_star(self.star_measures, self.edition.areas, "png")

    @cached_property
    def drawing(self) -> bytes | None:
        """The same as an SVG, for a page: a tenth of the size."""
        if not self.has_picture:
            return None
        return get_cohort_star(self.star_measures, self.edition.areas, "svg")


@dataclass(frozen=True)
class EarlierRates:
    """The rates of the indicators in earlier signed returns, as disclosed there, by pod, indicator and period."""

    quarter_before: Mapping[tuple[str, str, str], Figure] = field(default_factory=dict)
    year_before: Mapping[tuple[str, str, str], Figure] = field(default_factory=dict)


def build_return(
    record: ServiceRecord,
    *,
    profile: Profile,
    edition: Edition,
    service_name: str,
    council_name: str,
    software_version: str,
    is_provisional: bool = False,
    threshold: int = DEFAULT_THRESHOLD,
    timings: Timings = DEFAULT_TIMINGS,
    earlier: EarlierRates | None = None,
) -> Return:
    """The return of the record's quarter, with the figures that ``profile`` allows (R9).

    Args:
        record: the service as at the quarter's last day.
        profile: for whom it is made.
        edition: the edition whose labels it uses.
        service_name: the service that makes it.
        council_name: the council that receives it.
        software_version: the version of Star Tracker, for the cover and the metadata.
        is_provisional: whether the quarter has not ended.
        threshold: R9's t.
        timings: the numbers of R7.
        earlier: the rates of earlier signed returns of this profile.

    Raises:
        ValueError: t is not one of ``domain.figures.THRESHOLDS``.
    """
    check_threshold(threshold)
    columns = columns_of(edition)
    texts = _texts_of(record.quarter)
    frames = _frames_of(record, timings)
    frames["indicators"] = _set_earlier_beside(frames["indicators"], earlier or EarlierRates())
    if profile is Profile.PUBLISHED:
        frames["stages"] = leave_out_small_groups(frames["stages"], ("cohort", "pod", "area"), "pairs", threshold)
    tables = tuple(
        NamedTable(
            name=name,
            title=title,
            scope=f"{scope} As at {long_date(record.as_at)}.",
            source=f"Star Tracker: the records of {service_name}",
            columns=columns[name],
            frame=disclose(frames[name], spec_of(columns[name]), profile, threshold),
            notes=tuple(notes),
        )
        for name, (title, scope, *notes) in texts.items()
    )
    return Return(
        quarter=record.quarter,
        profile=profile,
        threshold=threshold,
        service_name=service_name,
        council_name=council_name,
        software_version=software_version,
        is_provisional=is_provisional,
        edition=edition,
        timings=timings,
        tables=tables,
        star_measures=drawable_frame(measures_frame(service.all_changes(record, "all_to_date")), profile, threshold),
    )


def _frames_of(record: ServiceRecord, timings: Timings) -> dict[str, pd.DataFrame]:
    """The exact figures of each table."""
    return {
        "indicators": service.indicators_frame(record, timings),
        "served": service.served_frame(record),
        "activity": service.activity_frame(record),
        "completion": service.completion_frame(record, timings),
        "averages": service.averages_frame(record),
        "change": service.change_frame(record),
        "stages": service.stages_frame(record),
        "closures": service.closures_frame(record),
        "re_referrals": service.re_referrals_frame(record),
        "exclusions": service.exclusions_frame(record),
    }


def _set_earlier_beside(indicators: pd.DataFrame, earlier: EarlierRates) -> pd.DataFrame:
    """The indicators with room for the rate, and each rate of the earlier returns beside it."""
    keys = list(indicators[["pod", "indicator", "period"]].itertuples(index=False, name=None))
    beside = {
        name: pd.Series([rates.get(key) for key in keys], index=indicators.index, dtype=object)
        for name, rates in (("rate_before", earlier.quarter_before), ("rate_year_before", earlier.year_before))
    }
    columns = ["pod", "indicator", "period", "denominator", "numerator", "rate", *beside]
    return indicators.assign(rate=None, **beside)[columns]


def _texts_of(quarter: Quarter) -> dict[str, tuple[str, ...]]:
    """For each table, in the order of the sheets: its title, its scope and its notes."""
    within = f"in {quarter.label}"
    pairs = "Pairs of a parent's start and latest Star in one intervention."
    return {
        "indicators": (
            f"Headline indicators, {quarter.label}, in the year to date and to date, by pod",
            "Each line says of how many, and of how many of them it is true.",
            "A family that closed for two reasons counts once for each.",
            CHANGE_NOTE,
        ),
        "served": (
            "Families, parents and children served since the service began, by pod",
            "Interventions started since the service began.",
            "A family that two pods have served counts in both, and once in the whole service.",
        ),
        "activity": (
            f"Open at the start, started, closed and open at the end {within}, by pod",
            "Interventions; a family that came back counts again.",
            "Open at start + started − closed = open at end, in exact figures.",
        ),
        "completion": (
            f"Stars due, completed and on time {within}, by pod and kind of Star",
            "Every parent registered in an intervention.",
            "A Star counts in the quarter in which it was due, whenever it was completed.",
        ),
        "averages": (
            "Average readings at the start and latest Star, by cohort, pod and area",
            pairs,
            "Readings are from 1 to 10; higher is better.",
        ),
        "change": (
            "Change from the start to the latest Star, by cohort, pod and area",
            pairs,
            CHANGE_NOTE,
            "Each figure is rounded on its own: a change can differ in its last digit from the averages' difference.",
        ),
        "stages": (
            "Pairs by their stage at the start and at the latest Star, by cohort, pod and area",
            pairs,
            "Only the moves that occur are listed. A published return lists none where a pod has too few pairs in an "
            "area for their number to be shown.",
        ),
        "closures": (
            f"Families and children whose intervention closed {within} and to date, by pod and reason",
            "Interventions that have closed.",
            "A family counts once in a row; one that closed twice, for two reasons or in two pods, is in both rows.",
        ),
        "re_referrals": (
            f"Referrals, and re-referrals within 12 months, {within} and to date, by pod",
            "Every referral, whether or not its intervention has started.",
            "A re-referral counts in the pod of the later referral.",
        ),
        "exclusions": (
            "Parents who are in no pair, by pod and reason",
            "Every parent registered in an intervention that has started.",
        ),
    }
