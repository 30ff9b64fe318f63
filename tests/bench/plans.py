"""What the practitioners of the measurement are to record: who, for which parent, and every answer in its order."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from star_tracker.domain.days import short_date
from star_tracker.domain.drafts import NOTE, PARENT_VALUE
from star_tracker.domain.scales import AREAS, Kind, NotScored

NOTE_PIECES = 5
WORDS = (
    "Bedtimes are calmer since the older two read first, and she rang the school herself about the mornings. "
    "“It’s not perfect – but it’s ours.” We agreed to look at breakfast next; grandmother helps on Tuesdays & Fridays."
)


@dataclass(frozen=True)
class Person:
    """A practitioner who signs in; ``totp`` is the secret in their authenticator app, as JSON. Without a password:
    somebody who only asks for a page.
    """

    email: str = ""
    password: str = ""
    totp: str = ""


@dataclass(frozen=True)
class StarPlan:
    """One Star of one parent.

    Attributes:
        registration_id: the parent's part in their intervention.
        kind: ``start`` or ``interim``.
        completed_on: as it is written into the form.
        saves: a field and what stands in it then, in the order in which they are entered and saved.
    """

    registration_id: int
    kind: str
    completed_on: str
    saves: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class RoundPlan:
    """What everybody does at the same time.

    Attributes:
        name: as it is printed.
        shortest, longest: seconds between an answer and the next request; 0 for none.
        stars: for each person, their Stars one after the other.
        shared: a Star that the first two people then record together, at once.
        requests: how often each person asks, where there is nothing to record.
    """

    name: str
    shortest: float
    longest: float
    stars: Sequence[Sequence[StarPlan]] = ()
    shared: StarPlan | None = None
    requests: int = 0


@dataclass(frozen=True)
class Plan:
    """Who does what, where: the server is on 127.0.0.1, and asked under the name ``host``."""

    port: int
    host: str
    people: Sequence[Person]
    rounds: Sequence[RoundPlan]

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> "Plan":
        """The plan that was written as JSON with ``asdict``."""
        rounds = [
            RoundPlan(
                **one
                | {
                    "stars": [[StarPlan(**star) for star in stars] for stars in one["stars"]],
                    "shared": StarPlan(**one["shared"]) if one["shared"] else None,
                }
            )
            for one in said["rounds"]
        ]
        return cls(said["port"], said["host"], [Person(**person) for person in said["people"]], rounds)


def plan_star(registration_id: int, kind: Kind, completed_on: date, choose: random.Random) -> StarPlan:
    """Ten areas, one of them mostly not scored; the parent's own value in one, and a note that grows as it is typed.

    Values lie close to one another, so that none is asked about as a jump.
    """
    saves = [(area, str(choose.randint(4, 7))) for area in AREAS]
    if choose.random() < 0.7:
        place = choose.randrange(len(AREAS))
        saves[place] = AREAS[place], choose.choice(list(NotScored)).value
    scored = next(area for area, value in saves if value.isdecimal())
    spoken_of = choose.choice(AREAS)
    note = f"{WORDS} ({registration_id}, {kind.value})"
    typed = [note[: len(note) * (piece + 1) // NOTE_PIECES].rstrip() for piece in range(NOTE_PIECES)]
    place = AREAS.index(spoken_of) + 1
    saves[place:place] = [(NOTE + spoken_of, text) for text in typed]
    saves.append((PARENT_VALUE + scored, "3"))
    return StarPlan(registration_id, kind.value, short_date(completed_on), saves)


def plan_stars(registration_ids: Sequence[int], stars: int, first_day: date, choose: random.Random) -> list[StarPlan]:
    """So many Stars: a start Star of each parent in turn, then interim ones on the following days."""
    plans = []
    for number in range(stars):
        turn, parent = divmod(number, len(registration_ids))
        kind, day = Kind.INTERIM if turn else Kind.START, first_day + timedelta(days=turn)
        plans.append(plan_star(registration_ids[parent], kind, day, choose))
    return plans
