"""Two councils: the figures, versions and files of each are its own, and its people see no other's.

Crewe works for the council that every database begins with; Macclesfield, in the tests that need it, for another.
"""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from star_tracker.analysis.disclosure import Profile
from star_tracker.cli.people import user_group
from star_tracker.cli.returns import return_commands
from star_tracker.domain.errors import DomainError
from star_tracker.domain.permissions import Actor
from star_tracker.domain.preparing import Unready
from star_tracker.domain.quarters import Quarter
from star_tracker.domain.roles import Role
from star_tracker.domain.scales import ClosureReason
from star_tracker.domain.schedule import DEFAULT_TIMINGS
from star_tracker.exports.returns.files import MadeReturn
from star_tracker.extensions import db
from star_tracker.models import Council, Family, Pod, User
from star_tracker.queries.returns.preparation import list_unready
from star_tracker.queries.returns.signed_returns import get_signing_history, list_signing_histories
from star_tracker.records.councils import add_council, close_council
from star_tracker.records.families.families import close_intervention, record_intervention
from star_tracker.records.imports.importing import import_rows
from star_tracker.records.pods import choose_pods_council, compare_with_pod, merge_pods
from star_tracker.records.returns.sign_off import withdraw_sign_off
from star_tracker.starfile.errors import StarFileError
from tests.support.apps import COUNCIL, TODAY
from tests.support.pages import LookingClient, path_of, read_token, text_of
from tests.support.signing import get_council, make_return, sign_off
from tests.support.star_files import registration, rows_of
from tests.support.tiny import BY_SOMEBODY, TinyService, by, new_intervention

QUARTER = Quarter(2018, 4)
QUARTER_AFTER = Quarter(2019, 1)
SECOND = "Demo Borough Council"


@pytest.fixture
def second(web_app: Flask, tiny: TinyService) -> int:
    """The id of a second council, for which Macclesfield works, and which has an officer of its own."""
    with web_app.app_context():
        council = add_council(BY_SOMEBODY, name=SECOND, year_starts_in=4)
        choose_pods_council(BY_SOMEBODY, pod_id=tiny.other_pod, council_id=council.id)
        officer = db.session.get_one(User, tiny.practitioner_elsewhere)
        officer.roles[0].role, officer.pods, officer.councils = Role.COUNCIL.value, [], [council]
        db.session.commit()
        return council.id


def rows_of_table(made: MadeReturn, name: str) -> list[tuple[object, ...]]:
    return next(list(table.rows) for table in made.page.tables if table.name == name)


def come_to_crewe(tiny: TinyService) -> None:
    """Close Macclesfield's family, which began on 3 January, and open it again in Crewe on 1 March."""
    family = db.session.get_one(Family, tiny.other_family)
    closed_on, reason = date(2019, 2, 20), ClosureReason.COMPLETED
    close_intervention(BY_SOMEBODY, intervention_id=family.interventions[0].id, closed_on=closed_on, reason=reason)
    parents = [parent.id for parent in family.parents]
    new = new_intervention(tiny.pod, date(2019, 3, 1))
    record_intervention(BY_SOMEBODY, family_id=family.id, parent_ids=parents, intervention=new)


def test_a_return_counts_the_pods_of_its_council_alone(web_app: Flask, tiny: TinyService, second: int) -> None:
    with web_app.app_context():
        first, other = make_return(QUARTER), make_return(QUARTER, council_id=second)
        assert rows_of_table(first, "served") == [
            ("All pods", "families", 1),
            ("All pods", "parents", 2),
            ("All pods", "children", 2),
            ("Crewe", "families", 1),
            ("Crewe", "parents", 2),
            ("Crewe", "children", 2),
        ]
        assert [row[:1] + row[2:] for row in rows_of_table(other, "served")] == [
            ("All pods", 1),
            ("All pods", 1),
            ("All pods", 2),
            ("Macclesfield", 1),
            ("Macclesfield", 1),
            ("Macclesfield", 2),
        ]
        assert {row[0] for table in other.page.tables for row in table.rows if "Crewe" in row} == set()


def test_the_name_of_the_council_is_in_the_title_and_the_names_of_the_files(
    web_app: Flask, tiny: TinyService, second: int
) -> None:
    with web_app.app_context():
        made = make_return(QUARTER, Profile.PUBLISHED, council_id=second)
    assert made.return_.title == (
        "Family support service: Family Star Plus return for Demo Borough Council, January to March 2019 (draft)"
    )
    assert made.names.archive == "star-return-demo-borough-council-2018-19-Q4-published-draft.zip"
    assert made.page.council_name == SECOND


