"""Who may do what, as plain functions. Pages and downloads ask these and nothing else.

A *rule* takes an Actor and says yes or no; a rule about one family also takes the pods that family has been in.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a person is here for; one person may hold several."""

    PRACTITIONER = "practitioner"
    LEAD = "lead"
    COUNCIL = "council"
    ADMINISTRATOR = "administrator"


ROLE_LABELS = {
    Role.PRACTITIONER: "Practitioner",
    Role.LEAD: "Service lead",
    Role.COUNCIL: "Council",
    Role.ADMINISTRATOR: "Administrator",
}


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

Rule = Callable[[Actor], bool]


def anyone(actor: Actor) -> bool:
    """Even somebody who has not signed in."""
    return True


def signed_in(actor: Actor) -> bool:
    """Anybody with an account here."""
    return actor.user_id is not None


def may_read_families(actor: Actor) -> bool:
    """A lead reads every family, a practitioner those of their pods; nobody else reads any."""
    return signed_in(actor) and bool(actor.roles & {Role.PRACTITIONER, Role.LEAD})


def may_read_family(actor: Actor, pod_ids: Collection[int]) -> bool:
    """Whether this family, which has been in these pods, may be read.

    >>> may_read_family(Actor(1, "", frozenset({Role.PRACTITIONER}), frozenset({7})), [7, 8])
    True
    >>> may_read_family(Actor(1, "", frozenset({Role.PRACTITIONER}), frozenset({9})), [7, 8])
    False
    """
    return may_read_families(actor) and (Role.LEAD in actor.roles or not actor.pod_ids.isdisjoint(pod_ids))


def may_record_in_pod(actor: Actor, pod_id: int) -> bool:
    """Whether Stars of this pod's interventions may be recorded, and they be closed.

    A family that two pods have helped is read whole by both, and written by each in its own interventions.
    """
    return may_read_family(actor, [pod_id])


def may_correct_stars(actor: Actor) -> bool:
    """A lead corrects and withdraws completed Stars."""
    return signed_in(actor) and Role.LEAD in actor.roles


def may_see_cohorts(actor: Actor) -> bool:
    """A lead sees the whole service's charts, a practitioner those of their own pods."""
    return may_read_families(actor)


def may_see_every_pod(actor: Actor) -> bool:
    """Only a lead sees figures that reach beyond their own pods."""
    return signed_in(actor) and Role.LEAD in actor.roles


def may_prepare_returns(actor: Actor) -> bool:
    """A lead makes the council's return and answers for it."""
    return signed_in(actor) and Role.LEAD in actor.roles


def may_see_returns(actor: Actor) -> bool:
    """The lead, who prepares them, and the council, which reads them."""
    return signed_in(actor) and bool(actor.roles & {Role.LEAD, Role.COUNCIL})


def may_see_return_of(actor: Actor, *, quarter_has_ended: bool) -> bool:
    """The council sees no figure of a quarter that is still running."""
    return may_prepare_returns(actor) or (may_see_returns(actor) and quarter_has_ended)


def may_see_family_audit(actor: Actor) -> bool:
    """A lead sees who looked at families, searched them and changed what is recorded of them."""
    return signed_in(actor) and Role.LEAD in actor.roles


def may_see_people_audit(actor: Actor) -> bool:
    """An administrator sees what was done to people, pods and settings, and nothing about a family."""
    return signed_in(actor) and Role.ADMINISTRATOR in actor.roles


def may_see_audit(actor: Actor) -> bool:
    """Whoever sees a part of it; what they did themselves everybody sees who is signed in."""
    return may_see_family_audit(actor) or may_see_people_audit(actor)
