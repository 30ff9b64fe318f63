"""What is agreed after a Star and what came of it, in the record, on both databases."""

from datetime import date
from typing import Any

import pytest
from flask import Flask

from star_tracker.domain.agreements import Agreement, ReportedOutcome, fingerprint_agreed
from star_tracker.domain.errors import DomainError, NotFoundError
from star_tracker.domain.scales import CompletedBy, Kind, Outcome
from star_tracker.extensions import db
from star_tracker.models import AuditEntry, Priority, Star
from star_tracker.queries.families.priorities import list_open_priorities, list_priorities_to_review
from star_tracker.records.stars.priorities import record_priorities
from star_tracker.records.stars.stars import NewStar, correct_star, withdraw_star
from tests.support.tiny import BY_SOMEBODY, TinyService, add_star, fill_tiny_service, new_star

ROUTINE = Agreement(area="family_routine", action="Bed at 8", by_whom="Mum", by_when=date(2019, 5, 1))
MONEY = Agreement(area="home_and_money", action="Ring the housing office")
NONE = fingerprint_agreed([])


@pytest.fixture
def service(app: Flask) -> TinyService:
    return fill_tiny_service()


@pytest.fixture
def interim(service: TinyService) -> int:
    """The parent's second Star."""
    return db.session.query(Star).filter_by(registration_id=service.registration, kind="interim").one().id


def agree(
    star_id: int,
    *priorities: Agreement,
    outcomes: dict[int, Outcome] | None = None,
    shown: dict[int, ReportedOutcome] | None = None,
    seen: str | None = None,
) -> None:
    """As somebody does who sees what is there, unless ``seen`` and ``shown`` say otherwise."""
    there = fingerprint_agreed(priority.agreement for priority in agreed(star_id))
    said = {number: said_of(number, outcome) for number, outcome in (outcomes or {}).items()}
    record_priorities(
        BY_SOMEBODY,
        star_id=star_id,
        priorities=priorities,
        outcomes=said | (shown or {}),
        seen=there if seen is None else seen,
    )


def said_of(priority_id: int, outcome: Outcome) -> ReportedOutcome:
    """By somebody who sees the agreement as it is now."""
    priority = db.session.get(Priority, priority_id)
    if priority is None:
        return ReportedOutcome(outcome=outcome, about="")
    was = Outcome(priority.outcome) if priority.outcome else None
    return ReportedOutcome(outcome=outcome, was=was, about=fingerprint_agreed([priority.agreement]))


def agreed(star_id: int) -> list[Priority]:
    return db.session.query(Priority).filter_by(star_id=star_id).order_by(Priority.id).all()


def texts(star_id: int) -> list[tuple[str, str]]:
    return [(priority.area, priority.action) for priority in agreed(star_id)]


def deeds() -> list[str]:
    entries = db.session.query(AuditEntry).filter_by(entity="priority").order_by(AuditEntry.id)
    return [entry.action for entry in entries]


def test_what_is_agreed_replaces_what_was_and_each_change_is_audited(service: TinyService) -> None:
    agree(service.star, ROUTINE, MONEY)
    assert texts(service.star) == [("family_routine", "Bed at 8"), ("home_and_money", "Ring the housing office")]
    changed = Agreement(area="family_routine", action="  Bed at\n half past 7 ")
    agree(service.star, Agreement(), changed, Agreement(area="social_networks", action="Go to the group"))
    assert texts(service.star) == [("family_routine", "Bed at half past 7"), ("social_networks", "Go to the group")]
    assert sorted(deeds()) == ["change", "record", "record", "record", "remove"]
    entries = db.session.query(AuditEntry).filter_by(entity="priority").all()
    assert {entry.family_id for entry in entries} == {service.family}
    [removed] = [entry for entry in entries if entry.action == "remove"]
    assert removed.before is not None
    assert removed.before["action"] == "Ring the housing office"


def test_the_same_again_changes_nothing(service: TinyService) -> None:
    agree(service.star, ROUTINE, MONEY)
    ids = [priority.id for priority in agreed(service.star)]
    agree(service.star, MONEY, ROUTINE)
    agree(service.star, ROUTINE, MONEY, seen=NONE)
    assert [priority.id for priority in agreed(service.star)] == ids
    assert deeds() == ["record", "record"]


def test_nobody_overwrites_what_they_have_not_seen(service: TinyService) -> None:
    agree(service.star, ROUTINE)
    with pytest.raises(DomainError, match="Somebody else changed"):
        agree(service.star, MONEY, seen=NONE)
    assert texts(service.star) == [("family_routine", "Bed at 8")]
    agree(service.star, MONEY)
    assert texts(service.star) == [("home_and_money", "Ring the housing office")]