def test_a_family_that_another_council_referred_before_is_a_re_referral_and_adds_nothing_else(
    web_app: Flask, tiny: TinyService, second: int
) -> None:
    with web_app.app_context():
        come_to_crewe(tiny)
        first = make_return(QUARTER)
        assert rows_of_table(first, "re_referrals") == [("All pods", 2, 1, 2, 1), ("Crewe", 2, 1, 2, 1)]
        assert rows_of_table(make_return(QUARTER, council_id=second), "re_referrals")[0] == ("All pods", 1, 0, 1, 0)
        assert ("All pods", "families", 2) in rows_of_table(first, "served")
        closed = [row for row in rows_of_table(first, "closures") if row[:2] == ("All pods", "completed")]
        assert closed == [("All pods", "completed", 0, 0, 0, 0)]


def test_an_intervention_is_in_the_return_of_the_council_for_which_its_pod_works_now(
    web_app: Flask, tiny: TinyService, second: int
) -> None:
    with web_app.app_context():
        choose_pods_council(BY_SOMEBODY, pod_id=tiny.pod, council_id=second)
        assert make_return(QUARTER).page.tables[1].rows == (
            ("All pods", "families", 0),
            ("All pods", "parents", 0),
            ("All pods", "children", 0),
        )
        assert ("All pods", "families", 2) in rows_of_table(make_return(QUARTER, council_id=second), "served")
        compare_with_pod(BY_SOMEBODY, pod_id=tiny.pod, is_comparison=True)
        assert ("All pods", "families", 1) in rows_of_table(make_return(QUARTER, council_id=second), "served")


def test_what_is_not_ready_is_listed_for_its_council(web_app: Flask, tiny: TinyService, second: int) -> None:
    with web_app.app_context():
        unready = {
            council_id: list_unready(get_council(council_id), QUARTER, today=TODAY, timings=DEFAULT_TIMINGS)
            for council_id in (COUNCIL, second)
        }
        registrations = {
            council_id: [case.registration_id for case in found[Unready.START_DUE]]
            for council_id, found in unready.items()
        }
    assert registrations == {COUNCIL: [tiny.empty_registration], second: [tiny.other_registration]}


def test_each_council_has_versions_of_its_own(web_app: Flask, tiny: TinyService, second: int) -> None:
    lead = tiny.users[Role.LEAD]
    with web_app.app_context():
        first, other = sign_off(lead, QUARTER), sign_off(lead, QUARTER, council_id=second)
        assert (first.version, other.version) == (1, 1)
        withdraw_sign_off(by(Actor(lead)), signed_id=first.id, reason="A slip")
        standing = get_signing_history(get_council(second), QUARTER, Profile.RESTRICTED).standing
        assert standing is not None
        assert standing.id == other.id
        assert [len(list_signing_histories(get_council(council_id))) for council_id in (COUNCIL, second)] == [1, 1]


def test_the_rates_of_the_quarter_before_are_those_of_the_same_councils_return(
    web_app: Flask, tiny: TinyService, second: int
) -> None:
    with web_app.app_context():
        sign_off(tiny.users[Role.LEAD], QUARTER, council_id=second)

        def list_before(council_id: int) -> set[object]:
            table = next(
                table
                for table in make_return(QUARTER_AFTER, council_id=council_id).page.tables
                if table.name == "indicators"
            )
            place = [column.name for column in table.columns].index("rate_before")
            return {row[place] for row in table.rows}

        assert list_before(COUNCIL) == {None}
        assert list_before(second) != {None}


def test_officers_see_the_returns_of_their_own_council_alone(
    web_app: Flask, client: LookingClient, tiny: TinyService, second: int
) -> None:
    lead = tiny.users[Role.LEAD]
    with web_app.app_context():
        ids = {COUNCIL: sign_off(lead, QUARTER).id, second: sign_off(lead, QUARTER, council_id=second).id}
    for officer, own, another in (
        (tiny.users[Role.COUNCIL], COUNCIL, second),
        (tiny.practitioner_elsewhere, second, COUNCIL),
    ):
        client.sign_in(officer)
        parts = ("", "/tables/served", "/workbook", "/files")
        for part in parts:
            assert client.get(f"/returns/{own}/2018-19-Q4/restricted{part}").status_code == 200
            assert client.get(f"/returns/{another}/2018-19-Q4/restricted{part}").status_code == 404
        for part in ("", "/files"):
            assert client.get(f"/returns/signed/{ids[own]}{part}").status_code == 200
            assert client.get(f"/returns/signed/{ids[another]}{part}").status_code == 404
        page = client.get("/returns").text
        assert f"/returns/{own}/" in page
        assert f"/returns/{another}/" not in page


