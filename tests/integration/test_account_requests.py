"""No account is taken over by one person: what the record lets an administrator and a second do; on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from star_tracker.domain.account_requests import REQUEST_LIFETIME, AccountStep, RequestState
from star_tracker.domain.errors import DomainError, NotFoundError
from star_tracker.domain.permissions import COMMAND_LINE, Actor
from star_tracker.domain.roles import Role
from star_tracker.extensions import db
from star_tracker.models import AccountRequest, AuditEntry, PasswordLink, Pod, User, UserRole
from star_tracker.records.accounts.account_requests import (
    acknowledge_request,
    agree_to_request,
    refuse_request,
    request_step,
    withdraw_request,
)
from star_tracker.records.accounts.people import (
    PersonDetails,
    change_person,
    close_account,
    invite_person,
    make_new_link,
    reset_second_factor,
)
from star_tracker.records.pods import add_pod, merge_pods
from tests.integration.test_records import refused
from tests.support.apps import NOW
from tests.support.tiny import by

WHY = "They lost their phone and came to the office"
LINK, RESET = AccountStep.LINK, AccountStep.RESET
ELSE_FIRST = "Somebody else has to agree first"


@dataclass(frozen=True)
class Service:
    """Two administrators, a lead, and a practitioner whose account it is about; all of them can sign in."""

    ada: Actor
    ben: Actor
    lead: Actor
    owner: Actor


def add_person(name: str, *roles: Role, password: str | None = "hash") -> Actor:
    user = User(
        email=f"{name}@example.org",
        name=f"Demo {name}",
        roles=[UserRole(role=role) for role in roles],
        pods=db.session.query(Pod).filter_by(name="Crewe").all() if Role.PRACTITIONER in roles else [],
        password=password,
        tf_primary_method="authenticator",
    )
    db.session.add(user)
    db.session.commit()
    return Actor(user.id, user.email, frozenset(roles), frozenset(pod.id for pod in user.pods))


@pytest.fixture
def service(app: Flask) -> Service:
    for name in ("Crewe", "Macclesfield"):  # the first write of all registers the record's key
        add_pod(by(Actor()), name=name)
    return Service(
        add_person("ada", Role.ADMINISTRATOR),
        add_person("ben", Role.ADMINISTRATOR),
        add_person("lead", Role.LEAD),
        add_person("owner", Role.PRACTITIONER),
    )


def ask(service: Service, step: AccountStep = RESET, *, asker: Actor | None = None, now: datetime = NOW) -> int:
    return request_step(by(asker or service.ada, now), user_id=id_of(service.owner), step=step, reason=WHY).id


def id_of(person: Actor) -> int:
    assert person.user_id
    return person.user_id


def state_of(request_id: int) -> str:
    db.session.rollback()
    return db.session.get_one(AccountRequest, request_id).state


def has_second_step(person: Actor) -> bool:
    db.session.rollback()
    return db.session.get_one(User, id_of(person)).tf_primary_method is not None


def has_link(person: Actor) -> bool:
    return bool(db.session.query(PasswordLink).filter_by(user_id=id_of(person)).count())


def close(person: Actor, closer: Actor, now: datetime = NOW) -> None:
    close_account(by(closer, now), user_id=id_of(person), successors={})


def test_a_step_on_an_account_in_use_needs_somebody_else(service: Service) -> None:
    for step in (make_new_link, reset_second_factor):
        with refused("", ELSE_FIRST):
            step(by(service.ada), user_id=id_of(service.owner))
    assert has_second_step(service.owner)
    assert not has_link(service.owner)


def test_an_account_without_a_password_needs_nobody_else(service: Service) -> None:
    new = add_person("new", Role.LEAD, password=None)
    make_new_link(by(service.ada), user_id=id_of(new))
    assert db.session.query(AccountRequest).count() == 0


def test_a_reset_is_done_when_somebody_agrees(service: Service) -> None:
    request_id = ask(service)
    assert has_second_step(service.owner)
    agree_to_request(by(service.lead), request_id=request_id)
    assert not has_second_step(service.owner)
    assert state_of(request_id) == RequestState.DONE


def test_a_link_is_made_once_by_who_asked_after_somebody_agreed(service: Service) -> None:
    request_id = ask(service, LINK)
    with refused("", ELSE_FIRST):
        make_new_link(by(service.ada), user_id=id_of(service.owner))
    agree_to_request(by(service.ben), request_id=request_id)
    assert not has_link(service.owner), "who agreed learns no secret"
    with refused("", ELSE_FIRST):
        make_new_link(by(service.ben), user_id=id_of(service.owner))
    make_new_link(by(service.ada), user_id=id_of(service.owner))
    assert state_of(request_id) == RequestState.DONE
    with refused("", ELSE_FIRST):
        make_new_link(by(service.ada), user_id=id_of(service.owner))


def test_only_uninvolved_administrators_and_leads_who_can_sign_in_may_agree(service: Service) -> None:
    request_id = ask(service)
    closed = add_person("closed", Role.LEAD)
    close(closed, service.ben)
    others = [service.ada, service.owner, add_person("p", Role.PRACTITIONER), add_person("c", Role.COUNCIL), closed]
    for other in others:
        with refused("", "You cannot answer this request: somebody else has to"):
            agree_to_request(by(other), request_id=request_id)
        with refused("", "You cannot answer this request: somebody else has to"):
            refuse_request(by(other), request_id=request_id, reason="No")
    assert state_of(request_id) == RequestState.OPEN
    about_ben = request_step(by(service.ada), user_id=id_of(service.ben), step=RESET, reason=WHY).id
    with refused("", "You cannot answer this request"):
        agree_to_request(by(service.ben), request_id=about_ben)
    agree_to_request(by(service.lead), request_id=about_ben)


def test_administrator_with_nobody_to_ask_proceeds_and_the_owner_is_notified(service: Service) -> None:
    close(service.ben, service.ada)
    close(service.lead, service.ada)
    add_person("invited", Role.LEAD, password=None)
    with refused("", "Nobody has to be asked any more"):
        ask(service)
    reset_second_factor(by(service.ada), user_id=id_of(service.owner))
    make_new_link(by(service.ada), user_id=id_of(service.owner))
    assert not has_second_step(service.owner)
    found = db.session.query(AccountRequest).order_by(AccountRequest.id).all()
    assert [(own.step, own.state, own.asked_by_id, own.answered_by_id) for own in found] == [
        ("reset", "done", service.ada.user_id, None),
        ("link", "done", service.ada.user_id, None),
    ]


def test_a_request_that_nobody_is_left_to_answer_is_carried_out(service: Service) -> None:
    request_id = ask(service)
    close(service.ben, service.ada)
    close(service.lead, service.ada)
    reset_second_factor(by(service.ada), user_id=id_of(service.owner))
    assert state_of(request_id) == RequestState.DONE


def test_command_line_needs_no_agreement_and_the_owner_is_notified(service: Service) -> None:
    request_id = ask(service, LINK)
    make_new_link(by(COMMAND_LINE), user_id=id_of(service.owner))
    assert state_of(request_id) == RequestState.OPEN
    told = db.session.query(AccountRequest).filter_by(asked_by_id=None).one()
    assert (told.step, told.state, told.user_id) == ("link", "done", service.owner.user_id)


def test_there_is_one_request_at_a_time_for_a_step_on_an_account(service: Service) -> None:
    first = ask(service)
    with refused("", "This was asked for already, by Demo ada: it waits for an answer"):
        ask(service, asker=service.ben)
    ask(service, LINK)
    withdraw_request(by(service.ada), request_id=first)
    assert state_of(first) == RequestState.WITHDRAWN
    with refused("", "This request was withdrawn"):
        agree_to_request(by(service.ben), request_id=first)
    second = ask(service, asker=service.ben)
    with pytest.raises(NotFoundError):
        withdraw_request(by(service.ada), request_id=second)


def test_a_request_waits_for_seven_days_and_can_be_made_again(service: Service) -> None:
    request_id, late = ask(service), NOW + REQUEST_LIFETIME
    with refused("", "Nobody answered this request in time"):
        agree_to_request(by(service.ben, late), request_id=request_id)
    again = ask(service, now=late)
    assert (state_of(request_id), state_of(again)) == (RequestState.EXPIRED, RequestState.OPEN)
    link = ask(service, LINK)
    agree_to_request(by(service.ben, late - timedelta(seconds=1)), request_id=link)
    with refused("", ELSE_FIRST):
        make_new_link(by(service.ada, late + REQUEST_LIFETIME), user_id=id_of(service.owner))


def test_a_reason_is_asked_for_and_so_is_one_for_refusing(service: Service) -> None:
    with refused("reason", "Say why"):
        request_step(by(service.ada), user_id=id_of(service.owner), step=RESET, reason=" \n")
    request_id = ask(service)
    with refused("answer", "Say why"):
        refuse_request(by(service.ben), request_id=request_id, reason=" ")
    refuse_request(by(service.ben), request_id=request_id, reason="They know nothing of it")
    with refused("", "Somebody else refused this already"):
        agree_to_request(by(service.lead), request_id=request_id)
    assert has_second_step(service.owner)


@pytest.mark.parametrize("whose", ["owner", "ada"])
def test_an_account_that_is_closed_ends_its_requests(service: Service, whose: str) -> None:
    request_id = ask(service)
    close(getattr(service, whose), service.ben)
    with refused("", "This request was withdrawn"):
        agree_to_request(by(service.lead), request_id=request_id)


def test_requests_of_a_former_administrator_are_withdrawn(service: Service) -> None:
    request_id = ask(service)
    details = PersonDetails(name="Demo ada", roles=[Role.COUNCIL])
    change_person(by(service.ben), user_id=id_of(service.ada), details=details)
    with refused("", "This request was withdrawn"):
        agree_to_request(by(service.lead), request_id=request_id)


def test_only_the_owner_puts_the_notice_away(service: Service) -> None:
    request_id = ask(service)
    with pytest.raises(NotFoundError):
        acknowledge_request(by(service.owner), request_id=request_id)
    agree_to_request(by(service.lead), request_id=request_id)
    with pytest.raises(NotFoundError):
        acknowledge_request(by(service.ada), request_id=request_id)
    acknowledge_request(by(service.owner), request_id=request_id)
    assert db.session.get_one(AccountRequest, request_id).seen_at == NOW


def at_once(app: Flask, *deeds: Callable[[], object]) -> list[str]:
    """Do these at the same time; what was answered: "done", or why not."""

    def attempt(deed: Callable[[], object]) -> str:
        with app.app_context():
            try:
                deed()
            except DomainError as error:
                return error.message
            finally:
                db.session.remove()
            return "done"

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(attempt, deeds, timeout=60))


def test_only_one_of_two_simultaneous_answers_counts(app: Flask, service: Service) -> None:
    request_id = ask(service)
    agreed, other = at_once(
        app,
        lambda: agree_to_request(by(service.ben), request_id=request_id),
        lambda: refuse_request(by(service.lead), request_id=request_id, reason="No"),
    )
    assert [agreed, other].count("done") == 1, (agreed, other)
    assert state_of(request_id) == (RequestState.DONE if agreed == "done" else RequestState.REFUSED)
    assert has_second_step(service.owner) == (agreed != "done")
    again = ask(service)
    answers = at_once(
        app,
        lambda: agree_to_request(by(service.ben), request_id=again),
        lambda: agree_to_request(by(service.lead), request_id=again),
    )
    assert sorted(answers) == ["Somebody else agreed to this already", "done"]
    assert state_of(again) == RequestState.DONE
    assert db.session.query(AuditEntry).filter_by(action="agree", entity_id=again).count() == 1


def test_only_one_of_two_simultaneous_requests_is_recorded(app: Flask, service: Service) -> None:
    answers = at_once(app, lambda: ask(service), lambda: ask(service, asker=service.ben))
    assert sorted(answer[:22] for answer in answers) == ["This was asked for alr", "done"], answers
    db.session.rollback()
    assert db.session.query(AccountRequest).count() == 1


def test_an_answer_and_the_closing_of_whom_it_concerns_do_not_cross(app: Flask, service: Service) -> None:
    request_id = ask(service)
    agreed, closed = at_once(
        app,
        lambda: agree_to_request(by(service.ben), request_id=request_id),
        lambda: close(service.ada, service.lead),
    )
    assert closed == "done"
    assert agreed in ("done", "This request was withdrawn")
    assert has_second_step(service.owner) == (agreed != "done")


def test_the_database_lets_nobody_agree_with_themselves(service: Service) -> None:
    request_id = ask(service)
    for other in (service.ada, service.owner):
        request = db.session.get_one(AccountRequest, request_id)
        request.state, request.answered_by_id, request.answered_at = "agreed", other.user_id, NOW
        with pytest.raises(IntegrityError):
            db.session.commit()
        db.session.rollback()


@pytest.mark.parametrize(
    ("roles", "pods", "field"),
    [
        ([Role.ADMINISTRATOR, Role.LEAD], (), "roles"),
        ([Role.ADMINISTRATOR, Role.PRACTITIONER], ("Crewe",), "roles"),
        ([Role.ADMINISTRATOR], ("Crewe",), "pod_ids"),
    ],
)
def test_nobody_gives_themselves_what_opens_families(
    service: Service, roles: list[Role], pods: tuple[str, ...], field: str
) -> None:
    pod_ids = [pod.id for pod in db.session.query(Pod).filter(Pod.name.in_(pods))]
    details = PersonDetails(name="Demo ada", roles=roles, pod_ids=pod_ids)
    with refused(field, "another administrator can"):
        change_person(by(service.ada), user_id=id_of(service.ada), details=details)
    change_person(by(service.ben), user_id=id_of(service.ada), details=details)
    change_person(by(service.ada), user_id=id_of(service.ada), details=details)  # what they have they keep


def test_nobody_opens_families_to_themselves_by_merging_pods(service: Service) -> None:
    crewe, macclesfield = (db.session.query(Pod).filter_by(name=name).one().id for name in ("Crewe", "Macclesfield"))
    both = add_person("both", Role.ADMINISTRATOR, Role.PRACTITIONER)
    for pod_id, into_id in ((crewe, macclesfield), (macclesfield, crewe)):
        with refused("", "This would show you families that are not your pods’"):
            merge_pods(by(both), pod_id=pod_id, into_id=into_id)
    merge_pods(by(service.ada), pod_id=macclesfield, into_id=crewe)


def test_becoming_and_ceasing_to_be_a_lead_are_audited(service: Service) -> None:
    lead = PersonDetails(name="Demo new", roles=[Role.LEAD])
    new, _secret = invite_person(by(service.ada), email="new@example.org", details=lead)
    both = PersonDetails(name="Demo new", roles=[Role.LEAD, Role.ADMINISTRATOR])
    change_person(by(service.ada), user_id=new.id, details=both)
    change_person(by(service.ada), user_id=new.id, details=both)
    close_account(by(service.ada), user_id=new.id, successors={})
    entries = db.session.query(AuditEntry).filter_by(entity="overseer", entity_id=new.id).order_by(AuditEntry.id)
    assert [(entry.before, entry.after) for entry in entries] == [
        ({"roles": []}, {"roles": ["lead"]}),
        ({"roles": ["lead"]}, {"roles": ["administrator", "lead"]}),
        ({"roles": ["administrator", "lead"]}, {"roles": []}),
    ]
