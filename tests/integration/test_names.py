"""What a family and its parents are called: shown to who may see the family, found by search, and nowhere else."""

from datetime import date
from typing import Any

import pytest
from flask import Flask

from star_tracker.domain.roles import Role
from star_tracker.domain.scales import ClosureReason, Kind
from star_tracker.extensions import db
from star_tracker.models import AuditEntry, Family, Parent
from star_tracker.queries.starfile import list_star_rows
from star_tracker.records.families.families import close_intervention, record_intervention
from tests.support.apps import TODAY
from tests.support.pages import LookingClient, path_of, text_of
from tests.support.tiny import BY_SOMEBODY, TinyService, add_star, new_intervention, new_star

FAMILY = {
    "ref": "F7",
    "name": "The Oaks",
    "council_ref": "LCS7",
    "parent_name_1": "Ada",
    "parent_ref_1": "P7",
    "parent_ref_2": "P8",
    "parent_name_3": "Bo, the father ",
    "parent_ref_3": " P9 ",
    "practitioner_id": "",
    "referred_on": "1/2/2019",
    "started_on": "14/2/2019",
    "children": "",
}
NAMES = ("The Oaks", "Ada", "Bo, the father")


@pytest.fixture
def named_family(practitioner: LookingClient, tiny: TinyService) -> str:
    """The address of a family with a name and three parents, two of them with a name."""
    return path_of(practitioner.send("/families/new", FAMILY | {"pod_id": str(tiny.pod)}))


def title_of(page: str) -> str:
    return page.partition("<title>")[2].partition("</title>")[0]


def test_names_stand_beside_the_references(practitioner: LookingClient, named_family: str) -> None:
    said = text_of(practitioner.get(named_family))
    assert "Family F7 The Oaks" in said
    assert "Parents P7 (Ada), P8, P9 (Bo, the father)" in said
    assert "Record a Star for P7 (Ada)" in said
    assert "F7 (The Oaks) LCS7 P7 (Ada), P8, P9 (Bo, the father)" in text_of(practitioner.get("/families"))
    assert "P7 (Ada)" in practitioner.get(f"{named_family}/interventions/new").text


@pytest.mark.parametrize("wanted", ["oaks", "ADA", "father"])
def test_a_family_is_found_by_part_of_a_name(practitioner: LookingClient, named_family: str, wanted: str) -> None:
    said = text_of(practitioner.get(f"/families?q={wanted}"))
    assert f"1 family with “{wanted}” in a reference or a name" in said
    assert "F7 (The Oaks)" in said


def test_a_name_of_another_pods_family_finds_nothing(client: LookingClient, tiny: TinyService) -> None:
    client.sign_in(tiny.users[Role.LEAD])
    client.send(f"/families/{tiny.other_family}/edit", {"name": "The Elms", "council_ref": "C-F2"})
    assert "1 family with “elms”" in text_of(client.get("/families?q=elms"))
    client.sign_in(tiny.users[Role.PRACTITIONER])
    assert "0 families with “elms”" in text_of(client.get("/families?q=elms"))


def test_names_are_in_no_title_address_file_or_export(
    web_app: Flask, practitioner: LookingClient, named_family: str
) -> None:
    with web_app.app_context():
        family = db.session.query(Family).filter_by(ref="F7").one()
        registration = family.interventions[0].registrations[0].id
        star = add_star(registration, new_star(Kind.START, date(2019, 3, 1))).id
        exported = repr(list(list_star_rows()))
    assert "F7" in exported
    titled = (named_family, f"{named_family}/edit", f"/registrations/{registration}", f"/stars/{star}")
    pages = [practitioner.get(address) for address in (*titled, f"/registrations/{registration}/stars/new")]
    files = [practitioner.get(f"/registrations/{registration}/star.{form}") for form in ("csv", "svg")]
    assert all("Ada" in page.text for page in pages), "the test would not see what it looks for"
    for kept in (exported, *(title_of(page.text) for page in pages), *(file.text for file in files)):
        assert not [name for name in NAMES if name in kept], kept
    for file in files:
        assert "Ada" not in file.headers["Content-Disposition"]


def test_names_are_hidden_in_the_database(web_app: Flask, named_family: str) -> None:
    with web_app.app_context():
        kept = repr(
            db.session.connection().exec_driver_sql("SELECT families.name, parents.name FROM families, parents").all()
        )
    assert "Oaks" not in kept
    assert "Ada" not in kept


