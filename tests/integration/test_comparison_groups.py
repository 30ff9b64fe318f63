"""R14: a comparison group is recorded, in no figure of the service, and can be chosen alone; on both databases."""

import pytest
from flask import Flask
from sqlalchemy import select

from star_tracker.analysis.cohorts import CohortFilter
from star_tracker.domain.quarters import Quarter
from star_tracker.domain.roles import Role
from star_tracker.domain.schedule import DEFAULT_TIMINGS
from star_tracker.extensions import db
from star_tracker.models import Pod
from star_tracker.queries.figures.caseload import list_caseload
from star_tracker.queries.figures.caseload_overview import get_overview
from star_tracker.queries.figures.cohorts import get_cohort, list_excluded
from star_tracker.queries.figures.key_figures import get_key_figures
from star_tracker.queries.returns.returns import get_service_record
from star_tracker.records.imports.importing import import_rows
from star_tracker.records.pods import compare_with_pod
from tests.support.apps import TODAY
from tests.support.pages import LookingClient, find_link, text_of
from tests.support.signing import get_council
from tests.support.star_files import FIVES, registration, row, rows_of
from tests.support.tiny import BY_SOMEBODY, TinyService


@pytest.fixture
def compared(app: Flask) -> None:
    """Two families of Crewe and three of Elsewhere, of which one each has a pair; Elsewhere is a comparison group."""
    rows = []
    for pod, families in (("Crewe", 2), ("Elsewhere", 3)):
        first = {"pod": pod, "family_ref": f"{pod}-0", "practitioner": ""}
        rows += [row(**first), row(**first, **FIVES, star_kind="interim", star_date="2018-04-20")]
        rows += [registration(pod=pod, family_ref=f"{pod}-{number}", practitioner="") for number in range(1, families)]
    import_rows(BY_SOMEBODY, rows_of(*rows), edition="first", source="test")
    elsewhere = db.session.scalars(select(Pod.id).where(Pod.name == "Elsewhere")).one()
    compare_with_pod(BY_SOMEBODY, pod_id=elsewhere, is_comparison=True)


@pytest.mark.usefixtures("compared")
def test_r14_every_pod_means_every_pod_of_the_service() -> None:
    service, group = CohortFilter(as_at=TODAY), CohortFilter(as_at=TODAY, pods=("Elsewhere",))
    for chosen, parents in ((service, 2), (group, 3)):
        found = get_cohort(chosen, reader=None)
        assert (found.pairs, sum(found.excluded.values())) == (1, parents - 1)
        assert len(list_excluded(chosen, reader=None)) == parents - 1
        figures, _before = get_key_figures(chosen, reader=None, timings=DEFAULT_TIMINGS)
        assert figures.paired == (1, parents)


@pytest.mark.usefixtures("compared")
def test_r14_no_caseload_and_no_return_holds_it() -> None:
    cases = list_caseload(reader=None, as_at=TODAY, timings=DEFAULT_TIMINGS)
    assert sorted(case.family_ref for case in cases) == ["Crewe-0", "Crewe-1"]
    overview = get_overview(as_at=TODAY, timings=DEFAULT_TIMINGS)
    assert overview.total.numbers.parents == 2
    record = get_service_record(get_council(), Quarter(2018, 4), TODAY)
    assert record.pods == ("Crewe",)
    assert set(record.interventions["pod"]) == {"Crewe"}
    assert len(record.registrations) == 2
    assert len(record.star_dates) == 2
    assert set(record.changes["all_to_date"]["pod"]) == {"Crewe"}
    assert set(record.excluded["pod"]) == {"Crewe"}


@pytest.mark.usefixtures("compared")
def test_r14_a_pod_is_of_the_service_again_once_it_is_said() -> None:
    elsewhere = db.session.scalars(select(Pod.id).where(Pod.name == "Elsewhere")).one()
    compare_with_pod(BY_SOMEBODY, pod_id=elsewhere, is_comparison=False)
    assert get_cohort(CohortFilter(as_at=TODAY), reader=None).pairs == 2


def test_an_administrator_makes_a_pod_a_comparison_group(client: LookingClient, tiny: TinyService) -> None:
    client.sign_in(tiny.users[Role.ADMINISTRATOR])
    page = client.get(f"/pods/{tiny.pod}")
    asking = find_link(page, "Make it a comparison group")
    assert "they are in no caseload, in no figure of the service and in no return" in text_of(client.get(asking))
    assert client.send(asking, {}).status_code == 302
    said = text_of(client.get(f"/pods/{tiny.pod}"))
    assert "Crewe is a comparison group now." in said
    assert "Make it a pod of the service" in said


def test_a_cohort_of_the_service_and_a_comparison_group_together_is_refused(
    web_app: Flask, client: LookingClient, tiny: TinyService
) -> None:
    with web_app.app_context():
        compare_with_pod(BY_SOMEBODY, pod_id=tiny.other_pod, is_comparison=True)
    client.sign_in(tiny.users[Role.LEAD])
    alone = text_of(client.get("/cohort?pod=Macclesfield"))
    assert "Macclesfield (comparison group)" in alone
    assert "There is a problem" not in alone
    both = text_of(client.get("/cohort?pod=Crewe&pod=Macclesfield"))
    assert "choose Macclesfield alone: it is a comparison group, which the service does not work with" in both
