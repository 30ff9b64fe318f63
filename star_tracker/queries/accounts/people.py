"""People and pods, for sign-in, forms and filters."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import defer, load_only, selectinload

from star_tracker.domain.accounts import fold_address
from star_tracker.domain.errors import DomainError
from star_tracker.domain.permissions import Reader
from star_tracker.domain.roles import Role
from star_tracker.domain.texts import fold_text
from star_tracker.extensions import db
from star_tracker.models import SHOWN_OF_PERSON, SIGN_IN_SECRETS, Intervention, Pod, User, UserRole, family_people
from star_tracker.queries.families.readers import is_readers_intervention


def get_user_by_email(email: str) -> User | None:
    """The person with this address, however it is written (``domain.accounts``)."""
    return db.session.scalar(select(User).where(User.email == fold_address(email)))


def list_users_with_roles() -> list[User]:
    """Everybody who may sign in, by their first role in the order of ``Role``, then by name."""
    may_sign_in = select(User).where(User.active, User.id.in_(select(UserRole.user_id)))
    found = _by_name(may_sign_in.options(selectinload(User.roles)))
    return sorted(found, key=lambda user: min(list(Role).index(Role(held.role)) for held in user.roles))


def list_pods(pod_ids: Collection[int] | None = None, *, open_only: bool = False) -> list[Pod]:
    """Every pod, or those with these ids, by name; with ``open_only`` no closed ones."""
    statement = _select_pods(every_pod=pod_ids is None, open_only=open_only)
    return list(db.session.scalars(statement, {"pod_ids": list(pod_ids or ())}))


@cache
def _select_pods(*, every_pod: bool, open_only: bool) -> Select[Pod]:
    """Built once for each kind of question, as below."""
    statement = select(Pod).order_by(Pod.name)
    if open_only:
        statement = statement.where(Pod.closed_on.is_(None))
    return statement if every_pod else statement.where(Pod.id.in_(bindparam("pod_ids", expanding=True)))


def list_comparison_pods() -> list[str]:
    """The names of the comparison groups (R14)."""
    return list(db.session.scalars(select(Pod.name).where(Pod.is_comparison)))


def list_practitioners(reader: Reader | None) -> list[User]:
    """Everybody who is a practitioner or has had a family, by name; for a reader, in their pods or with their families.

    Having had a family that the reader may not read lists nobody: it would reveal the family.
    """
    return _sort_by_name(db.session.scalars(_select_practitioners(reader)))


@lru_cache(maxsize=100)
def _select_practitioners(reader: Reader | None) -> Select[User]:
    """Built once for each reader's rights: building it takes longer than asking."""
    has_had_family = select(Intervention.practitioner_id).where(
        Intervention.practitioner_id.is_not(None), is_readers_intervention(reader)
    )
    is_practitioner = select(UserRole.user_id).where(UserRole.role == Role.PRACTITIONER)
    if reader is not None:
        is_practitioner = is_practitioner.join(User, User.id == UserRole.user_id).where(
            User.pods.any(Pod.id.in_(reader.pod_ids))
        )
    people = select(User).where(User.id.in_(has_had_family) | User.id.in_(is_practitioner))
    return people.options(load_only(*SHOWN_OF_PERSON))


def list_practitioner_pods(email: str, *, reader: Reader | None) -> set[str]:
    """The names of the pods that a practitioner belongs to, or has had families in that the reader may read."""
    person = get_user_by_email(email)
    if person is None:
        return set()
    has_had = select(Intervention.pod_id).where(
        Intervention.practitioner_id == person.id, is_readers_intervention(reader)
    )
    return {pod.name for pod in person.pods} | set(db.session.scalars(select(Pod.name).where(Pod.id.in_(has_had))))


def list_people(user_ids: Collection[int | None]) -> dict[int | None, User]:
    """These people by id, with what pages show of a person; {} if no ids are given."""
    if not user_ids:
        return {}
    return {user.id: user for user in db.session.scalars(_THESE_PEOPLE, {"user_ids": list(user_ids)})}


_THESE_PEOPLE = (
    select(User).where(User.id.in_(bindparam("user_ids", expanding=True))).options(load_only(*SHOWN_OF_PERSON))
)


def list_names(user_ids: Collection[int | None]) -> dict[int | None, str]:
    """Their names by id."""
    return {user_id: person.shown_as for user_id, person in list_people(user_ids).items()}


def list_practitioners_to_choose(pod_ids: Collection[int] | None = None) -> list[User]:
    """Practitioners with an account in an open pod, or in an open one of these, who may be given families, by name."""
    is_practitioner = select(UserRole.user_id).where(UserRole.role == Role.PRACTITIONER)
    is_open = Pod.closed_on.is_(None)
    in_open_pod = User.pods.any(is_open if pod_ids is None else is_open & Pod.id.in_(pod_ids))
    return _by_name(select(User).where(User.active, User.id.in_(is_practitioner), in_open_pod))


@dataclass(frozen=True)
class OpenWork:
    """How many open interventions somebody has in a pod, and the colleagues who may take them on, by name."""

    pod: Pod
    interventions: int
    colleagues: list[User]


def list_open_work(user_id: int) -> list[OpenWork]:
    """A practitioner's open interventions in each pod, by its name: numbers only, for people who may see no family."""
    is_open_work = (Intervention.practitioner_id == user_id) & Intervention.closed_on.is_(None)
    found = db.session.execute(
        select(Pod, func.count()).join(Intervention).where(is_open_work).group_by(Pod.id).order_by(Pod.name)
    )
    return [
        OpenWork(pod, number, [user for user in list_practitioners_to_choose([pod.id]) if user.id != user_id])
        for pod, number in found
    ]


def list_people_to_name(family_id: int) -> list[User]:
    """Who may be named for a restricted family, by name: practitioners with an account, and the people named now."""
    is_practitioner = select(UserRole.user_id).where(UserRole.role == Role.PRACTITIONER)
    is_named = select(family_people.c.user_id).where(family_people.c.family_id == family_id)
    return _by_name(select(User).where((User.active & User.id.in_(is_practitioner)) | User.id.in_(is_named)))


def _by_name(users: Select[User]) -> list[User]:
    """With their pods."""
    users = users.options(selectinload(User.pods), *map(defer, SIGN_IN_SECRETS))
    return _sort_by_name(db.session.scalars(users))


def _sort_by_name(users: Iterable[User]) -> list[User]:
    """In Python, because the database holds names encrypted."""
    return sorted(users, key=lambda user: (user.name, user.email))


def list_pods_named(names: Collection[str]) -> list[Pod]:
    """The pods with these names, however they are typed (R13), by name.

    Raises:
        DomainError: there is no such pod; the message lists all pods.
    """
    pods = list_pods()
    known = {pod.name_folded for pod in pods}
    for name in names:
        if fold_text(name) not in known:
            all_names = ", ".join(pod.name for pod in pods)
            raise DomainError("pod", f"there is no pod {name!r}; the pods are {all_names or 'none yet'}")
    wanted = {fold_text(name) for name in names}
    return [pod for pod in pods if pod.name_folded in wanted]


def find_cohort_pods(*, pods: Collection[str], practitioner: str | None) -> tuple[str, ...]:
    """The names of a filter's pods as they are recorded. A wrong name is refused: it would look like an empty cohort.

    Raises:
        DomainError: there is no such pod or practitioner; the message lists the pods.
    """
    found = tuple(pod.name for pod in list_pods_named(pods))
    if practitioner and not db.session.scalar(select(User.id).where(User.email == fold_address(practitioner))):
        raise DomainError("practitioner", f"there is no practitioner {practitioner!r}")
    return found
