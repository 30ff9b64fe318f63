"""Who may do what, as plain functions. Pages and downloads ask these and nothing else.

A *rule* takes an Actor and says yes or no; a rule about one family also takes the pods that family has been in and, if
it is restricted, the ids of the people who are ``named`` for it (None if it is not restricted).
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from star_tracker.domain.errors import DomainError

DAYS_TO_CORRECT = 7
"""Who recorded a Star may correct or withdraw it up to so many days later; afterwards it is a lead's."""


class Role(StrEnum):
    """What a person is here for; one person may hold several."""

    PRACTITIONER = "practitioner"
    LEAD = "lead"
    COUNCIL = "council"
    ADMINISTRATOR = "administrator"


FAMILY_ROLES = frozenset({Role.PRACTITIONER, Role.LEAD})
"""Who holds one of these reads families."""

OVERSEEING = frozenset({Role.ADMINISTRATOR, Role.LEAD})
"""Who holds one of these answers what an administrator asks about an account, and is told who else holds one."""

ROLE_LABELS = {
    Role.PRACTITIONER: "Practitioner",
    Role.LEAD: "Service lead",
    Role.COUNCIL: "Council",
    Role.ADMINISTRATOR: "Administrator",
}


def list_role_faults(roles: Collection[Role], *, has_pod: bool) -> list[DomainError]:
    """What must change before a person may hold these roles; the messages name the way out.

    The council must never see a family, and a lead with its role would read drafts of returns besides: so it goes with
    no other role. A practitioner sees the families of their pods, and without one would see none.

    Args:
        roles: those that the person holds, or shall hold.
        has_pod: whether they belong to a pod.

    Returns:
        An error on ``roles`` or on ``pod_ids`` for each fault.

    >>> [fault.field for fault in list_role_faults([Role.COUNCIL, Role.PRACTITIONER], has_pod=False)]
    ['roles', 'pod_ids']
    >>> list_role_faults([Role.ADMINISTRATOR, Role.LEAD], has_pod=False)
    []
    """
    faults = []
    if not roles:
        faults.append(DomainError("roles", "Choose at least one role"))
    if Role.COUNCIL in roles and len(set(roles)) > 1:
        faults.append(DomainError("roles", "Council goes with no other role: take away either Council or the others"))
    if Role.PRACTITIONER in roles and not has_pod:
        faults.append(DomainError("pod_ids", "Choose at least one pod: a practitioner sees the families of their pods"))
    return faults


@dataclass(frozen=True)
class Actor:
    """Somebody who asks: the roles they hold, the ids of the pods they belong to, and from where they ask.

    Nobody is ``Actor()``.
    """

    user_id: int | None = None
    email: str = ""
    roles: frozenset[Role] = field(default_factory=frozenset)
    pod_ids: frozenset[int] = field(default_factory=frozenset)
    source: str = ""


COMMAND_LINE = Actor(email="command line", source="command line")
"""Whoever may run commands on the server: the machine's own accounts decide, not ours."""


@dataclass(frozen=True)
class Reader:
    """Whose list, count or figure it is: it holds the families that this person may read, and no other (R12).

    Those are the families of their pods, but of the restricted ones those for which they are named, whatever the pod.
    Nobody is ``Reader()``.
    """

    user_id: int | None = None
    pod_ids: frozenset[int] = frozenset()


Rule = Callable[[Actor], bool]


def anyone(actor: Actor) -> bool:
    """Even somebody who has not signed in."""
    return True


def nobody(actor: Actor) -> bool:
    """For a page that a library offers and this service does not."""
    return False


def signed_in(actor: Actor) -> bool:
    """Anybody with an account here."""
    return actor.user_id is not None


def may_read_families(actor: Actor) -> bool:
    """A lead reads every family, a practitioner those of their pods; nobody else reads any."""
    return signed_in(actor) and bool(actor.roles & FAMILY_ROLES)


def may_read_family(actor: Actor, pod_ids: Collection[int], *, named: Collection[int] | None = None) -> bool:
    """Whether this family, which has been in these pods, may be read.

    A lead reads every family. Of a restricted one, the named practitioners read it whatever their pod, and the rest of
    its pods do not.

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
    """Whose figures this person is shown: their own, or None for those of every family, which a lead reads.

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
    """Whether Stars of a family's interventions in this pod may be recorded, and they be closed.

    A family that two pods have helped is read whole by both, and written by each in its own interventions; a
    restricted one is written by the named in all of them.
    """
    return may_read_family(actor, [pod_id], named=named)


