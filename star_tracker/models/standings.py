"""Each registration's standing on each day, derived from its Stars (``domain.standings``)."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from star_tracker.domain.standings import PAIR, STANDINGS
from star_tracker.models.base import Model, one_of, only_rows


class Standing(Model):
    """A stretch of days during which a registration's pair, or the reason why it has none, stays the same.

    It is derived, and derived again in every transaction that changes its Stars (``records.standings``). The columns
    are those of ``domain.standings.Standing``.
    """

    __tablename__ = "standings"
    __table_args__ = (
        CheckConstraint("until > since", name="until_after_since"),
        CheckConstraint(one_of("standing", STANDINGS), name="standing_known"),
        CheckConstraint("(start_id IS NOT NULL) = (standing IN ('pair', 'one_star_only'))", name="start_where_it_has"),
        CheckConstraint("(latest_id IS NOT NULL) = (standing = 'pair')", name="latest_of_pair"),
        CheckConstraint(f"length(pair_values) = CASE standing WHEN '{PAIR}' THEN 20 ELSE 0 END", name="values_of_pair"),
        Index("uq_standings_still", "registration_id", unique=True, **only_rows("until IS NULL")),
        {"sqlite_with_rowid": False},
    )

    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"), primary_key=True)
    since: Mapped[date] = mapped_column(primary_key=True)
    until: Mapped[date | None]
    standing: Mapped[str] = mapped_column(String(20))
    start_id: Mapped[int | None] = mapped_column(ForeignKey("stars.id"))
    latest_id: Mapped[int | None] = mapped_column(ForeignKey("stars.id"))
    pair_values: Mapped[str] = mapped_column(String(20))
