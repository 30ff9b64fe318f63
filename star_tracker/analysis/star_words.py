"""What a parent's Star says in plain words, to be read aloud with the parent and taken home.

An area is compared with the Star before, or with the parent's first Star; the value of the other is given in brackets.
Where parent and worker see an area differently, the words say how each value changed and prefer neither.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from star_tracker.analysis.parent_stars import ParentStars, StarValues
from star_tracker.domain.languages import ENGLISH, Language
from star_tracker.domain.scales import AREAS, STAGES, Kind, NotScored, stage_number


class Since(StrEnum):
    """Which earlier Star an area is compared with."""

    LAST = "last"
    FIRST = "first"


@dataclass(frozen=True)
class StarWords:
    """One sentence for each area, without its full stop, in the group it belongs to.

    Attributes:
        lead: what the areas are compared with, and what the brackets mean; "" if there is nothing to compare with.
        headings: the heading of each group below, by its name.
        went_up, went_down: the largest change first.
        stayed, seen_differently, not_before, first_scored, scored: in the Star's order. ``not_before`` are areas that
            were scored earlier, but not in the Star that they would be compared with; ``scored`` those of a Star that
            is compared with none.
        not_scored: with the reason.
    """

    lead: str = ""
    headings: Mapping[str, str] | None = None
    went_up: tuple[str, ...] = ()
    stayed: tuple[str, ...] = ()
    went_down: tuple[str, ...] = ()
    seen_differently: tuple[str, ...] = ()
    not_before: tuple[str, ...] = ()
    first_scored: tuple[str, ...] = ()
    scored: tuple[str, ...] = ()
    not_scored: tuple[str, ...] = ()

    def groups(self) -> list[tuple[str, tuple[str, ...]]]:
        """The groups that have a sentence, each with its heading."""
        return [
            (heading, getattr(self, group)) for group, heading in (self.headings or {}).items() if getattr(self, group)
        ]


def choose_since(stars: ParentStars, wanted: str = "") -> Since:
    """What a Star is compared with: what is wanted, else the Star before; a closure Star, which looks back on the whole
    way, the first.
    """
    if wanted in list(Since):
        return Since(wanted)
    is_last = stars.latest is not None and stars.latest.kind is Kind.CLOSURE
    return Since.FIRST if is_last or not stars.between else Since.LAST


def describe_star(
    stars: ParentStars,
    *,
    since: Since | None = None,
    language: Language = ENGLISH,
    stages: Mapping[str, str] | None = None,
    only: Collection[str] = AREAS,
) -> StarWords:
    """What the later Star says of each area, against an earlier one if there is one.

    Args:
        stars: the Stars, with the areas' names in the language.
        since: which earlier Star; without it, as ``choose_since`` has it.
        language: the language of the words.
        stages: the stages' names by code in the language, if they are to stand beside the values.
        only: the areas that are spoken of.

    >>> from datetime import date
    >>> from star_tracker.domain.scales import get_edition
    >>> then = {area: 5 for area in AREAS} | {"family_routine": 4, "your_wellbeing": 6}
    >>> now = {**then, "family_routine": 7, "your_wellbeing": 5, "progress_to_work": NotScored.NOT_APPLICABLE}
    >>> start = StarValues(Kind.START, date(2018, 5, 3), then)
    >>> latest = StarValues(Kind.INTERIM, date(2018, 8, 1), now, parent_values={"your_wellbeing": 7})
    >>> labels = get_edition("first").areas
    >>> words = describe_star(ParentStars(start, latest, labels))
    >>> words.lead, words.went_up
    ('Since your first Star, on 3 May 2018.', ('Family routine went from 4 to 7',))
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
    sentences = _AreaSentences(stars, now, since or choose_since(stars), language, stages)
    changed: list[tuple[int, str]] = []
    groups: dict[str, list[str]] = {group: [] for group in sentences.headings()}
    for area in (area for area in AREAS if area in only):
        reading, was = now.readings[area], sentences.before(area)
        if isinstance(reading, NotScored):
            groups["not_scored"].append(sentences.not_scored(area, reading))
        elif sentences.is_seen_differently(area):
            groups["seen_differently"].append(sentences.seen_differently(area, reading))
        elif was is None:
            groups[sentences.place_without_before(area)].append(sentences.without_before(area, reading))
        elif reading == was:
            groups["stayed"].append(sentences.unchanged(area, reading))
        else:
            changed.append((reading - was, sentences.changed(area, was, reading)))
    groups["went_up"] = _largest_first((change, words) for change, words in changed if change > 0)
    groups["went_down"] = _largest_first((-change, words) for change, words in changed if change < 0)
    return StarWords(
        lead=sentences.lead(),
        headings=sentences.headings(),
        **{group: tuple(members) for group, members in groups.items()},
    )


