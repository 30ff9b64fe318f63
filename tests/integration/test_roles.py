"""Roles that exclude one another, and what a role needs: said where somebody gives them, and of those who have them."""

import pytest
from flask import Flask

from star_tracker.domain.errors import DomainError
from star_tracker.domain.roles import Role
from star_tracker.extensions import db
from star_tracker.models import Pod, User
from star_tracker.records.accounts.people import PersonDetails, change_person, invite_person
from tests.integration.test_command_line import run
from tests.integration.test_first_person import ADDRESS, address_of
from tests.support.apps import COUNCIL
from tests.support.live import LiveClient, live_person
from tests.support.pages import path_of, text_of
from tests.support.tiny import BY_SOMEBODY, fill_tiny_service

COUNCIL_ALONE = "Council goes with no other role: take away either Council or the others"
NEEDS_POD = "Choose at least one pod: a practitioner sees the families of their pods"


@pytest.fixture
def admin(live_client: LiveClient, live_app: Flask) -> LiveClient:
    """An administrator's browser, at a service without a pod."""
    with live_app.app_context():
        administrator = live_person("admin@example.org", roles=[Role.ADMINISTRATOR])
    live_client.enter(administrator)
    return live_client


@pytest.mark.usefixtures("app")
def test_roles_that_exclude_one_another_are_refused_whoever_gives_them() -> None:
    tiny = fill_tiny_service()
    both = PersonDetails(name="Demo", roles=[Role.COUNCIL, Role.LEAD])
    alone = PersonDetails(name="Demo", roles=[Role.PRACTITIONER, Role.ADMINISTRATOR])
    for details, field, words in ((both, "roles", COUNCIL_ALONE), (alone, "pod_ids", NEEDS_POD)):
        with pytest.raises(DomainError, match=words) as refused:
            invite_person(BY_SOMEBODY, email="new@example.org", details=details)
        assert refused.value.field == field
        with pytest.raises(DomainError, match=words):
            change_person(BY_SOMEBODY, user_id=tiny.users[Role.LEAD], details=details)
    assert db.session.query(User).filter_by(email="new@example.org").count() == 0


def test_a_practitioner_is_not_invited_where_there_is_no_pod_and_the_page_says_where_to_add_one(
    admin: LiveClient,
) -> None:
    page = admin.send("/people/new", {"email": "new@example.org", "name": "Demo new", "roles": ["practitioner"]})
    assert "A practitioner needs a pod, and there is none yet: add one on the page Pods" in text_of(page)
    assert '<a href="#roles"' in page.text


def test_who_has_roles_that_exclude_one_another_keeps_them_and_is_shown_what_to_change(
    admin: LiveClient, live_app: Flask
) -> None:
    with live_app.app_context():
        both = live_person("both@example.org", roles=[Role.COUNCIL, Role.LEAD]).user_id
        podless = live_person("podless@example.org", roles=[Role.PRACTITIONER]).user_id
        live_person("lead@example.org", roles=[Role.LEAD, Role.ADMINISTRATOR])
        db.session.add(Pod(name="Crewe", council_id=COUNCIL))
        db.session.commit()
    assert text_of(admin.get("/people")).count("Roles to change") == 2
    for user_id, words in ((both, COUNCIL_ALONE), (podless, NEEDS_POD)):
        said = text_of(admin.get(f"/people/{user_id}"))
        assert "These roles go on as they are until somebody changes them:" in said
        assert words in said
    mended = admin.send(f"/people/{podless}/edit", {"name": "Demo podless", "roles": ["practitioner"], "pod_ids": "1"})
    assert "These roles go on" not in text_of(admin.get(path_of(mended)))
    admin.send(f"/people/{both}/close", {})
    assert "Roles to change" not in text_of(admin.get("/people"))


def test_the_command_line_obeys_the_same_rule(live_app: Flask) -> None:
    with live_app.app_context():
        db.session.add(Pod(name="Crewe", council_id=COUNCIL))
        db.session.commit()

    def add(*options: str) -> str:
        done = run(address_of(live_app), "user", "add", "new@example.org", *options, settings=ADDRESS)
        assert len(done.stderr.strip().splitlines()) == done.returncode
        return done.stderr

    assert COUNCIL_ALONE in add("--role", "council", "--role", "administrator")
    assert NEEDS_POD in add("--role", "practitioner")
    assert "there is no pod 'Wilmslow'; the pods are Crewe" in add("--role", "practitioner", "--pod", "Wilmslow")
    assert add("--role", "practitioner", "--pod", "Crewe") == ""
    with live_app.app_context():
        person = db.session.query(User).filter_by(email="new@example.org").one()
        assert ([held.role for held in person.roles], [pod.name for pod in person.pods]) == (
            ["practitioner"],
            ["Crewe"],
        )
