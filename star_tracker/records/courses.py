"""What the writes share that change an intervention's course: holding it, and the reason that its page shows."""

from collections.abc import Collection

from star_tracker.domain.errors import DomainError
from star_tracker.models import Family, Intervention
from star_tracker.records.pods import hold_pods
from star_tracker.records.transactions import Write


def hold_intervention(this: Write, intervention_id: int, *, with_pods: Collection[int] = ()) -> Intervention:
    """An intervention as it is now, held with its family, its pod and these other pods until the transaction ends.

    Family, then pods, then intervention: a merge holds pods before it moves their interventions.

    Raises:
        DomainError: its pod was merged away at this very moment.
        NotFoundError: no such intervention.
    """
    this.get_locked(Family, this.get(Intervention, intervention_id).family_id)
    intervention = this.get(Intervention, intervention_id)
    this.session.refresh(intervention)
    pod_id = intervention.pod_id
    hold_pods(this, {pod_id, *with_pods})
    intervention = this.get_locked(Intervention, intervention_id)
    if intervention.pod_id != pod_id:
        raise DomainError("", "The pod was merged into another at the same moment. Look at it again, then try again")
    return intervention


def checked_reason(reason: str) -> str:
    """A reason without spaces around it.

    Raises:
        DomainError: on ``reason``, if there is none.
    """
    if not reason.strip():
        raise DomainError("reason", "Say why: the family's page shows the reason")
    return reason.strip()
