"""A parent's star chart as a CSV file."""

from star_tracker.analysis.parent_stars import ParentStars
from star_tracker.exports.csv_files import build_csv


def build_parent_csv(stars: ParentStars) -> bytes:
    """The chart's table, one row for each area, by code: the start and the latest Star's readings, and the change.

    The parent's own values, where they differ, are in separate columns.
    """
    columns = ("area", "start", "latest", "change", "start_own", "latest_own")
    return build_csv(columns, [[getattr(row, column) for column in columns] for row in stars.rows()])
