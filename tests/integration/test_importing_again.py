"""Importing a file again after its interventions were reopened or transferred: an import undoes neither."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from star_tracker.domain.roles import Role
from star_tracker.domain.scales import ClosureReason
from star_tracker.extensions import db
from star_tracker.models import Intervention, Pod, User, UserRole
from star_tracker.queries.recorded import list_recorded_families
from star_tracker.queries.starfile import list_star_rows
from star_tracker.records.families.families import close_intervention
from star_tracker.records.families.reopenings import reopen_intervention
from star_tracker.records.families.transfers import NewTransfer, transfer_intervention
from star_tracker.starfile.rows import Fault, StarRow
from tests.integration.test_importing import ANA, everything, import_all, imported, refused
from tests.support.apps import COUNCIL, TODAY
from tests.support.star_files import places, registration, row
from tests.support.tiny import by

BY_ANA = by(ANA)
CLOSED = {"closed_on": "2019-02-20", "closure_reason": "completed"}
CLOSED_AGAIN = {"closed_on": "2019-03-20", "closure_reason": "disengaged"}
ADVICE = "if that is wrong, change the record in Star Tracker"

pytestmark = pytest.mark.usefixtures("app")


def changes_nothing(rows: Sequence[StarRow]) -> list[Fault]:
    """Import rows, of which all is there already, and return the warnings."""
    before = everything()
    result = import_all(rows)
    assert set(result.counts.values()) == {0}
    assert everything() == before
    return list(result.warnings)


def exported_rows() -> list[StarRow]:
    return list(list_star_rows())


def the_intervention() -> Intervention:
    db.session.expire_all()
    return db.session.query(Intervention).one()


def reopen() -> None:
    that_day = replace(BY_ANA, today=date(2019, 3, 10))
    reopen_intervention(that_day, intervention_id=the_intervention().id, reason="They asked for more")


def close_again(closed_on: date = date(2019, 3, 20), reason: ClosureReason = ClosureReason.DISENGAGED) -> None:
    close_intervention(BY_ANA, intervention_id=the_intervention().id, closed_on=closed_on, reason=reason)


def transfer(pod: str, email: str | None, day: date = TODAY) -> None:
    """Transfer the intervention to a pod and one of its practitioners, who are added if there are none such."""
    to_pod = db.session.query(Pod).filter_by(name=pod).one_or_none() or Pod(name=pod, council_id=COUNCIL)
    person = db.session.query(User).filter_by(email=email).one_or_none() if email else None
    if email and not person:
        person = User(email=email, name="")
    if person:
        person.roles, person.active = [UserRole(role=Role.PRACTITIONER)], True
        person.pods = [*person.pods, to_pod]
    db.session.add_all(record for record in (to_pod, person) if record)
    db.session.commit()
    new = NewTransfer(
        pod_id=to_pod.id,
        practitioner_id=person.id if person else None,
        transferred_on=day,
        reason="A new colleague",
    )
    transfer_intervention(BY_ANA, intervention_id=the_intervention().id, transfer=new)


def test_a_reopened_intervention_stays_open() -> None:
    imported(row(**CLOSED), row(parent_ref="P2", **CLOSED))
    rows = exported_rows()
    reopen()
    [warning] = changes_nothing(rows)
    assert str(warning) == (
        "row 2, column closed_on: '2019-02-20' – this intervention was reopened on 10 March 2019, and it stays open: "
        f"{ADVICE} (also in row 3)"
    )
    assert (the_intervention().closed_on, the_intervention().closure_reason) == (None, None)


def test_no_file_closes_what_was_reopened() -> None:
    """Neither with another day nor with another reason: who reopened it closes it."""
    imported(row(**CLOSED))
    reopen()
    for cells in (CLOSED_AGAIN, CLOSED | {"closure_reason": "other"}, {"closed_on": "21/02/2019"}):
        rows = [registration(**(CLOSED | cells))]
        assert places(imported(*rows).warnings)[0][:2] == (2, "closed_on")
    assert the_intervention().closed_on is None


def test_a_file_that_says_nothing_of_the_closing_needs_no_warning() -> None:
    imported(row(**CLOSED))
    reopen()
    assert imported(row()).warnings == ()
    assert imported(row(star_kind="interim", star_date="2018-04-20")).stars == 1


def test_what_was_closed_again_stays_closed_as_it_is() -> None:
    imported(row(**CLOSED))
    rows = exported_rows()
    reopen()
    close_again()
    [warning] = changes_nothing(rows)
    assert (warning.column, warning.value) == ("closed_on", "2019-02-20")
    assert "was reopened on 10 March 2019, and its closing on 20 March 2019 stands" in warning.allowed
    assert changes_nothing(exported_rows()) == []
    assert (the_intervention().closed_on, the_intervention().closure_reason) == (date(2019, 3, 20), "disengaged")


def test_a_closing_that_never_was_contradicts_one_that_was_closed_again() -> None:
    imported(row(**CLOSED))
    reopen()
    close_again()
    other = {"closed_on": "2019-02-20", "closure_reason": "other"}
    assert places(refused(registration(**other))) == [
        (2, "closed_on", "2019-02-20"),
        (2, "closure_reason", "other"),
    ], "the day of the one, the reason of none"
    mixed = {"closed_on": "2019-03-20", "closure_reason": "completed"}
    assert places(refused(registration(**mixed))) == [(2, "closure_reason", "completed")], "of both one half"


def test_a_reason_that_was_put_right_by_closing_again_stays() -> None:
    imported(row(**CLOSED))
    rows = exported_rows()
    reopen()
    close_again(date(2019, 2, 20), ClosureReason.MOVED_AWAY)
    [warning] = changes_nothing(rows)
    assert (warning.column, warning.value) == ("closure_reason", "completed")


def test_a_star_of_the_file_must_fit_the_closing_that_stands() -> None:
    imported(row(**CLOSED))
    reopen()
    close_again(date(2018, 2, 1))
    late = row(star_kind="interim", star_date="2018-03-15", **CLOSED)
    [fault] = refused(late)
    assert (fault.column, fault.value) == ("star_date", "2018-03-15")


def test_a_transferred_intervention_stays_where_it_is() -> None:
    imported(row(), row(parent_ref="P2"))
    rows = exported_rows()
    transfer("Macclesfield", "bo@example.org", date(2019, 3, 1))
    pod, practitioner = changes_nothing(rows)
    assert str(pod) == (
        "row 2, column pod: 'Crewe' – this intervention was transferred on 1 March 2019, and pod stays 'Macclesfield': "
        f"{ADVICE} (also in row 3)"
    )
    assert (practitioner.column, practitioner.value) == ("practitioner", "ana@example.org")
    assert "practitioner stays 'bo@example.org'" in practitioner.allowed
    intervention = the_intervention()
    assert intervention.practitioner
    assert (intervention.pod.name, intervention.practitioner.email) == ("Macclesfield", "bo@example.org")


def test_import_leaves_an_intervention_without_a_practitioner_if_somebody_decided_so() -> None:
    imported(row())
    rows = exported_rows()
    transfer("Crewe", None)
    [warning] = changes_nothing(rows)
    assert (warning.number, warning.column, warning.value) == (2, "practitioner", "ana@example.org")
    assert "was transferred on 10 April 2019, and no practitioner is decided yet: if that is wrong" in warning.allowed
    [other] = imported(registration(practitioner="cy@example.org")).warnings
    assert other.value == "cy@example.org"
    assert the_intervention().practitioner_id is None
    assert db.session.query(User).filter_by(email="cy@example.org").count() == 0


def test_the_day_is_that_of_the_transfer_that_ended_it() -> None:
    imported(row())
    rows = exported_rows()
    transfer("Crewe", "bo@example.org", date(2019, 2, 1))
    transfer("Crewe", "ana@example.org", date(2019, 2, 2))
    assert changes_nothing(rows) == [], "it came back"
    transfer("Crewe", "bo@example.org", date(2019, 2, 3))
    transfer("Macclesfield", "bo@example.org", date(2019, 2, 4))
    pod, practitioner = changes_nothing(rows)
    assert ("4 February 2019" in pod.allowed, "3 February 2019" in practitioner.allowed) == (True, True)
    transfer("Macclesfield", None, date(2019, 2, 5))
    assert "5 February 2019" in changes_nothing(rows)[1].allowed, "when it was emptied"


def test_what_it_never_had_still_contradicts_the_record() -> None:
    imported(row())
    transfer("Macclesfield", "bo@example.org")
    faults = refused(registration(pod="Wilmslow", practitioner="cy@example.org"))
    assert places(faults) == [(2, "pod", "Wilmslow"), (2, "practitioner", "cy@example.org")]
    [fault] = refused(registration(children="9"))
    assert fault.column == "children", "the past beside it is no fault"


def test_a_blank_that_no_transfer_left_is_filled() -> None:
    imported(row(practitioner=""))
    transfer("Macclesfield", None)
    result = imported(registration(practitioner="cy@example.org"))
    assert (result.updated_interventions, result.people) == (1, ("cy@example.org",))
    assert places(result.warnings) == [(2, "pod", "Crewe")]
    assert the_intervention().pod.name == "Macclesfield"


def test_more_families_take_no_more_statements(app: Flask) -> None:
    imported(row(), *(row(family_ref=f"G{number}") for number in range(20)))
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        seen.append(statement)

    def ask(refs: list[str]) -> int:
        seen.clear()
        assert len(list_recorded_families(refs)) == len(refs)
        return len(seen)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        ask(["F1"])
        assert ask(["F1"]) == ask([f"G{number}" for number in range(20)])
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
