"""The settings that an administrator may change: the name, R7's numbers, R9's threshold, R8's year."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from star_tracker.config import Settings, get_service_values
from star_tracker.domain.context import Context
from star_tracker.domain.contract_years import ALWAYS, check_first_day, write_first_day
from star_tracker.domain.errors import DomainError, NotFoundError
from star_tracker.domain.service_settings import DATED_SETTINGS, SERVICE_SETTINGS
from star_tracker.models import ServiceSetting
from star_tracker.records.audit import add_audit_entry
from star_tracker.records.transactions import write


def change_settings(
    context: Context, *, values: Mapping[str, str], settings: Settings, holds_from: date | None = None
) -> list[str]:
    """Store the values that differ from those in force; they override the environment's.

    Args:
        context: who changes them, and when.
        values: what was typed, by name as in ``config.SERVICE_SETTINGS``.
        settings: those in force.
        holds_from: the first day of what touches figures (R15): today or later, or ``ALWAYS``, which replaces every
            other value of the setting; None for today. The others are in force at once.

    Returns:
        The names of the settings that changed.

    Raises:
        DomainError: on the setting whose value is not allowed, or on ``holds_from``.
    """
    parsed = {name: _parse(name, value.strip()) for name, value in values.items()}
    in_force = get_service_values(settings)
    before = {name: in_force[name] for name, value in parsed.items() if value != in_force[name]}
    after = {name: parsed[name] for name in before}
    first = context.today if holds_from is None else holds_from
    is_dated = not DATED_SETTINGS.isdisjoint(after)
    if is_dated:
        check_first_day(first, context.today)
    if after:
        with write(context) as transaction:
            for name, value in after.items():
                _store(transaction.session, name, str(value), first if name in DATED_SETTINGS else ALWAYS)
            said = {"holds_from": write_first_day(first)} if is_dated else {}
            _audit(transaction.session, context, before, after | said)
    return list(after)


def take_back_setting(context: Context, *, name: str, holds_from: date) -> None:
    """Remove the value of a setting that holds from today or a later day; the one before it goes on.

    Raises:
        NotFoundError: there is no such value.
    """
    with write(context) as transaction:
        found = transaction.session.get(ServiceSetting, (name, holds_from))
        if found is None or name not in DATED_SETTINGS or holds_from < context.today:
            raise NotFoundError(f"no setting {name} that holds from {holds_from}")
        transaction.session.delete(found)
        before = {name: found.value, "holds_from": write_first_day(holds_from)}
        _audit(transaction.session, context, before, {name: None})


def _store(session: Session, name: str, value: str, first: date) -> None:
    if first == ALWAYS:
        session.execute(delete(ServiceSetting).where(ServiceSetting.name == name))
    session.merge(ServiceSetting(name=name, holds_from=first, value=value))


def _audit(session: Session, context: Context, before: dict[str, Any], after: dict[str, Any]) -> None:
    add_audit_entry(
        session, context, action="change", entity="servicesetting", entity_id=None, before=before, after=after
    )


def _parse(name: str, value: str) -> object:
    try:
        return SERVICE_SETTINGS[name](value)
    except ValueError as error:
        raise DomainError(name, f"Enter {error}") from error
