"""Writes about feedback: somebody's words are recorded, put right with a reason, or withdrawn with one.

Words of a family must not name it: names and references that its record knows are pointed at, and refused unless
whoever records them has confirmed that they are ordinary words here.
"""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date

from star_tracker.domain.checked import SayWhy, check_not_future, checked_paragraphs, checked_reason
from star_tracker.domain.context import Context
from star_tracker.domain.errors import DomainError, NamesError
from star_tracker.domain.feedback import LONGEST_WORDS, SaidBy, find_names
from star_tracker.models import Family, Feedback, Pod
from star_tracker.records.transactions import Write, write


@dataclass(frozen=True, kw_only=True)
class Said:
    """Somebody's words about the service.

    Attributes:
        pod_id: the pod that they are about.
        said_on: when they were said.
        said_by: whose they are.
        words: the words.
        may_quote: whether whoever said them allowed to quote them without a name.
    """

    pod_id: int
    said_on: date
    said_by: SaidBy
    words: str
    may_quote: bool


def record_feedback(context: Context, *, said: Said, family_id: int | None, ordinary: Collection[str] = ()) -> Feedback:
    """Record words of a family, or with None of nobody in particular.

    Args:
        context: who records them, and when.
        said: the words.
        family_id: the family in whose record they are.
        ordinary: words that look like its names, and are confirmed to be none.

    Raises:
        DomainError: something is refused.
        NamesError: on ``words``: a name of the family is in them.
        NotFoundError: no such family.
    """
    with write(context) as transaction:
        said = _checked(transaction, said, family_id, ordinary)
        values = {**asdict(said), "said_by": said.said_by.value}
        return transaction.add(
            Feedback(family_id=family_id, recorded_at=context.now, recorded_by_id=context.actor.user_id, **values)
        )


def correct_feedback(
    context: Context, *, feedback_id: int, said: Said, reason: str, ordinary: Collection[str] = ()
) -> Feedback:
    """Put right what was recorded; the audit trail keeps what it was, and why.

    Raises:
        DomainError: there is no reason, it was withdrawn, or as ``record_feedback``.
        NotFoundError: no such feedback.
    """
    with write(context) as transaction:
        feedback = transaction.get_locked(Feedback, feedback_id)
        reason = checked_reason(reason, SayWhy.TRAIL)
        if feedback.withdrawn_at is not None:
            raise DomainError("", "This was withdrawn: record it anew if it was said after all")
        said = _checked(transaction, said, feedback.family_id, ordinary)
        given = {**asdict(said), "said_by": said.said_by.value}
        if values := {column: value for column, value in given.items() if value != getattr(feedback, column)}:
            transaction.change("correct", feedback, reason=reason, **values)
    return feedback


def withdraw_feedback(context: Context, *, feedback_id: int, reason: str) -> Feedback:
    """Leave it out of every return that is not signed yet; it stays readable with the reason.

    Raises:
        DomainError: there is no reason, or it was withdrawn already.
        NotFoundError: no such feedback.
    """
    with write(context) as transaction:
        feedback = transaction.get_locked(Feedback, feedback_id)
        reason = checked_reason(reason, SayWhy.FAMILY_PAGE)
        if feedback.withdrawn_at is not None:
            raise DomainError("reason", "This was already withdrawn")
        transaction.change("withdraw", feedback, withdrawn_at=context.now, withdrawn_reason=reason)
    return feedback


def check_names(family: Family, words: str, *, field: str, ordinary: Collection[str] = ()) -> None:
    """Refuse words in which a name or a reference of this family is, but for those that are confirmed to be none.

    Raises:
        NamesError: on this field, with the words that were found.
    """
    names = [family.name, *(parent.name for parent in family.parents)]
    found = find_names(words, names=names, refs=[family.ref, family.council_ref])
    if set(found) - set(ordinary):
        raise NamesError(field, found)


def _checked(transaction: Write, said: Said, family_id: int | None, ordinary: Collection[str]) -> Said:
    """The words without spaces around them, if nothing must change."""
    check_not_future("said_on", said.said_on, transaction.context.today)
    words = checked_paragraphs("words", said.words, LONGEST_WORDS)
    if not words:
        raise DomainError("words", "Enter what was said")
    if transaction.session.get(Pod, said.pod_id) is None:
        raise DomainError("pod_id", "Choose one of the pods in the list")
    if family_id is not None:
        family = transaction.get(Family, family_id)
        if said.pod_id not in family.pod_ids:
            raise DomainError("pod_id", "Choose one of the family’s pods")
        check_names(family, words, field="words", ordinary=ordinary)
    return Said(**{**asdict(said), "words": words})
