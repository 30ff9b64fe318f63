"""A caseload small enough to know by heart, for the tests of its pages.

Today is 10 April 2019, and a start Star is due 28 days after an intervention started. In Crewe, of its practitioner:
LATE, started on 3 January, overdue since 31 January; LATER, on 5 January, since 2 February; SOON, on 20 March, due by
17 April; LONG, on 1 April, due by 29 April. DONE has a closure Star in an open intervention: nothing is due. BUDDY is a
colleague's, overdue since 31 January, and F1 of the tiny service is nobody's: P1's interim Star is due by 5 July, P2's
start Star is overdue.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from star_tracker.domain.roles import Role
from star_tracker.domain.scales import Kind
from star_tracker.extensions import db
from star_tracker.models import Draft, Pod, User, UserRole
from star_tracker.records.families.families import NewParent, record_family
from tests.support.apps import NOW
from tests.support.pages import HTML, parse_page, words_of
from tests.support.tiny import BY_SOMEBODY, TinyService, add_star, new_intervention, new_star


@dataclass(frozen=True)
class Added:
    """The ids of a family of one parent."""

    family: int
    intervention: int
    registration: int


@dataclass(frozen=True)
class SmallCaseload:
    """The families above, and the colleague's id."""

    late: Added
    later: Added
    soon: Added
    long: Added
    done: Added
    buddy: Added
    colleague: int


def add_case(ref: str, pod_id: int, started_on: date, practitioner_id: int | None) -> Added:
    """Add a family of one parent with an intervention of this practitioner."""
    family = record_family(
        BY_SOMEBODY,
        ref=ref,
        council_ref="",
        parents=[NewParent(ref=f"{ref}-P")],
        intervention=new_intervention(pod_id, started_on, practitioner_id=practitioner_id),
    )
    return Added(family.id, family.interventions[0].id, family.interventions[0].registrations[0].id)


def fill_caseload(tiny: TinyService) -> SmallCaseload:
    """Add these families to the tiny service, within an application's context."""
    me = tiny.users[Role.PRACTITIONER]
    colleague = User(
        email="buddy@example.org",
        name="Demo buddy",
        roles=[UserRole(role=Role.PRACTITIONER)],
        pods=[db.session.get_one(Pod, tiny.pod)],
    )
    db.session.add(colleague)
    db.session.commit()
    colleague_id = colleague.id
    done = add_case("DONE", tiny.pod, date(2019, 1, 3), me)
    add_star(done.registration, new_star(Kind.START, date(2019, 1, 10)))
    add_star(done.registration, new_star(Kind.CLOSURE, date(2019, 4, 5)))
    return SmallCaseload(
        late=add_case("LATE", tiny.pod, date(2019, 1, 3), me),
        later=add_case("LATER", tiny.pod, date(2019, 1, 5), me),
        soon=add_case("SOON", tiny.pod, date(2019, 3, 20), me),
        long=add_case("LONG", tiny.pod, date(2019, 4, 1), me),
        done=done,
        buddy=add_case("BUDDY", tiny.pod, date(2019, 1, 3), colleague_id),
        colleague=colleague_id,
    )


def begin_star(registration_id: int, saved_by_id: int, *, days_ago: int = 0, star_id: int | None = None) -> None:
    """A Star in progress, last saved so many days ago, or with ``star_id`` one that was completed since."""
    at = NOW - timedelta(days=days_ago)
    db.session.add(
        Draft(
            registration_id=registration_id,
            edition="first",
            answers={"family_routine": {"value": "4", "revision": 1, "by": saved_by_id}},
            revision=1,
            started_at=at,
            saved_at=at,
            saved_by_id=saved_by_id,
            star_id=star_id,
        )
    )
    db.session.commit()


def listed_cases(text: str) -> list[str]:
    """What is said of each parent, after what is said of the family, in the order of the page."""
    return [f"{family} {parent}".strip() for family, parent in _list_lines(text)]


def listed_refs(text: str) -> list[str]:
    """Which parents are listed."""
    return [parent.split()[0].removesuffix("-P") for _family, parent in _list_lines(text)]


def _list_lines(text: str) -> list[tuple[str, str]]:
    """The family's words and the parent's, of a caseload, and of other lists of parents, where a line has both."""
    family, lines = "", []
    for item in parse_page(text).iter():
        if item.get("class") == "app-family__head":
            family = words_of(item)
        elif item.get("class") in ("app-family__parent", "app-case"):
            lines.append((family, words_of(item)))
    return lines


def title_of(text: str) -> str:
    """The page's title, as a browser's tab shows it."""
    return words_of(next(parse_page(text).iter(f"{HTML}title")))
