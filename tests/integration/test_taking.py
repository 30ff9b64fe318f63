"""What a device is given for homes without signal, to whom, and how long it may stay (``web.stars.offline``)."""

import json
import time
from datetime import date
from typing import Any

import pytest
from flask import Flask

from star_tracker.domain.roles import Role
from star_tracker.domain.scales import AREAS, Kind
from star_tracker.extensions import db
from star_tracker.models import Family, Parent, User
from star_tracker.web.stars.offline import HOURS, MOST_TAKEN
from tests.support.pages import HTML, LookingClient, SignIn, parse_page, read_token, text_of, words_of
from tests.support.tiny import TinyService, add_family, begin_star, restrict_to
from tests.support.trail import list_looks

TAKE = "/take-with-me"
NOTE = "Grandmother reads with them"


def take(client: LookingClient, *registrations: int) -> Any:
    return client.send(TAKE, {"registration": [str(number) for number in registrations]})


def keep(client: LookingClient, token: str) -> str:
    """What a device may keep, by its token."""
    response = client.get(f"{TAKE}/state", headers={"Taken-Token": token})
    return str(json.loads(response.text)["keep"])


def test_only_who_may_record_for_a_parent_takes_their_star(sign_in: SignIn, tiny: TinyService, web_app: Flask) -> None:
    people: dict[Any, int] = {**tiny.users, "elsewhere": tiny.practitioner_elsewhere}
    answers = {who: take(sign_in(user_id), tiny.registration).status_code for who, user_id in people.items()}
    assert answers == {
        Role.PRACTITIONER: 200,
        Role.LEAD: 200,
        Role.COUNCIL: 403,
        Role.ADMINISTRATOR: 403,
        "elsewhere": 404,
    }
    with web_app.app_context():
        restrict_to(tiny.family, tiny.practitioner_elsewhere)
    assert take(sign_in(tiny.users[Role.PRACTITIONER]), tiny.registration).status_code == 404
    assert take(sign_in(tiny.practitioner_elsewhere), tiny.registration).status_code == 200
    anonymous = web_app.test_client()
    assert anonymous.post(TAKE, data={"registration": tiny.registration}).status_code in (302, 400, 403)


def test_one_parent_that_is_not_theirs_gives_nothing_of_the_others(
    practitioner: LookingClient, tiny: TinyService
) -> None:
    response = take(practitioner, tiny.registration, tiny.other_registration)
    assert response.status_code == 404
    assert "items" not in response.text


def test_up_to_eight_are_taken(practitioner: LookingClient, tiny: TinyService, web_app: Flask) -> None:
    with web_app.app_context():
        family = add_family("F9", tiny.pod, *(f"P{number}" for number in range(MOST_TAKEN + 1)))
        numbers = [one.id for intervention in family.interventions for one in intervention.registrations]
    assert take(practitioner).status_code == 400
    assert take(practitioner, *numbers).status_code == 400
    assert len(take(practitioner, *numbers[:MOST_TAKEN]).json["items"]) == MOST_TAKEN
    assert practitioner.send(TAKE, {"registration": ["x", "-1"]}).status_code == 400


def boxes(client: LookingClient, address: str = TAKE) -> list[tuple[str, bool]]:
    """Whom the page offers, the first word of each, and whether they are chosen."""
    root = parse_page(client.get(address).text)
    inputs = {one.get("id"): one for one in root.iter(f"{HTML}input") if one.get("type") == "checkbox"}
    labels = [one for one in root.iter(f"{HTML}label") if one.get("for") in inputs]
    return [(words_of(one).partition(",")[0], inputs[one.get("for")].get("checked") is not None) for one in labels]


def test_a_long_list_is_folded_and_searched_and_keeps_who_is_chosen(
    sign_in: Any, tiny: TinyService, web_app: Flask
) -> None:
    with web_app.app_context():
        family = add_family("F9", tiny.pod, *(f"F9-{number}" for number in range(1, 53)))
        numbers = {one.parent.ref: one.id for one in family.interventions[0].registrations}
        family.parents[50].name = "Siân Longname"
        db.session.commit()
        last = family.parents[50].ref
    lead: LookingClient = sign_in(tiny.users[Role.LEAD])
    page = lead.get(TAKE)
    assert "Whom do you visit? Choose up to 8 parents" in text_of(page)
    assert "44 more parents, less urgent" in text_of(page)
    assert "These are the 50 most urgent of 55: find any other by a name or reference, above." in text_of(page)
    assert len(boxes(lead)) == 50
    form = {"q": "sian long", "registration": [str(numbers["F9-1"]), "x"]}
    token = read_token(page.text)
    found = lead.post(f"{TAKE}/find", data={**form, "csrf_token": token})
    assert found.headers["Location"].endswith(f"{TAKE}?found=1"), "no name in an address"
    assert boxes(lead, f"{TAKE}?found=1") == [("F9-1", True), (f"{last} (Siân Longname)", False)]
    said = text_of(lead.get(f"{TAKE}?found=1"))
    assert "1 parent with “sian long” in a reference or a name, besides those you have chosen." in said
    assert [look.after for look in list_looks(web_app) if look.action == "search"][-1] == {"text": "sian long"}
    assert not any(is_chosen for _ref, is_chosen in boxes(lead)), "opened anew, it begins anew"


