"""Who has a row in a council's row-level file and by what name, and where the file goes."""

from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from flask import Flask

from star_tracker.domain.quarters import Quarter
from star_tracker.domain.roles import Role
from star_tracker.domain.row_level import PairRow, RowLevel
from star_tracker.domain.scales import ClosureReason, Kind
from star_tracker.exports.returns.bundle import Part
from star_tracker.exports.returns.checks.pairs import find_pair_faults
from star_tracker.exports.returns.files import MadeReturn
from star_tracker.extensions import db
from star_tracker.models import AuditEntry, Council, Family, Intervention, Pod, Pseudonym
from star_tracker.queries.figures.service import get_settings
from star_tracker.queries.returns.pair_rows import get_pair_rows
from star_tracker.records.returns.making import give_pseudonyms
from star_tracker.records.settings import change_settings
from tests.support.apps import COUNCIL
from tests.support.pages import LookingClient, text_of
from tests.support.signing import make_return, sign_off
from tests.support.tiny import BY_SOMEBODY, TinyService, add_family, add_star, fill_tiny_service, new_star, restrict_to

QUARTER = Quarter(2018, 4)
AS_AT = QUARTER.ends_on
START, INTERIM = date(2019, 1, 10), date(2019, 3, 20)


def add_pair(ref: str, pod_id: int) -> Family:
    """A family with one parent, who went from all 4s to all 6s in two months and ten days."""
    family = add_family(ref, pod_id)
    registration = family.interventions[0].registrations[0].id
    add_star(registration, new_star(Kind.START, START, 4))
    add_star(registration, new_star(Kind.INTERIM, INTERIM, 6))
    return family


def rows_of(council_id: int = COUNCIL, *, has_references: bool = False) -> list[PairRow]:
    give_pseudonyms(BY_SOMEBODY, council_id=council_id, as_at=AS_AT)
    return list(get_pair_rows(council_id, AS_AT, has_references=has_references).rows)


def add_council() -> int:
    council = Council(name="Demoville", year_starts_in=4)
    db.session.add(council)
    db.session.commit()
    return council.id


def move_pod(pod_id: int, council_id: int) -> None:
    db.session.get_one(Pod, pod_id).council_id = council_id
    db.session.commit()


@pytest.fixture
def tiny_on_both(app: Flask) -> TinyService:
    return fill_tiny_service()


def test_a_row_has_the_pair_as_at_the_quarters_last_day(tiny_on_both: TinyService) -> None:
    closed = add_pair("F3", tiny_on_both.pod).interventions[0]
    closed.closed_on, closed.closure_reason = date(2019, 4, 1), ClosureReason.COMPLETED
    db.session.commit()
    (row,) = rows_of()
    assert (row.number, row.pod, row.closure_reason, row.months) == (1, "Crewe", "", 2)
    assert row.readings == [(4, 6)] * 10
    assert row.council_ref == ""
    closed.closed_on = AS_AT
    db.session.commit()
    assert rows_of()[0].closure_reason == "completed"


def test_a_pseudonym_stays_for_one_council_and_is_another_for_another(tiny_on_both: TinyService) -> None:
    add_pair("F3", tiny_on_both.pod)
    (first,) = rows_of()
    add_pair("F4", tiny_on_both.pod)
    both = rows_of()
    assert first.parent in {row.parent for row in both}
    assert len({row.parent for row in both}) == 2
    assert both == sorted(both, key=lambda row: row.parent), "their order tells nothing"
    elsewhere = add_council()
    move_pod(tiny_on_both.pod, elsewhere)
    assert rows_of() == []
    assert not {row.parent for row in rows_of(elsewhere)} & {row.parent for row in both}
    move_pod(tiny_on_both.pod, COUNCIL)
    assert rows_of() == both
    given = [entry.after for entry in db.session.query(AuditEntry).filter_by(entity="pseudonyms").order_by("id")]
    assert given == [
        {"council_id": COUNCIL, "number": 1},
        {"council_id": COUNCIL, "number": 1},
        {"council_id": elsewhere, "number": 2},
    ]


