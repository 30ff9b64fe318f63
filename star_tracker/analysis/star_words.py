"""What a parent's Star says in plain words, to be read aloud with the parent and taken home."""

from collections.abc import Iterable
from dataclasses import dataclass

from star_tracker.analysis.parent_stars import ParentStars, StarValues
from star_tracker.domain.scales import AREAS, NotScored

WHY_NOT = {
    NotScored.NOT_APPLICABLE: "it does not apply to you",
    NotScored.NOT_DISCUSSED: "we did not talk about it",
    NotScored.DECLINED: "you chose not to score it",
}


@dataclass(frozen=True)
class StarWords:
    """One sentence for each area, without its full stop, in the group where it belongs.

    Attributes:
        went_up, went_down: the largest change first.
        stayed: in the Star's order.
        scored: areas that have nothing to be compared with, of a first Star all of them.
        not_scored: with the reason.
    """

    went_up: tuple[str, ...] = ()
    stayed: tuple[str, ...] = ()
    went_down: tuple[str, ...] = ()
    scored: tuple[str, ...] = ()
    not_scored: tuple[str, ...] = ()

    @property
    def is_compared(self) -> bool:
        """Whether any area has a value in both Stars."""
        return bool(self.went_up or self.stayed or self.went_down)

    def groups(self) -> list[tuple[str, tuple[str, ...]]]:
        """The groups that have a sentence, each with its heading."""
        first = "Scored for the first time" if self.is_compared else "What you scored"
        named = (
            ("What went up", self.went_up),
            ("What stayed the same", self.stayed),
            ("What went down", self.went_down),
            (first, self.scored),
            ("Not scored this time" if self.is_compared else "Not scored", self.not_scored),
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
    >>> words.went_up, words.went_down
    (('Family routine went from 4 to 7',), ('Your well-being went from 6 to 5 (you said 7)',))
    >>> words.stayed[-1], words.not_scored
    ('Home and money stayed at 5', ('Progress to work: it does not apply to you',))
    >>> describe_star(ParentStars(start, None, labels)).scored[7]
    'Family routine is at 4'
    """
    now = stars.latest or stars.start
    if now is None:
        return StarWords()
    before = stars.start.values if stars.start and stars.latest else {}
    changed: list[tuple[int, str]] = []
    stayed, scored, not_scored = [], [], []
    for area in AREAS:
        label, reading, was = stars.labels[area], now.readings[area], before.get(area)
        if isinstance(reading, NotScored):
            not_scored.append(f"{label}: {WHY_NOT[reading]}")
        elif was is None:
            scored.append(f"{label} is at {reading}{_own_value(now, area)}")
        elif reading == was:
            stayed.append(f"{label} stayed at {reading}{_own_value(now, area)}")
        else:
            changed.append((reading - was, f"{label} went from {was} to {reading}{_own_value(now, area)}"))
    return StarWords(
        went_up=_largest_first((change, words) for change, words in changed if change > 0),
        stayed=tuple(stayed),
        went_down=_largest_first((-change, words) for change, words in changed if change < 0),
        scored=tuple(scored),
        not_scored=tuple(not_scored),
    )


def _own_value(star: StarValues, area: str) -> str:
    own = star.parent_values.get(area)
    return "" if own is None or own == star.readings[area] else f" (you said {own})"


def _largest_first(sentences: Iterable[tuple[int, str]]) -> tuple[str, ...]:
    """By the size of the change; the Star's order stands where two are equal."""
    return tuple(words for _size, words in sorted(sentences, key=lambda sentence: -sentence[0]))
