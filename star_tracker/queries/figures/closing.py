"""How the interventions of a cohort closed, counted in one pass over their dates (``analysis.closing``)."""

from collections import Counter

from sqlalchemy import func, select

from star_tracker.analysis.closing import Closing, Ending, work_out_closing
from star_tracker.analysis.cohorts import CohortFilter
from star_tracker.domain.interventions import is_open_at
from star_tracker.domain.permissions import Reader
from star_tracker.extensions import db
from star_tracker.models import Intervention
from star_tracker.queries.families.readers import is_readers_intervention
from star_tracker.queries.figures.conditions import list_conditions


def get_closing(selected_by: CohortFilter, *, reader: Reader | None) -> Closing:
    """How the interventions closed that a filter selects, whatever it asks of Stars, as at its day.

    They are those of the families of the reader alone (R12); None for every family.
    """
    chosen, as_at = selected_by.of_everybody, selected_by.as_at
    columns = Intervention.started_on, Intervention.closed_on, Intervention.closure_reason
    statement = (
        select(*columns, func.count())
        .where(Intervention.started_on <= as_at, is_readers_intervention(reader), *list_conditions(chosen))
        .group_by(*columns)
    )
    endings = Counter[Ending]()
    for started_on, closed_on, reason, n in db.session.execute(statement):
        followed = min(closed_on or as_at, as_at) - started_on
        endings[Ending(followed.days, None if is_open_at(closed_on, as_at) else reason)] += n
    return work_out_closing(chosen, endings)
