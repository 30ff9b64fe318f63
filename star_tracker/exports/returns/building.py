"""A return made from a service's record: its tables, disclosed as its profile asks (R9)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from threading import Lock

import pandas as pd
from cachetools import LRUCache, cached

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
from star_tracker.analysis.protection.published import Protection, protect
from star_tracker.analysis.service import TO_BE_LOW, TO_DATE, Indicator, ServiceRecord
from star_tracker.domain.days import long_date
from star_tracker.domain.figures import DEFAULT_THRESHOLD
from star_tracker.domain.row_level import RowLevel
from star_tracker.domain.scales import Edition
from star_tracker.domain.schedule import DEFAULT_TIMINGS, Timings
from star_tracker.exports.columns import columns_of
from star_tracker.exports.contents import digest_contents
from star_tracker.exports.returns.content import Return
from star_tracker.exports.returns.narrative import Narrative
from star_tracker.exports.returns.texts import texts_of
from star_tracker.exports.tables import NamedTable, spec_of

RETURNS_KEPT = 8
"""Returns in memory, each without the record that it was made from: under a megabyte."""


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
    narrative: Narrative | None = None,
    targets: Mapping[str, int] | None = None,
    row_level: RowLevel = RowLevel.NONE,
) -> Return:
    """The return of the record's quarter, with the figures that ``profile`` allows (R9).

    Args:
        record: the service, as at the quarter's last day or, before that, as at today.
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
        narrative: its words, with every reading of its case studies; a published return has none of these.
        targets: what the rates of indicators should be, in per cent, by their codes.
        row_level: which row-level file it has; a published return has none.

    Raises:
        ValueError: t is not one of ``domain.figures.THRESHOLDS``, or a published return has a row-level file.
    """
    check_threshold(threshold)
    columns = columns_of(edition)
    texts = texts_of(record.quarter)
    frames = _frames_of(record, timings)
    frames["indicators"] = _set_earlier_beside(frames["indicators"], earlier or EarlierRates())
    specs = {name: spec_of(columns[name]) for name in frames}
    protection = Protection()
    if profile is Profile.PUBLISHED:
        protection = protect(frames, specs, record.changes, threshold)
        stages = leave_out_small_groups(frames["stages"], ("cohort", "pod", "area"), "pairs", threshold)
        frames["stages"] = protection.leave_out_moves(stages)
    disclosed = {
        name: disclose(frame, specs[name], profile, threshold, protection.list_places(name, frame))
        for name, frame in frames.items()
    }
    disclosed["indicators"] = _set_targets_beside(disclosed["indicators"], targets or {}, is_over=not is_provisional)
    measures = measures_frame(service.all_changes(record, TO_DATE))
    drawable = drawable_frame(measures, profile, threshold, hidden=protection.list_drawn_places(measures, TO_DATE))
    tables = tuple(
        NamedTable(
            name=name,
            title=title,
            scope=f"{scope} As at {long_date(record.as_at)}.",
            source=f"Star Tracker: the records of {service_name}",
            columns=columns[name],
            frame=disclosed[name],
            notes=tuple(notes),
        )
        for name, (title, scope, *notes) in texts.items()
    )
    return Return(
        quarter=record.quarter,
        as_at=record.as_at,
        profile=profile,
        threshold=threshold,
        service_name=service_name,
        council_name=council_name,
        software_version=software_version,
        is_provisional=is_provisional,
        edition=edition,
        timings=timings,
        tables=tables,
        star_measures=drawable,
        time_zone=time_zone,
        narrative=_disclose_narrative(narrative or Narrative(), profile),
        row_level=row_level,
        pair_count=int(record.pairs["pairs"].sum()),
    )


get_built_return = cached(LRUCache[bytes, Return](RETURNS_KEPT), key=digest_contents, lock=Lock())(build_return)
"""The same, made once from what is the same: every page and file of a return asks for it. Nobody may change it."""


def _disclose_narrative(narrative: Narrative, profile: Profile) -> Narrative:
    """The words; published ones come without a reading of anybody's Star, which would be row-level (R9)."""
    return narrative.without_readings() if profile is Profile.PUBLISHED else narrative


def _set_targets_beside(indicators: pd.DataFrame, targets: Mapping[str, int], *, is_over: bool) -> pd.DataFrame:
    """The disclosed indicators with the target of each, and whether the rate as it is shown meets it.

    It follows from what is shown alone, so it tells nothing of a rate that is hidden or rounded (R9). Nothing is met
    or missed in a quarter that is not over.
    """
    wanted = [float(targets[indicator]) if indicator in targets else None for indicator in indicators["indicator"]]
    met = [
        _is_met(Indicator(indicator), rate, target) if is_over else None
        for indicator, rate, target in zip(indicators["indicator"], indicators["rate"], wanted, strict=True)
    ]
    given = {"target": wanted, "met": met}
    beside = {name: pd.Series(values, index=indicators.index, dtype=object) for name, values in given.items()}
    first, last = indicators.loc[:, :"rate"], indicators.loc[:, "rate_before":]
    return pd.concat([first, pd.DataFrame(beside), last], axis="columns")


def _is_met(indicator: Indicator, rate: Figure, target: float | None) -> Figure:
    """Yes or no; what replaces the rate, if it is not shown; None without a rate or a target."""
    if target is None or not isinstance(rate, int | float):
        return None if target is None else rate
    return "yes" if (rate <= target if indicator in TO_BE_LOW else rate >= target) else "no"


def _frames_of(record: ServiceRecord, timings: Timings) -> dict[str, pd.DataFrame]:
    """The exact figures of each table."""
    measured = service.measured_frame(record)
    return {
        "indicators": service.indicators_frame(record, timings),
        "served": service.served_frame(record),
        "activity": service.activity_frame(record),
        "completion": service.completion_frame(record, timings),
        "averages": service.averages_frame(measured),
        "change": service.change_frame(measured),
        "stages": service.stages_frame(record),
        "closures": service.closures_frame(record),
        "re_referrals": service.re_referrals_frame(record),
        "exclusions": service.exclusions_frame(record),
        "feedback": service.feedback_frame(record),
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
