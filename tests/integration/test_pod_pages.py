"""Pods, as an administrator looks after them: what closing and merging does to forms, filters and figures."""

import csv
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from io import StringIO

import pytest
from flask import Flask

from star_tracker.domain.errors import DomainError, NotFoundError
from star_tracker.domain.roles import Role
from star_tracker.domain.scales import ClosureReason, Kind
from star_tracker.extensions import db
from star_tracker.models import AuditEntry, Family, Intervention, Pod, User
from star_tracker.records.families.families import close_intervention
from star_tracker.records.imports.importing import import_rows
from star_tracker.records.pods import add_pod, check_takes_interventions, close_pod, merge_pods
from star_tracker.records.transactions import write
from star_tracker.seed.rows import build_rows
from tests.support.apps import TODAY
from tests.support.pages import LookingClient, SignIn, path_of, text_of, whole_text_of
from tests.support.tiny import BY_SOMEBODY, TinyService, add_family, add_star, fill_tiny_service, new_star


@pytest.fixture
def admin(client: LookingClient, tiny: TinyService) -> LookingClient:
    client.sign_in(tiny.users[Role.ADMINISTRATOR])
    return client


def close_everything_in_crewe(tiny: TinyService) -> None:
    reason = ClosureReason.COMPLETED
    close_intervention(BY_SOMEBODY, intervention_id=tiny.intervention, closed_on=date(2019, 4, 9), reason=reason)


def test_the_list_counts_people_and_says_where_interventions_are_open(admin: LookingClient) -> None:
    assert "Crewe 1 Yes Open Macclesfield 1 Yes Open" in text_of(admin.get("/pods"))


def test_an_administrator_sees_who_belongs_to_a_pod_and_no_family(admin: LookingClient, tiny: TinyService) -> None:
    page = admin.get(f"/pods/{tiny.pod}")
    assert "Open interventions Yes People 1 People Demo practitioner" in text_of(page)
    assert "F1" not in whole_text_of(page)
    assert admin.get(f"/families/{tiny.family}").status_code == 403


def test_a_pod_is_added_and_renamed(admin: LookingClient, tiny: TinyService) -> None:
    response = admin.send("/pods/new", {"name": "  Wilmslow "})
    assert "The pod Wilmslow was added" in text_of(admin.get(path_of(response)))
    admin.send(f"/pods/{tiny.pod}/rename", {"name": "Crewe and Nantwich"})
    assert "Crewe and Nantwich 1 Yes Open" in text_of(admin.get("/pods"))
    admin.sign_in(tiny.users[Role.LEAD])
    assert "Crewe and Nantwich" in text_of(admin.get("/returns/1/2018-19-Q4/restricted/tables/served"))


def test_a_pods_name_may_be_written_otherwise(admin: LookingClient, tiny: TinyService) -> None:
    admin.send(f"/pods/{tiny.pod}/rename", {"name": "CREWE"})
    assert "CREWE 1 Yes Open" in text_of(admin.get("/pods"))


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "Enter a name"),
        ("   ", "Enter a name"),
        ("macclesfield", "There is a pod Macclesfield already"),
        ("all pods", "is what the return calls the whole service"),
        ("x" * 101, "at most 100 characters"),
        ("Cre\u200bwe", "cannot be seen"),
        ("#N/A", "Enter what belongs here: #N/A is an error value"),
        ("#REF!", "writes where it lost the cell that it referred to"),
    ],
)
def test_invalid_pod_name_has_an_error_at_its_field(
    admin: LookingClient, tiny: TinyService, name: str, message: str
) -> None:
    for address in ("/pods/new", f"/pods/{tiny.pod}/rename"):
        response = admin.send(address, {"name": name})
        assert message in text_of(response)
        assert '<a href="#name"' in response.text
        assert f'value="{name}"' in response.text or not name.strip()


def test_adding_twice_makes_one_pod(admin: LookingClient) -> None:
    admin.send("/pods/new", {"name": "Wilmslow"})
    assert "There is a pod Wilmslow already" in text_of(admin.send("/pods/new", {"name": "Wilmslow"}))


def test_a_pod_with_open_interventions_is_not_closed(admin: LookingClient, tiny: TinyService) -> None:
    assert "It has open interventions" in text_of(admin.get(f"/pods/{tiny.pod}/close"))
    refused = admin.send(f"/pods/{tiny.pod}/close", {})
    assert "Crewe has open interventions: close what is open first, or merge the pod into another" in text_of(refused)
    assert "Crewe 1 Yes Open" in text_of(admin.get("/pods"))


