"""The councils that the service works for: each pod works for one, and each return goes to one."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from star_tracker.domain.contract_years import ALWAYS, ContractYears
from star_tracker.domain.texts import fold_text
from star_tracker.models.base import Model, folded_column


class CouncilYear(Model):
    """From which day on a council's contract keeps a year that begins in another month (R15)."""

    __tablename__ = "council_years"
    __table_args__ = (CheckConstraint("year_starts_in BETWEEN 1 AND 12", name="year_starts_in_month"),)

    council_id: Mapped[int] = mapped_column(ForeignKey("councils.id"), primary_key=True)
    holds_from: Mapped[date] = mapped_column(primary_key=True)
    year_starts_in: Mapped[int] = mapped_column(SmallInteger)


class Council(Model):
    """A commissioner of the service.

    One that is closed takes no new pods; its history and its signed returns stay. ``name_folded`` is the name as it is
    compared (R13), ``year_starts_in`` the month, 1 to 12, in which its contract's year began before ``years`` say
    otherwise (R8, R15).
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

    years: Mapped[list[CouncilYear]] = relationship(order_by=CouncilYear.holds_from, cascade="all, delete-orphan")

    @validates("name")
    def _fold_name(self, _key: str, name: str) -> str:
        self.name_folded = fold_text(name)
        return name

    @property
    def contract(self) -> ContractYears:
        """Which years and quarters its contract keeps."""
        return ContractYears(
            {ALWAYS: self.year_starts_in} | {year.holds_from: year.year_starts_in for year in self.years}
        )
