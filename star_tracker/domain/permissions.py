"""Who may do what, as plain functions: the only rules that pages and downloads use.

A *rule* takes an Actor and returns whether they may; a rule about one family also takes the pods that it has been in
and, if it is restricted, the ids of the people who are ``named`` for it (None if it is not restricted).
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, timedelta

from star_tracker.domain.roles import FAMILY_ROLES, OVERSEEING, Role

DAYS_TO_CORRECT = 7
"""The author of a Star may correct, move or withdraw it up to this many days later; after that only a lead may."""


@dataclass(frozen=True)
class Actor:
    """Somebody who does something: the roles they hold, their pods and councils by id, and where they do it from.

    ``council_ids`` are those whose returns the council's people read. Somebody who has not signed in is ``Actor()``.
    """

    user_id: int | None = None
    email: str = ""
    roles: frozenset[Role] = field(default_factory=frozenset)
    pod_ids: frozenset[int] = field(default_factory=frozenset)
    source: str = ""
    council_ids: frozenset[int] = field(default_factory=frozenset)


COMMAND_LINE = Actor(email="command line", source="command line")
"""Whoever may run commands on the server, which the server's own accounts decide."""


@dataclass(frozen=True)
class Reader:
    """Somebody whose lists, counts and figures hold only the families that they may read (R12).

    Those are the unrestricted families of their pods, and the restricted ones that they are named for, in any pod.
    Somebody who may read none is ``Reader()``.
    """

    user_id: int | None = None
    pod_ids: frozenset[int] = frozenset()


Rule = Callable[[Actor], bool]


def anyone(actor: Actor) -> bool:
    """Everybody, signed in or not."""
    return True


def nobody(actor: Actor) -> bool:
    """Nobody: for a page that a library offers and this service does not."""
    return False


def signed_in(actor: Actor) -> bool:
    """Anybody with an account here."""
    return actor.user_id is not None


def may_read_families(actor: Actor) -> bool:
    """A lead reads every family, a practitioner those of their pods; nobody else reads any."""
    return signed_in(actor) and bool(actor.roles & FAMILY_ROLES)


def may_read_family(actor: Actor, pod_ids: Collection[int], *, named: Collection[int] | None = None) -> bool:
    """Whether this family, which has been in these pods, may be read.

    A lead reads every family. A restricted one is read by the practitioners named for it, in any pod, and by no others.

    >>> may_read_family(Actor(1, "", frozenset({Role.PRACTITIONER}), frozenset({7})), [7, 8])
    True
    >>> may_read_family(Actor(1, "", frozenset({Role.PRACTITIONER}), frozenset({9})), [7, 8])
    False
    >>> may_read_family(Actor(1, "", frozenset({Role.PRACTITIONER}), frozenset({7})), [7, 8], named=[2])
    False
    >>> may_read_family(Actor(2, "", frozenset({Role.PRACTITIONER}), frozenset({9})), [7, 8], named=[2])
    True
    """
    if not may_read_families(actor):
        return False
    if Role.LEAD in actor.roles:
        return True
    if named is not None:
        return actor.user_id in named
    return not actor.pod_ids.isdisjoint(pod_ids)


def get_reader(actor: Actor) -> Reader | None:
    """The reader whose families this person's figures hold; None for every family, which a lead reads.

    >>> get_reader(Actor(1, "", frozenset({Role.PRACTITIONER}), frozenset({7})))
    Reader(user_id=1, pod_ids=frozenset({7}))
    >>> get_reader(Actor(2, "", frozenset({Role.PRACTITIONER, Role.LEAD}))) is None
    True
    >>> get_reader(Actor(3, "", frozenset({Role.ADMINISTRATOR}), frozenset({7}))) == Reader()
    True
    """
    if not may_read_families(actor):
        return Reader()
    return None if Role.LEAD in actor.roles else Reader(actor.user_id, actor.pod_ids)


def may_record_in_pod(actor: Actor, pod_id: int, *, named: Collection[int] | None = None) -> bool:
    """Whether this person may record Stars in a family's interventions in this pod, and close them.

    Two pods that have helped a family both read all of it, but each writes in its own interventions only; in a
    restricted one the people named for it write in all of them.
    """
    return may_read_family(actor, [pod_id], named=named)


def may_rename_family(actor: Actor, open_pod_ids: Collection[int], *, named: Collection[int] | None = None) -> bool:
    """Whether names and the council's reference may be changed: by a lead, and by people who may record now.

    Args:
        actor: who asks.
        open_pod_ids: the pods of the family's open interventions.
        named: the ids of the people named, if the family is restricted.
    """
    is_lead = signed_in(actor) and Role.LEAD in actor.roles
    return is_lead or (bool(open_pod_ids) and may_read_family(actor, open_pod_ids, named=named))


def may_restrict_families(actor: Actor) -> bool:
    """A lead restricts a family to named people, and lifts that again."""
    return signed_in(actor) and Role.LEAD in actor.roles


def may_correct_stars(actor: Actor) -> bool:
    """A lead corrects and withdraws any completed Star."""
    return signed_in(actor) and Role.LEAD in actor.roles


