"""Which keys the record is encrypted with, and changing them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from star_tracker.keys import OTHER_KEY, WrongKeyError
from star_tracker.models import RecordKey, key_ring


def check_keys(session: Session) -> None:
    """Refuse to write with keys that are not this record's: what they hid, its own keys could not read.

    Raises:
        WrongKeyError: the record was encrypted with other keys.
    """
    ours, known = key_ring().fingerprints(), set(session.scalars(select(RecordKey.fingerprint)))
    if known and known.isdisjoint(ours):
        raise WrongKeyError(OTHER_KEY)
    if ours[0] not in known:
        session.add(RecordKey(fingerprint=ours[0]))
        session.flush()
