"""What a person may be here: the roles, which of them go together, and which nobody may give themselves."""

from collections.abc import Collection
from enum import StrEnum

from star_tracker.domain.errors import DomainError


class Role(StrEnum):
    """What a person does here; one person may hold several roles."""

    PRACTITIONER = "practitioner"
    LEAD = "lead"
    COUNCIL = "council"
    ADMINISTRATOR = "administrator"


FAMILY_ROLES = frozenset({Role.PRACTITIONER, Role.LEAD})
"""The roles that read families."""

OVERSEEING = frozenset({Role.ADMINISTRATOR, Role.LEAD})
"""The roles that answer requests about accounts, and are told who else holds one of them."""

ROLE_LABELS = {
    Role.PRACTITIONER: "Practitioner",
    Role.LEAD: "Service lead",
    Role.COUNCIL: "Council",
    Role.ADMINISTRATOR: "Administrator",
}


def list_role_faults(roles: Collection[Role], *, has_pod: bool, has_council: bool) -> list[DomainError]:
    """What must change before a person may hold these roles; the messages say what to do.

    The council must never see a family, nor a return that is not signed off, so its role goes with no other; without
    a council its people would see no return. A practitioner sees the families of their pods, and without a pod would
    see none.

    Args:
        roles: those that the person holds, or would hold.
        has_pod: whether they belong to a pod.
        has_council: whether they are of a council.

    Returns:
        An error on ``roles``, ``pod_ids`` or ``council_ids`` for each fault.

    >>> faults = list_role_faults([Role.COUNCIL, Role.PRACTITIONER], has_pod=False, has_council=False)
    >>> [fault.field for fault in faults]
    ['roles', 'pod_ids', 'council_ids']
    >>> list_role_faults([Role.ADMINISTRATOR, Role.LEAD], has_pod=False, has_council=False)
    []
    """
    faults = []
    if not roles:
        faults.append(DomainError("roles", "Choose at least one role"))
    if Role.COUNCIL in roles and len(set(roles)) > 1:
        faults.append(DomainError("roles", "Council goes with no other role: take away either Council or the others"))
    if Role.PRACTITIONER in roles and not has_pod:
        faults.append(DomainError("pod_ids", "Choose at least one pod: a practitioner sees the families of their pods"))
    if Role.COUNCIL in roles and not has_council:
        faults.append(DomainError("council_ids", "Choose at least one council: its people see its returns alone"))
    return faults


def list_self_grants(
    *, roles: Collection[Role], had_roles: Collection[Role], pod_ids: Collection[int], had_pod_ids: Collection[int]
) -> list[DomainError]:
    """What an administrator may not give themselves: a role or a pod that opens families.

    Returns:
        An error on ``roles`` or on ``pod_ids`` for each such gain.

    >>> gains = list_self_grants(roles=[Role.LEAD], had_roles=[Role.ADMINISTRATOR], pod_ids=[7], had_pod_ids=[7, 8])
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
