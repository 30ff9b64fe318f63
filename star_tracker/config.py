"""Settings, a frozen dataclass read from ``STAR_TRACKER_*`` environment variables, checked before anything starts."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from star_tracker.databases import read_url
from star_tracker.domain.context import Context
from star_tracker.domain.contract_years import find_held
from star_tracker.domain.falls import NO_AREA, FallRule
from star_tracker.domain.figures import DEFAULT_THRESHOLD
from star_tracker.domain.permissions import Actor
from star_tracker.domain.quarters import FINANCIAL_YEAR_STARTS_IN
from star_tracker.domain.row_level import RowLevel
from star_tracker.domain.scales import Edition, get_edition
from star_tracker.domain.schedule import Timings
from star_tracker.domain.service_settings import DAYS, SERVICE_SETTINGS, read_name, read_whole
from star_tracker.keys import KeyRing, WrongKeyError, read_key_file

Value = TypeVar("Value")

PREFIX = "STAR_TRACKER_"
MAIL_SECURITY = ("starttls", "tls", "none")
SHORTEST_SECRET = 32
PORTS = range(1, 65536)


class SettingsError(ValueError):
    """A setting is not valid; the message names the variable and what it may be."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class MailSettings:
    """An SMTP server.

    Attributes:
        host, port: where it is.
        security: ``starttls``, ``tls`` from the first byte, or ``none`` (a server on this machine).
        user, password: to sign in to it; "" if it needs none.
        sender: the address that mails come from.
    """

    host: str
    port: int
    security: str
    user: str
    password: str = field(repr=False)
    sender: str


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that differs between installations.

    Attributes:
        instance: folder for the SQLite file and other files of this installation.
        database_url: SQLAlchemy's URL of the database; "" for a SQLite file in ``instance``.
        secret_key: signs sessions and forms.
        encryption_keys: encrypt names, notes and council references, newest first; if there is none, one is stored in
            ``instance``.
        address: the pages' public address, such as https://stars.example.org; links in e-mails begin with it.
        proxies: how many proxies in front of the server are trusted to do TLS and to forward the client's address.
        certificate, certificate_key: files with which the server does TLS itself.
        mail: how e-mail is sent; None if it is not.
        exit_address: the neutral page that *Exit this page* leads to.
        demo: whether this is the demonstration, with one-click accounts and invented families. No variable sets it:
            only ``star-tracker demo`` does, on a separate database.
        edition: the edition of the Star in use.
        timings: R7's numbers.
        threshold: R9's t: in a published return, counts below it are not shown.
        year_starts_in: the month (1 to 12) in which the year of the service's own figures begins, and with it their
            quarters (R8); each council's contract has one of its own.
        earlier_stars: ``hidden`` until a new Star is scored, so as not to lead, or ``shown`` from its beginning.
        contacts: ``on`` if visits to families are recorded, or ``off``.
        risk_on_sheet: whether the sheet that a parent takes home has the areas of risk: ``shown``, or ``left_out``
            unless they are chosen, as they always are where the family is restricted.
        fall_areas: the areas in which a fall asks what is being done to keep the children safe: codes with commas
            between, or ``none``.
        fall_points: how large the fall must be.
        row_level: what a restricted return's row-level file holds: a code of ``RowLevel``.
        service_name: its name on pages and in returns.
        council_name: what the first council is called when the record is made; from then on the page Councils decides.
        held: what administrators chose, by the setting's name and the first day on which it holds (R15); each has a
            value that holds since always.
        time_zone: for the beginning and end of days.
        now: the clock (R11: it is read in ``web`` and ``cli`` alone, and passed on from there).
    """

    instance: Path = Path("instance")
    database_url: str = ""
    secret_key: str = field(default="", repr=False)
    encryption_keys: tuple[str, ...] = field(default=(), repr=False)
    address: str = ""
    proxies: int = 0
    certificate: str = ""
    certificate_key: str = ""
    mail: MailSettings | None = None
    exit_address: str = "https://www.bbc.co.uk/weather"
    demo: bool = False
    edition: Edition = field(default_factory=lambda: get_edition("first"))
    timings: Timings = field(default_factory=Timings)
    threshold: int = DEFAULT_THRESHOLD
    year_starts_in: int = FINANCIAL_YEAR_STARTS_IN
    earlier_stars: str = "hidden"
    contacts: str = "on"
    risk_on_sheet: str = "shown"
    fall_areas: str = ",".join(FallRule().areas)
    fall_points: int = FallRule().points
    row_level: str = RowLevel.PSEUDONYMS.value
    service_name: str = "Family support service"
    council_name: str = "The council"
    held: Mapping[str, Mapping[date, Any]] = field(default_factory=dict)
    time_zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/London"))
    now: Callable[[], datetime] = _utc_now

    @property
    def sqlalchemy_url(self) -> str:
        """The URL of the database, default included."""
        return self.database_url or f"sqlite:///{self.instance.resolve() / 'star-tracker.db'}"

    @cached_property
    def key_ring(self) -> KeyRing:
        """The encryption keys, ready to use.

        Raises:
            SettingsError: one of them is damaged.
        """
        try:
            return KeyRing(self.encryption_keys or [read_key_file(self.instance)])
        except WrongKeyError as error:
            raise SettingsError(f"{PREFIX}ENCRYPTION_KEYS: {error}") from error

    @property
    def fall_rule(self) -> FallRule:
        """Which falls ask what is being done to keep the children safe."""
        areas = [] if self.fall_areas == NO_AREA else self.fall_areas.split(",")
        return FallRule(areas, self.fall_points)

    def today(self) -> date:
        """The date in the service's time zone."""
        return self._date_at(self.now())

    def as_at(self, day: date) -> "Settings":
        """The settings that hold on a day; for a quarter, on its last one (R15)."""
        return replace_service_values(self, {name: find_held(values, day) for name, values in self.held.items()})

    def context_of(self, actor: Actor) -> Context:
        """The context of this person acting now."""
        now = self.now()
        return Context(actor, now, self._date_at(now))

    def _date_at(self, moment: datetime) -> date:
        return moment.astimezone(self.time_zone).date()


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings from the environment.

    Raises:
        SettingsError: a variable's value is not valid.
    """

    def text(name: str, default: str) -> str:
        return environment.get(PREFIX + name, "").strip() or default

    def whole(name: str, default: int) -> int:
        return _read(name, text(name, str(default)), read_whole(DAYS))

    default = Settings()
    try:
        edition = get_edition(text("EDITION", default.edition.code))
    except ValueError as error:
        raise SettingsError(f"{PREFIX}EDITION: {error}") from error
    zone = text("TIME_ZONE", default.time_zone.key)
    try:
        time_zone = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise SettingsError(f"{PREFIX}TIME_ZONE must be a zone such as Europe/London, not {zone!r}") from error
    address = text("ADDRESS", "").rstrip("/")
    if address and not re.fullmatch(r"https://[A-Za-z0-9.-]+(:\d+)?", address):
        raise SettingsError(f"{PREFIX}ADDRESS must be like https://stars.example.org, not {address!r}")
    database_url = text("DATABASE_URL", "")
    if database_url:
        _read("DATABASE_URL", database_url, read_url, is_secret=True)
    settings = Settings(
        address=address,
        proxies=whole("PROXIES", default.proxies),
        certificate=text("CERTIFICATE", ""),
        certificate_key=text("CERTIFICATE_KEY", ""),
        mail=_read_mail_settings(text),
        exit_address=text("EXIT_ADDRESS", default.exit_address),
        instance=Path(text("INSTANCE", str(default.instance))),
        database_url=database_url,
        secret_key=text("SECRET_KEY", default.secret_key),
        encryption_keys=tuple(key.strip() for key in text("ENCRYPTION_KEYS", "").split(",") if key.strip()),
        edition=edition,
        time_zone=time_zone,
        council_name=_read("COUNCIL_NAME", text("COUNCIL_NAME", default.council_name), read_name),
    )
    given = {name: text(_variable(name), "") for name in SERVICE_SETTINGS}
    values = {name: _read(_variable(name), value, SERVICE_SETTINGS[name]) for name, value in given.items() if value}
    return replace_service_values(settings, values)


def _variable(name: str) -> str:
    return "DISCLOSURE_THRESHOLD" if name == "threshold" else name.upper()


def _read(variable: str, value: str, reader: Callable[[str], Value], *, is_secret: bool = False) -> Value:
    try:
        return reader(value)
    except ValueError as error:
        actual = "" if is_secret else f", not {value!r}"
        raise SettingsError(f"{PREFIX}{variable} must be {error}{actual}") from error


def get_service_values(settings: Settings) -> dict[str, Any]:
    """The present values of ``SERVICE_SETTINGS``."""
    values = vars(settings) | vars(settings.timings)
    return {name: values[name] for name in SERVICE_SETTINGS}


def replace_service_values(settings: Settings, values: Mapping[str, Any]) -> Settings:
    """The settings with these parsed values replaced."""
    timings = {name: value for name, value in values.items() if name in vars(settings.timings)}
    others = {name: value for name, value in values.items() if name not in timings}
    return replace(settings, timings=replace(settings.timings, **timings), **others)


def _read_mail_settings(text: Callable[[str, str], str]) -> MailSettings | None:
    if not (server := text("MAIL_SERVER", "")):
        return None
    host, _, port = server.partition(":")
    security, sender = text("MAIL_SECURITY", "starttls"), text("MAIL_SENDER", "")
    if not re.fullmatch(r"[0-9]{1,5}", port) or int(port) not in PORTS or not host:
        raise SettingsError(f"{PREFIX}MAIL_SERVER must be like mail.example.org:587, not {server!r}")
    if security not in MAIL_SECURITY:
        raise SettingsError(f"{PREFIX}MAIL_SECURITY must be one of {', '.join(MAIL_SECURITY)}, not {security!r}")
    if "@" not in sender:
        raise SettingsError(f"{PREFIX}MAIL_SENDER must be the address that mails come from, not {sender!r}")
    return MailSettings(
        host=host,
        port=int(port),
        security=security,
        user=text("MAIL_USER", ""),
        password=text("MAIL_PASSWORD", ""),
        sender=sender,
    )


def check_production(settings: Settings) -> None:
    """Refuse to serve real families' data unsafely.

    Raises:
        SettingsError: names what is missing, and how to set it.
    """
    if len(settings.secret_key) < SHORTEST_SECRET:
        raise SettingsError(
            f"set {PREFIX}SECRET_KEY to a random text of {SHORTEST_SECRET} characters or more: it signs forms"
        )
    if not settings.encryption_keys:
        raise SettingsError(
            f"set {PREFIX}ENCRYPTION_KEYS: star-tracker keys new makes one. Keep it apart from the backups"
        )
    settings.key_ring  # noqa: B018 - raises if a key is damaged
    if not settings.address:
        raise SettingsError(f"set {PREFIX}ADDRESS to where people find the pages, such as https://stars.example.org")
    if not settings.proxies and not (settings.certificate and settings.certificate_key):
        raise SettingsError(
            f"the pages are not served over plain HTTP: set {PREFIX}PROXIES=1 if a proxy does TLS before it, or "
            f"{PREFIX}CERTIFICATE and {PREFIX}CERTIFICATE_KEY to the files of a certificate"
        )
