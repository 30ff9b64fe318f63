"""Checking the encryption keys before every write."""

from sqlalchemy import Connection

from star_tracker.models import RecordKey, key_ring
from star_tracker.queries.figures.service import list_known_keys
from star_tracker.records.imports.upserts import insert_into


def check_keys(connection: Connection) -> None:
    """Refuse to write with keys that are not this record's: its own keys could not decrypt the result.

    Raises:
        WrongKeyError: the record was encrypted with other keys.
    """
    newest = key_ring().fingerprints()[0]
    if newest not in list_known_keys(connection):
        connection.execute(insert_into(connection, RecordKey).values(fingerprint=newest).on_conflict_do_nothing())