class _AreaSentences:
    """The sentences about one area of a parent's Star (``now``) and those before it."""

    def __init__(
        self, stars: ParentStars, now: StarValues, since: Since, language: Language, stages: Mapping[str, str] | None
    ) -> None:
        self._stars, self._now, self._say, self._language = stars, now, language.say, language
        self._stages = stages
        start = stars.start if stars.latest else None
        last = stars.between[-1] if stars.between and start else None
        self._is_since_last = since is Since.LAST and last is not None
        self._before, self._other = (last, start) if self._is_since_last else (start, last)

    def headings(self) -> dict[str, str]:
        """The heading of each group, in the order in which they are read."""
        say = self._say
        return {
            "went_up": say("What went up"),
            "stayed": say("What stayed"),
            "went_down": say("What is harder now"),
            "seen_differently": say("What we see differently"),
            "not_before": say("Not scored last time") if self._is_since_last else say("Not scored in your first Star"),
            "first_scored": say("Scored for the first time"),
            "scored": say("What you scored"),
            "not_scored": say("Not scored this time") if self._before else say("Not scored"),
        }

    def lead(self) -> str:
        """What the areas are compared with."""
        if self._before is None:
            return ""
        day = self._language.day(self._before.completed_on)
        if self._is_since_last:
            lead = self._say("Since last time, {day}.", day=day)
        elif self._now.kind is Kind.CLOSURE:
            lead = self._say("The whole way, from your first Star on {day} to this one.", day=day)
        else:
            lead = self._say("Since your first Star, on {day}.", day=day)
        if self._other is None:
            return lead
        other = self._language.day(self._other.completed_on)
        if self._is_since_last:
            return lead + " " + self._say("In brackets: the first time, {day}.", day=other)
        return lead + " " + self._say("In brackets: last time, {day}.", day=other)

    def before(self, area: str) -> int | None:
        """The value that it is compared with; None if there is none."""
        return self._before.values[area] if self._before else None

    def is_seen_differently(self, area: str) -> bool:
        """Whether the parent has a value of their own, now or in the Star that it is compared with."""
        return area in self._now.own_values or (self._before is not None and area in self._before.own_values)

    def not_scored(self, area: str, reason: NotScored) -> str:
        """Why it has no value."""
        why = {
            NotScored.NOT_APPLICABLE: self._say("{area}: it does not apply to you", area=self._name(area)),
            NotScored.NOT_DISCUSSED: self._say("{area}: we did not talk about it", area=self._name(area)),
            NotScored.DECLINED: self._say("{area}: you chose not to score it", area=self._name(area)),
        }
        return why[reason]

    def changed(self, area: str, before: int, now: int) -> str:
        """The area has another value now."""
        message = "{area} went from {before} to {now}"
        values = {"area": self._name(area), "before": self._value(before), "now": self._value(now)}
        return self._say(message, **values) + self._in_brackets(area)

    def unchanged(self, area: str, reading: int) -> str:
        """The area has the same value, though it may have had another in between."""
        values = {"area": self._name(area), "now": self._value(reading)}
        other = self._other
        if other is None or (other.values[area] in (None, reading) and area not in other.own_values):
            return self._say("{area} stayed at {now}", **values)
        if self._is_since_last:
            return self._say("{area} stayed at {now}", **values) + self._in_brackets(area)
        return self._say("{area} is at {now} again", **values) + self._in_brackets(area)

    def seen_differently(self, area: str, reading: int) -> str:
        """How the parent's own value changed, and how the counted one did."""
        was, own = self.before(area), self._now.own_values.get(area, reading)
        if self._before is None or was is None:
            said = self._say(
                "{area}: you see it at {own}, your worker at {value}",
                area=self._name(area),
                own=self._value(own),
                value=self._value(reading),
            )
        else:
            said = self._say(
                "{area}: you see it {yours}, your worker sees it {workers}",
                area=self._name(area),
                yours=self._course(self._before.own_values.get(area, was), own),
                workers=self._course(was, reading),
            )
        return said + self._in_brackets(area)

    def place_without_before(self, area: str) -> str:
        """The group of an area without a value to compare with."""
        if self._find_earlier(area) or area in self._stars.scored_alone:
            return "not_before" if self._before else "scored"
        return "first_scored" if self._before or self._stars.between else "scored"

    def without_before(self, area: str, reading: int) -> str:
        """The value of an area that cannot be compared, and the one when it was scored last."""
        earlier = self._find_earlier(area)
        if earlier is None:
            return self._say("{area} is at {now}", area=self._name(area), now=self._value(reading))
        return self._say(
            "{area} was at {before} on {day}, and is at {now} now",
            area=self._name(area),
            before=self._value(earlier.values[area] or 0),
            day=self._language.day(earlier.completed_on),
            now=self._value(reading),
        )

    def _in_brackets(self, area: str) -> str:
        """The value in the other earlier Star; "" if there is none, or it did not score the area."""
        if self._other is None or self._other.values[area] is None:
            return ""
        value, own = self._other.values[area], self._other.own_values.get(area)
        if self._is_since_last:
            first = "(first time you said {own} and your worker {value})" if own else "(first time {value})"
            return " " + self._say(first, own=own, value=value)
        last = "(last time you said {own} and your worker {value})" if own else "(last time {value})"
        return " " + self._say(last, own=own, value=value)

    def _find_earlier(self, area: str) -> StarValues | None:
        """The last Star before this one in which the area was scored."""
        earlier = [star for star in (self._stars.start, *self._stars.between) if star and star is not self._now]
        return next((star for star in reversed(earlier) if star.values[area] is not None), None)

    def _name(self, area: str) -> str:
        return self._stars.labels[area]

    def _value(self, value: int) -> str:
        """A value, with its stage if stages are to be named."""
        return f"{value} ({self._stages[STAGES[stage_number(value) - 1]]})" if self._stages else str(value)

    def _course(self, before: int, now: int) -> str:
        if before == now:
            return self._say("stay at {now}", now=self._value(now))
        return self._say("go from {before} to {now}", before=self._value(before), now=self._value(now))


def _largest_first(sentences: Iterable[tuple[int, str]]) -> list[str]:
    """Sorted by the size of the change; equal ones stay in the Star's order."""
    return [words for _size, words in sorted(sentences, key=lambda sentence: -sentence[0])]
