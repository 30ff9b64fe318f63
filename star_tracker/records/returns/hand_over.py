"""Telling a council's people by e-mail that a return is signed off or withdrawn: who was told, who could not be."""

from collections.abc import Collection

from star_tracker.domain.context import Context
from star_tracker.domain.hand_over import News
from star_tracker.models import SignedReturn
from star_tracker.queries.returns.hand_overs import get_hand_over
from star_tracker.records.transactions import write


def begin_hand_over(context: Context, *, signed_id: int, addresses: Collection[str], news: News) -> bool:
    """Note who is told of a version, before they are: nobody is told twice, however often a form is sent.

    Returns:
        False if it was told before.
    """
    with write(context) as transaction:
        signed = transaction.get_locked(SignedReturn, signed_id)
        if get_hand_over(signed_id, news):
            return False
        transaction.note(news, signed, after={"people": list(addresses)})
    return True


def note_not_told(context: Context, *, signed_id: int, addresses: Collection[str], news: News) -> None:
    """Note to whom the e-mail could not be sent after all."""
    with write(context) as transaction:
        signed = transaction.get(SignedReturn, signed_id)
        transaction.note(news.failure, signed, after={"people": list(addresses)})
