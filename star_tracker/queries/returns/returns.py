"""What a quarter's return is made from: the service as at the quarter's last day."""

from datetime import date
from importlib.metadata import version
from typing import Any

from sqlalchemy import Select, case, select

from star_tracker.analysis.cohorts import CohortFilter
from star_tracker.analysis.disclosure import Figure, Profile
from star_tracker.analysis.frames import INTERVENTIONS, REGISTRATIONS, STAR_DATES, build_frame
from star_tracker.analysis.service import ServiceRecord
from star_tracker.config import Settings
from star_tracker.domain.errors import DomainError
from star_tracker.domain.periods import Quarter, long_date
from star_tracker.domain.scales import CompletedBy
from star_tracker.exports.returns.building import EarlierRates, build_return
from star_tracker.exports.returns.content import Return
from star_tracker.exports.returns.pages import list_rates, load_page
from star_tracker.extensions import db
from star_tracker.models import Intervention, Pod, Registration, Star
from star_tracker.queries.figures.cohorts import get_cohorts_by_pod, get_pairs_by_pod
from star_tracker.queries.figures.conditions import is_of_service
from star_tracker.queries.figures.schedules import select_star_dates
from star_tracker.queries.returns.signed_returns import get_signing_history


def get_return(quarter: Quarter, profile: Profile, settings: Settings, *, today: date) -> Return:
    """The return of this quarter for this profile, with the service's settings.

    Raises:
        DomainError: the quarter has not begun.
    """
    if quarter.starts_on > today:
        raise DomainError(
            "quarter", f"{quarter} begins on {long_date(quarter.starts_on)}: there is nothing to return yet"
        )
    return build_return(
        get_service_record(quarter),
        profile=profile,
        edition=settings.edition,
        service_name=settings.service_name,
        council_name=settings.council_name,
        software_version=version("star-tracker"),
        is_provisional=quarter.ends_on >= today,
        threshold=settings.threshold,
        timings=settings.timings,
        time_zone=settings.time_zone,
        earlier=EarlierRates(
            quarter_before=_list_signed_rates(quarter.previous(), profile),
            year_before=_list_signed_rates(quarter.year_before(), profile),
        ),
    )


def get_service_record(quarter: Quarter) -> ServiceRecord:
    """Everything that the return of this quarter counts, as at its last day: restricted families too (R14)."""
    as_at = quarter.ends_on
    exists = is_of_service() & ((Intervention.started_on <= as_at) | (Intervention.referred_on <= as_at))
    changes, excluded = get_cohorts_by_pod(CohortFilter(as_at=as_at), reader=None)
    in_quarter = CohortFilter(as_at=as_at, latest_from=quarter.starts_on, latest_to=as_at)
    closed = CohortFilter(as_at=as_at, closed_from=quarter.starts_on, closed_to=as_at)
    return ServiceRecord(
        quarter=quarter,
        pods=tuple(sorted(db.session.scalars(select(Pod.name).where(~Pod.is_comparison)))),
        interventions=build_frame(INTERVENTIONS, _rows(_select_interventions(as_at).where(exists))),
        registrations=build_frame(REGISTRATIONS, _rows(_select_registrations().where(exists))),
        star_dates=build_frame(STAR_DATES, _rows(select_star_dates(as_at).where(exists))),
        changes={
            "all_to_date": changes,
            "latest_in_quarter": get_cohorts_by_pod(in_quarter, reader=None)[0],
            "closed_in_quarter": get_cohorts_by_pod(closed, reader=None)[0],
        },
        excluded=excluded,
        pairs=get_pairs_by_pod(CohortFilter(as_at=as_at), reader=None),
    )


def _list_signed_rates(quarter: Quarter, profile: Profile) -> dict[tuple[str, str, str], Figure]:
    """The rates in the signed return of a quarter; {} if none stands."""
    standing = get_signing_history(quarter, profile).standing
    return list_rates(load_page(standing.page)) if standing else {}


def list_quarters(today: date, first_month: int) -> list[Quarter]:
    """The quarters that a return can be made for, newest first: from the first intervention's to the current one.

    ``first_month`` is the number of the month in which their year begins (R8).
    """
    first = db.session.scalar(select(Intervention.started_on).order_by(Intervention.started_on).limit(1))
    quarters = [Quarter.containing(today, first_month)]
    while first is not None and quarters[-1].starts_on > first:
        quarters.append(quarters[-1].previous())
    return quarters


def _rows(statement: Select[*tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in db.session.execute(statement)]


def _select_interventions(as_at: date) -> Select[*tuple[Any, ...]]:
    completed_together = (
        select(Star.id)
        .join(Registration, Registration.id == Star.registration_id)
        .where(
            Registration.intervention_id == Intervention.id,
            Star.is_counted,
            Star.completed_by == CompletedBy.TOGETHER,
            Star.completed_on <= as_at,
        )
        .exists()
    )
    return (
        select(
            Intervention.id,
            Intervention.family_id,
            Pod.name,
            Intervention.referred_on,
            Intervention.started_on,
            Intervention.closed_on,
            Intervention.closure_reason,
            Intervention.children,
            case((completed_together, 1), else_=0),
        )
        .join(Pod, Pod.id == Intervention.pod_id)
        .order_by(Intervention.id)
    )


def _select_registrations() -> Select[*tuple[Any, ...]]:
    return (
        select(Registration.id, Registration.intervention_id, Registration.parent_id)
        .join(Intervention, Intervention.id == Registration.intervention_id)
        .order_by(Registration.id)
    )