def test_an_officer_of_no_council_sees_no_return(
    web_app: Flask, client: LookingClient, tiny: TinyService, second: int
) -> None:
    with web_app.app_context():
        sign_off(tiny.users[Role.LEAD], QUARTER)
        db.session.get_one(User, tiny.users[Role.COUNCIL]).councils = []
        db.session.commit()
    client.sign_in(tiny.users[Role.COUNCIL])
    assert "Nothing is signed off yet" in text_of(client.get("/returns"))
    assert client.get("/returns/1/2018-19-Q4/restricted").status_code == 404


def test_a_lead_goes_from_council_to_council(
    web_app: Flask, client: LookingClient, tiny: TinyService, second: int
) -> None:
    client.sign_in(tiny.users[Role.LEAD])
    page = client.get("/returns")
    assert "Quarterly return for Demo Borough Council" in text_of(page), "the first by name"
    assert 'href="/returns?council=1"' in page.text
    assert "Quarterly return for The council" in text_of(client.get("/returns?council=1"))
    chosen = client.get(f"/returns?council={second}&quarter=2018-19-Q4&profile=published")
    assert path_of(chosen) == f"/returns/{second}/2018-19-Q4/published"
    assert client.get("/returns?council=99").status_code == 404
    assert client.get("/returns/99/2018-19-Q4/restricted").status_code == 404
    assert "Demo Borough Council" in text_of(client.get(f"/returns/{second}/2018-19-Q4/prepare"))


def test_a_command_needs_the_councils_name_where_there_are_several(
    web_app: Flask, tiny: TinyService, second: int, tmp_path: Path
) -> None:
    runner = web_app.test_cli_runner()
    asked = ["write", "2018-19-Q4", "--out", str(tmp_path)]
    refused = runner.invoke(return_commands, asked)
    assert refused.exception is not None
    assert "name one of them with --council; the councils are Demo Borough Council, The council" in str(
        refused.exception
    )
    wrong = runner.invoke(return_commands, [*asked, "--council", "Nowhere"])
    assert "there is no council 'Nowhere'; the councils are Demo Borough Council, The council" in str(wrong.exception)
    done = runner.invoke(return_commands, [*asked, "--council", "demo  BOROUGH council"])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "star-return-demo-borough-council-2018-19-Q4-restricted-draft.xlsx").exists()


def test_verify_says_which_council(web_app: Flask, tiny: TinyService, second: int, tmp_path: Path) -> None:
    with web_app.app_context():
        signed = sign_off(tiny.users[Role.LEAD], QUARTER, council_id=second)
        (tmp_path / "file.zip").write_bytes(signed.archive)
    done = web_app.test_cli_runner().invoke(return_commands, ["verify", str(tmp_path / "file.zip")])
    assert "version 1 of the restricted return for Demo Borough Council, January to March 2019" in done.output


def test_an_import_makes_no_pod_where_it_could_work_for_several_councils(
    web_app: Flask, tiny: TinyService, second: int
) -> None:
    known, unknown = registration(family_ref="F8"), registration(family_ref="F9", pod="Nantwich")
    with web_app.app_context():
        with pytest.raises(StarFileError) as caught:
            import_rows(BY_SOMEBODY, rows_of(known, unknown), edition="first", source="a file")
        assert [str(fault) for fault in caught.value.faults] == [
            "row 3, column pod: 'Nantwich' – there is no such pod: add it on the page Pods first, where its council "
            "is chosen"
        ]
        import_rows(BY_SOMEBODY, rows_of(known), edition="first", source="a file")


def test_pods_of_two_councils_are_not_merged(web_app: Flask, tiny: TinyService, second: int) -> None:
    with web_app.app_context(), pytest.raises(DomainError, match="Macclesfield works for Demo Borough Council, and"):
        merge_pods(BY_SOMEBODY, pod_id=tiny.other_pod, into_id=tiny.pod)


def test_a_council_is_closed_when_no_open_pod_works_for_it_and_another_is_left(app: Flask) -> None:
    db.session.add(Pod(name="Crewe", council_id=COUNCIL))
    db.session.commit()
    with pytest.raises(DomainError, match="Pods that are open work for The council"):
        close_council(BY_SOMEBODY, council_id=COUNCIL)
    second = add_council(BY_SOMEBODY, name=SECOND, year_starts_in=9)
    assert close_council(BY_SOMEBODY, council_id=second.id).closed_on == TODAY
    db.session.query(Pod).update({"closed_on": TODAY})
    db.session.commit()
    with pytest.raises(DomainError, match="The council is the only council: add another first"):
        close_council(BY_SOMEBODY, council_id=COUNCIL)