def may_correct_star(actor: Actor, *, recorded_by_id: int | None, recorded_on: date, today: date) -> bool:
    """Whether a completed Star may be corrected, moved or withdrawn: by a lead, for ``DAYS_TO_CORRECT`` by its author.

    Whether they may record in its intervention is checked separately. A correction's author is who made the correction.

    >>> ana = Actor(1, "", frozenset({Role.PRACTITIONER}))
    >>> ends = [date(2019, 4, 8), date(2019, 4, 9)]
    >>> [may_correct_star(ana, recorded_by_id=1, recorded_on=date(2019, 4, 1), today=today) for today in ends]
    [True, False]
    >>> may_correct_star(ana, recorded_by_id=2, recorded_on=date(2019, 4, 1), today=date(2019, 4, 1))
    False
    """
    is_author = may_read_families(actor) and actor.user_id == recorded_by_id
    return may_correct_stars(actor) or (is_author and today <= last_day_to_correct(recorded_on))


def last_day_to_correct(recorded_on: date) -> date:
    """The last day on which the author of a Star may correct it.

    >>> last_day_to_correct(date(2019, 4, 1))
    datetime.date(2019, 4, 8)
    """
    return recorded_on + timedelta(days=DAYS_TO_CORRECT)


def may_name_cover(actor: Actor) -> bool:
    """Whoever has a caseload sees who covers for whom; ``may_name_cover_for`` says for whom they name cover."""
    return may_read_families(actor)


def may_name_cover_for(actor: Actor, user_id: int) -> bool:
    """A practitioner names leave cover for themselves, a lead for anybody; the same people end it.

    >>> ana = Actor(1, "", frozenset({Role.PRACTITIONER}))
    >>> [may_name_cover_for(ana, user_id) for user_id in (1, 2)]
    [True, False]
    """
    if not may_read_families(actor):
        return False
    return Role.LEAD in actor.roles or actor.user_id == user_id


def may_see_cohorts(actor: Actor) -> bool:
    """A lead sees the whole service's charts, a practitioner those of their own pods."""
    return may_read_families(actor)


def may_see_every_pod(actor: Actor) -> bool:
    """Only a lead sees figures that reach beyond their own pods."""
    return signed_in(actor) and Role.LEAD in actor.roles


def may_administer(actor: Actor) -> bool:
    """An administrator looks after people, pods and settings, and sees no family's record."""
    return signed_in(actor) and Role.ADMINISTRATOR in actor.roles


def may_prepare_returns(actor: Actor) -> bool:
    """A lead makes the council's return and answers for it."""
    return signed_in(actor) and Role.LEAD in actor.roles


def may_sign_off_returns(actor: Actor) -> bool:
    """Whoever prepares returns signs them off, and may withdraw that."""
    return may_prepare_returns(actor)


def may_set_targets(actor: Actor) -> bool:
    """A lead or an administrator sets what the rates of a return should be; it shows no figure."""
    return may_prepare_returns(actor) or may_administer(actor)


def may_see_returns(actor: Actor) -> bool:
    """The lead, who prepares them, and the council, which reads them."""
    return signed_in(actor) and bool(actor.roles & {Role.LEAD, Role.COUNCIL})


def may_see_return_of(actor: Actor, council_id: int, *, is_signed_off: bool) -> bool:
    """A council's people see no figure that a lead has not signed off, and none of another council's.

    >>> officer = Actor(1, "", frozenset({Role.COUNCIL}), council_ids=frozenset({7}))
    >>> [may_see_return_of(officer, council_id, is_signed_off=True) for council_id in (7, 8)]
    [True, False]
    """
    is_theirs = may_see_returns(actor) and council_id in actor.council_ids
    return may_prepare_returns(actor) or (is_theirs and is_signed_off)


def may_see_family_audit(actor: Actor) -> bool:
    """A lead sees who looked at families, searched for them and changed their records."""
    return signed_in(actor) and Role.LEAD in actor.roles


def may_see_people_audit(actor: Actor) -> bool:
    """An administrator sees what was done to people, pods and settings, and nothing about a family."""
    return signed_in(actor) and Role.ADMINISTRATOR in actor.roles


def may_see_audit(actor: Actor) -> bool:
    """Whoever sees a part of it; everybody who is signed in sees what they did themselves."""
    return may_see_family_audit(actor) or may_see_people_audit(actor)


def may_answer_requests(actor: Actor) -> bool:
    """An administrator or a lead may be the second person whom opening an account needs."""
    return signed_in(actor) and bool(actor.roles & OVERSEEING)


def may_answer_request(actor: Actor, *, asked_by_id: int | None, user_id: int) -> bool:
    """Whether somebody may agree to a step on an account, or refuse it: not the asker, nor the account's owner.

    >>> lead = Actor(1, "", frozenset({Role.LEAD}))
    >>> [may_answer_request(lead, asked_by_id=asks, user_id=owner) for asks, owner in [(2, 3), (1, 3), (2, 1)]]
    [True, False, False]
    """
    return may_answer_requests(actor) and actor.user_id not in (asked_by_id, user_id)


def would_gain_by_merging(actor: Actor, pod_ids: Collection[int]) -> bool:
    """Whether merging these two pods would show a practitioner families that are not in their pods now.

    >>> ana = Actor(1, "", frozenset({Role.PRACTITIONER, Role.ADMINISTRATOR}), frozenset({7}))
    >>> would_gain_by_merging(ana, [7, 8]), would_gain_by_merging(ana, [8, 9])
    (True, False)
    """
    reads_own_pods = Role.PRACTITIONER in actor.roles and Role.LEAD not in actor.roles
    return reads_own_pods and len(actor.pod_ids.intersection(pod_ids)) == 1