def test_a_closed_pod_takes_no_families_and_stays_in_every_figure(
    admin: LookingClient, lead: LookingClient, tiny: TinyService, web_app: Flask
) -> None:
    with web_app.app_context():
        close_everything_in_crewe(tiny)
    assert "was closed" in text_of(admin.get(path_of(admin.send(f"/pods/{tiny.pod}/close", {}))))
    assert "Macclesfield 1 Yes Open Crewe 1 No Closed on 10 April 2019" in text_of(admin.get("/pods"))
    form = {
        "ref": "F9",
        "parent_ref_1": "P1",
        "practitioner_id": "",
        "referred_on": "9/4/2019",
        "started_on": "9/4/2019",
    }
    assert ">Crewe<" not in lead.get("/families/new").text
    forged = lead.send("/families/new", form | {"pod_id": str(tiny.pod)})
    assert "Choose one of the options in the list" in text_of(forged)
    assert ">Crewe<" not in lead.get(f"/families/{tiny.family}/interventions/new").text
    assert "1 pair of Stars as at 10 April 2019: Crewe" in text_of(lead.get("/cohort?pod=Crewe"))
    assert "Crewe Families 1" in text_of(lead.get("/returns/1/2018-19-Q4/restricted/tables/served"))
    admin.send(f"/pods/{tiny.pod}/reopen", {})
    assert path_of(lead.send("/families/new", form | {"pod_id": str(tiny.pod)})).startswith("/families/")


def test_a_form_that_was_open_when_the_pod_closed_is_refused(app: Flask) -> None:
    tiny = fill_tiny_service()
    close_everything_in_crewe(tiny)
    close_pod(BY_SOMEBODY, pod_id=tiny.pod)
    with pytest.raises(DomainError, match="Crewe was closed and takes no new interventions") as refused:
        add_family("F9", tiny.pod)
    assert refused.value.field == "pod_id"


def test_closing_a_pod_waits_for_whoever_is_adding_a_family_to_it(app: Flask) -> None:
    pod_id = add_pod(BY_SOMEBODY, name="Crewe").id
    db.session.commit()

    def close() -> date | None:
        with app.app_context():
            return close_pod(BY_SOMEBODY, pod_id=pod_id).closed_on

    with ThreadPoolExecutor(1) as pool:
        with write(BY_SOMEBODY) as transaction:
            check_takes_interventions(transaction, pod_id)
            closing = pool.submit(close)
            with pytest.raises(TimeoutError):
                closing.result(timeout=0.5)
        assert closing.result(timeout=60) == TODAY


def test_an_import_may_name_a_closed_pod_since_it_brings_history(app: Flask) -> None:
    for name in ("Crewe", "Macclesfield"):
        pod = add_pod(BY_SOMEBODY, name=name)
        close_pod(BY_SOMEBODY, pod_id=pod.id)
    import_rows(BY_SOMEBODY, build_rows(TODAY), edition="first", source="a file")
    crewe = db.session.query(Pod).filter_by(name="Crewe").one()
    assert crewe.closed_on == TODAY
    assert db.session.query(Intervention).filter_by(pod_id=crewe.id).count() > 100


def test_merging_says_what_will_change_and_changes_the_figures_of_the_pod_that_stays(
    admin: LookingClient,
    lead: LookingClient,
    sign_in: SignIn,
    tiny: TinyService,
    web_app: Flask,
) -> None:
    with web_app.app_context():
        add_star(tiny.other_registration, new_star(Kind.START, date(2019, 1, 10), 3))
        add_star(tiny.other_registration, new_star(Kind.INTERIM, date(2019, 3, 1), 7))
    elsewhere = sign_in(tiny.practitioner_elsewhere)
    assert read_measures(lead, "Crewe") == ("1", "4.0", "6.0", "2.0")
    assert elsewhere.get(f"/families/{tiny.family}").status_code == 404

    chosen = admin.get(f"/pods/{tiny.other_pod}/merge?into={tiny.pod}")
    said = text_of(admin.get(path_of(chosen)))
    assert "Merge Macclesfield into Crewe" in said
    assert "This cannot be undone" in said
    assert "Its interventions, open and closed, will be Crewe’s" in said
    assert "1 person will belong to Crewe" in said
    response = admin.send(path_of(chosen), {})
    assert path_of(response) == f"/pods/{tiny.pod}"
    assert "Macclesfield was merged into Crewe" in text_of(admin.get(path_of(response)))
    assert "Crewe 2 Yes Open" in text_of(admin.get("/pods"))
    assert "Macclesfield" not in text_of(admin.get("/pods"))

    assert read_measures(lead, "Crewe") == ("2", "3.5", "6.5", "3.0"), "4 to 6 and 3 to 7"
    assert "There is a problem" in text_of(lead.get("/cohort?pod=Macclesfield"))
    served = text_of(lead.get("/returns/1/2018-19-Q4/restricted/tables/served"))
    assert "Crewe Families 2" in served
    assert "Macclesfield" not in served
    assert elsewhere.get(f"/families/{tiny.family}").status_code == 200, "they belong to Crewe now"
    assert admin.post(path_of(chosen), data={}).status_code in (400, 404), "sent twice: there is nothing left to merge"


