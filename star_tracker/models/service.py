"""Settings that an administrator made, and which keys the record is encrypted with."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from star_tracker.models.base import Model


class ServiceSetting(Model):
    """A setting that an administrator changed; it overrides the environment's."""

    __tablename__ = "service_settings"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(200))


class RecordKey(Model):
    """The fingerprint of a key that this record has been encrypted with: another installation's key is refused."""

    __tablename__ = "record_keys"

    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
