"""Whether returns that were signed off are still as the audit trail recorded them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from star_tracker.domain.days import long_date
from star_tracker.domain.errors import AlteredError
from star_tracker.extensions import db
from star_tracker.models import SignedReturn
from star_tracker.queries.audit.audit_chain import get_written_entry


def check_signed_return(signed: SignedReturn) -> None:
    """Compare a return with its audit entry. The oldest entries have the archive's hash only, so only that is compared.

    Raises:
        AlteredError: a part is not what was signed off, or there is no entry to compare with.
    """
    which = (
        f"signed return {signed.id} ({signed.profile}, for {signed.council.name}, of the quarter from "
        f"{long_date(signed.starts_on)}, "
        f"version {signed.version})"
    )
    entry = get_written_entry(db.session(), action="record", entity="signedreturn", entity_id=signed.id)
    if entry is None or entry.after is None:
        raise AlteredError("", f"{which} cannot be compared: its entry in the audit trail is missing or was changed")
    try:
        parts = signed.hash_parts()
    except (TypeError, ValueError) as error:
        raise AlteredError("", f"{which} is not what was signed off: a part of it cannot be read") from error
    changed = [name.rpartition("_")[2] for name, part in parts.items() if part != entry.after.get(name, part)]
    if changed:
        raise AlteredError("", f"{which} is not what was signed off: its {' and '.join(changed)} was changed since")


def check_signed_returns() -> int:
    """Compare every return that was ever signed off, and return how many there are.

    Raises:
        AlteredError: as ``check_signed_return``, for the first one.
    """
    session: Session = db.session()
    numbers = session.scalars(select(SignedReturn.id).order_by(SignedReturn.id)).all()
    for number in numbers:
        check_signed_return(session.get_one(SignedReturn, number))
    return len(numbers)