def read_measures(lead: LookingClient, pod: str) -> tuple[str, ...]:
    row = next(csv.DictReader(StringIO(lead.get(f"/cohort/measures.csv?pod={pod}").text)))
    return tuple(row[name] for name in ("n", "mean_start", "mean_latest", "mean_change"))


def test_a_merge_is_in_the_history_of_every_family_and_person(app: Flask) -> None:
    tiny = fill_tiny_service()
    merge_pods(BY_SOMEBODY, pod_id=tiny.other_pod, into_id=tiny.pod)
    entries = {entry.entity: entry for entry in db.session.query(AuditEntry) if entry.action in ("move", "merge")}
    moved = entries["intervention"]
    assert (moved.family_id, moved.before, moved.after) == (
        tiny.other_family,
        {"pod": "Macclesfield"},
        {"pod": "Crewe"},
    )
    assert entries["pod"].before == {
        "name": "Macclesfield",
        "council_id": 1,
        "closed_on": None,
        "is_comparison": False,
    }
    assert entries["pod"].after == {"into": "Crewe", "people": 1}
    person = db.session.query(AuditEntry).filter_by(action="change", entity="user").one()
    assert (person.entity_id, person.before, person.after) == (
        tiny.practitioner_elsewhere,
        {"pods": ["Macclesfield"]},
        {"pods": ["Crewe"]},
    )


def test_person_in_both_pods_is_in_the_merged_pod(app: Flask) -> None:
    tiny = fill_tiny_service()
    both = db.session.get_one(User, tiny.practitioner_elsewhere)
    both.pods = list(db.session.query(Pod))
    db.session.commit()
    merge_pods(BY_SOMEBODY, pod_id=tiny.pod, into_id=tiny.other_pod)
    people = [db.session.get_one(User, id_) for id_ in (tiny.practitioner_elsewhere, tiny.users[Role.PRACTITIONER])]
    assert [[pod.name for pod in person.pods] for person in people] == [["Macclesfield"], ["Macclesfield"]]
    assert {intervention.pod_id for intervention in db.session.query(Intervention)} == {tiny.other_pod}
    assert db.session.query(Pod).count() == 1
    assert db.session.query(Family).count() == 2


def test_pods_that_cannot_be_merged_are_left_as_they_are(app: Flask) -> None:
    tiny = fill_tiny_service()
    with pytest.raises(DomainError, match="Choose another pod"):
        merge_pods(BY_SOMEBODY, pod_id=tiny.pod, into_id=tiny.pod)
    with pytest.raises(NotFoundError):
        merge_pods(BY_SOMEBODY, pod_id=tiny.pod, into_id=99)
    close_everything_in_crewe(tiny)
    close_pod(BY_SOMEBODY, pod_id=tiny.pod)
    with pytest.raises(DomainError, match="Crewe is closed, and Macclesfield has open interventions: reopen it first"):
        merge_pods(BY_SOMEBODY, pod_id=tiny.other_pod, into_id=tiny.pod)
    assert [pod.name for pod in db.session.query(Pod).order_by(Pod.name)] == ["Crewe", "Macclesfield"]


def test_refused_merge_has_an_error_on_its_page(admin: LookingClient, tiny: TinyService, web_app: Flask) -> None:
    assert "There is a problem" in text_of(admin.get(f"/pods/{tiny.pod}/merge?into=99"))
    assert admin.get(f"/pods/{tiny.pod}/merge/99").status_code == 404
    assert "Choose another pod" in text_of(admin.send(f"/pods/{tiny.pod}/merge/{tiny.pod}", {}))
