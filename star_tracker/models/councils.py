"""The councils that the service works for: each pod works for one, and each return goes to one."""

from datetime import date

from sqlalchemy import CheckConstraint, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column, validates

from star_tracker.domain.texts import fold_text
from star_tracker.models.base import Model, folded_column


class Council(Model):
    """A commissioner of the service, with the month (1 to 12) in which its contract's year begins (R8).

    One that is closed takes no new pods; its history and its signed returns stay. ``name_folded`` is the name as it is
    compared (R13).
    """

    __tablename__ = "councils"
    __table_args__ = (
        CheckConstraint("name <> '' AND name_folded <> ''", name="named"),
        CheckConstraint("year_starts_in BETWEEN 1 AND 12", name="year_starts_in_month"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    name_folded: Mapped[str] = folded_column(unique=True)
    year_starts_in: Mapped[int] = mapped_column(SmallInteger)
    closed_on: Mapped[date | None]

    @validates("name")
    def _fold_name(self, _key: str, name: str) -> str:
        self.name_folded = fold_text(name)
        return name
