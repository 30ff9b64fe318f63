"""A cohort's table of changes, apart by the months between the two Stars (``analysis.how_soon``)."""

from sqlalchemy import case, func

from star_tracker.analysis.cohorts import CohortFilter, count_changes
from star_tracker.analysis.how_soon import MONTHS_BETWEEN
from star_tracker.domain.permissions import Reader
from star_tracker.domain.standings import PAIR
from star_tracker.extensions import db
from star_tracker.models import Standing, Star
from star_tracker.queries.figures.cohorts import select_standings
from star_tracker.queries.figures.conditions import MONTH, count_to_day


def get_changes_by_months(
    selected_by: CohortFilter, *, reader: Reader | None
) -> dict[int, list[tuple[str, int, int, int]]]:
    """R5's table by the keys of ``MONTHS_BETWEEN``; a month more is the same day of the next month.

    Of the families of the reader alone (R12); None for every family.
    """
    days = count_to_day(Standing.since) - count_to_day(Star.completed_on)
    months = case(*((days >= least * MONTH, least) for least in sorted(MONTHS_BETWEEN, reverse=True)))
    values = func.aggregate_strings(Standing.pair_values, "")
    statement = (
        select_standings(months, values, selected_by=selected_by, reader=reader)
        .join(Star, Star.id == Standing.start_id)
        .where(Standing.standing == PAIR)
        .group_by(months)
    )
    return {least: count_changes(pair_values) for least, pair_values in db.session.execute(statement)}
