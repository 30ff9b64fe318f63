"""What a council's return is made from: its pods as at the quarter's last day."""

from dataclasses import replace
from datetime import date
from importlib.metadata import version
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select

from star_tracker.analysis.cohorts import CohortFilter
from star_tracker.analysis.contacts import Visit
from star_tracker.analysis.disclosure import Figure, Profile
from star_tracker.analysis.frames import INTERVENTIONS, REGISTRATIONS, STAR_DATES, build_frame
from star_tracker.analysis.service import Referral, ServiceRecord
from star_tracker.config import Settings
from star_tracker.domain.days import long_date
from star_tracker.domain.errors import DomainError
from star_tracker.domain.quarters import Quarter
from star_tracker.domain.row_level import RowLevel
from star_tracker.exports.returns.building import EarlierRates, get_built_return
from star_tracker.exports.returns.content import Return
from star_tracker.exports.returns.pages import list_rates, load_page
from star_tracker.extensions import db
from star_tracker.models import Contact, Council, Intervention, Pod, Registration
from star_tracker.queries.feedback import count_feedback
from star_tracker.queries.figures.cohorts import get_cohorts_by_pod, get_pairs_by_pod
from star_tracker.queries.figures.conditions import is_completed_together, is_of_council, is_of_service
from star_tracker.queries.figures.schedules import select_star_dates
from star_tracker.queries.returns.narratives import get_narrative, get_targets
from star_tracker.queries.returns.pair_rows import get_pair_rows
from star_tracker.queries.returns.signed_returns import get_signing_history


def get_return(
    council: Council,
    quarter: Quarter,
    profile: Profile,
    settings: Settings,
    *,
    today: date,
    with_rows: bool = False,
) -> Return:
    """The council's return of this quarter for this profile, by the settings of the quarter's last day (R15).

    Args:
        council: whose return it is.
        quarter: of which quarter.
        profile: for whom it is made; a published one has no row-level file.
        settings: the service's, as they are now.
        today: the day on which it is made.
        with_rows: whether it has the rows of its row-level file, which only that file needs.

    Raises:
        DomainError: the quarter has not begun.
    """
    if quarter.starts_on > today:
        raise DomainError(
            "quarter", f"{quarter} begins on {long_date(quarter.starts_on)}: there is nothing to return yet"
        )
    settings = settings.as_at(quarter.ends_on)
    row_level = RowLevel.NONE if profile is Profile.PUBLISHED else RowLevel(settings.row_level)
    made = get_built_return(
        get_service_record(council, quarter, today),
        profile=profile,
        edition=settings.edition,
        service_name=settings.service_name,
        council_name=council.name,
        software_version=version("star-tracker"),
        is_provisional=quarter.ends_on >= today,
        threshold=settings.threshold,
        timings=settings.timings,
        time_zone=settings.time_zone,
        earlier=EarlierRates(
            quarter_before=_list_signed_rates(council, quarter.previous(), profile),
            year_before=_list_signed_rates(council, quarter.year_before(), profile),
        ),
        narrative=get_narrative(council.id, quarter),
        targets=get_targets(council.id, quarter),
        row_level=row_level,
    )
    if not with_rows:
        return made
    # Rows of parents are not for keeping in memory.
    has_references = row_level is RowLevel.REFERENCES
    return replace(made, pairs=get_pair_rows(council.id, made.as_at, has_references=has_references))


def get_service_record(council: Council, quarter: Quarter, today: date) -> ServiceRecord:
    """Everything that the council's return of this quarter counts, as at its last day: restricted families too (R14).

    A quarter that has not ended is counted to ``today``: what falls due later has not been missed.

    An intervention is the council's for which its pod works, wherever it was before it was transferred.
    """
    as_at = quarter.as_at(today)
    exists = is_of_council(council.id) & ((Intervention.started_on <= as_at) | (Intervention.referred_on <= as_at))
    pods = list_returned_pods(council.id)
    to_date = CohortFilter(as_at=as_at, pods=pods)
    changes, excluded = get_cohorts_by_pod(to_date, reader=None)
    in_quarter = replace(to_date, latest_from=quarter.starts_on, latest_to=as_at)
    closed = replace(to_date, closed_from=quarter.starts_on, closed_to=as_at)
    return ServiceRecord(
        quarter=quarter,
        as_at=as_at,
        pods=pods,
        interventions=build_frame(INTERVENTIONS, _rows(_select_interventions(as_at).where(exists))),
        registrations=build_frame(REGISTRATIONS, _rows(_select_registrations().where(exists))),
        star_dates=build_frame(STAR_DATES, _rows(select_star_dates(as_at).where(exists))),
        changes={
            "all_to_date": changes,
            "latest_in_quarter": get_cohorts_by_pod(in_quarter, reader=None)[0],
            "closed_in_quarter": get_cohorts_by_pod(closed, reader=None)[0],
        },
        excluded=excluded,
        pairs=get_pairs_by_pod(to_date, reader=None),
        elsewhere=_list_referrals_elsewhere(council.id, as_at),
        contacts=_list_contacts(as_at, exists),
        feedback=count_feedback(council.id, quarter),
    )


def list_returned_pods(council_id: int) -> tuple[str, ...]:
    """The names of the pods that are in a council's return: its own, without comparison groups (R14)."""
    is_returned = (Pod.council_id == council_id, ~Pod.is_comparison)
    return tuple(sorted(db.session.scalars(select(Pod.name).where(*is_returned))))


def _list_referrals_elsewhere(council_id: int, as_at: date) -> list[Referral]:
    """The referrals of this council's families to the pods of others."""
    of_council = select(Intervention.family_id).where(is_of_council(council_id))
    statement = select(
        Intervention.family_id, Intervention.referred_on, Intervention.started_on, Intervention.id
    ).where(
        is_of_service(),
        ~is_of_council(council_id),
        Intervention.family_id.in_(of_council),
        Intervention.referred_on <= as_at,
    )
    return [(*row,) for row in db.session.execute(statement)]


def _list_contacts(as_at: date, exists: ColumnElement[bool]) -> list[Visit]:
    """The contacts of these interventions by a day."""
    statement = (
        select(Contact.intervention_id, Contact.contacted_on, Contact.seen)
        .join(Intervention, Intervention.id == Contact.intervention_id)
        .where(exists, Contact.contacted_on <= as_at)
    )
    return [Visit(*row) for row in db.session.execute(statement)]


def _list_signed_rates(council: Council, quarter: Quarter, profile: Profile) -> dict[tuple[str, str, str], Figure]:
    """The rates in the council's signed return of a quarter; {} if none stands."""
    standing = get_signing_history(council, quarter, profile).standing
    return list_rates(load_page(standing.page)) if standing else {}


def list_quarters(council: Council, today: date) -> list[Quarter]:
    """The quarters that a council's return can be made for, newest first: from its first intervention's to today's."""
    first = db.session.scalar(select(func.min(Intervention.started_on)).where(is_of_council(council.id)))
    return council.contract.list_quarters(first or today, today)


def _rows(statement: Select[*tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in db.session.execute(statement)]


def _select_interventions(as_at: date) -> Select[*tuple[Any, ...]]:
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
            case((is_completed_together(as_at), 1), else_=0),
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