def test_a_restricted_family_has_no_row_and_no_pseudonym_and_is_counted(tiny_on_both: TinyService) -> None:
    restrict_to(add_pair("F3", tiny_on_both.pod).id)
    add_pair("F4", tiny_on_both.pod)
    assert len(rows_of()) == 1
    assert get_pair_rows(COUNCIL, AS_AT, has_references=True).left_out == 1
    assert db.session.query(Pseudonym).count() == 1


def test_a_reference_is_given_where_it_is_allowed_and_no_other_councils(tiny_on_both: TinyService) -> None:
    family = add_pair("F3", tiny_on_both.pod)
    assert [row.council_ref for row in rows_of(has_references=True)] == ["C-F3"]
    elsewhere = add_council()
    move_pod(tiny_on_both.other_pod, elsewhere)
    other = Intervention(
        family_id=family.id,
        pod_id=tiny_on_both.other_pod,
        referred_on=date(2018, 1, 3),
        started_on=date(2018, 1, 3),
        closed_on=date(2018, 6, 1),
        closure_reason=ClosureReason.COMPLETED,
    )
    db.session.add(other)
    db.session.commit()
    assert [row.council_ref for row in rows_of(has_references=True)] == [""], "it may be the other council's"


def names_in(data: bytes) -> list[str]:
    with ZipFile(BytesIO(data)) as files:
        return [name for name in files.namelist() if "pairs" in name]


def test_the_file_is_on_the_page_and_in_the_zip_of_a_restricted_return_alone(
    web_app: Flask, client: LookingClient, tiny: TinyService
) -> None:
    with web_app.app_context():
        add_pair("F3", tiny.pod)
        sign_off(tiny.users[Role.LEAD], QUARTER)
    client.sign_in(tiny.users[Role.COUNCIL])
    there = "/returns/1/2018-19-Q4/restricted"
    assert "Row-level file: one row for each pair (Excel)" in text_of(client.get(there))
    assert client.get(f"{there}/pairs").data.startswith(b"PK")
    stem = "star-return-the-council-2018-19-Q4-restricted-v1"
    assert names_in(client.get(f"{there}/files").data) == [f"{stem}-pairs.xlsx", f"{stem}/pairs.csv"]
    client.sign_in(tiny.users[Role.LEAD])
    published = there.replace("restricted", "published")
    assert "Row-level" not in text_of(client.get(published))
    assert client.get(f"{published}/pairs").status_code == 404
    assert "gave" not in text_of(client.get("/audit"))
    assert "recorded pseudonyms of parents, for the row-level file of a council" in text_of(client.get("/audit"))


def test_an_administrator_decides_what_the_file_holds(app: Flask, tiny_on_both: TinyService) -> None:
    restrict_to(add_pair("F3", tiny_on_both.pod).id)
    add_pair("F4", tiny_on_both.pod)
    (row,) = read_columns(make_return(QUARTER), "parent", "council_reference")
    assert "council_reference" not in row, "nobody has said that the agreement allows it"
    settings = app.extensions["star_tracker"]
    change_settings(BY_SOMEBODY, values={"row_level": RowLevel.REFERENCES.value}, settings=settings)
    made = make_return(QUARTER)
    assert read_columns(made, "parent", "council_reference") == [row | {"council_reference": "C-F4"}]
    files = {made.names.name_of(Part.PAIRS): made.read(Part.PAIRS)}
    assert not list(find_pair_faults(made.return_, files)), "the restricted family is counted, and has no row"
    change_settings(BY_SOMEBODY, values={"row_level": RowLevel.NONE.value}, settings=get_settings(settings))
    assert make_return(QUARTER).return_.pairs is None


def read_columns(made: MadeReturn, *names: str) -> list[dict[str, object]]:
    table = made.return_.pairs_table
    assert table is not None
    return [{name: cells[name] for name in names if name in cells} for cells in table.list_records()]
