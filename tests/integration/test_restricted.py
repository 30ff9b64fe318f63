"""Restricted families: the named and the lead see one, to everybody else it is not there.

Crewe's family F1 (council reference C-F1, named The Oaks, whose parent P1 is Zelda) is restricted to the practitioner
of Macclesfield; F3 is Crewe's other family.
"""

from dataclasses import replace

import pytest
from flask import Flask

from star_tracker.domain.roles import Role
from star_tracker.extensions import db
from star_tracker.keys import KeyRing
from star_tracker.models import AuditEntry, Parent, UserRole, key_ring
from star_tracker.records.families.family_names import rename_family
from tests.support.pages import LookingClient, path_of, read_token, text_of
from tests.support.recording import STAR, record
from tests.support.tiny import BY_SOMEBODY, TinyService, add_family, restrict_to

FAMILY = {
    "ref": "F9",
    "council_ref": "",
    "parent_ref_1": "P1",
    "practitioner_id": "",
    "referred_on": "1/2/2019",
    "started_on": "14/2/2019",
}
REFUSED_COUNCIL_REF = "There is already a family with this council reference"


@pytest.fixture
def tiny(web_app: Flask, tiny: TinyService) -> TinyService:
    """The tiny service with names, another family of Crewe, and the first one restricted."""
    with web_app.app_context():
        parent = db.session.query(Parent).filter_by(family_id=tiny.family, ref="P1").one()
        rename_family(
            BY_SOMEBODY,
            family_id=tiny.family,
            name="The Oaks",
            council_ref="C-F1",
            parent_names={parent.id: "Zelda"},
        )
        add_family("F3", tiny.pod)
        restrict_to(tiny.family, tiny.practitioner_elsewhere)
    return tiny


@pytest.fixture
def not_named(client: LookingClient, tiny: TinyService) -> LookingClient:
    """A practitioner of the family's own pod."""
    client.sign_in(tiny.users[Role.PRACTITIONER])
    return client


@pytest.fixture
def named(client: LookingClient, tiny: TinyService) -> LookingClient:
    """The named practitioner, of another pod."""
    client.sign_in(tiny.practitioner_elsewhere)
    return client


ADDRESSES = [
    ("/families/{}", "family"),
    ("/families/{}/edit", "family"),
    ("/families/{}/restrict", "family"),
    ("/families/{}/restrict/lift", "family"),
    ("/families/{}/parents/new", "family"),
    ("/families/{}/interventions/new", "family"),
    ("/interventions/{}/close", "intervention"),
    ("/interventions/{}/reopen", "intervention"),
    ("/interventions/{}/put-right", "intervention"),
    ("/interventions/{}/transfer", "intervention"),
    ("/registrations/{}", "registration"),
    ("/registrations/{}/star.csv", "registration"),
    ("/registrations/{}/star.svg", "registration"),
    ("/registrations/{}/star.png", "registration"),
    ("/registrations/{}/stars/new", "registration"),
    ("/stars/{}", "star"),
    ("/stars/{}/correct", "star"),
    ("/stars/{}/move", "star"),
    ("/stars/{}/withdraw", "star"),
    ("/stars/{}/talk", "star"),
    ("/stars/{}/star.svg", "star"),
    ("/stars/{}/sheet", "star"),
    ("/stars/{}/sheet.pdf", "star"),
]


@pytest.mark.parametrize(("address", "record"), ADDRESSES)
def test_its_addresses_answer_as_if_it_did_not_exist(
    not_named: LookingClient, tiny: TinyService, address: str, record: str
) -> None:
    theirs, missing = address.format(getattr(tiny, record)), address.format(99999)
    token = {"csrf_token": read_token(not_named.get("/families/new").text)}
    for method, data in (("GET", {}), ("POST", STAR | FAMILY | token)):
        answer, nothing = (not_named.open(page, method=method, data=data) for page in (theirs, missing))
        assert answer.status_code in (403, 404, 405), "the lead's pages are 403 whatever the number"
        assert (answer.status_code, list(answer.headers.keys())) == (nothing.status_code, list(nothing.headers.keys()))
        assert text_of(answer) == text_of(nothing)


@pytest.mark.parametrize("wanted", ["F1", "f", "C-F1", "c-f1", "oaks", "zelda", "P2"])
def test_no_search_reveals_it_or_counts_it(not_named: LookingClient, wanted: str) -> None:
    said = text_of(not_named.get(f"/families?q={wanted}"))
    assert ("1 family with" if wanted == "f" else "0 families with") in said
    assert "F1" not in said.replace(f"“{wanted}”", "")
    assert "Oaks" not in said


