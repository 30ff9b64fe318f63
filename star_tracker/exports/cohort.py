"""A cohort's figures as a CSV file and as the document that the command line prints."""

from typing import Any

from star_tracker.analysis.summaries import CohortChart, CohortSummary
from star_tracker.exports.csv_files import build_csv

CHART_COLUMNS = {
    CohortChart.STAR: ("area", "n", "mean_start", "mean_latest", "median_start", "median_latest"),
    CohortChart.CHANGE: ("area", "n", "mean_change", "ci_low", "ci_high", "sd_change", "rank_biserial"),
    CohortChart.OUTCOMES: (
        "area",
        "n",
        "improved",
        "maintained",
        "declined",
        "stage_up",
        "stage_same",
        "stage_down",
    ),
}
"""The measures in each chart's file."""


def build_cohort_document(summary: CohortSummary) -> dict[str, Any]:
    """The cohort as plain Python for JSON (docs/command-line.md): unrounded numbers, None where undefined."""
    chosen = summary.selected_by
    filters = {
        "pods": list(chosen.pods) if chosen.pods is not None else None,
        "practitioner": chosen.practitioner,
        "status": chosen.status,
        **{
            name: day.isoformat() if (day := getattr(chosen, name)) else None
            for name in ("closed_from", "closed_to", "latest_from", "latest_to")
        },
    }
    return {
        "as_at": chosen.as_at.isoformat(),
        "filters": filters,
        "pairs": summary.pairs,
        "excluded": {reason.value: n for reason, n in summary.excluded.items()},
        "areas": summary.areas,
        "stages": summary.stages,
    }


def build_cohort_csv(summary: CohortSummary, chart: CohortChart | None = None) -> bytes:
    """R5's measures, or those that a chart shows, one row for each area: unrounded, blank where undefined."""
    columns = CHART_COLUMNS[chart] if chart else tuple(summary.areas[0])
    return build_csv(columns, [[area[column] for column in columns] for area in summary.areas])
