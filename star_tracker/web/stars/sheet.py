"""The sheet that a parent takes home after a Star: what may be chosen for it, and how it is put together."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from star_tracker.analysis.parent_stars import ParentStars
from star_tracker.analysis.star_words import describe_star
from star_tracker.analysis.talk_star import describe_talk_star, draw_talk_star, measure_talk_star
from star_tracker.domain.languages import ENGLISH, get_language
from star_tracker.domain.scales import AREAS, CompletedBy
from star_tracker.domain.schedule import Timings
from star_tracker.exports.take_home import Agreed, TakeHomeSheet
from star_tracker.models import Star
from star_tracker.queries.figures.schedules import get_next_star

LONGEST = 100
"""The most letters of what is typed for the sheet alone; what is longer is cut."""


@dataclass(frozen=True, kw_only=True)
class SheetChoice:
    """What a sheet is to show. It is in the sheet's address, and nowhere stored.

    Attributes:
        areas: the codes of the areas that it speaks of.
        language: the code of its language.
        with_name: whether it has the parent's name, if there is one.
        with_staff: whether it says who the parent works with.
        with_star: whether the star is drawn.
        is_large: whether it is in large print.
        phone, next_visit: as they were typed.
    """

    areas: tuple[str, ...]
    language: str = ENGLISH.code
    with_name: bool = True
    with_staff: bool = False
    with_star: bool = True
    is_large: bool = False
    phone: str = ""
    next_visit: str = ""

    @property
    def query(self) -> dict[str, Any]:
        """The part of an address that ``read_sheet_choice`` reads it from."""
        flags = {"no_name": not self.with_name, "staff": self.with_staff, "no_star": not self.with_star}
        ticked = {name: "1" for name, is_ticked in (flags | {"large": self.is_large}).items() if is_ticked}
        typed = {"phone": self.phone, "next_visit": self.next_visit}
        given = {name: text for name, text in typed.items() if text}
        language = {} if self.language == ENGLISH.code else {"language": self.language}
        areas = {} if self.areas == AREAS else {"chosen": "1", "areas": list(self.areas)}
        return ticked | given | language | areas


def read_sheet_choice(query: MultiDict[str, str], *, left_out: Collection[str]) -> SheetChoice:
    """What is chosen in a sheet's address.

    Args:
        query: of the address.
        left_out: the areas that a sheet leaves out unless they are chosen.
    """
    areas = query.getlist("areas") if "chosen" in query else [area for area in AREAS if area not in left_out]
    return SheetChoice(
        areas=tuple(area for area in AREAS if area in areas),
        language=get_language(query.get("language", "")).code,
        with_name="no_name" not in query,
        with_staff="staff" in query,
        with_star="no_star" not in query,
        is_large="large" in query,
        phone=_tidy(query.get("phone", "")),
        next_visit=_tidy(query.get("next_visit", "")),
    )


def _tidy(text: str) -> str:
    """On one line, and without characters that cannot be seen."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:LONGEST]


def build_take_home_sheet(
    star: Star,
    stars: ParentStars,
    *,
    today: date,
    timings: Timings,
    choice: SheetChoice,
    worked_with: str,
) -> TakeHomeSheet:
    """The sheet that a parent takes home after a Star, without references or other people's names.

    Args:
        star: the Star.
        stars: its ``get_talk_stars``, with the areas' names in the sheet's language.
        today: the day as at which the next Star is due.
        timings: the numbers of R7.
        choice: what it is to show.
        worked_with: the name of the practitioner or the service.
    """
    registration = star.registration
    next_star = get_next_star(registration, as_at=today, timings=timings)
    takes_stars = registration.intervention.takes_stars_on(today)
    language = get_language(choice.language)
    return TakeHomeSheet(
        name=registration.parent.name if choice.with_name else "",
        days=tuple(values.completed_on for values in (stars.start, stars.latest) if values),
        alone=star.completed_by == CompletedBy.PARENT,
        picture=draw_talk_star(stars, language=language, narrow=True, only=choice.areas) if choice.with_star else None,
        picture_size=measure_talk_star(stars, narrow=True),
        alt=describe_talk_star(stars, language=language, only=choice.areas),
        words=describe_star(stars, language=language, only=choice.areas),
        agreed=tuple(
            Agreed(stars.labels[priority.area], priority.action, priority.by_whom, priority.by_when, language)
            for priority in star.priorities
            if priority.area in choice.areas
        ),
        next_due_on=next_star.due_on if takes_stars else None,
        today=today,
        worked_with=worked_with if choice.with_staff else "",
        phone=choice.phone,
        next_visit=choice.next_visit,
        language=language,
        is_large=choice.is_large,
    )
