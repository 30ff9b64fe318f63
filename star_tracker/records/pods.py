"""Writes about pods: adding, renaming, closing, reopening, comparing, choosing a council, and merging duplicates.

A closed pod takes no new family or intervention from a page; an import may still name it, because it brings history.
A closed pod stays in every figure.
"""

from collections.abc import Collection

from sqlalchemy import select, update

from star_tracker.domain.checked import checked_text
from star_tracker.domain.context import Context
from star_tracker.domain.errors import DomainError
from star_tracker.domain.permissions import would_gain_by_merging
from star_tracker.domain.scales import ALL_PODS
from star_tracker.domain.texts import fold_text
from star_tracker.models import Feedback, Intervention, Pod, Transfer, User
from star_tracker.records.audit import add_audit_entry
from star_tracker.records.councils import choose_council
from star_tracker.records.transactions import Write, write


def add_pod(context: Context, *, name: str, council_id: int | None = None) -> Pod:
    """Add a pod; ``council_id`` can be None where there is only one council.

    Raises:
        DomainError: the name or the council is refused.
    """
    with write(context) as transaction:
        name = _checked_name(transaction, name)
        return transaction.add(Pod(name=name, council_id=choose_council(transaction, council_id).id))


def rename_pod(context: Context, *, pod_id: int, name: str) -> Pod:
    """Rename a pod, in past figures too.

    Raises:
        DomainError: the name is refused.
        NotFoundError: no such pod.
    """
    with write(context) as transaction:
        pod = transaction.get_locked(Pod, pod_id)
        name = _checked_name(transaction, name, but=pod)
        if name != pod.name:
            transaction.change("change", pod, name=name)
    return pod


def close_pod(context: Context, *, pod_id: int) -> Pod:
    """Take no new interventions in a pod from today on.

    Raises:
        DomainError: it has open interventions.
        NotFoundError: no such pod.
    """
    with write(context) as transaction:
        pod = transaction.get_locked(Pod, pod_id)
        if _has_open(transaction, pod):
            raise DomainError(
                "", f"{pod.name} has open interventions: close what is open first, or merge the pod into another"
            )
        if pod.closed_on is None:
            transaction.change("close", pod, closed_on=context.today)
    return pod


def reopen_pod(context: Context, *, pod_id: int) -> Pod:
    """Take new families in a pod again.

    Raises:
        NotFoundError: no such pod.
    """
    with write(context) as transaction:
        pod = transaction.get_locked(Pod, pod_id)
        if pod.closed_on is not None:
            transaction.change("reopen", pod, closed_on=None)
    return pod


def compare_with_pod(context: Context, *, pod_id: int, is_comparison: bool) -> Pod:
    """Make a pod a comparison group, or a pod of the service again (R14).

    Raises:
        NotFoundError: no such pod.
    """
    with write(context) as transaction:
        pod = transaction.get_locked(Pod, pod_id)
        if pod.is_comparison != is_comparison:
            transaction.change("change", pod, is_comparison=is_comparison)
    return pod


def choose_pods_council(context: Context, *, pod_id: int, council_id: int) -> Pod:
    """Have a pod work for another council, with its whole history: signed returns stay as they are, others follow.

    Raises:
        DomainError: the council is refused.
        NotFoundError: no such pod.
    """
    with write(context) as transaction:
        pod = transaction.get_locked(Pod, pod_id)
        if pod.council_id != council_id:
            transaction.change("change", pod, council_id=choose_council(transaction, council_id).id)
    return pod