def test_no_list_reveals_it(not_named: LookingClient) -> None:
    said = text_of(not_named.get("/families"))
    assert "1 family." in said
    assert "F3" in said
    assert "F1" not in said
    assert text_of(not_named.get("/families?page=2")) == said


def test_no_page_that_anybody_opens_names_it(not_named: LookingClient) -> None:
    for address in ("/families/new", "/caseload?whose=everybody", "/cohort", "/about"):
        page = not_named.get(address).text
        assert not [secret for secret in ("F1", "Oaks", "Zelda") if secret in page], address


def test_a_named_colleague_of_another_pod_gets_in_and_records(named: LookingClient, tiny: TinyService) -> None:
    found = text_of(named.get("/families?q=oaks"))
    assert "1 family with" in found
    assert "F1 (The Oaks) Restricted" in found
    family = text_of(named.get(f"/families/{tiny.family}"))
    assert "Restricted Only the service lead and Demo elsewhere may see this family." in family
    assert "Who may see this family" not in family, "that is the lead's to say"
    response = record(named, tiny.empty_registration, STAR)
    assert "20 March 2019" in text_of(named.get(path_of(response)))
    assert named.get(f"/registrations/{tiny.registration}/star.csv").status_code == 200
    assert named.send(f"/families/{tiny.family}/edit", {"name": "The Elms", "council_ref": ""}).status_code == 302
    close = {"closed_on": "9/4/2019", "reason": "completed", "missing_is_known": "y"}
    named.send(f"/interventions/{tiny.intervention}/close", close)
    assert "9 April 2019: " in text_of(named.get(f"/families/{tiny.family}"))


def test_being_named_opens_no_other_family(named: LookingClient, web_app: Flask, tiny: TinyService) -> None:
    assert "2 families." in text_of(named.get("/families")), "F2, of the pod, and F1"
    with web_app.app_context():
        restrict_to(tiny.other_family)
    assert "1 family." in text_of(named.get("/families"))
    assert named.get(f"/families/{tiny.other_family}").status_code == 404, "their own pod's, and they are not named"


def test_a_named_person_who_is_no_practitioner_any_more_does_not_get_in(
    client: LookingClient, web_app: Flask, tiny: TinyService
) -> None:
    with web_app.app_context():
        db.session.query(UserRole).filter_by(user_id=tiny.practitioner_elsewhere).update({"role": Role.COUNCIL})
        db.session.commit()
    client.sign_in(tiny.practitioner_elsewhere)
    assert client.get(f"/families/{tiny.family}").status_code == 403


def test_a_lead_sees_every_restricted_family_marked(lead: LookingClient, tiny: TinyService) -> None:
    said = text_of(lead.get("/families"))
    assert "3 families." in said
    assert "F1 (The Oaks) Restricted" in said
    assert said.count("Restricted") == 1
    assert "Only the service lead and Demo elsewhere" in text_of(lead.get(f"/families/{tiny.family}"))


def test_a_lead_restricts_names_and_lifts_with_reasons_that_are_kept(
    web_app: Flask, client: LookingClient, tiny: TinyService
) -> None:
    address, other = f"/families/{tiny.other_family}", tiny.practitioner_elsewhere
    client.sign_in(other)
    assert client.get(address).status_code == 200
    client.sign_in(tiny.users[Role.LEAD])
    assert "Say why" in text_of(client.send(f"{address}/restrict", {"people_ids": [other], "reason": " "}))
    assert "Restricted" not in text_of(client.get(address)), "nothing was done"
    form = {"people_ids": [tiny.users[Role.PRACTITIONER]], "reason": "A colleague's sister"}
    client.send(f"{address}/restrict", form)
    page = text_of(client.get(address))
    assert "Only the service lead and Demo practitioner may see this family" in page
    assert "sister" not in page
    assert "checked" in client.get(f"{address}/restrict").text, "who is named is chosen already"
    client.sign_in(other)
    assert client.get(address).status_code == 404
    client.sign_in(tiny.users[Role.PRACTITIONER])
    assert client.get(address).status_code == 200
    client.sign_in(tiny.users[Role.LEAD])
    assert "Say why" in text_of(client.send(f"{address}/restrict/lift", {"reason": ""}))
    client.send(f"{address}/restrict/lift", {"reason": "She has left the service"})
    client.sign_in(other)
    assert "Restricted" not in text_of(client.get(address)), "the family's own pod sees it again"
    client.sign_in(tiny.users[Role.PRACTITIONER])
    assert client.get(address).status_code == 404, "nobody is named any more"
    with web_app.app_context():
        entries = db.session.query(AuditEntry).filter_by(family_id=tiny.other_family).order_by(AuditEntry.id)
        restricted, lifted = [entry for entry in entries if entry.action in ("restrict", "lift")]
        assert (restricted.action, restricted.actor) == ("restrict", "lead@example.org")
        assert restricted.before == {"restricted": False, "people": []}
        assert restricted.after == {
            "restricted": True,
            "people": ["practitioner@example.org"],
            "reason": "A colleague's sister",
        }
        assert (lifted.action, lifted.before) == (
            "lift",
            {"restricted": True, "people": ["practitioner@example.org"]},
        )
        assert lifted.after == {"restricted": False, "people": [], "reason": "She has left the service"}


