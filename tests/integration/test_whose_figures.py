"""Whose figures (R12): a cohort, a caseload, a list and a file hold the families that this person may read, no others.

Crewe's family F1 has a pair, from 4 to 6 in every area, and a parent without a Star; it is restricted, and "Demo buddy"
of no pod is its practitioner. Crewe's F3 has a pair from 2 to 3. Macclesfield's F2 has a parent without a Star.
"""

import csv
from collections.abc import Iterator
from datetime import date
from io import StringIO
from itertools import product
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import delete, select

from star_tracker.domain.roles import Role
from star_tracker.domain.scales import Kind
from star_tracker.extensions import db
from star_tracker.models import Family, Intervention, Parent, Reading, Registration, Standing, Star, User, UserRole
from tests.support.pages import LookingClient, text_of
from tests.support.tiny import TinyService, add_family, add_star, new_star, restrict_to

DAYS = (date(2019, 1, 10), date(2019, 4, 5), date(2019, 4, 9))
"""The days of the restricted family's Stars, and one after them."""


@pytest.fixture
def tiny(web_app: Flask, tiny: TinyService) -> TinyService:
    with web_app.app_context():
        buddy = User(email="buddy@example.org", name="Demo buddy", roles=[UserRole(role=Role.PRACTITIONER)])
        db.session.add(buddy)
        db.session.get_one(Intervention, tiny.intervention).practitioner = buddy
        db.session.commit()
        other = add_family("F3", tiny.pod).interventions[0]
        other.practitioner_id = tiny.users[Role.PRACTITIONER]
        add_star(other.registrations[0].id, new_star(Kind.START, DAYS[0], 2))
        add_star(other.registrations[0].id, new_star(Kind.INTERIM, DAYS[1], 3))
        restrict_to(tiny.family)
    return tiny


def list_addresses(tiny: TinyService) -> Iterator[str]:
    """Every choice by which somebody could close in on a family: the cohort's filters, files, lists and searches."""
    people, pods = ("", "practitioner@example.org", "buddy@example.org"), ("", "Crewe", "Macclesfield")
    for person, pod, status in product(people, pods, ("", "open", "closed")):
        chosen = {"practitioner": person, "pod": pod, "status": status}
        yield f"/cohort?{urlencode({name: value for name, value in chosen.items() if value})}"
    for name, day in product(("closed-from", "closed-to", "latest-from", "latest-to", "as-at"), DAYS):
        yield f"/cohort?{name}={day}"
    files = "star.csv change.csv outcomes.csv measures.csv star.svg change.svg tables.xlsx view.pdf"
    for name in files.split():
        yield f"/cohort/{name}"
        yield f"/cohort/{name}?pod=Crewe&latest-from={DAYS[1]}&latest-to={DAYS[1]}"
    for page in ("closing", "closing?beside=before", "how-soon", "how-soon/months.csv"):
        yield f"/cohort/{page}"
    for page in (
        "left-out",
        "worked-out",
        "quality",
        "quality/alike",
        "families/pair",
        "families/no_counted_star",
        "families/other_stars",
    ):
        yield f"/cohort/{page}"
        yield f"/cohort/{page}?pod=Crewe&latest-from={DAYS[2]}"
    for name in ("over-time", "over-time.csv", "over-time.svg", "stages", "stages.csv", "stages.svg"):
        yield f"/cohort/{name}"
        yield f"/cohort/{name}?pod=Crewe&quarters-of=start&latest-to={DAYS[1]}"
    for whose, state in product(("mine", "everybody", "nobody"), ("", "overdue", "due_soon")):
        yield f"/caseload?whose={whose}&state={state}"
    yield f"/caseload?whose=everybody&pod={tiny.pod}"
    for wanted in ("", "F", "F1", "C-F1", "P2"):
        yield f"/families?q={wanted}"
    yield from ("/families/new", f"/families/{tiny.family}", "/families?page=2")


def remove_family(family_id: int) -> None:
    """Take a family out of the record, as if it had never been there."""
    registrations = select(Registration.id).where(Registration.family_id == family_id)
    stars = select(Star.id).where(Star.registration_id.in_(registrations))
    family = db.session.get_one(Family, family_id)
    family.people = []
    db.session.flush()
    db.session.execute(delete(Standing).where(Standing.registration_id.in_(registrations)))
    db.session.execute(delete(Reading).where(Reading.star_id.in_(stars)))
    db.session.execute(delete(Star).where(Star.registration_id.in_(registrations)))
    for model in (Registration, Intervention, Parent):
        db.session.execute(delete(model).where(model.family_id == family_id))
    db.session.delete(family)
    db.session.commit()


