"""A cohort's table of changes, apart by the months between the two Stars (``analysis.how_soon``)."""

from io import StringIO

from star_tracker.analysis.cohorts import CohortFilter, count_changes
from star_tracker.analysis.how_soon import MONTHS_BETWEEN, find_months_between
from star_tracker.domain.permissions import Reader
from star_tracker.domain.standings import PAIR
from star_tracker.extensions import db
from star_tracker.models import Standing, Star
from star_tracker.queries.figures.cohorts import select_standings


def get_changes_by_months(
    selected_by: CohortFilter, *, reader: Reader | None
) -> dict[int, list[tuple[str, int, int, int]]]:
    """R5's table by the keys of ``MONTHS_BETWEEN``.

    Of the families of the reader alone (R12); None for every family.
    """
    columns = Star.completed_on, Standing.since, Standing.pair_values
    statement = (
        select_standings(*columns, selected_by=selected_by, reader=reader)
        .join(Star, Star.id == Standing.start_id)
        .where(Standing.standing == PAIR)
    )
    values = {least: StringIO() for least in MONTHS_BETWEEN}
    # The databases have no function in common for months, and six extracts a pair take four times as long as this.
    for start_on, latest_on, pair_values in db.session.execute(statement):
        values[find_months_between(start_on, latest_on)].write(pair_values)
    return {least: count_changes(text.getvalue()) for least, text in values.items()}
