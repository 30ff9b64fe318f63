"""The few figures that a lead is asked for, and the same ones for the period before.

Parents with a pair and pairs improved in most areas are of the cohort, as at its day. Stars on time, closed
successfully and re-referred are of a period, for the cohort's pods and practitioner: they are counted by a return's
rules, so where the period is a quarter they are the return's figures.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from star_tracker.analysis.cohorts import CohortFilter, unpack_pairs
from star_tracker.analysis.disclosure import LEAST_PAIRS
from star_tracker.domain.cohort_choice import DAYS
from star_tracker.domain.days import Span, add_months, shift_months
from star_tracker.domain.figures import round_half_up
from star_tracker.domain.interventions import find_re_referrals
from star_tracker.domain.scales import ClosureReason
from star_tracker.domain.schedule import Timings, list_due_stars

MONTHS = 12
"""The months to ``as_at`` that are the period where none is chosen, and how much earlier the period before then is."""

QUARTER_MONTHS = 3
"""A chosen period of so many months or fewer is compared with the one so much earlier."""

LEAST_AREAS = 5
"""A pair scored in fewer areas at both Stars is not asked whether it improved in most of them."""


class Share(NamedTuple):
    """How many of how many; below ``LEAST_PAIRS`` there is no percentage (R9)."""

    part: int
    whole: int

    @property
    def percent(self) -> int | None:
        """The share in whole per cent, or None where it would rest on too few.

        >>> Share(9, 16).percent, Share(5, 9).percent, Share(0, 0).percent
        (56, None, None)
        """
        return None if self.whole < LEAST_PAIRS else int(round_half_up(100 * self.part / self.whole, 0))

    @property
    def in_words(self) -> str:
        """The percentage, or the two numbers where there is none.

        >>> [Share(*numbers).in_words for numbers in ((9, 16), (5, 9), (0, 0))]
        ['56%', '5 of 9', 'None']
        """
        if self.percent is not None:
            return f"{self.percent}%"
        return f"{self.part:,} of {self.whole:,}" if self.whole else "None"

    @property
    def numbers(self) -> str:
        """The two numbers behind a percentage; "" where there is none.

        >>> Share(1204, 2000).numbers, Share(5, 9).numbers
        ('1,204 of 2,000', '')
        """
        return "" if self.percent is None else f"{self.part:,} of {self.whole:,}"


class NamedShare(NamedTuple):
    """A key figure with its name, and of what it is a share."""

    name: str
    of_what: str
    share: Share


class Course(NamedTuple):
    """An intervention as the key figures count it; ``is_chosen``: whether it is of the cohort's pods and practitioner.

    The others are the family's, and only say whether a referral is a re-referral (R10).
    """

    family: int
    referred_on: date
    started_on: date
    intervention: int
    closed_on: date | None
    closure_reason: str | None
    is_chosen: bool


class RegisteredParent(NamedTuple):
    """A parent in an intervention, with kind and date of their counted Stars in the order of R2."""

    started_on: date
    closed_on: date | None
    stars: Sequence[tuple[str, date]]

    def is_over_before(self, period: Span, timings: Timings) -> bool:
        """Whether all that is due of this parent is due before the period, whatever the Stars are (R7).

        Interims stand while the intervention is open, and a closure Star is due as it closes; a start Star may be due
        later.
        """
        start_due_on = self.started_on + timedelta(days=timings.start_due_days)
        return self.closed_on is not None and max(self.closed_on, start_due_on) < period.starts_on


@dataclass(frozen=True, kw_only=True)
class KeyFigures:
    """The figures of a cohort and of the period before it.

    Attributes:
        selected_by: the filter.
        period: the period of the last three figures.
        paired: parents with a pair, of all parents in the interventions that the filter selects, whatever its Stars.
        improved: pairs that improved in most areas, of those scored in ``LEAST_AREAS`` or more.
        on_time: Stars on time, of those due in the period (R7).
        successful: families that closed successfully in the period, of those that closed.
        re_referred: re-referrals, of the referrals in the period (R10).
    """

    selected_by: CohortFilter
    period: Span
    paired: Share
    improved: Share
    on_time: Share
    successful: Share
    re_referred: Share

    @property
    def listed(self) -> list[NamedShare]:
        """The five, in the order in which a lead asks for them."""
        return [
            NamedShare("Parents with a pair", "parents", self.paired),
            NamedShare("Improved in most areas", "pairs", self.improved),
            NamedShare("Stars on time", "due", self.on_time),
            NamedShare("Closed successfully", "closed", self.successful),
            NamedShare("Re-referred", "referrals", self.re_referred),
        ]


def find_period(selected_by: CohortFilter) -> Span:
    """The period that a filter suggests: its closing dates, else its dates of the latest Star, else the last year.

    It ends on ``as_at`` at the latest, and without a first day begins ``MONTHS`` before its end.

    >>> quarter = CohortFilter(as_at=date(2019, 4, 10), closed_from=date(2019, 1, 1), closed_to=date(2019, 3, 31))
    >>> find_period(quarter).label, find_period(CohortFilter(as_at=date(2019, 4, 10))).label
    ('January to March 2019', '11 April 2018 to 10 April 2019')
    """
    first, last = selected_by.closed_from, selected_by.closed_to
    if first is None and last is None:
        first, last = selected_by.latest_from, selected_by.latest_to
    end = min(last or selected_by.as_at, selected_by.as_at)
    return Span(first or shift_months(end, -MONTHS) + timedelta(days=1), end)


def find_months_before(selected_by: CohortFilter) -> int:
    """How many months earlier the period before is: a quarter for one of three months or less, else whole years.

    >>> [find_months_before(CohortFilter(as_at=date(2019, 4, 10), closed_from=day)) for day in (
    ...     date(2019, 1, 11), date(2019, 1, 10), date(2018, 4, 10))]
    [3, 12, 24]
    """
    period, months = find_period(selected_by), 1
    while add_months(period.starts_on, months) <= period.ends_on:
        months += 1
    return QUARTER_MONTHS if months <= QUARTER_MONTHS else MONTHS * -(-months // MONTHS)


def shift_filter(selected_by: CohortFilter) -> CohortFilter:
    """The same filter for the period before: all its dates are earlier by ``find_months_before``.

    >>> quarter = CohortFilter(as_at=date(2019, 6, 30), latest_from=date(2019, 4, 1), latest_to=date(2019, 6, 30))
    >>> before = shift_filter(quarter)
    >>> find_period(before).label, before.as_at
    ('January to March 2019', datetime.date(2019, 3, 31))
    """
    months = -find_months_before(selected_by)
    shifted: dict[str, Any] = {name: shift_months(day, months) for name in DAYS if (day := getattr(selected_by, name))}
    return replace(selected_by, **shifted)


def count_improved(pair_values: str) -> Share:
    """Pairs that improved in most areas: in more than half of those scored in both Stars.

    Args:
        pair_values: 20 hexadecimal digits for each pair: start and latest value of each area, 0 for not scored
            (``domain.standings``).

    Of ten areas most are six; of five, three. A pair with four such areas is not asked.

    >>> six_of_ten, five_of_ten = "45" * 6 + "44" * 4, "45" * 5 + "44" * 5
    >>> three_of_five, four_of_four = "45" * 3 + "44" * 2 + "40" * 5, "45" * 4 + "05" * 6
    >>> count_improved(six_of_ten + five_of_ten + three_of_five + four_of_four)
    Share(part=2, whole=3)
    """
    pairs = unpack_pairs(pair_values)
    starts, latests = pairs >> 4, pairs & 15
    are_scored = (starts > 0) & (latests > 0)
    scored = are_scored.sum(axis=1)
    improved = (are_scored & (latests > starts)).sum(axis=1)
    is_asked = scored >= LEAST_AREAS
    return Share(int((is_asked & (2 * improved > scored)).sum()), int(is_asked.sum()))


def count_on_time(parents: Iterable[RegisteredParent], period: Span, timings: Timings) -> Share:
    """Stars on time, of those due in the period, as at its last day: a return's three kinds together (R7)."""
    due = [
        star
        for parent in parents
        if not parent.is_over_before(period, timings)
        for star in list_due_stars(parent.started_on, parent.closed_on, parent.stars, period.ends_on, timings)
        if star.stands and period.starts_on <= star.due_on <= period.ends_on
    ]
    return Share(sum(star.on_time for star in due), len(due))


def count_successful(courses: Iterable[Course], period: Span) -> Share:
    """Families that closed successfully in the period, of those that closed.

    As in a return, one that closed for two reasons counts for each.
    """
    closed = {
        (course.family, course.closure_reason)
        for course in courses
        if course.is_chosen and course.closed_on and course.closed_on in period
    }
    return Share(sum(reason == ClosureReason.COMPLETED for _family, reason in closed), len(closed))


def count_re_referred(courses: Sequence[Course], period: Span) -> Share:
    """Re-referrals, of the referrals in the period (R10)."""
    again = find_re_referrals(course[:4] for course in courses)
    referred = [course.intervention for course in courses if course.is_chosen and course.referred_on in period]
    return Share(len(again.intersection(referred)), len(referred))
