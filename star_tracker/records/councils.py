"""Writes about councils: adding, changing, closing and reopening them, and which one something is for.

There is always one that is not closed: the first comes with the database (migration 018).
"""

from datetime import date

from sqlalchemy import func, select

from star_tracker.domain.checked import checked_text
from star_tracker.domain.context import Context
from star_tracker.domain.contract_years import ALWAYS, check_first_day, write_first_day
from star_tracker.domain.errors import DomainError, NotFoundError
from star_tracker.domain.service_settings import MONTHS
from star_tracker.domain.texts import fold_text
from star_tracker.models import Council, CouncilYear, Pod
from star_tracker.records.transactions import Write, write


def add_council(context: Context, *, name: str, year_starts_in: int) -> Council:
    """Add a council whose contract's year begins in this month, 1 to 12.

    Raises:
        DomainError: the name or the month is refused.
    """
    with write(context) as transaction:
        name, year_starts_in = _checked_name(transaction, name), _checked_month(year_starts_in)
        return transaction.add(Council(name=name, year_starts_in=year_starts_in))


def change_council(
    context: Context, *, council_id: int, name: str, year_starts_in: int, holds_from: date | None = None
) -> Council:
    """Change a council's name, also in what is made of past quarters, and the month in which its year begins.

    Args:
        context: who changes it, and when.
        council_id: the council.
        name: its name.
        year_starts_in: the month, 1 to 12.
        holds_from: the first day of another month (R15): today or later, or ``ALWAYS``, which replaces every other;
            None for today.

    Raises:
        DomainError: the name, the month or the day is refused.
        NotFoundError: no such council.
    """
    with write(context) as transaction:
        council = transaction.get_locked(Council, council_id)
        name, month = _checked_name(transaction, name, but=council), _checked_month(year_starts_in)
        if name != council.name:
            transaction.change("change", council, name=name)
        if month != council.contract.first_month_on(context.today):
            _change_year(transaction, council, month, context.today if holds_from is None else holds_from)
    return council


def _change_year(transaction: Write, council: Council, month: int, first: date) -> None:
    today = transaction.context.today
    check_first_day(first, today)
    before = {"year_starts_in": council.contract.first_month_on(today)}
    if first == ALWAYS:
        council.year_starts_in = month
        council.years.clear()
    elif found := _find_year(council, first):
        found.year_starts_in = month
    else:
        council.years.append(CouncilYear(holds_from=first, year_starts_in=month))
    after = {"year_starts_in": month, "holds_from": write_first_day(first)}
    transaction.note("change", council, before, after)


def take_back_year(context: Context, *, council_id: int, holds_from: date) -> Council:
    """Remove the month that holds from today or a later day; the one before it goes on.

    Raises:
        NotFoundError: there is no such council or month.
    """
    with write(context) as transaction:
        council = transaction.get_locked(Council, council_id)
        found = _find_year(council, holds_from)
        if found is None or holds_from < context.today:
            raise NotFoundError(f"no year of council {council_id} that holds from {holds_from}")
        council.years.remove(found)
        before = {"year_starts_in": found.year_starts_in, "holds_from": write_first_day(holds_from)}
        transaction.note("change", council, before, {"year_starts_in": None})
    return council


def _find_year(council: Council, first: date) -> CouncilYear | None:
    return next((year for year in council.years if year.holds_from == first), None)


def close_council(context: Context, *, council_id: int) -> Council:
    """Take no new pods for a council from today on; its people still read what was signed off.

    Raises:
        DomainError: it has open pods, or is the only one that is not closed.
        NotFoundError: no such council.
    """
    with write(context) as transaction:
        council = transaction.get_locked(Council, council_id)
        has_open = select(Pod.id).where(Pod.council_id == council.id, Pod.closed_on.is_(None)).limit(1)
        if transaction.session.scalar(has_open) is not None:
            raise DomainError("", f"Pods that are open work for {council.name}: close them, or choose another council")
        open_ones = select(func.count()).select_from(Council).where(Council.closed_on.is_(None))
        if council.closed_on is None:
            if transaction.session.scalar(open_ones) == 1:
                raise DomainError("", f"{council.name} is the only council: add another first")
            transaction.change("close", council, closed_on=context.today)
    return council


def reopen_council(context: Context, *, council_id: int) -> Council:
    """Take pods for a council again.

    Raises:
        NotFoundError: no such council.
    """
    with write(context) as transaction:
        council = transaction.get_locked(Council, council_id)
        if council.closed_on is not None:
            transaction.change("reopen", council, closed_on=None)
    return council


def choose_council(transaction: Write, council_id: int | None) -> Council:
    """The council that a new pod works for, locked against closing; None means the only one that is not closed.

    Raises:
        DomainError: on ``council_id``: there is no such council, it is closed, or none is chosen and there are several.
    """
    statement = select(Council).where(Council.closed_on.is_(None)).with_for_update(read=True)
    councils = {council.id: council for council in transaction.session.scalars(statement)}
    if council_id is None and len(councils) == 1:
        return next(iter(councils.values()))
    if council_id not in councils:
        raise DomainError("council_id", "Choose one of the councils in the list")
    return councils[council_id]


def _checked_name(transaction: Write, name: str, *, but: Council | None = None) -> str:
    name = checked_text("name", name)
    if not fold_text(name):
        raise DomainError("name", "Enter a name")
    other = transaction.session.scalar(select(Council).where(Council.name_folded == fold_text(name)))
    if other and other is not but:
        raise DomainError("name", f"There is a council {other.name} already: choose another name")
    return name


def _checked_month(month: int) -> int:
    if month not in MONTHS:
        raise DomainError("year_starts_in", "Choose a month")
    return month