def _post(client: LookingClient, address: str, **fields: object) -> str:
    """What the page says after a form was sent."""
    token = read_token(client.get(address).text)
    return text_of(client.post(address, data={**fields, "csrf_token": token}, follow_redirects=True))


@pytest.fixture
def admin(client: LookingClient, tiny: TinyService) -> LookingClient:
    client.sign_in(tiny.users[Role.ADMINISTRATOR])
    return client


def test_an_administrator_adds_changes_closes_and_reopens_a_council(admin: LookingClient, web_app: Flask) -> None:
    said = _post(admin, "/councils/new", name=SECOND, year_starts_in="9")
    assert "Demo Borough Council was added." in said
    assert "Its contract’s year begins in September" in said
    assert "There is a council Demo Borough Council already" in _post(
        admin, "/councils/new", name=" demo borough  COUNCIL", year_starts_in="9"
    )
    assert "Choose one of the options in the list" in _post(admin, "/councils/new", name="X", year_starts_in="13")
    assert "Demo County Council was saved." in _post(
        admin, "/councils/2/edit", name="Demo County Council", year_starts_in="4", when="always"
    )
    assert "Demo County Council was closed." in _post(admin, "/councils/2/close")
    assert "Demo County Council was reopened." in _post(admin, "/councils/2/reopen")
    assert "Pods that are open work for The council" in _post(admin, "/councils/1/close")
    trail = text_of(admin.get("/audit"))
    assert "changed the council Demo County Council" in trail
    with web_app.app_context():
        council = db.session.get_one(Council, 2)
        assert (council.name, council.year_starts_in, council.closed_on) == ("Demo County Council", 4, None)


def test_a_pods_council_is_asked_only_where_there_are_several(admin: LookingClient, web_app: Flask) -> None:
    assert "Which council" not in admin.get("/pods/new").text
    assert "Choose its council" not in admin.get("/pods/1").text
    assert "The pod Leek was added." in _post(admin, "/pods/new", name="Leek")
    _post(admin, "/councils/new", name=SECOND, year_starts_in="4")
    assert "Choose one of the options in the list" in _post(admin, "/pods/new", name="Nantwich")
    assert "Nantwich Demo Borough Council" not in text_of(admin.get("/pods"))
    assert "The pod Nantwich was added." in _post(admin, "/pods/new", name="Nantwich", council_id="2")
    assert "Crewe works for Demo Borough Council." in _post(admin, "/pods/1/council", council_id="2")
    with web_app.app_context():
        councils = {pod.name: pod.council.name for pod in db.session.query(Pod)}
    assert councils == {
        "Crewe": SECOND,
        "Leek": "The council",
        "Macclesfield": "The council",
        "Nantwich": SECOND,
    }


def test_an_officers_council_is_asked_only_where_there_are_several(
    admin: LookingClient, web_app: Flask, tiny: TinyService
) -> None:
    invited = {"name": "Demo officer", "roles": "council"}
    _post(admin, "/people/new", email="one@example.org", **invited)
    _post(admin, "/councils/new", name=SECOND, year_starts_in="4")
    assert "Choose at least one council: its people see its returns alone" in _post(
        admin, "/people/new", email="two@example.org", **invited
    )
    _post(admin, "/people/new", email="two@example.org", council_ids=["1", "2"], **invited)
    with web_app.app_context():
        councils = {
            user.email: [council.name for council in user.councils]
            for user in db.session.query(User).filter(User.email.in_(["one@example.org", "two@example.org"]))
        }
        two = db.session.query(User.id).filter_by(email="two@example.org").scalar()
    assert councils == {"one@example.org": ["The council"], "two@example.org": [SECOND, "The council"]}
    _post(admin, f"/people/{two}/edit", name="Demo officer", roles="lead", council_ids=["1"])
    with web_app.app_context():
        assert db.session.get_one(User, two).councils == [], "a lead sees every council's"


def test_the_command_that_adds_a_person_takes_their_council(web_app: Flask, tiny: TinyService, second: int) -> None:
    settings = web_app.extensions["star_tracker"]
    web_app.extensions["star_tracker"] = replace(settings, address="https://stars.example.org")
    runner = web_app.test_cli_runner()
    refused = runner.invoke(user_group, ["add", "o@example.org", "--name", "O", "--role", "council"])
    assert "Choose at least one council" in str(refused.exception)
    done = runner.invoke(
        user_group, ["add", "o@example.org", "--name", "O", "--role", "council", "--council", "the council"]
    )
    assert done.exit_code == 0, done.output