def test_names_and_the_council_reference_are_changed_and_audited(
    web_app: Flask, practitioner: LookingClient, named_family: str
) -> None:
    form = practitioner.get(f"{named_family}/edit").text
    assert 'value="The Oaks"' in form
    assert 'value="LCS7"' in form
    with web_app.app_context():
        ada, p8, bo = (parent.id for parent in db.session.query(Family).filter_by(ref="F7").one().parents)
    new = {"name": "", "council_ref": "LCS8", f"parent_{ada}": "Ada", f"parent_{p8}": "Cy", f"parent_{bo}": " "}
    said = text_of(practitioner.get(path_of(practitioner.send(f"{named_family}/edit", new))))
    assert "The names were saved" in said
    assert "Family F7 Council reference LCS8 Parents P7 (Ada), P8 (Cy), P9 " in said
    with web_app.app_context():
        entries = db.session.query(AuditEntry).filter_by(action="rename").order_by(AuditEntry.id).all()
        changed = [(entry.entity, entry.entity_id, entry.before, entry.after) for entry in entries]
        family_id = db.session.query(Family).filter_by(ref="F7").one().id
        assert {entry.actor for entry in entries} == {"practitioner@example.org"}
    assert changed == [
        ("family", family_id, {"name": "The Oaks", "council_ref": "LCS7"}, {"name": "", "council_ref": "LCS8"}),
        ("parent", p8, {"name": ""}, {"name": "Cy"}),
        ("parent", bo, {"name": "Bo, the father"}, {"name": ""}),
    ]


def test_invalid_name_has_an_error_at_its_field(
    practitioner: LookingClient, tiny: TinyService, named_family: str
) -> None:
    too_long, unseen = "x" * 101, "A\u200bda"
    whole = FAMILY | {"ref": "F8", "council_ref": "", "pod_id": str(tiny.pod)}
    first_parent = f"/families/{tiny.family}"
    tries: list[tuple[str, dict[str, Any], str, str]] = [
        ("/families/new", whole | {"name": too_long}, "name", "at most 100 characters"),
        ("/families/new", whole | {"parent_name_3": unseen}, "parent_name_3", "cannot be seen"),
        ("/families/new", whole | {"parent_ref_1": ""}, "parent_ref_1", "Enter a reference"),
        (f"{named_family}/parents/new", {"ref": "P1", "name": unseen}, "name", "cannot be seen"),
        (f"{first_parent}/edit", {"name": too_long}, "name", "at most 100 characters"),
        (f"{first_parent}/edit", {"parent_1": unseen}, "parent_1", "cannot be seen"),
    ]
    for address, data, field, message in tries:
        response = practitioner.send(address, data)
        assert f'<a href="#{field}"' in response.text, (address, field)
        assert message in text_of(response)


def test_a_parent_is_added_with_a_name(practitioner: LookingClient, tiny: TinyService) -> None:
    new = {"ref": "P3", "name": "Dee", "intervention_ids": str(tiny.intervention)}
    practitioner.send(f"/families/{tiny.family}/parents/new", new)
    assert "Parent P3 (Dee)" in text_of(practitioner.get(f"/families/{tiny.family}"))


def test_only_who_works_with_a_family_now_or_a_lead_changes_its_names(
    web_app: Flask, client: LookingClient, tiny: TinyService
) -> None:
    address = f"/families/{tiny.family}"
    with web_app.app_context():
        reason = ClosureReason.COMPLETED
        close_intervention(BY_SOMEBODY, intervention_id=tiny.intervention, closed_on=date(2019, 4, 9), reason=reason)
        parents = [parent.id for parent in db.session.query(Parent).filter_by(family_id=tiny.family)]
        new = new_intervention(tiny.other_pod, TODAY)
        record_intervention(BY_SOMEBODY, family_id=tiny.family, parent_ids=parents, intervention=new)
    client.sign_in(tiny.users[Role.PRACTITIONER])
    assert "Change names" not in client.get(address).text, "their pod's intervention is closed"
    assert client.get(f"{address}/edit").status_code == 404
    for user in (tiny.practitioner_elsewhere, tiny.users[Role.LEAD]):
        client.sign_in(user)
        assert "Change names" in client.get(address).text
        assert client.get(f"{address}/edit").status_code == 200


def test_a_name_cannot_be_given_to_another_familys_parent(
    web_app: Flask, practitioner: LookingClient, tiny: TinyService
) -> None:
    with web_app.app_context():
        other = db.session.query(Parent).filter_by(family_id=tiny.other_family).one().id
    practitioner.send(f"/families/{tiny.family}/edit", {f"parent_{other}": "Eve"})
    with web_app.app_context():
        assert db.session.get_one(Parent, other).name == ""
