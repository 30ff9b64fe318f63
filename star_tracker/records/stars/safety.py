"""Writes about what is being done to keep the children safe, where a Star asks for it (``domain.falls``)."""

import hashlib
from typing import Any

from sqlalchemy import select

from star_tracker.domain.checked import checked_paragraphs
from star_tracker.domain.context import Context
from star_tracker.domain.errors import DomainError
from star_tracker.domain.falls import LONGEST_ANSWER
from star_tracker.models import SafetyAnswer, Star
from star_tracker.records.stars.locks import lock_star
from star_tracker.records.transactions import Write, write


def fingerprint_answer(answer: SafetyAnswer | None) -> str:
    """A hash of an answer, "" if there is none; a form carries it, so that nobody overwrites another's unseen."""
    return hashlib.sha256(answer.words.encode()).hexdigest()[:16] if answer else ""


def answer_fall(context: Context, *, star_id: int, words: str, seen: str) -> None:
    """Write down what is being done to keep the children safe, or change what was written.

    Args:
        context: who writes it, and when.
        star_id: the Star with the fall.
        words: the answer, up to ``LONGEST_ANSWER`` characters.
        seen: ``fingerprint_answer`` of the answer that the page showed.

    Raises:
        DomainError: on ``words``: there are none, or too many, or somebody else has written since; or the Star is
            withdrawn.
        NotFoundError: no such Star.
    """
    with write(context) as transaction:
        _registration, star = lock_star(transaction, star_id)
        if not star.is_in_force:
            raise DomainError("", "This Star was corrected or withdrawn meanwhile: write this beside the Star in force")
        tidied = checked_paragraphs("words", words, LONGEST_ANSWER)
        if not tidied:
            raise DomainError("words", "Write what is being done to keep the children safe")
        answer = _get_locked(transaction, star_id)
        if fingerprint_answer(answer) != seen:
            raise DomainError(
                "words", "Somebody else has written here meanwhile: read it above, then save what is right"
            )
        values: dict[str, Any] = {"words": tidied, "answered_at": context.now, "answered_by_id": context.actor.user_id}
        if answer is None:
            transaction.add(SafetyAnswer(star_id=star_id, **values))
        elif answer.words != tidied:
            transaction.change("change", answer, **values)


def carry_over_answer(transaction: Write, old: Star, new: Star) -> None:
    """Move the answer beside a Star to its correction."""
    if answer := _get_locked(transaction, old.id):
        transaction.change("carry over", answer, star_id=new.id)


def _get_locked(transaction: Write, star_id: int) -> SafetyAnswer | None:
    statement = select(SafetyAnswer).where(SafetyAnswer.star_id == star_id).with_for_update()
    return transaction.session.scalar(statement)
