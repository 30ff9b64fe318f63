"""The cohort by the models: every Star and reading loaded as an object, and a loop over them."""

from collections import Counter
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from star_tracker.analysis.cohorts import Cohort, CohortFilter
from star_tracker.analysis.frames import CHANGES, build_frame
from star_tracker.domain.scales import AREAS, Exclusion, Kind
from star_tracker.extensions import db
from star_tracker.models import Intervention, Pod, Registration, Star

REGISTRATIONS_AT_A_TIME = 500


def get_cohort(selected_by: CohortFilter) -> Cohort:
    """The cohort of the whole service, of one pod or of those closed in a quarter (R1 to R5)."""
    query = (
        select(Registration)
        .join(Registration.intervention)
        .where(Intervention.started_on <= selected_by.as_at)
        .options(selectinload(Registration.stars).selectinload(Star.readings))
        .execution_options(yield_per=REGISTRATIONS_AT_A_TIME)
    )
    if selected_by.pods is not None:
        query = query.join(Intervention.pod).where(Pod.name.in_(selected_by.pods))
    if selected_by.closed_from and selected_by.closed_to:
        query = query.where(Intervention.closed_on.between(selected_by.closed_from, selected_by.closed_to))
    changes: Counter[tuple[int, int, int]] = Counter()
    excluded = dict.fromkeys(Exclusion, 0)
    pairs = 0
    for registration in db.session.scalars(query):
        found = _find_pair(registration, selected_by.as_at)
        if isinstance(found, Exclusion):
            excluded[found] += 1
            continue
        pairs += 1
        for start, latest in zip(found[0].readings, found[1].readings, strict=True):
            if start.value is not None and latest.value is not None:
                changes[AREAS.index(start.area), start.value, latest.value] += 1
    rows = [(AREAS[area], start, latest, n) for (area, start, latest), n in sorted(changes.items())]
    return Cohort(
        selected_by=selected_by,
        pairs=pairs,
        excluded=excluded,
        changes=build_frame(CHANGES, rows),
    )


def _find_pair(registration: Registration, as_at: date) -> tuple[Star, Star] | Exclusion:
    counted = [star for star in registration.stars if star.is_counted and star.completed_on <= as_at]
    start = next((star for star in counted if star.kind == Kind.START), None)
    if start is None:
        return Exclusion.NO_START_STAR if counted else Exclusion.NO_COUNTED_STAR
    later = [star for star in counted if star.kind != Kind.START and star.completed_on >= start.completed_on]
    if not later:
        return Exclusion.ONE_STAR_ONLY
    return start, max(later, key=lambda star: (star.completed_on, star.kind == Kind.CLOSURE, star.id))
