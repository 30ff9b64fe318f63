"""Practitioners who record Stars at the same time, in a process of their own so that they take no turn of the bench's.

``python -m tests.bench.practitioners`` reads a ``Plan`` as JSON and prints what came of each round. They do as the
pages and their scripts do (``static/js/saving.js``): sign in with a password and a code, begin a Star, save each answer
by itself, look at the answers and complete the Star. Each asks for one thing at a time, over a connection that is kept.
Where nobody has a password, they only ask for the first page.
"""

import json
import random
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from threading import Barrier
from typing import Any

from passlib.totp import TOTP

from star_tracker.domain.drafts import NOTE
from star_tracker.domain.scales import AREAS
from tests.bench.browsing import Browser, UnexpectedError, read_hidden_fields
from tests.bench.plans import Plan, RoundPlan, StarPlan

AUTOSAVE, COMPLETE, SCORING, HELLO = "autosave", "completing a Star", "page of scoring", "hello"
SIGN_IN, BEGIN, CHECK, AFTERWARDS = "signing in", "beginning a Star", "page of the answers", "page afterwards"

PATIENCE = 60
"""Seconds for which one waits for the others."""

MET = NOTE + AREAS[0]
"""The field in which two people answer at the same moment."""


@dataclass(frozen=True)
class Save:
    """An answer of which the server said that it was saved, and what stood there before."""

    registration_id: int
    completed_on: str
    name: str
    was: str
    now: str


