"""What somebody finds out who has a copy of the database, lists of names, and none of the keys.

They know this program: what an entry of the audit trail is made of, and how hashes are made.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text

from star_tracker.extensions import db
from star_tracker.models import AuditEntry
from tests.support.databases import read_whole_database

NO_KEYS = (b"", b"star-tracker", b"star-tracker index", b"0" * 64, bytes(32))
"""What stands for a key where there is none."""

SHORTEST = 16
"""Of a digest that was cut off, in hexadecimal digits: whatever begins alike is the same."""

WORTH_TRYING = "SELECT * FROM audit_entries WHERE action <> 'read'"

HASHES = ("md5", "sha1", "sha256", "sha512", "blake2b", "blake2s", "sha3_256")


def hash_without_key(entry: AuditEntry) -> str:
    """The hash that whoever has no key can make: what an entry carried before the chain had a key."""
    return hashlib.sha256(entry.to_bytes(entry.previous_hash)).hexdigest()


def recover(guesses: Iterable[str]) -> set[str]:
    """Those of the guesses that the current application's database confirms."""
    digests = {
        run[at : at + SHORTEST]
        for run in re.findall(f"[0-9a-f]{{{SHORTEST},}}", read_whole_database().lower())
        for at in range(len(run) - SHORTEST + 1)
    }
    rows = [dict(row) for row in db.session.execute(text(WORTH_TRYING)).mappings()]
    db.session.rollback()
    return {
        guess
        for guess in guesses
        if any(digest[:SHORTEST] in digests for said in _spell(guess) for digest in _list_digests(said))
        or any(row["hash"] in _list_digests(said) for row in rows for said in _spell_entry(row, guess))
    }


def _list_digests(said: bytes) -> Iterator[str]:
    for name in HASHES:
        yield hashlib.new(name, said).hexdigest()
    for key in NO_KEYS:
        yield hmac.digest(key, said, "sha256").hex()


def _spell(guess: str) -> Iterator[bytes]:
    """The ways in which a program may write a text, or a value that holds it, before it hashes it."""
    for word in (guess, guess.casefold(), guess.strip().casefold(), guess.upper()):
        yield word.encode()
        yield json.dumps(word).encode()
    for value in _make_values(guess):
        yield json.dumps(value, sort_keys=True).encode()


def _make_values(guess: str) -> Iterator[dict[str, Any]]:
    for name in ("name", "text", "council_ref", "note", "email"):
        yield {name: guess}
    yield {"page": "families.index", "text": guess}


def _spell_entry(row: dict[str, Any], guess: str) -> Iterator[bytes]:
    """What the entry would say if the guess was what is encrypted in it."""
    at = datetime.fromisoformat(row["at"]) if isinstance(row["at"], str) else row["at"]
    row["at"] = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    for value in _make_values(guess):
        for encrypted in ({"after": value}, {"before": value}, {"before": dict.fromkeys(value, ""), "after": value}):
            entry = AuditEntry(**row | {name: encrypted.get(name) for name in ("before", "after")})
            yield entry.to_bytes(row["previous_hash"])
            yield entry.to_bytes("")
