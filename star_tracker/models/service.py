"""What an administrator set for this service, and which keys its record is encrypted with."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from star_tracker.models.base import Model


class ServiceSetting(Model):
    """A setting that an administrator changed; it stands before the environment's."""

    __tablename__ = "service_settings"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(200))


class RecordKey(Model):
    """A key that this record has been encrypted with, by its fingerprint: another installation's is refused."""

    __tablename__ = "record_keys"

    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
