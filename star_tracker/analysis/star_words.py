"""What a parent's Star says in plain words, to be read aloud with the parent and taken home.

An area is compared with the parent's start Star; if there was a Star in between, its value is given in brackets. Where
parent and worker see an area differently, in either Star, the words say how each value changed and prefer neither.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from star_tracker.analysis.parent_stars import ParentStars, StarValues
from star_tracker.domain.periods import long_date
from star_tracker.domain.scales import AREAS, NotScored

WHY_NOT = {
    NotScored.NOT_APPLICABLE: "it does not apply to you",
    NotScored.NOT_DISCUSSED: "we did not talk about it",
    NotScored.DECLINED: "you chose not to score it",
}


@dataclass(frozen=True)
class StarWords:
    """One sentence for each area, without its full stop, in the group it belongs to.

    Attributes:
        lead: what the areas are compared with, and what the brackets mean; "" if there is nothing to compare with.
        went_up, went_down: the largest change first.
        stayed, seen_differently, not_at_first, first_scored, scored: in the Star's order. ``not_at_first`` are areas
            scored before, but not in the start Star; ``scored`` those of a Star that is compared with none.
        not_scored: with the reason.
    """

    lead: str = ""
    went_up: tuple[str, ...] = ()
    stayed: tuple[str, ...] = ()
    went_down: tuple[str, ...] = ()
    seen_differently: tuple[str, ...] = ()
    not_at_first: tuple[str, ...] = ()
    first_scored: tuple[str, ...] = ()
    scored: tuple[str, ...] = ()
    not_scored: tuple[str, ...] = ()

    def groups(self) -> list[tuple[str, tuple[str, ...]]]:
        """The groups that have a sentence, each with its heading."""
        named = (
            ("What went up", self.went_up),
            ("What is the same", self.stayed),
            ("What went down", self.went_down),
            ("What we see differently", self.seen_differently),
            ("Not scored in your first Star", self.not_at_first),
            ("Scored for the first time", self.first_scored),
            ("What you scored", self.scored),
            ("Not scored this time" if self.lead else "Not scored", self.not_scored),
        )
        return [(heading, sentences) for heading, sentences in named if sentences]


def describe_star(stars: ParentStars) -> StarWords:
    """What the later Star says of each area, against the start Star if there are two.

    >>> from datetime import date
    >>> from star_tracker.domain.scales import Kind, get_edition
    >>> then = {area: 5 for area in AREAS} | {"family_routine": 4, "your_wellbeing": 6}
    >>> now = {**then, "family_routine": 7, "your_wellbeing": 5, "progress_to_work": NotScored.NOT_APPLICABLE}
    >>> start = StarValues(Kind.START, date(2018, 5, 3), then)
    >>> latest = StarValues(Kind.INTERIM, date(2018, 8, 1), now, parent_values={"your_wellbeing": 7})
    >>> labels = get_edition("first").areas
    >>> words = describe_star(ParentStars(start, latest, labels))
    >>> words.lead, words.went_up
    ('Changes since your first Star, on 3 May 2018.', ('Family routine went from 4 to 7',))
    >>> words.seen_differently
    ('Your well-being: you see it go from 6 to 7, your worker sees it go from 6 to 5',)
    >>> words.stayed[-1], words.not_scored
    ('Home and money stayed at 5', ('Progress to work: it does not apply to you',))
    >>> describe_star(ParentStars(start, None, labels)).scored[7]
    'Family routine is at 4'
    """
    now = stars.latest or stars.start
    if now is None:
        return StarWords()
    sentences = _AreaSentences(stars, now)
    changed: list[tuple[int, str]] = []
    stayed, differently, not_scored = [], [], []
    without_start: dict[str, list[str]] = {"not_at_first": [], "first_scored": [], "scored": []}
    for area in AREAS:
        reading, was, label = now.readings[area], sentences.at_start(area), stars.labels[area]
        if isinstance(reading, NotScored):
            not_scored.append(f"{label}: {WHY_NOT[reading]}")
        elif sentences.is_seen_differently(area):
            differently.append(sentences.seen_differently(area, reading))
        elif was is None:
            without_start[sentences.place_without_start(area)].append(sentences.without_start(area, reading))
        elif reading == was:
            stayed.append(sentences.unchanged(area, reading))
        else:
            changed.append((reading - was, f"{label} went from {was} to {reading}{sentences.last_time(area)}"))
    return StarWords(
        lead=sentences.lead(),
        went_up=_largest_first((change, words) for change, words in changed if change > 0),
        stayed=tuple(stayed),
        went_down=_largest_first((-change, words) for change, words in changed if change < 0),
        seen_differently=tuple(differently),
        not_scored=tuple(not_scored),
        **{group: tuple(members) for group, members in without_start.items()},
    )


class _AreaSentences:
    """The sentences about one area of a parent's Star (``now``) and those before it."""

    def __init__(self, stars: ParentStars, now: StarValues) -> None:
        self._stars, self._now = stars, now
        self._start = stars.start if stars.latest else None
        self._last = stars.between[-1] if stars.between else None

    def lead(self) -> str:
        """What the areas are compared with."""
        if self._start is None:
            return ""
        lead = f"Changes since your first Star, on {long_date(self._start.completed_on)}."
        return f"{lead} In brackets: last time, {long_date(self._last.completed_on)}." if self._last else lead

    def at_start(self, area: str) -> int | None:
        """The start Star's value; None if there is nothing to compare with."""
        return self._start.values[area] if self._start else None

    def is_seen_differently(self, area: str) -> bool:
        """Whether the parent has a value of their own, now or at the start."""
        return area in self._now.own_values or (self._start is not None and area in self._start.own_values)

    def last_time(self, area: str) -> str:
        """The value in the Star before, in brackets; "" if that is the start Star, or did not score the area."""
        if self._last is None or self._last.values[area] is None:
            return ""
        value, own = self._last.values[area], self._last.own_values.get(area)
        return f" (last time you said {own} and your worker {value})" if own else f" (last time {value})"

    def unchanged(self, area: str, reading: int) -> str:
        """The area has the start's value, though it may have had another in between."""
        label, last = self._stars.labels[area], self._last
        if last is None or (last.values[area] in (None, reading) and area not in last.own_values):
            return f"{label} stayed at {reading}"
        return f"{label} is at {reading} again{self.last_time(area)}"

    def seen_differently(self, area: str, reading: int) -> str:
        """How the parent's own value changed, and how the counted one did."""
        label, was, own = self._stars.labels[area], self.at_start(area), self._now.own_values.get(area, reading)
        if self._start is None or was is None:
            return f"{label}: you see it at {own}, your worker at {reading}{self.last_time(area)}"
        yours = _course(self._start.own_values.get(area, was), own)
        workers = _course(was, reading)
        return f"{label}: you see it {yours}, your worker sees it {workers}{self.last_time(area)}"

    def place_without_start(self, area: str) -> str:
        """The group of an area without a start value."""
        if self._find_before(area) or area in self._stars.scored_alone:
            return "not_at_first" if self._start else "scored"
        return "first_scored" if self._start or self._stars.between else "scored"

    def without_start(self, area: str, reading: int) -> str:
        """The value of an area without a start value, and the one when it was scored last."""
        label, before = self._stars.labels[area], self._find_before(area)
        if before is None:
            return f"{label} is at {reading}"
        return f"{label} was at {before.values[area]} on {long_date(before.completed_on)}, and is at {reading} now"

    def _find_before(self, area: str) -> StarValues | None:
        """The last Star between the start and this one in which the area was scored."""
        return next((star for star in reversed(self._stars.between) if star.values[area] is not None), None)


def _course(before: int, after: int) -> str:
    return f"stay at {after}" if before == after else f"go from {before} to {after}"


def _largest_first(sentences: Iterable[tuple[int, str]]) -> tuple[str, ...]:
    """Sorted by the size of the change; equal ones stay in the Star's order."""
    return tuple(words for _size, words in sorted(sentences, key=lambda sentence: -sentence[0]))