@dataclass(frozen=True)
class Requests:
    """How long each request of a sort took, the shortest first, and how long it took until all were answered."""

    times: Sequence[float]
    seconds: float

    def percentile(self, percent: int) -> float:
        """The time that so many of a hundred requests took at most.

        >>> Requests([0.1, 0.2, 0.3, 0.4], 1).percentile(50)
        0.2
        """
        return self.times[max(0, -(-len(self.times) * percent // 100) - 1)]


@dataclass(frozen=True)
class RoundDone:
    """What came of a round: seconds from its start to its end, requests with their seconds, and what went wrong."""

    seconds: float = 0
    times: Sequence[tuple[str, float]] = ()
    saved: Sequence[Save] = ()
    errors: Sequence[str] = ()

    def of(self, what: str) -> "Requests":
        """Those of one sort."""
        return Requests(sorted(taken for one, taken in self.times if one == what), self.seconds)

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> "RoundDone":
        """What was written as JSON with ``asdict``."""
        return cls(said["seconds"], said["times"], [Save(**save) for save in said["saved"]], said["errors"])


class Practitioner:
    """Somebody who records."""

    def __init__(self, plan: Plan, number: int) -> None:
        self.browser = Browser(plan.port, plan.host, source=f"192.0.2.{number + 1}")
        self.number = number
        self.saved: list[Save] = []
        self._person = plan.people[number]
        self._choose = random.Random(number)

    def sign_in(self) -> None:
        """Give the password, then the code."""
        if not self._person.password:
            return
        code = str(TOTP.from_json(self._person.totp).generate().token)
        first = {"email": self._person.email, "password": self._person.password}
        for path, answer in (("/sign-in", first), ("/sign-in/code", {"code": code})):
            token = read_hidden_fields(self.browser.get(SIGN_IN, path).text)["csrf_token"]
            self.browser.post(SIGN_IN, path, answer | {"csrf_token": token})

    def pause(self, plan: RoundPlan) -> None:
        """As long as it takes to talk about the next answer."""
        time.sleep(self._choose.uniform(plan.shortest, plan.longest))

    def take_part(self, plan: RoundPlan, meeting: Barrier) -> None:
        """Do all that this person does in a round."""
        pause = partial(self.pause, plan)
        for _ in range(plan.requests):
            pause()
            self.browser.get(HELLO, "/")
        if plan.shared and self.number in (0, 1):
            self.record_together(plan.shared, pause, meeting)
        for star in plan.stars[self.number] if plan.stars else ():
            self.record(star, pause)

    def record(self, star: StarPlan, pause: Callable[[], None]) -> None:
        """One Star from its beginning to its end."""
        scoring = Scoring(self, star)
        for name, answer in star.saves:
            pause()
            scoring.save_alone(name, answer)
        pause()
        scoring.complete(scoring.check())

    def record_together(self, star: StarPlan, pause: Callable[[], None], meeting: Barrier) -> None:
        """One Star that two people score at once, every other answer each; both press the last button."""
        is_first = self.number == 0
        if not is_first:
            meeting.wait(PATIENCE)
        scoring = Scoring(self, star)
        if is_first:
            meeting.wait(PATIENCE)
        own_areas = AREAS[self.number :: 2]
        for name, answer in star.saves:
            if name.endswith(own_areas) and name != MET:
                pause()
                scoring.save_alone(name, answer)
        meeting.wait(PATIENCE)
        if scoring.save(MET, mine := f"What {self._person.email} heard"):
            scoring.save_alone(MET, mine)  # "Keep mine", knowing the other's
        meeting.wait(PATIENCE)
        revision = scoring.check()
        meeting.wait(PATIENCE)
        scoring.complete(revision)


class Scoring:
    """One Star in progress, as one person's page knows it."""

    def __init__(self, by: Practitioner, star: StarPlan) -> None:
        """Begin the Star, or go on with the one that somebody has begun, and open its page."""
        self._by, self._star, self._browser = by, star, by.browser
        self._path = self._begin(f"/registrations/{star.registration_id}/stars/new")
        self._fields = read_hidden_fields(self._browser.get(SCORING, self._path).text)
        self._known: dict[str, str] = json.loads(self._fields["was"])

    def _begin(self, path: str) -> str:
        page = self._browser.get(BEGIN, path, expected=(200, 302))
        if page.location:
            return page.location
        token = read_hidden_fields(page.text)["csrf_token"]
        about = {"kind": self._star.kind, "completed_on": self._star.completed_on, "completed_by": "together"}
        return self._browser.post(BEGIN, path, about | {"edition": "first", "csrf_token": token}).location

    def save(self, name: str, answer: str) -> bool:
        """Save one answer, and hear what others wrote; whether somebody else's answer was met.

        Raises:
            UnexpectedError: it was neither saved nor refused.
        """
        was = self._known[name]
        sent = {name: answer, "was": json.dumps({name: was})}
        about = {"revision": self._fields["revision"], "csrf_token": self._fields["csrf_token"]}
        heard = self._browser.exchange(AUTOSAVE, self._path, sent | about)
        self._fields["revision"] = str(heard["revision"])
        self._known |= {field: other["value"] for field, other in heard["others"].items()}
        if name in heard["refused"]:
            return True
        if heard["saved"] != {name: answer}:
            raise UnexpectedError(f"{self._path}: sent {name}, and saved was {sorted(heard['saved'])}")
        if name not in heard["others"]:
            self._known[name] = answer
        self._by.saved.append(Save(self._star.registration_id, self._star.completed_on, name, was, answer))
        return False

    def save_alone(self, name: str, answer: str) -> None:
        """Save an answer that nobody else gives.

        Raises:
            UnexpectedError: it was refused.
        """
        if self.save(name, answer):
            raise UnexpectedError(f"{self._path}: {name} was refused, and nobody else had answered it")

    def check(self) -> Mapping[str, str]:
        """Look at the answers; the hidden fields of that page."""
        return read_hidden_fields(self._browser.get(CHECK, f"{self._path}/check").text)

    def complete(self, fields: Mapping[str, str]) -> None:
        """Complete the Star, and see the page that comes then."""
        answer = self._browser.post(COMPLETE, f"{self._path}/check", fields)
        self._browser.get(AFTERWARDS, answer.location)


def do_round(people: list[Practitioner], plan: RoundPlan, pool: ThreadPoolExecutor) -> RoundDone:
    """Everybody at the same time."""
    for one in people:
        one.browser.times.clear()
        one.saved.clear()
    meeting = Barrier(2)
    began = time.perf_counter()
    errors = list(pool.map(partial(_attempt, plan, meeting), people))
    return RoundDone(
        seconds=time.perf_counter() - began,
        times=[one_time for one in people for one_time in one.browser.times],
        saved=[save for one in people for save in one.saved],
        errors=[error for error in errors if error],
    )


def _attempt(plan: RoundPlan, meeting: Barrier, one: Practitioner) -> str:
    """Have somebody take part; what went wrong, whatever it was, or "" if nothing did."""
    try:
        one.take_part(plan, meeting)
    except Exception as error:
        return f"practitioner {one.number + 1}: {type(error).__name__}: {error}"
    return ""


def main() -> None:
    """Do what the plan on standard input says."""
    plan = Plan.read(json.load(sys.stdin))
    people = [Practitioner(plan, number) for number in range(len(plan.people))]
    for one in people:  # one after the other: it is not what is measured
        one.sign_in()
    with ThreadPoolExecutor(len(people)) as pool:
        done = [do_round(people, round_plan, pool) for round_plan in plan.rounds]
    json.dump([asdict(one) for one in done], sys.stdout)


if __name__ == "__main__":
    main()