def test_what_cannot_be_agreed_is_refused_whole(service: TinyService) -> None:
    with pytest.raises(DomainError) as refused:
        agree(service.star, ROUTINE, Agreement(area="home_and_money"))
    assert refused.value.field == "action_2"
    with pytest.raises(DomainError, match="up to 3"):
        agree(
            service.star,
            *(Agreement(area=area, action="x") for area in ("family_routine", "home_and_money")),
            Agreement(area="social_networks", action="x"),
            Agreement(area="physical_health", action="x"),
        )
    assert agreed(service.star) == []
    with pytest.raises(NotFoundError):
        agree(99999, ROUTINE)


def test_what_is_agreed_comes_back_at_the_next_star_until_it_was_looked_at(service: TinyService, interim: int) -> None:
    agree(service.star, ROUTINE, MONEY)
    routine, money = agreed(service.star)
    assert list_open_priorities(service.registration) == [routine, money]
    assert list_priorities_to_review(db.session.get_one(Star, interim)) == [routine, money]
    assert list_priorities_to_review(db.session.get_one(Star, service.star)) == [], "its own"
    first = routine.id
    for _ in range(2):  # sent twice
        agree(interim, MONEY, outcomes={first: Outcome.PARTLY}, seen=NONE)
    assert deeds() == ["record", "record", "review", "record"]
    assert [priority.star_id for priority in list_open_priorities(service.registration)] == [service.star, interim]
    closure = add_star(service.registration, new_star(Kind.CLOSURE, date(2019, 4, 9)))
    assert [priority.area for priority in list_priorities_to_review(closure)] == ["home_and_money", "home_and_money"]
    again = list_priorities_to_review(db.session.get_one(Star, interim))
    assert [priority.outcome for priority in again] == ["partly", None], "it can be said otherwise still"
    agree(interim, MONEY, outcomes={first: Outcome.DONE})
    assert db.session.get_one(Priority, first).outcome == "done"


def test_what_was_looked_at_with_a_later_star_stays_as_it_was(service: TinyService, interim: int) -> None:
    agree(service.star, ROUTINE)
    [routine] = agreed(service.star)
    first = routine.id
    agree(interim, outcomes={first: Outcome.DONE})
    with pytest.raises(DomainError, match="looked at with a later Star"):
        agree(service.star, MONEY)
    agree(service.star, ROUTINE)
    closure = add_star(service.registration, new_star(Kind.CLOSURE, date(2019, 4, 9))).id
    with pytest.raises(
        DomainError, match=r"“Done” with the Star of 5 April 2019 meanwhile. You chose “Not done”"
    ) as refused:
        agree(closure, outcomes={first: Outcome.NOT_DONE})
    assert refused.value.field == f"outcome_{first}"


def test_an_outcome_is_kept_only_over_the_one_that_was_seen(service: TinyService, interim: int) -> None:
    """A opens the page at "not done", B changes it to "done", A saves."""
    agree(service.star, ROUTINE, MONEY)
    first, second = (priority.id for priority in agreed(service.star))
    agree(interim, outcomes={first: Outcome.NOT_DONE})
    left, changed = (said_of(first, outcome) for outcome in (Outcome.NOT_DONE, Outcome.PARTLY))
    agree(interim, outcomes={first: Outcome.DONE})
    agree(interim, shown={first: left}, outcomes={second: Outcome.PARTLY})
    assert [priority.outcome for priority in agreed(service.star)] == ["done", "partly"]
    with pytest.raises(DomainError, match="“Done” while you were writing, and you chose “Partly done”") as refused:
        agree(interim, MONEY, shown={first: changed}, outcomes={second: Outcome.DONE})
    assert refused.value.field == f"outcome_{first}"
    assert [priority.outcome for priority in agreed(service.star)] == ["done", "partly"], "all or nothing"
    assert agreed(interim) == []
    both_the_same = ReportedOutcome(outcome=Outcome.DONE, was=Outcome.NOT_DONE, about=changed.about)
    agree(interim, MONEY, shown={first: both_the_same})
    assert deeds() == ["record", "record", "review", "review", "review", "record"]


