"""A parent's star chart as a CSV file."""

from star_tracker.analysis.parent_stars import ParentStars
from star_tracker.exports.csv_files import build_csv


def build_parent_csv(stars: ParentStars) -> bytes:
    """The chart's table, one row for each area, by code: what the start and the latest Star say, and the change.

    The parent's own values stand in columns of their own where they differ.
    """
    columns = ("area", "start", "latest", "change", "start_own", "latest_own")
    return build_csv(columns, [[getattr(row, column) for column in columns] for row in stars.rows()])
