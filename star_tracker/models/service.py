"""Settings that an administrator made, and which keys the record is encrypted with."""

from datetime import date

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from star_tracker.domain.contract_years import ALWAYS
from star_tracker.models.base import Model


class ServiceSetting(Model):
    """A setting that an administrator changed; it overrides the environment's from its first day on (R15)."""

    __tablename__ = "service_settings"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    holds_from: Mapped[date] = mapped_column(primary_key=True, default=ALWAYS)
    value: Mapped[str] = mapped_column(String(200))


class RecordKey(Model):
    """The fingerprint of a key that this record has been encrypted with: another installation's key is refused."""

    __tablename__ = "record_keys"

    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