def test_an_outcome_is_kept_only_of_the_words_that_were_seen(service: TinyService, interim: int) -> None:
    agree(service.star, ROUTINE)
    [routine] = agreed(service.star)
    first, said = routine.id, said_of(routine.id, Outcome.DONE)
    agree(service.star, Agreement(area="family_routine", action="Bed at 7"))
    with pytest.raises(DomainError, match="changed what was agreed here") as refused:
        agree(interim, shown={first: said})
    assert refused.value.field == f"outcome_{first}"
    agree(service.star)
    with pytest.raises(DomainError, match="You chose “Done” of something"):
        agree(interim, shown={first: said})


def test_an_open_agreement_is_looked_at_though_what_is_agreed_next_stays(service: TinyService, interim: int) -> None:
    agree(service.star, ROUTINE)
    agree(interim, MONEY)
    [routine], [money] = agreed(service.star), agreed(interim)
    first, second = routine.id, money.id
    closure = add_star(service.registration, new_star(Kind.CLOSURE, date(2019, 4, 9))).id
    agree(closure, outcomes={second: Outcome.DONE})
    record_priorities(
        BY_SOMEBODY,
        star_id=interim,
        priorities=None,
        outcomes={first: said_of(first, Outcome.PARTLY)},
        seen="",
    )
    assert [priority.outcome for priority in db.session.query(Priority).order_by(Priority.id)] == ["partly", "done"]


def test_only_what_this_parent_agreed_earlier_can_be_looked_at(service: TinyService, interim: int) -> None:
    other = add_star(service.other_registration, new_star(Kind.START, date(2019, 2, 1))).id
    agree(other, ROUTINE)
    agree(interim, MONEY)
    [theirs], [later] = agreed(other), agreed(interim)
    for star_id, priority_id in ((interim, theirs.id), (interim, later.id), (service.star, later.id), (interim, 99999)):
        with pytest.raises(DomainError, match="not to be looked at with this Star any more") as refused:
            agree(star_id, outcomes={priority_id: Outcome.DONE})
        assert refused.value.field == f"outcome_{priority_id}"
    assert {priority.outcome for priority in db.session.query(Priority)} == {None}


def test_what_was_agreed_and_said_goes_over_to_a_correction(service: TinyService, interim: int) -> None:
    agree(service.star, ROUTINE)
    first = agreed(service.star)[0].id
    agree(interim, MONEY, outcomes={first: Outcome.DONE})
    usual: dict[str, Any] = {"reason": "A slip"}
    start = correct_star(BY_SOMEBODY, star_id=service.star, star=new_star(Kind.START, date(2019, 1, 11), 3), **usual).id
    new = correct_star(BY_SOMEBODY, star_id=interim, star=new_star(Kind.INTERIM, date(2019, 4, 4), 5), **usual).id
    assert (agreed(service.star), agreed(interim)) == ([], [])
    [routine], [money] = agreed(start), agreed(new)
    assert (routine.id, routine.outcome, routine.reviewed_with_id) == (first, "done", new)
    assert list_open_priorities(service.registration) == [money]
    assert deeds() == ["record", "review", "record", "carry over", "carry over", "carry over"]


def test_a_withdrawn_star_takes_what_was_agreed_and_said_with_it(service: TinyService, interim: int) -> None:
    agree(service.star, ROUTINE)
    first = agreed(service.star)[0].id
    agree(interim, MONEY, outcomes={first: Outcome.DONE})
    withdraw_star(BY_SOMEBODY, star_id=interim, reason="Another family's")
    assert [priority.id for priority in list_open_priorities(service.registration)] == [first], "it is asked again"
    assert texts(interim) == [("home_and_money", "Ring the housing office")], "readable beside the withdrawn Star"
    assert deeds()[-1] == "take back"
    with pytest.raises(DomainError, match="corrected or withdrawn meanwhile"):
        agree(interim, ROUTINE)
    closure = add_star(service.registration, new_star(Kind.CLOSURE, date(2019, 4, 9))).id
    with pytest.raises(DomainError, match="not to be looked at with this Star any more"):
        agree(closure, outcomes={agreed(interim)[0].id: Outcome.DONE})


def test_a_star_that_the_parent_completed_alone_may_have_agreements_too(service: TinyService) -> None:
    alone = new_star(Kind.INTERIM, date(2019, 4, 8))
    star = add_star(service.registration, NewStar(**(vars(alone) | {"completed_by": CompletedBy.PARENT}))).id
    agree(star, ROUTINE)
    assert texts(star) == [("family_routine", "Bed at 8")]


def test_what_is_agreed_cannot_be_read_in_the_database(service: TinyService) -> None:
    agree(service.star, ROUTINE)
    kept = repr(db.session.connection().exec_driver_sql("SELECT action, by_whom FROM priorities").all())
    assert "Bed" not in kept
    assert "Mum" not in kept
