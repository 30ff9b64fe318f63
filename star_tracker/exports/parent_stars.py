"""A parent's star chart as a CSV file."""

from star_tracker.analysis.parent_stars import ParentStars
from star_tracker.exports.csv_files import build_csv


def build_parent_csv(stars: ParentStars) -> bytes:
    """The chart's table, one row for each area: its code, what the start and the latest Star say, the change."""
    return build_csv(
        ["area", "start", "latest", "change"], [[row.area, row.start, row.latest, row.change] for row in stars.rows()]
    )
