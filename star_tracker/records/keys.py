"""Which keys the record is encrypted with, and changing them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from star_tracker.keys import OTHER_KEY, WrongKeyError
from star_tracker.models import RecordKey, key_ring
from star_tracker.records.upserts import insert_into


def list_known_keys(session: Session) -> set[str]:
    """The fingerprints of the keys that this record is encrypted with; none before the first write.

    Raises:
        WrongKeyError: none of them is ours.
    """
    known = set(session.scalars(select(RecordKey.fingerprint)))
    if known and known.isdisjoint(key_ring().fingerprints()):
        raise WrongKeyError(OTHER_KEY)
    return known


def check_keys(session: Session) -> None:
    """Refuse to write with keys that are not this record's: what they hid, its own keys could not read.

    Raises:
        WrongKeyError: the record was encrypted with other keys.
    """
    newest = key_ring().fingerprints()[0]
    if newest not in list_known_keys(session):
        session.execute(insert_into(session, RecordKey).values(fingerprint=newest).on_conflict_do_nothing())
