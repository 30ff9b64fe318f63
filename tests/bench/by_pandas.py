"""The cohort by pandas: every table read into a frame, then joined and grouped there."""

from dataclasses import dataclass

import pandas as pd
from sqlalchemy import text

from star_tracker.analysis.cohorts import Cohort, CohortFilter
from star_tracker.analysis.frames import CHANGES, build_frame
from star_tracker.domain.scales import AREAS, Exclusion
from star_tracker.extensions import db


@dataclass(frozen=True)
class Frames:
    """A service's tables, dates as ISO text, which compares as dates do."""

    pods: pd.DataFrame
    interventions: pd.DataFrame
    registrations: pd.DataFrame
    stars: pd.DataFrame
    readings: pd.DataFrame


def read_frames() -> Frames:
    """Every row of the tables, of the columns that are needed."""
    connection = db.session.connection()
    return Frames(
        **{
            table: pd.read_sql_query(text(f"SELECT {columns} FROM {table}"), connection)
            for table, columns in (
                ("pods", "id, name"),
                ("interventions", "id, pod_id, started_on, closed_on"),
                ("registrations", "id, intervention_id"),
                ("stars", "id, registration_id, kind, completed_on, completed_by, withdrawn_at"),
                ("readings", "star_id, area, value"),
            )
        }
    )


def compute_cohort(frames: Frames, selected_by: CohortFilter) -> Cohort:
    """The cohort of the whole service, of one pod or of those closed in a quarter (R1 to R5)."""
    registrations = _select_registrations(frames, selected_by)
    stars = frames.stars
    counted = stars[
        stars["withdrawn_at"].isna()
        & (stars["completed_by"] != "parent")
        & (stars["completed_on"] <= selected_by.as_at.isoformat())
        & stars["registration_id"].isin(registrations)
    ]
    is_start = counted["kind"] == "start"
    starts = counted[is_start].set_index("registration_id")[["id", "completed_on"]]
    others = counted[~is_start].join(starts, on="registration_id", how="inner", rsuffix="_start")
    others = others[others["completed_on"] >= others["completed_on_start"]]
    others = others.assign(is_closure=others["kind"] == "closure")
    pairs = others.sort_values(["completed_on", "is_closure", "id"]).drop_duplicates("registration_id", keep="last")

    with_start, with_any = len(starts), counted["registration_id"].nunique()
    return Cohort(
        selected_by=selected_by,
        pairs=len(pairs),
        excluded={
            Exclusion.NO_COUNTED_STAR: len(registrations) - with_any,
            Exclusion.NO_START_STAR: with_any - with_start,
            Exclusion.ONE_STAR_ONLY: with_start - len(pairs),
        },
        changes=_count_changes(frames.readings, pairs),
    )


def _select_registrations(frames: Frames, selected_by: CohortFilter) -> pd.Series:
    interventions = frames.interventions
    interventions = interventions[interventions["started_on"] <= selected_by.as_at.isoformat()]
    if selected_by.pods is not None:
        pod_ids = frames.pods.loc[frames.pods["name"].isin(selected_by.pods), "id"]
        interventions = interventions[interventions["pod_id"].isin(pod_ids)]
    if selected_by.closed_from and selected_by.closed_to:
        days = selected_by.closed_from.isoformat(), selected_by.closed_to.isoformat()
        interventions = interventions[interventions["closed_on"].between(*days)]
    registrations = frames.registrations
    return registrations.loc[registrations["intervention_id"].isin(interventions["id"]), "id"]


def _count_changes(readings: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    scored = readings.dropna(subset="value").astype("int64")
    start = pairs[["id_start", "id"]].merge(scored, left_on="id_start", right_on="star_id")
    both = start.merge(scored, left_on=["id", "area"], right_on=["star_id", "area"], suffixes=("_start", "_latest"))
    counts = both.groupby(["area", "value_start", "value_latest"]).size().reset_index().to_numpy().tolist()
    return build_frame(CHANGES, [(AREAS[area - 1], *rest) for area, *rest in counts])