def merge_pods(context: Context, *, pod_id: int, into_id: int) -> Pod:
    """Move everything from one pod into another and remove it.

    Every family and person that moves gets an audit entry.

    Returns:
        The pod that stays.

    Raises:
        DomainError: both are the same pod, they work for different councils, a closed pod would have open
            interventions, or whoever merges them would gain access to families.
        NotFoundError: no such pod.
    """
    with write(context) as transaction:
        if pod_id == into_id:
            raise DomainError("into_id", "Choose another pod than the one that is merged")
        if would_gain_by_merging(context.actor, (pod_id, into_id)):
            raise DomainError(
                "", "This would show you families that are not your pods’: another administrator can merge"
            )
        locked = {id_: transaction.get_locked(Pod, id_) for id_ in sorted((pod_id, into_id))}
        pod, into = locked[pod_id], locked[into_id]
        if pod.council_id != into.council_id:
            raise DomainError(
                "into_id",
                f"{pod.name} works for {pod.council.name}, and {into.name} for {into.council.name}: choose the same "
                "council for both first",
            )
        if into.closed_on and _has_open(transaction, pod):
            raise DomainError(
                "into_id", f"{into.name} is closed, and {pod.name} has open interventions: reopen it first"
            )
        _move_interventions(transaction, pod, into)
        _move_transfers(transaction, pod, into)
        moved = update(Feedback).where(Feedback.pod_id == pod.id).values(pod_id=into.id)
        transaction.session.execute(moved)
        people = list(transaction.session.scalars(select(User).where(User.pods.any(Pod.id == pod.id))))
        for person in people:
            others = (other for other in person.pods if other not in (pod, into))
            transaction.change("change", person, pods=[*others, into])
        transaction.remove("merge", pod, into=into.name, people=len(people))
    return into


def check_takes_interventions(transaction: Write, pod_id: int) -> None:
    """Lock a pod against closing, and refuse a new intervention if it does not exist or is closed.

    Raises:
        DomainError: on ``pod_id``.
    """
    pod = transaction.session.get(Pod, pod_id, with_for_update={"read": True}, populate_existing=True)
    if pod is None:
        raise DomainError("pod_id", "Choose one of the pods in the list")
    if pod.closed_on:
        raise DomainError("pod_id", f"{pod.name} was closed and takes no new interventions: choose another pod")


def lock_pods(transaction: Write, pod_ids: Collection[int]) -> None:
    """Lock pods against closing and merging until the transaction ends, in the same order as ``merge_pods``."""
    for pod_id in sorted(pod_ids):
        transaction.session.get(Pod, pod_id, with_for_update={"read": True}, populate_existing=True)


def _move_transfers(transaction: Write, pod: Pod, into: Pod) -> None:
    """Point every past transfer to the pod that stays, even where it is then from and to the same pod."""
    for column in (Transfer.from_pod_id, Transfer.to_pod_id):
        transaction.session.execute(update(Transfer).where(column == pod.id).values({column: into.id}))


def _move_interventions(transaction: Write, pod: Pod, into: Pod) -> None:
    moved = transaction.session.execute(
        update(Intervention)
        .where(Intervention.pod_id == pod.id)
        .values(pod_id=into.id)
        .returning(Intervention.id, Intervention.family_id)
    ).all()
    for intervention_id, family_id in moved:
        add_audit_entry(
            transaction.session,
            transaction.context,
            action="move",
            entity="intervention",
            entity_id=intervention_id,
            family_id=family_id,
            before={"pod": pod.name},
            after={"pod": into.name},
        )


def _has_open(transaction: Write, pod: Pod) -> bool:
    still_open = select(Intervention.id).where(Intervention.pod_id == pod.id, Intervention.closed_on.is_(None))
    return transaction.session.scalar(still_open.limit(1)) is not None


def _checked_name(transaction: Write, name: str, *, but: Pod | None = None) -> str:
    name = checked_text("name", name)
    if not fold_text(name):
        raise DomainError("name", "Enter a name")
    if fold_text(name) == fold_text(ALL_PODS):
        raise DomainError("name", f"Choose another name: “{ALL_PODS}” is what the return calls the whole service")
    other = transaction.session.scalar(select(Pod).where(Pod.name_folded == fold_text(name)))
    if other and other is not but:
        advice = "choose another name" if but is None else "merge the two, or choose another name"
        raise DomainError("name", f"There is a pod {other.name} already: {advice}")
    return name
