"""Who types the reference of a family that they may not read is told that it is taken; it is written down, and limited.

Crewe's F1 is restricted, F2 is Macclesfield's; their council references are C-F1 and C-F2. F3 is Crewe's.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from star_tracker.domain.errors import DomainError
from star_tracker.domain.looks import COLLIDED
from star_tracker.domain.permissions import Actor
from star_tracker.domain.roles import Role
from star_tracker.extensions import db
from star_tracker.models import AuditEntry, Family, UserRole
from star_tracker.queries.audit.audit_chain import verify_chain
from star_tracker.records.families.duplicates import MOST_COLLISIONS
from star_tracker.records.families.families import NewParent, record_family
from star_tracker.records.families.family_names import rename_family
from tests.integration.test_duplicates import NEW
from tests.support.apps import NOW
from tests.support.pages import LookingClient, text_of
from tests.support.tiny import TinyService, add_family, by, fill_tiny_service, new_intervention, restrict_to

TAKEN = "There is already a family with"
ENOUGH = "so no more are checked. Ask your lead to enter this one"


@pytest.fixture
def tiny(web_app: Flask, tiny: TinyService) -> TinyService:
    with web_app.app_context():
        add_family("F3", tiny.pod)
        restrict_to(tiny.family)
    return tiny


def send_new(client: LookingClient, tiny: TinyService, **typed: str) -> str:
    """What the form to add a family of Crewe answers; "" if the family was added."""
    response = client.send("/families/new", NEW | {"pod_id": str(tiny.pod)} | typed)
    return "" if response.status_code == 302 else text_of(response)


def collide(client: LookingClient, tiny: TinyService, times: int) -> None:
    for number in range(times):
        typed = ({"ref": "F1"}, {"ref": "F2"}, {"council_ref": "c-f1"})[number % 3]
        assert TAKEN in send_new(client, tiny, **typed)


def list_collisions(app: Flask) -> list[tuple[str, int | None, Any]]:
    with app.app_context():
        entries = db.session.query(AuditEntry).filter_by(action=COLLIDED).order_by(AuditEntry.id)
        return [(entry.actor, entry.family_id, entry.after) for entry in entries]


def count_families(app: Flask) -> int:
    with app.app_context():
        return db.session.query(Family).count()


def test_each_refusal_stands_in_the_trail_of_the_family_and_nothing_else_is_written(
    web_app: Flask, practitioner: LookingClient, tiny: TinyService
) -> None:
    families = count_families(web_app)
    assert TAKEN in send_new(practitioner, tiny, ref="F1")
    assert TAKEN in send_new(practitioner, tiny, ref="F9", council_ref=" c-f2 ")
    renamed = practitioner.send("/families/3/edit", {"name": "The Elms", "council_ref": "C-F1"})
    assert TAKEN in text_of(renamed)
    who = "practitioner@example.org"
    assert list_collisions(web_app) == [
        (who, tiny.family, {"column": "ref"}),
        (who, tiny.other_family, {"column": "council_ref"}),
        (who, tiny.family, {"column": "council_ref"}),
    ]
    assert count_families(web_app) == families
    with web_app.app_context():
        assert db.session.get_one(Family, 3).name == "", "what else was typed is not saved either"
        assert verify_chain().entries
    practitioner.sign_in(tiny.users[Role.LEAD])
    said = text_of(practitioner.get(f"/families/{tiny.family}/readers"))
    assert "Demo practitioner 2 10 April 2019" in said
    assert "Demo practitioner typed the reference of F1, which they may not see" in said
    assert "Demo practitioner typed the council reference of F1, which they may not see" in said
    assert "typed the council reference of F2" in text_of(practitioner.get("/audit?action=collide"))


def test_a_family_that_one_may_read_is_no_collision(
    web_app: Flask, practitioner: LookingClient, tiny: TinyService
) -> None:
    assert "Family F3" in send_new(practitioner, tiny, ref="F3")
    assert "Family F3" in send_new(practitioner, tiny, council_ref="C-F3")
    practitioner.sign_in(tiny.users[Role.LEAD])
    assert "Family F1" in send_new(practitioner, tiny, ref="F1")
    assert list_collisions(web_app) == []


def test_after_five_in_a_day_nothing_more_is_checked_and_nothing_typed_is_lost(
    web_app: Flask, practitioner: LookingClient, tiny: TinyService
) -> None:
    collide(practitioner, tiny, MOST_COLLISIONS)
    families = count_families(web_app)
    for typed in ({"ref": "F1"}, {"ref": "FREE"}, {"ref": "F3"}, {"ref": "FREE", "council_ref": "FREE"}):
        said = send_new(practitioner, tiny, **typed)
        assert ENOUGH in said, "whether it is taken or free"
        assert TAKEN not in said
    kept = practitioner.send("/families/new", NEW | {"ref": "FREE", "name": "The Elms", "pod_id": str(tiny.pod)})
    assert '<a href="#ref"' in kept.text
    for value in ('value="FREE"', 'value="The Elms"', 'value="Mum"', 'value="14/2/2019"'):
        assert value in kept.text
    for council_ref in ("C-F2", "FREE"):
        renamed = practitioner.send("/families/3/edit", {"name": "The Elms", "council_ref": council_ref})
        assert ENOUGH in text_of(renamed)
        assert '<a href="#council_ref"' in renamed.text
    assert practitioner.send("/families/3/edit", {"name": "The Elms", "council_ref": "C-F3"}).status_code == 302
    assert (count_families(web_app), len(list_collisions(web_app))) == (families, MOST_COLLISIONS)


def test_the_limit_is_each_persons_own_and_a_leads_is_none(
    web_app: Flask, practitioner: LookingClient, tiny: TinyService
) -> None:
    client = practitioner
    collide(client, tiny, MOST_COLLISIONS)
    client.sign_in(tiny.practitioner_elsewhere)
    other_pod = {"pod_id": str(tiny.other_pod)}
    assert TAKEN in send_new(client, tiny, ref="F1", **other_pod)
    assert send_new(client, tiny, ref="F8", **other_pod) == ""
    client.sign_in(tiny.users[Role.LEAD])
    for _ in range(MOST_COLLISIONS + 1):
        assert TAKEN in send_new(client, tiny, ref="F1")
    with web_app.app_context():
        db.session.add(UserRole(user_id=tiny.users[Role.PRACTITIONER], role=Role.LEAD))
        db.session.commit()
    client.sign_in(tiny.users[Role.PRACTITIONER])
    assert send_new(client, tiny, ref="F9") == "", "a lead since a moment ago"


def test_a_day_later_references_are_checked_again(
    web_app: Flask, practitioner: LookingClient, tiny: TinyService
) -> None:
    collide(practitioner, tiny, MOST_COLLISIONS)
    settings = web_app.extensions["star_tracker"]
    for hours, words in ((23, ENOUGH), (24, TAKEN)):
        later = NOW + timedelta(hours=hours)
        web_app.extensions["star_tracker"] = replace(settings, now=lambda later=later: later)
        practitioner.sign_in(tiny.users[Role.PRACTITIONER])
        assert words in send_new(practitioner, tiny, ref="F1")


@pytest.mark.parametrize("deed", ["add", "rename"])
def test_tries_at_the_same_moment_are_counted_too(app: Flask, deed: str) -> None:
    service = fill_tiny_service()
    own = add_family("F3", service.pod).id
    who = Actor(
        service.users[Role.PRACTITIONER],
        "practitioner@example.org",
        frozenset({Role.PRACTITIONER}),
        frozenset({service.pod}),
    )
    db.session.commit()

    def try_it(_number: int) -> str:
        with app.app_context():
            try:
                if deed == "rename":
                    rename_family(by(who), family_id=own, name="", council_ref="C-F2", parent_names={})
                else:
                    record_family(
                        by(who),
                        ref="F2",
                        council_ref="",
                        parents=[NewParent(ref="P1")],
                        intervention=new_intervention(service.pod, date(2019, 1, 3)),
                    )
            except DomainError as error:
                return error.message
        return "done"

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(try_it, range(12)))
    assert len([answer for answer in answers if answer.startswith(TAKEN)]) == MOST_COLLISIONS
    assert len([answer for answer in answers if ENOUGH in answer]) == 12 - MOST_COLLISIONS
    assert len(list_collisions(app)) == MOST_COLLISIONS
