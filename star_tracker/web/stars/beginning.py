"""What a Star that is to be begun will probably be: its kind, its day, who completes it, and its edition."""

from collections.abc import Mapping
from datetime import date, timedelta

from star_tracker.domain.scales import CompletedBy, Kind
from star_tracker.domain.star_rules import DAYS_AFTER_CLOSURE, StarDate, find_kind_faults, propose_kind
from star_tracker.models import Registration
from star_tracker.web.auth.access import current_settings, today
from star_tracker.web.stars.draft_forms import BeginStarForm


def find_refused_kinds(registration: Registration) -> Mapping[Kind, str]:
    """Why a Star of each kind cannot be begun today; "" if it can."""
    return find_kind_faults(_list_dates(registration), _propose_day(registration))


def propose_star(
    form: BeginStarForm, registration: Registration, *, asked_kind: str = "", unplanned: bool = False
) -> None:
    """Set a form's defaults, preferring the kind that is asked for if that is possible."""
    kinds, day = find_refused_kinds(registration), _propose_day(registration)
    is_closed = registration.intervention.is_closed_at(today())
    proposed = propose_kind(_list_dates(registration), day, is_closed=is_closed)
    is_possible = asked_kind in list(Kind) and not kinds[Kind(asked_kind)]
    form.kind.data = asked_kind if is_possible else proposed.value
    form.completed_on.data = day
    form.unplanned.data = unplanned
    form.completed_by.data = (CompletedBy.WORKER if unplanned else CompletedBy.TOGETHER).value
    form.edition.data = propose_edition(registration)


def propose_edition(registration: Registration) -> str:
    """The edition of the parent's last Star, or else the service's."""
    used = [star.edition for star in registration.stars_in_force]
    return used[-1] if used else current_settings().edition.code


def _list_dates(registration: Registration) -> list[StarDate]:
    return [star.dated for star in registration.stars_in_force]


def _propose_day(registration: Registration) -> date:
    """Today, or the last day on which the intervention takes a Star."""
    closed_on = registration.intervention.closed_on
    return min(today(), closed_on + timedelta(days=DAYS_AFTER_CLOSURE)) if closed_on else today()
