"""The settings that an administrator may change: names, R7's numbers, R9's threshold, R8's year."""

from collections.abc import Mapping

from star_tracker.config import SERVICE_SETTINGS, Settings, get_service_values
from star_tracker.domain.context import Context
from star_tracker.domain.errors import DomainError
from star_tracker.models import ServiceSetting
from star_tracker.records.audit import add_audit_entry
from star_tracker.records.transactions import write


def change_settings(context: Context, *, values: Mapping[str, str], settings: Settings) -> list[str]:
    """Store the values that differ from those in force; they override the environment's.

    Args:
        context: who changes them, and when.
        values: what was typed, by name as in ``config.SERVICE_SETTINGS``.
        settings: those in force.

    Returns:
        The names of the settings that changed.

    Raises:
        DomainError: on the setting whose value is not allowed.
    """
    parsed = {name: _parse(name, value.strip()) for name, value in values.items()}
    in_force = get_service_values(settings)
    before = {name: in_force[name] for name, value in parsed.items() if value != in_force[name]}
    after = {name: parsed[name] for name in before}
    if after:
        with write(context) as transaction:
            for name, value in after.items():
                transaction.session.merge(ServiceSetting(name=name, value=str(value)))
            add_audit_entry(
                transaction.session,
                context,
                action="change",
                entity="servicesetting",
                entity_id=None,
                before=before,
                after=after,
            )
    return list(after)


def _parse(name: str, value: str) -> object:
    try:
        return SERVICE_SETTINGS[name](value)
    except ValueError as error:
        raise DomainError(name, f"Enter {error}") from error