def test_every_answer_is_the_one_without_the_restricted_family(
    web_app: Flask, practitioner: LookingClient, tiny: TinyService
) -> None:
    """The attack: by practitioner, state and dates down to one pair, whose values would then be read off."""

    def ask() -> dict[str, tuple[int, str | bytes]]:
        answers: dict[str, tuple[int, str | bytes]] = {}
        for address in list_addresses(tiny):
            response = practitioner.get(address)
            is_page = response.mimetype == "text/html" and response.status_code != 302
            answers[address] = response.status_code, text_of(response) if is_page else response.data
        return answers

    with_family = ask()
    with web_app.app_context():
        remove_family(tiny.family)
    assert with_family == ask()
    assert {code for code, _ in with_family.values()} == {200, 404}
    assert "1 pair of Stars as at 10 April 2019: the families that you may see" in str(with_family["/cohort?"][1])


def read_measures(client: LookingClient, query: str = "") -> tuple[str, ...]:
    row = next(csv.DictReader(StringIO(client.get(f"/cohort/measures.csv{query}").text)))
    return tuple(row[name] for name in ("n", "mean_start", "mean_latest"))


def test_a_restricted_family_is_in_the_cohort_of_the_named_and_the_lead_alone(
    web_app: Flask, practitioner: LookingClient, tiny: TinyService
) -> None:
    client = practitioner
    alone, both = ("1", "2.0", "3.0"), ("2", "3.0", "4.5")
    without_stars = "1 with no counted Star"
    assert read_measures(client) == read_measures(client, "?pod=Crewe") == alone
    assert "0 with no counted Star" in text_of(client.get("/cohort"))
    client.sign_in(tiny.users[Role.LEAD])
    assert read_measures(client, "?pod=Crewe") == both
    assert without_stars in text_of(client.get("/cohort?pod=Crewe"))
    with web_app.app_context():
        restrict_to(tiny.family, tiny.users[Role.PRACTITIONER], tiny.practitioner_elsewhere)
    client.sign_in(tiny.users[Role.PRACTITIONER])
    assert read_measures(client) == read_measures(client, "?pod=Crewe") == both
    assert without_stars in text_of(client.get("/cohort"))
    assert "Demo buddy" in client.get("/cohort").text, "whose family it is can be chosen"
    client.sign_in(tiny.practitioner_elsewhere)
    assert read_measures(client) == ("1", "4.0", "6.0"), "of another pod, as on the caseload"
    assert read_measures(client, "?pod=Macclesfield") == ("0", "", "")
    assert client.get("/cohort/measures.csv?pod=Crewe").status_code == 400


def test_a_picture_is_never_anothers(practitioner: LookingClient, tiny: TinyService) -> None:
    """Pictures are kept in memory by the figures that they show."""
    client = practitioner
    for form in ("svg", "png"):
        drawn: dict[int, set[bytes]] = {}
        for user in (tiny.users[Role.LEAD], tiny.users[Role.PRACTITIONER], tiny.users[Role.LEAD]):
            client.sign_in(user)
            drawn.setdefault(user, set()).add(client.get(f"/cohort/star.{form}?pod=Crewe").data)
        assert [len(pictures) for pictures in drawn.values()] == [1, 1]
        assert drawn[tiny.users[Role.LEAD]].isdisjoint(drawn[tiny.users[Role.PRACTITIONER]])


def test_own_activity_hides_families_that_one_may_no_longer_read(
    web_app: Flask, practitioner: LookingClient, tiny: TinyService
) -> None:
    with web_app.app_context():
        restrict_to(tiny.family, tiny.users[Role.PRACTITIONER])
    for address in (f"/families/{tiny.family}", f"/stars/{tiny.star}", f"/interventions/{tiny.intervention}/close"):
        assert practitioner.get(address).status_code == 200
    assert "read the family page of F1" in text_of(practitioner.get("/account/activity"))
    with web_app.app_context():
        restrict_to(tiny.family)
    said = text_of(practitioner.get("/account/activity"))
    assert "read the family page of a family" in said
    for secret in ("F1", "P1", "10 January", "3 January", "Crewe"):
        assert secret not in said


def test_who_signs_in_next_at_the_same_tablet_finds_nothing_of_the_last(
    practitioner: LookingClient, tiny: TinyService
) -> None:
    practitioner.send("/families", {"q": "Ashworth"})
    assert "Ashworth" in practitioner.get("/families").text
    practitioner.sign_in(tiny.practitioner_elsewhere)
    assert "Ashworth" not in practitioner.get("/families").text


def test_an_administrator_counts_no_interventions(web_app: Flask, client: LookingClient, tiny: TinyService) -> None:
    """Who is a practitioner too would count those of families that they may not read."""
    client.sign_in(tiny.users[Role.ADMINISTRATOR])
    addresses = ("/pods", f"/pods/{tiny.pod}", f"/pods/{tiny.pod}/close", f"/pods/{tiny.pod}/merge/{tiny.other_pod}")
    before = [text_of(client.get(address)) for address in addresses]
    with web_app.app_context():
        remove_family(tiny.family)
    assert [text_of(client.get(address)) for address in addresses] == before
