"""By what a council tells parents apart in row-level files."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from star_tracker.models.base import EncryptedText, Model


class Pseudonym(Model):
    """A parent's random name for one council: the same in each of its files, and another for another council.

    It is encrypted: with a copy of the database alone nobody tells whom a row of a file is about.
    """

    __tablename__ = "pseudonyms"
    __table_args__ = (
        CheckConstraint("token <> ''", name="has_token"),
        UniqueConstraint("council_id", "parent_id"),
        Index(None, "parent_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    council_id: Mapped[int] = mapped_column(ForeignKey("councils.id"))
    parent_id: Mapped[int] = mapped_column(ForeignKey("parents.id"))
    token: Mapped[str] = mapped_column(EncryptedText)