def test_only_practitioners_can_be_named(lead: LookingClient, tiny: TinyService) -> None:
    address = f"/families/{tiny.other_family}/restrict"
    assert "Demo council" not in lead.get(address).text
    for nobody in (tiny.users[Role.COUNCIL], 99999):
        response = lead.send(address, {"people_ids": [nobody], "reason": "A case in court"})
        assert "Choose from the options in the list" in text_of(response)
    assert "Restricted" not in text_of(lead.get(f"/families/{tiny.other_family}"))


def test_a_reference_that_is_taken_is_refused_alike_whoevers_it_is(not_named: LookingClient, tiny: TinyService) -> None:
    def refused(ref: str) -> str:
        said = text_of(not_named.send("/families/new", FAMILY | {"ref": ref, "pod_id": str(tiny.pod)}))
        assert f"There is already a family with the reference {ref}" in said
        return said.replace(ref, "")

    assert refused("F1") == refused("F2"), "a restricted family's, and another pod's"


@pytest.mark.parametrize("council_ref", ["C-F1", "c-f2 "])
def test_a_council_reference_that_is_taken_is_refused_without_saying_whose_it_is(
    not_named: LookingClient, tiny: TinyService, council_ref: str
) -> None:
    new = FAMILY | {"council_ref": council_ref, "pod_id": str(tiny.pod)}
    for address, form in (("/families/new", new), ("/families/3/edit", {"council_ref": council_ref})):
        response = not_named.send(address, form)
        assert '<a href="#council_ref"' in response.text
        said = text_of(response)
        assert REFUSED_COUNCIL_REF in said
        assert "Oaks" not in said
        assert "F1" not in said
    assert "1 family." in text_of(not_named.get("/families")), "nothing was added"


def test_who_may_read_the_family_learns_which_one_has_the_council_reference(
    client: LookingClient, tiny: TinyService
) -> None:
    new = FAMILY | {"council_ref": "C-F1"}
    for user, pod in ((tiny.practitioner_elsewhere, tiny.other_pod), (tiny.users[Role.LEAD], tiny.pod)):
        client.sign_in(user)
        said = text_of(client.send("/families/new", new | {"pod_id": str(pod)}))
        assert "Family F1 already has this council reference" in said


def test_a_council_reference_is_taken_under_an_older_key_too(
    not_named: LookingClient, web_app: Flask, tiny: TinyService
) -> None:
    with web_app.app_context():
        old = key_ring()
    settings = web_app.extensions["star_tracker"]
    newer = replace(settings, encryption_keys=(KeyRing.new_key(), *settings.encryption_keys))
    web_app.extensions["star_tracker"] = newer
    with web_app.app_context():
        assert key_ring().index("C-F1") != old.index("C-F1")
    new = FAMILY | {"council_ref": "C-F1", "pod_id": str(tiny.pod)}
    assert REFUSED_COUNCIL_REF in text_of(not_named.send("/families/new", new))


def test_families_without_a_council_reference_are_not_in_each_others_way(
    not_named: LookingClient, tiny: TinyService
) -> None:
    for ref in ("F8", "F9"):
        assert not_named.send("/families/new", FAMILY | {"ref": ref, "pod_id": str(tiny.pod)}).status_code == 302
    assert not_named.send("/families/3/edit", {"council_ref": "C-F3"}).status_code == 302, "its own"


def test_it_can_be_restricted_to_the_lead_alone(lead: LookingClient, web_app: Flask, tiny: TinyService) -> None:
    lead.send(f"/families/{tiny.family}/restrict", {"reason": "The case is in court"})
    assert "Only the service lead may see this family." in text_of(lead.get(f"/families/{tiny.family}"))
    lead.sign_in(tiny.practitioner_elsewhere)
    assert lead.get(f"/families/{tiny.family}").status_code == 404
