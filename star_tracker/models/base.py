"""What the tables share: their base, our column types, and the text of a check."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask import current_app
from sqlalchemy import DateTime, Dialect, SmallInteger, String, Text, text
from sqlalchemy.orm import MappedColumn, mapped_column
from sqlalchemy.types import TypeDecorator

from star_tracker.domain.scales import AREAS, area_number
from star_tracker.extensions import Base, db
from star_tracker.keys import KeyRing

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


INDEX_OF = "index_of"
"""In the info of a column that indexes an encrypted one: that one's name, so that a new key renews both."""

FOLDED = "folded"
"""In the info of a column that holds another one folded (R13), and so no information of its own."""

LONGEST_FOLDED = 300
"""The length of such a column: folding makes at most three letters of one."""


def one_of(column: str, codes: Iterable[str]) -> str:
    """The SQL check that a text column holds one of these codes."""
    return f"{column} IN ({', '.join(repr(str(code)) for code in codes)})"


def only_rows(condition: str) -> dict[str, Any]:
    """The arguments of an index of the rows that meet a condition, for both databases."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


def key_ring() -> KeyRing:
    """The keys of the current application."""
    ring: KeyRing = current_app.extensions["star_tracker"].key_ring
    return ring


def folded_column(*, unique: bool = False) -> MappedColumn[str]:
    """A column for a text as it is compared (R13)."""
    return mapped_column(String(LONGEST_FOLDED), unique=unique, info={FOLDED: True})


class EncryptedText(TypeDecorator[str]):
    """A text that the database holds encrypted. Empty texts, of which there are many, stay empty."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """To the database."""
        return key_ring().encrypt(value) if value else value

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """From the database."""
        return key_ring().decrypt(value) if value else value


class EncryptedJson(TypeDecorator[Any]):
    """A value that JSON can hold, in the database as encrypted text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """To the database."""
        return None if value is None else key_ring().encrypt(json.dumps(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """From the database."""
        return None if value is None else json.loads(key_ring().decrypt(value))


class EncryptedKey(TypeDecorator[bytes]):
    """A random key that the database holds encrypted, with keys that are derived for this purpose only.

    With the usual keys, somebody who can write to the database could replace it with a text of their own that the pages
    have encrypted in another column.
    """

    impl = Text
    cache_ok = True

    def __init__(self, purpose: str) -> None:
        super().__init__()
        self.purpose = purpose

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> str | None:
        """To the database."""
        return None if value is None else key_ring().for_purpose(self.purpose).encrypt(value.hex())

    def process_result_value(self, value: str | None, dialect: Dialect) -> bytes | None:
        """From the database."""
        return None if value is None else bytes.fromhex(key_ring().for_purpose(self.purpose).decrypt(value))


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: stored as UTC, always read back with its time zone, on every database (R11)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database; refuses an instant without a time zone."""
        if value is not None and value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database; SQLite has lost the time zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class AreaCode(TypeDecorator[str]):
    """An area's code in Python, its number 1 to 10 in the database: a tenth of the size in the largest table."""

    impl = SmallInteger
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> int | None:
        """To the database."""
        return None if value is None else area_number(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> str | None:
        """From the database."""
        return None if value is None else AREAS[value - 1]
