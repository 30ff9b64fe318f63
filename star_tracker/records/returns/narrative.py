"""Writes about the words and the targets of a council's return; both are its draft until it is signed off."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from star_tracker.domain.checked import checked_paragraphs
from star_tracker.domain.context import Context
from star_tracker.domain.errors import DomainError
from star_tracker.domain.quarters import Quarter
from star_tracker.exports.returns.narrative import MOST_CASE_STUDIES
from star_tracker.models import Council, Family, NarrativeDraft, Target
from star_tracker.queries.feedback import list_quotable
from star_tracker.queries.returns.narratives import get_narrative_draft, list_pairs_to_tell
from star_tracker.records.feedback import check_names
from star_tracker.records.transactions import write

LONGEST_PART = 4000
"""The most characters of a part of the narrative, and of a case study."""


@dataclass(frozen=True, kw_only=True)
class NewCaseStudy:
    """A family's words about a parent's pair.

    Attributes:
        registration_id: the parent's part in the intervention; None if none is chosen.
        words: the words; "" if there are none.
        has_consent: whether the family allowed to tell it.
        ordinary: words in it that look like the family's names, and are confirmed to be none.
    """

    registration_id: int | None
    words: str
    has_consent: bool
    ordinary: Collection[str] = ()


def fingerprint_draft(draft: NarrativeDraft | None) -> str:
    """What identifies the narrative that a page showed; "" for none."""
    return draft.saved_at.isoformat() if draft else ""


def save_narrative(
    context: Context,
    *,
    council_id: int,
    quarter: Quarter,
    went_well: str,
    to_improve: str,
    quote_ids: Collection[int],
    case_studies: Sequence[NewCaseStudy],
    seen: str,
) -> NarrativeDraft:
    """Save the words of a council's return of a quarter.

    Args:
        context: the lead, and when.
        council_id: whose return it is.
        quarter: the return's quarter.
        went_well: what went well, in paragraphs.
        to_improve: what needs improving.
        quote_ids: the feedback that is quoted.
        case_studies: up to three; those of which nothing is given are ignored.
        seen: ``fingerprint_draft`` of what the page showed.

    Raises:
        DomainError: something is refused; on ``case_words_1`` and the like, what a case study lacks; or somebody else
            has saved it since it was ``seen``.
        NamesError: on ``case_words_1`` and the like: a name of that family is in it.
        NotFoundError: no such council.
    """
    with write(context) as transaction:
        transaction.get_locked(Council, council_id)
        draft = get_narrative_draft(council_id, quarter)
        if fingerprint_draft(draft) != seen:
            raise DomainError(
                "",
                "This narrative has been saved since you opened it. Read what was saved in another window, then save "
                "yours if it is right",
            )
        quotable = {one.id for one in list_quotable(council_id, quarter)}
        if not quotable.issuperset(quote_ids):
            raise DomainError("quote_ids", "Choose from the list: a quote was withdrawn, or may not be quoted any more")
        families = {pair.registration_id: pair.family_id for pair in list_pairs_to_tell(council_id, quarter)}
        told: list[dict[str, Any]] = []
        for number, one in enumerate(case_studies[:MOST_CASE_STUDIES], start=1):
            words = checked_paragraphs(f"case_words_{number}", one.words, LONGEST_PART)
            if words or one.registration_id is not None:
                family_id = _check_case_study(number, one, words, families)
                family = transaction.get(Family, family_id)
                check_names(family, words, field=f"case_words_{number}", ordinary=one.ordinary)
                told.append({"registration_id": one.registration_id, "words": words})
        values: dict[str, Any] = {
            "went_well": checked_paragraphs("went_well", went_well, LONGEST_PART),
            "to_improve": checked_paragraphs("to_improve", to_improve, LONGEST_PART),
            "quote_ids": sorted(set(quote_ids)),
            "case_studies": told,
            "saved_at": context.now,
            "saved_by_id": context.actor.user_id,
        }
        if draft is None:
            return transaction.add(NarrativeDraft(council_id=council_id, starts_on=quarter.starts_on, **values))
        transaction.change("change", draft, **values)
        return draft


def _check_case_study(number: int, one: NewCaseStudy, words: str, families: Mapping[int, int]) -> int:
    """The id of the family that a case study is about, if it is complete."""
    if one.registration_id is None:
        raise DomainError(
            f"case_parent_{number}", f"Case study {number}: choose the parent whose two Stars it is about"
        )
    if one.registration_id not in families:
        raise DomainError(f"case_parent_{number}", f"Case study {number}: choose one of the parents in the list")
    if not words:
        raise DomainError(f"case_words_{number}", f"Case study {number}: enter the family’s words")
    if not one.has_consent:
        raise DomainError(
            f"case_consent_{number}", f"Case study {number}: tick that the family has agreed, or leave it out"
        )
    return families[one.registration_id]


def set_targets(
    context: Context, *, council_id: int, quarter: Quarter, percents: Mapping[str, int | None]
) -> list[Target]:
    """Set what the rates of indicators should be from a quarter on; those that stay the same are left alone.

    Args:
        context: who sets them, and when.
        council_id: for whose returns.
        quarter: the first that they hold for.
        percents: by the indicators' codes, from 0 to 100; None for no target.

    Returns:
        Those that were added or changed.

    Raises:
        NotFoundError: no such council.
    """
    changed: list[Target] = []
    with write(context) as transaction:
        transaction.get_locked(Council, council_id)
        statement = select(Target).where(Target.council_id == council_id, Target.starts_on <= quarter.starts_on)
        held = {
            target.indicator: target for target in transaction.session.scalars(statement.order_by(Target.starts_on))
        }
        for indicator, percent in percents.items():
            before = held.get(indicator)
            if percent == (before.percent if before else None):
                continue
            if before and before.starts_on == quarter.starts_on:
                transaction.change("change", before, percent=percent)
                changed.append(before)
            else:
                target = Target(
                    council_id=council_id, indicator=indicator, starts_on=quarter.starts_on, percent=percent
                )
                changed.append(transaction.add(target))
    return changed