def test_a_search_finds_nobody_beyond_ones_own_caseload(practitioner: LookingClient, tiny: TinyService) -> None:
    form = {"q": "P", "registration": [str(tiny.registration), str(tiny.other_registration)]}
    practitioner.post(f"{TAKE}/find", data={**form, "csrf_token": read_token(practitioner.get(TAKE).text)})
    assert boxes(practitioner, f"{TAKE}?found=1") == [], "they have no family of their own"


def test_what_is_given_names_nobody_and_holds_no_answer(
    practitioner: LookingClient, tiny: TinyService, web_app: Flask
) -> None:
    with web_app.app_context():
        for person in (*db.session.query(Parent), *db.session.query(Family)):
            person.name = "Siân Hidden-Name"
        db.session.commit()
        begin_star(
            tiny.registration,
            Kind.INTERIM,
            date(2019, 4, 9),
            family_routine="3",
            note_family_routine=NOTE,
            agreed_action_1="Bed at 8",
        )
    response = take(practitioner, tiny.registration)
    [item] = response.json["items"]
    for word in ("Siân", "Hidden", NOTE, "Bed at 8", "practitioner", "@"):
        assert word not in response.text
    assert item["answered"] == ["family_routine", "note_family_routine"], "that there is an answer, and not which"
    assert not set(AREAS) & {*item["now"], *item["was"]}
    assert item["now"]["completed_on"] == "9/4/2019"
    assert set(item) == {"id", "begin", "family", "parent", "edition", "was", "now", "answered"}
    assert set(response.json) == {"user", "token", "items"}
    assert str(json.loads(response.text)["user"]) == str(tiny.users[Role.PRACTITIONER])


def test_each_parent_that_is_taken_is_in_the_audit_trail(
    practitioner: LookingClient, tiny: TinyService, web_app: Flask
) -> None:
    take(practitioner, tiny.registration, tiny.empty_registration)
    taken = {look.entity_id for look in list_looks(web_app) if (look.after or {}).get("page") == "offline.take"}
    assert taken == {tiny.registration, tiny.empty_registration}


def test_it_may_stay_for_a_day_and_no_longer(
    practitioner: LookingClient, tiny: TinyService, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = take(practitioner, tiny.registration).json["token"]
    assert keep(practitioner, token) == "all"
    begun = time.time()
    for hours, answer in ((HOURS - 0.1, "all"), (HOURS + 0.1, "nothing")):
        with monkeypatch.context() as patch:
            patch.setattr(time, "time", lambda later=begun + hours * 3600: later)
            assert keep(practitioner, token) == answer


def test_nobody_needs_to_be_signed_in_to_be_told_that_it_must_go(
    practitioner: LookingClient, tiny: TinyService, web_app: Flask
) -> None:
    token = take(practitioner, tiny.registration).json["token"]
    anonymous = web_app.test_client()
    assert isinstance(anonymous, LookingClient)
    assert keep(anonymous, token) == "all"
    for wrong in ("", "nonsense", token[:-2] + "xx", token.partition(".")[0]):
        assert keep(anonymous, wrong) == "nothing"


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        ({"fs_uniquifier": "another"}, "unsent"),
        ({"password": "another"}, "nothing"),
        ({"tf_totp_secret": "another"}, "nothing"),
        ({"active": False}, "nothing"),
    ],
    ids=["sessions ended", "another password", "another second step", "account closed"],
)
def test_it_goes_when_the_sessions_or_the_account_end(
    practitioner: LookingClient, tiny: TinyService, web_app: Flask, change: dict[str, Any], answer: str
) -> None:
    token = take(practitioner, tiny.registration).json["token"]
    with web_app.app_context():
        for name, value in change.items():
            setattr(db.session.get(User, tiny.users[Role.PRACTITIONER]), name, value)
        db.session.commit()
    anonymous = web_app.test_client()
    assert isinstance(anonymous, LookingClient)
    assert keep(anonymous, token) == answer


def test_the_page_and_the_worker_are_the_same_for_everybody(practitioner: LookingClient, web_app: Flask) -> None:
    anonymous = web_app.test_client()
    script = anonymous.get("/worker.js").text
    assert script == practitioner.get("/worker.js").text
    kept = json.loads(script.partition("const KEPT = ")[2].partition(";\n")[0])
    assert kept["page"] == "/offline"
    assert not [address for address in kept["assets"] if not address.startswith("/static/")], "no page of a family"
    assert "DEMO" not in anonymous.get("/offline").text
