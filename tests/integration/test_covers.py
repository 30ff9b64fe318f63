"""Leave cover: a colleague sees the caseload of whoever is away beside their own, on those days."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from star_tracker.domain.errors import DomainError, NotFoundError
from star_tracker.domain.permissions import Actor
from star_tracker.domain.roles import Role
from star_tracker.extensions import db
from star_tracker.models import Cover, Intervention, Pod, User, UserRole
from star_tracker.queries.covers import list_covers
from star_tracker.records.covers import end_cover, name_cover
from tests.support.apps import NOW, TODAY
from tests.support.pages import LookingClient, path_of, text_of
from tests.support.recording import list_problems
from tests.support.tiny import TinyService, add_family, by, fill_tiny_service, restrict_to
from tests.support.trail import list_looks

LAST = date(2019, 4, 12)


def add_practitioner(name: str, *pod_ids: int) -> int:
    pods = db.session.query(Pod).filter(Pod.id.in_(pod_ids)).all()
    user = User(email=f"{name.lower()}@example.org", name=name, roles=[UserRole(role=Role.PRACTITIONER)], pods=pods)
    db.session.add(user)
    db.session.commit()
    return user.id


def give(intervention_id: int, user_id: int) -> None:
    db.session.rollback()
    db.session.connection(execution_options={"writes": True})
    db.session.execute(update(Intervention).where(Intervention.id == intervention_id).values(practitioner_id=user_id))
    db.session.commit()


def as_lead() -> Actor:
    lead = db.session.query(User.id).filter_by(email="lead@example.org").one()[0]
    return Actor(lead, "lead@example.org", frozenset({Role.LEAD}))


def cover(away: int, colleague: int, first: date = TODAY, last: date = LAST, actor: Actor | None = None) -> int:
    named = name_cover(by(actor or as_lead()), away_id=away, colleague_id=colleague, first_day=first, last_day=last)
    return named.id


@pytest.fixture
def service(app: Flask) -> TinyService:
    return fill_tiny_service()


def test_what_cannot_be_covered_is_refused_at_its_field(service: TinyService) -> None:
    practitioner, elsewhere = service.users[Role.PRACTITIONER], service.practitioner_elsewhere
    ana, ben = add_practitioner("Ana", service.pod), add_practitioner("Ben", service.pod)
    day = timedelta(days=1)
    for (away, colleague, first, last), field, words in (
        ((ana, ana, TODAY, LAST), "colleague_id", "nobody covers for themselves"),
        ((ana, elsewhere, TODAY, LAST), "colleague_id", "in a pod of whoever is away"),
        ((ana, service.users[Role.LEAD], TODAY, LAST), "colleague_id", "in a pod of whoever is away"),
        ((service.users[Role.LEAD], ana, TODAY, LAST), "away_id", "Choose a practitioner from the list"),
        ((ana, ben, TODAY - day, LAST), "first_day", "must be today, 10 April 2019, or later"),
        ((ana, ben, LAST, TODAY), "last_day", "must be 12 April 2019, the first day, or later"),
        ((ana, ben, TODAY, TODAY + 42 * day), "last_day", "at most 42 days"),
    ):
        with pytest.raises(DomainError, match=words) as refused:
            cover(away, colleague, first, last)
        assert refused.value.field == field
    cover(ana, ben, TODAY, TODAY + 41 * day)
    for (away, colleague), field, words in (
        ((ana, practitioner), "first_day", "There is cover from 10/4/2019 to 21/5/2019 already"),
        ((practitioner, ana), "colleague_id", "This colleague is away from 10/4/2019"),
        ((ben, practitioner), "first_day", "Who would be away covers for a colleague"),
    ):
        with pytest.raises(DomainError, match=words) as refused:
            cover(away, colleague)
        assert refused.value.field == field
    cover(practitioner, ben)
    assert len(list_covers(today=TODAY, user_id=None)) == 2


def test_practitioners_name_and_end_cover_for_themselves_alone(service: TinyService) -> None:
    ana, ben = add_practitioner("Ana", service.pod), add_practitioner("Ben", service.pod)
    as_ana, as_ben = (Actor(user, "x@example.org", frozenset({Role.PRACTITIONER})) for user in (ana, ben))
    with pytest.raises(DomainError, match="only a lead names cover for others"):
        cover(ana, ben, actor=as_ben)
    named = cover(ana, ben, actor=as_ana)
    with pytest.raises(NotFoundError):
        end_cover(by(as_ben), cover_id=named)
    end_cover(by(as_ana), cover_id=named)
    with pytest.raises(DomainError, match="ended already"):
        end_cover(by(as_lead()), cover_id=named)
    assert list_covers(today=TODAY, user_id=None) == []


@pytest.fixture
def people(web_app: Flask, tiny: TinyService) -> dict[str, int]:
    """Ana of Crewe has the family F1 there, the restricted F3, and F2 of Macclesfield; Ben is of Crewe, too."""
    with web_app.app_context():
        ana, ben = add_practitioner("Ana", tiny.pod, tiny.other_pod), add_practitioner("Ben", tiny.pod)
        restricted = add_family("F3", tiny.pod)
        third = restricted.interventions[0].id
        restrict_to(restricted.id, ana)
        other = db.session.query(Intervention.id).filter_by(family_id=tiny.other_family).one()[0]
        for intervention in (tiny.intervention, third, other):
            give(intervention, ana)
        return {"ana": ana, "ben": ben, "restricted": restricted.id}


def at(client: LookingClient, user_id: int, days: int) -> None:
    """Sign in again so many days later."""
    settings = client.application.extensions["star_tracker"]
    client.application.extensions["star_tracker"] = replace(settings, now=lambda: NOW + timedelta(days=days))
    client.sign_in(user_id)


def test_r12_who_covers_sees_the_caseload_beside_their_own_for_those_days_and_no_other_family(
    web_app: Flask, client: LookingClient, people: dict[str, int]
) -> None:
    with web_app.app_context():
        cover(people["ana"], people["ben"], TODAY + timedelta(days=1), LAST)
    for days, is_covered in ((0, False), (1, True), (2, True), (3, False)):
        at(client, people["ben"], days)
        said = text_of(client.get("/caseload"))
        assert ("You cover for Ana until 12 April 2019: their families are among yours." in said) is is_covered
        assert ("Family F1" in said) is is_covered
        assert "F2" not in said, "another pod's"
        assert "F3" not in said, "restricted to Ana"
        assert ("F1" in text_of(client.get("/take-with-me"))) is is_covered
        assert client.get(f"/families/{people['restricted']}").status_code == 404
    details = [look.after or {} for look in list_looks(web_app) if look.entity == "caseload"]
    assert {"page": "caseload.show", "whose": "mine", "covering": ["ana@example.org"]} in details
    at(client, people["ben"], 2)
    client.get("/caseload")
    assert "read the caseload (mine, with that of Ana)" in text_of(client.get("/account/activity"))
    at(client, people["ana"], 2)
    assert "Family F1" in text_of(client.get("/caseload")), "whoever is away has it, too"


def test_named_colleague_covers_a_restricted_family_and_the_list_says_what_is_not_covered(
    web_app: Flask, client: LookingClient, tiny: TinyService, people: dict[str, int]
) -> None:
    with web_app.app_context():
        cover(people["ana"], people["ben"])
    client.sign_in(tiny.users[Role.LEAD])
    said = text_of(client.get("/caseload/cover"))
    assert "3 open interventions 2 not covered: in another pod, or restricted to others" in said
    with web_app.app_context():
        restrict_to(people["restricted"], people["ana"], people["ben"])
    assert "3 open interventions 1 not covered" in text_of(client.get("/caseload/cover"))
    client.sign_in(people["ben"])
    assert "F3" in text_of(client.get("/caseload"))


def test_cover_is_named_and_ended_on_pages_and_the_trail_says_so(
    web_app: Flask, client: LookingClient, tiny: TinyService, people: dict[str, int]
) -> None:
    client.sign_in(people["ana"])
    form = {"colleague_id": str(people["ben"]), "first_day": "10/4/2019", "last_day": "9/4/2019"}
    assert "Who is away?" not in text_of(client.get("/caseload/cover/new"))
    refused = client.send("/caseload/cover/new", form)
    assert list_problems(refused.text) == [("#last_day", "The last day must be 10 April 2019, the first day, or later")]
    sent = client.send("/caseload/cover/new", form | {"last_day": "12/4/2019"})
    said = text_of(client.get(path_of(sent)))
    assert "Ben covers from 10 April 2019 to 12 April 2019." in said
    assert "Ana Ben 10 April 2019 (now) 12 April 2019" in said
    with web_app.app_context():
        named = db.session.query(Cover).one().id
    client.sign_in(people["ben"])
    assert "Ana Ben 10 April 2019 (now)" in text_of(client.get("/caseload/cover"))
    assert client.get(f"/caseload/cover/{named}/end").status_code == 404
    client.sign_in(tiny.practitioner_elsewhere)
    assert "No cover is named" in text_of(client.get("/caseload/cover"))
    client.sign_in(tiny.users[Role.LEAD])
    assert "Ben covers for Ana from 10 April 2019 to 12 April 2019" in text_of(
        client.get(f"/caseload/cover/{named}/end")
    )
    client.send(f"/caseload/cover/{named}/end", {})
    assert "No cover is named" in text_of(client.get("/caseload/cover"))
    trail = text_of(client.get("/audit"))
    assert "recorded leave cover" in trail
    assert "ended early leave cover" in trail
    assert "Covered by Ben" in trail
