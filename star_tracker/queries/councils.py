"""The councils that the service works for, with what an administrator needs to know of each."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import exists, func, select

from star_tracker.domain.errors import DomainError, NotFoundError
from star_tracker.domain.texts import fold_text
from star_tracker.extensions import db
from star_tracker.models import Council, Pod, User, user_councils


@dataclass(frozen=True)
class CouncilNumbers:
    """A council, how many of its pods and people there are, and whether it has pods that are not closed."""

    council: Council
    pods: int
    people: int
    has_open: bool


def list_councils(council_ids: Collection[int] | None = None, *, open_only: bool = False) -> list[Council]:
    """Every council, or those with these ids, by name; with ``open_only`` no closed ones."""
    statement = select(Council).order_by(Council.name_folded)
    if open_only:
        statement = statement.where(Council.closed_on.is_(None))
    if council_ids is not None:
        statement = statement.where(Council.id.in_(council_ids))
    return list(db.session.scalars(statement))


def get_council_named(name: str | None) -> Council:
    """The council with this name, however it is typed (R13); None for the only one that is not closed.

    Raises:
        DomainError: there is no such council, or none is named and there are several; the message lists them.
    """
    councils = list_councils()
    if name is None:
        found = [council for council in councils if council.closed_on is None]
        problem = "several councils are returned to: name one of them with --council"
    else:
        found = [council for council in councils if council.name_folded == fold_text(name)]
        problem = f"there is no council {name!r}"
    if len(found) != 1:
        raise DomainError("council", f"{problem}; the councils are {', '.join(council.name for council in councils)}")
    return found[0]


def list_councils_with_numbers() -> list[CouncilNumbers]:
    """Every council by name, the closed ones last."""
    pods = select(func.count()).where(Pod.council_id == Council.id).scalar_subquery()
    people = select(func.count()).where(user_councils.c.council_id == Council.id).scalar_subquery()
    has_open = exists().where(Pod.council_id == Council.id, Pod.closed_on.is_(None))
    statement = select(Council, pods, people, has_open)
    found = db.session.execute(statement.order_by(Council.closed_on.is_not(None), Council.name_folded))
    return [CouncilNumbers(*row) for row in found]


def get_council_with_numbers(council_id: int) -> CouncilNumbers:
    """One council.

    Raises:
        NotFoundError: there is none with this id.
    """
    for found in list_councils_with_numbers():
        if found.council.id == council_id:
            return found
    raise NotFoundError(f"no council {council_id}")


def list_pods_of_council(council_id: int) -> list[Pod]:
    """The pods that work for a council, by name."""
    return list(db.session.scalars(select(Pod).where(Pod.council_id == council_id).order_by(Pod.name)))


def list_people_of_council(council_id: int) -> list[User]:
    """Who reads a council's returns, by name."""
    people = db.session.scalars(select(User).where(User.councils.any(Council.id == council_id)))
    return sorted(people, key=lambda person: (person.name, person.email))
