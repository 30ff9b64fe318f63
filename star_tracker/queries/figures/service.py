"""The settings and keys of the service's record, and whether it may be served."""

from contextlib import nullcontext, suppress
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from star_tracker.config import Settings, get_service_values
from star_tracker.databases import UPGRADE, lacks_tables
from star_tracker.domain.contract_years import ALWAYS
from star_tracker.domain.errors import DomainError
from star_tracker.domain.service_settings import SERVICE_SETTINGS
from star_tracker.extensions import db
from star_tracker.keys import OTHER_KEY, WrongKeyError
from star_tracker.models import RecordKey, ServiceSetting, key_ring

DEMONSTRATION = "demonstration"
"""The name of the setting that marks the demonstration's record."""

_SETTINGS = select(ServiceSetting.name, ServiceSetting.holds_from, ServiceSetting.value)
_KNOWN_KEYS = select(RecordKey.fingerprint)


def get_settings(base: Settings) -> Settings:
    """The installation's settings, overridden by those that an administrator changed on the pages, as at today.

    ``Settings.as_at`` gives those of another day. If the request's transaction has not begun, they are read over a
    separate connection, so that it can still begin in its own way. An impossible value (``records`` stores none) is
    ignored.
    """
    session: Session = db.session()
    with nullcontext(session.connection()) if session.in_transaction() else db.engine.connect() as connection:
        stored = connection.execute(_SETTINGS).all()
    installed, held = get_service_values(base), dict[str, dict[date, Any]]()
    for name, holds_from, value in stored:
        with suppress(KeyError, ValueError):
            held.setdefault(name, {ALWAYS: installed[name]})[holds_from] = SERVICE_SETTINGS[name](value)
    return replace(base, held=held).as_at(base.today()) if held else base


def list_known_keys(connection: Connection) -> set[str]:
    """The fingerprints of the keys that this record is encrypted with; none before the first write.

    Raises:
        WrongKeyError: one of them is not among ours: part of the record could not be read, and council references that
            were indexed with it would not be found.
    """
    known = set(connection.scalars(_KNOWN_KEYS))
    if not known.issubset(key_ring().fingerprints()):
        raise WrongKeyError(OTHER_KEY)
    return known


def check_may_serve() -> None:
    """Refuse to serve a record that is not a service's.

    Raises:
        DomainError: it is the demonstration's, in which nothing is secret; or there is none.
    """
    try:
        marked = db.session.get(ServiceSetting, (DEMONSTRATION, ALWAYS)) is not None
        db.session.scalar(select(1))
    except DBAPIError as error:
        if lacks_tables(error):
            raise DomainError("", f"there is no record here yet, or an older one: {UPGRADE}") from error
        raise
    finally:
        db.session.rollback()
    if marked:
        raise DomainError(
            "",
            "this is the demonstration's record, not for real families: set STAR_TRACKER_DATABASE_URL to another",
        )
