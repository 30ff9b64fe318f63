"""A return made from a service's record: its tables, disclosed as its profile asks (R9)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo

import pandas as pd

from star_tracker.analysis import service
from star_tracker.analysis.disclosure import (
    Figure,
    Profile,
    check_threshold,
    disclose,
    drawable_frame,
    leave_out_small_groups,
)
from star_tracker.analysis.measures import measures_frame
from star_tracker.analysis.service import ServiceRecord
from star_tracker.domain.figures import DEFAULT_THRESHOLD
from star_tracker.domain.periods import long_date
from star_tracker.domain.scales import Edition
from star_tracker.domain.schedule import DEFAULT_TIMINGS, Timings
from star_tracker.exports.definitions import columns_of
from star_tracker.exports.returns.content import Return
from star_tracker.exports.returns.texts import texts_of
from star_tracker.exports.tables import NamedTable, spec_of


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
    time_zone: tzinfo = UTC,
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
        time_zone: in which its files tell the time.

    Raises:
        ValueError: t is not one of ``domain.figures.THRESHOLDS``.
    """
    check_threshold(threshold)
    columns = columns_of(edition)
    texts = texts_of(record.quarter)
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
        time_zone=time_zone,
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
