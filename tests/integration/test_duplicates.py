"""A family that is there already: a reference is refused, a name in the same pod is warned of; never a stranger's."""

from typing import Any

import pytest
from flask import Flask

from star_tracker.domain.roles import Role
from star_tracker.extensions import db
from star_tracker.models import Family
from star_tracker.records.families.family_names import rename_family
from tests.support.pages import LookingClient, path_of, text_of
from tests.support.tiny import BY_SOMEBODY, TinyService, restrict_to

NEW = {
    "ref": "F9",
    "council_ref": "",
    "parent_ref_1": "Mum",
    "practitioner_id": "",
    "referred_on": "1/2/2019",
    "started_on": "14/2/2019",
}
WARNING = "Look at family F1 first: the name and the pod are the same"
BOX = "This is another family: add it"


def name(family_id: int, name: str, council_ref: str) -> None:
    rename_family(BY_SOMEBODY, family_id=family_id, name=name, council_ref=council_ref, parent_names={})


@pytest.fixture
def service(web_app: Flask, tiny: TinyService) -> TinyService:
    """Both families are called the Oaks: F1 of Crewe, F2 of Macclesfield."""
    with web_app.app_context():
        name(tiny.family, "The Oaks", "C-F1")
        name(tiny.other_family, "the  OAKS", "C-F2")
    return tiny


@pytest.fixture
def practitioner(client: LookingClient, service: TinyService) -> LookingClient:
    client.sign_in(service.users[Role.PRACTITIONER])
    return client


def count_families(app: Flask) -> int:
    with app.app_context():
        return db.session.query(Family).count()


@pytest.mark.parametrize("typed", ["The Oaks", " the   oaks ", "THE OAKS"])
def test_the_same_name_in_the_same_pod_is_warned_of_and_added_once_ticked(
    web_app: Flask, practitioner: LookingClient, service: TinyService, typed: str
) -> None:
    form: dict[str, Any] = NEW | {"name": typed, "pod_id": str(service.pod), "children": "3"}
    assert BOX not in text_of(practitioner.get("/families/new"))
    warned = practitioner.send("/families/new", form)
    said = text_of(warned)
    assert WARNING in said
    assert BOX in said
    assert f'href="/families/{service.family}" target="_blank"' in warned.text
    assert "F2" not in said, "another pod's family of the same name"
    for kept in ('value="F9"', 'value="Mum"', 'value="1/2/2019"', 'value="3"'):
        assert kept in warned.text, "nothing typed is lost"
    again = practitioner.send("/families/new", form | {"likely": str(service.family)})
    assert WARNING in text_of(again), "the box was not ticked"
    assert count_families(web_app) == 2
    added = practitioner.send("/families/new", form | {"likely": str(service.family), "is_another": "y"})
    assert "Family F9 was added" in text_of(practitioner.get(path_of(added)))


def test_a_tick_is_about_the_families_that_were_shown(
    web_app: Flask, practitioner: LookingClient, service: TinyService
) -> None:
    form: dict[str, Any] = NEW | {"name": "The Oaks", "pod_id": str(service.pod), "is_another": "y"}
    for likely in ("", "99", f"{service.other_family}", "9" * 5000, "one"):
        assert WARNING in text_of(practitioner.send("/families/new", form | {"likely": likely}))
    assert count_families(web_app) == 2


def test_different_names_give_no_warning(practitioner: LookingClient, service: TinyService) -> None:
    for number, typed in enumerate(("The Oak", "", "The Oaks family")):
        form = NEW | {"ref": f"N{number}", "name": typed, "pod_id": str(service.pod)}
        assert practitioner.send("/families/new", form).status_code == 302, typed


def test_a_restricted_familys_name_gives_no_warning(
    web_app: Flask, practitioner: LookingClient, service: TinyService
) -> None:
    with web_app.app_context():
        restrict_to(service.family, service.practitioner_elsewhere)
    form = NEW | {"name": "The Oaks", "pod_id": str(service.pod)}
    assert practitioner.send("/families/new", form).status_code == 302, "as if it were not there"
    practitioner.sign_in(service.users[Role.LEAD])
    said = text_of(practitioner.send("/families/new", form | {"ref": "F10"}))
    assert "Look at family F1 and F9 first" in said, "the lead may know"


def test_a_reference_that_is_taken_leads_to_the_family_for_who_may_open_it(
    practitioner: LookingClient, service: TinyService
) -> None:
    link = f'href="/families/{service.family}" target="_blank"'
    usual = NEW | {"pod_id": str(service.pod)}
    taken = practitioner.send("/families/new", usual | {"ref": "F1"})
    assert "There is already a family with the reference F1: open it, or choose another" in text_of(taken)
    assert link in taken.text
    council = practitioner.send("/families/new", usual | {"council_ref": "c-f1"})
    assert "Family F1 already has this council reference: open that family" in text_of(council)
    assert link in council.text
    for wrong in ({"ref": "F2"}, {"council_ref": "C-F2"}):
        strange = practitioner.send("/families/new", usual | wrong)
        assert "There is already a family with" in text_of(strange)
        assert "ask your lead" in text_of(strange)
        assert f"/families/{service.other_family}" not in strange.text, "another pod's"


def test_a_council_reference_that_is_taken_leads_to_the_family_when_names_are_changed(
    client: LookingClient, service: TinyService
) -> None:
    client.sign_in(service.users[Role.LEAD])
    page = client.send(f"/families/{service.family}/edit", {"name": "", "council_ref": "C-F2"})
    assert "Family F2 already has this council reference" in text_of(page)
    assert f'href="/families/{service.other_family}" target="_blank"' in page.text


def test_sending_it_twice_makes_one_family_and_leads_to_it(
    web_app: Flask, practitioner: LookingClient, service: TinyService
) -> None:
    form = NEW | {"name": "The Elms", "pod_id": str(service.pod)}
    assert practitioner.send("/families/new", form).status_code == 302
    second = practitioner.send("/families/new", form)
    assert "Family F9 (opens in a new tab)" in text_of(second)
    assert count_families(web_app) == 3