def may_rename_family(actor: Actor, open_pod_ids: Collection[int], *, named: Collection[int] | None = None) -> bool:
    """Whether names and the council's reference may be changed: by a lead, and by who may record now.

    Args:
        actor: who asks.
        open_pod_ids: the pods of the family's open interventions.
        named: who is named, if the family is restricted.
    """
    is_lead = signed_in(actor) and Role.LEAD in actor.roles
    return is_lead or (bool(open_pod_ids) and may_read_family(actor, open_pod_ids, named=named))


def may_restrict_families(actor: Actor) -> bool:
    """A lead says that only named people may see a family, and lifts that again."""
    return signed_in(actor) and Role.LEAD in actor.roles


def may_correct_stars(actor: Actor) -> bool:
    """A lead corrects and withdraws any completed Star."""
    return signed_in(actor) and Role.LEAD in actor.roles


def may_correct_star(actor: Actor, *, recorded_by_id: int | None, recorded_on: date, today: date) -> bool:
    """Whether a completed Star may be corrected or withdrawn: by a lead; for ``DAYS_TO_CORRECT`` by who recorded it.

    Whether they may record in its intervention at all is asked besides. The author of a correction is who made it.

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
    """The last day on which who recorded a Star may correct it.

    >>> last_day_to_correct(date(2019, 4, 1))
    datetime.date(2019, 4, 8)
    """
    return recorded_on + timedelta(days=DAYS_TO_CORRECT)


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
    """Whoever makes a return and answers for it signs it off, and may withdraw that."""
    return may_prepare_returns(actor)


def may_see_returns(actor: Actor) -> bool:
    """The lead, who prepares them, and the council, which reads them."""
    return signed_in(actor) and bool(actor.roles & {Role.LEAD, Role.COUNCIL})


def may_see_return_of(actor: Actor, *, is_signed_off: bool) -> bool:
    """The council sees no figure that a lead has not signed off."""
    return may_prepare_returns(actor) or (may_see_returns(actor) and is_signed_off)


def may_see_family_audit(actor: Actor) -> bool:
    """A lead sees who looked at families, searched them and changed what is recorded of them."""
    return signed_in(actor) and Role.LEAD in actor.roles


def may_see_people_audit(actor: Actor) -> bool:
    """An administrator sees what was done to people, pods and settings, and nothing about a family."""
    return signed_in(actor) and Role.ADMINISTRATOR in actor.roles


def may_see_audit(actor: Actor) -> bool:
    """Whoever sees a part of it; what they did themselves everybody sees who is signed in."""
    return may_see_family_audit(actor) or may_see_people_audit(actor)


def may_answer_requests(actor: Actor) -> bool:
    """An administrator or a lead may be the second person without whom no administrator opens an account."""
    return signed_in(actor) and bool(actor.roles & OVERSEEING)


def may_answer_request(actor: Actor, *, asked_by_id: int | None, user_id: int) -> bool:
    """Whether somebody may agree to a step on an account, or refuse it: neither who asks nor the account's owner.

    >>> lead = Actor(1, "", frozenset({Role.LEAD}))
    >>> [may_answer_request(lead, asked_by_id=asks, user_id=owner) for asks, owner in [(2, 3), (1, 3), (2, 1)]]
    [True, False, False]
    """
    return may_answer_requests(actor) and actor.user_id not in (asked_by_id, user_id)


def list_own_gains(
    *, roles: Collection[Role], had_roles: Collection[Role], pod_ids: Collection[int], had_pod_ids: Collection[int]
) -> list[DomainError]:
    """What an administrator may not give themselves: a role or a pod that opens families.

    Returns:
        An error on ``roles`` or on ``pod_ids`` for each such gain.

    >>> gains = list_own_gains(roles=[Role.LEAD], had_roles=[Role.ADMINISTRATOR], pod_ids=[7], had_pod_ids=[7, 8])
    >>> [gain.field for gain in gains]
    ['roles']
    """
    gains = []
    if (set(roles) - set(had_roles)) & FAMILY_ROLES:
        gains.append(
            DomainError("roles", "You cannot give yourself a role that opens families: another administrator can")
        )
    if set(pod_ids) - set(had_pod_ids):
        gains.append(DomainError("pod_ids", "You cannot add yourself to a pod: another administrator can"))
    return gains


def gains_by_merging(actor: Actor, pod_ids: Collection[int]) -> bool:
    """Whether merging these two pods would show a practitioner families that are not their pods' now.

    >>> ana = Actor(1, "", frozenset({Role.PRACTITIONER, Role.ADMINISTRATOR}), frozenset({7}))
    >>> gains_by_merging(ana, [7, 8]), gains_by_merging(ana, [8, 9])
    (True, False)
    """
    reads_own_pods = Role.PRACTITIONER in actor.roles and Role.LEAD not in actor.roles
    return reads_own_pods and len(actor.pod_ids.intersection(pod_ids)) == 1
