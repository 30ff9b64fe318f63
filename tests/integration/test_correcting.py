"""Who may correct, move or withdraw a completed Star, and until when: a lead, and who recorded it for seven days."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from star_tracker.domain.roles import Role
from star_tracker.domain.scales import AREAS, ClosureReason, Kind
from star_tracker.extensions import db
from star_tracker.models import AuditEntry, Intervention, Parent, Star
from star_tracker.records.families.families import close_intervention, record_intervention
from star_tracker.records.stars.stars import correct_star
from tests.support.apps import NOW, TODAY
from tests.support.pages import LookingClient, path_of, read_token, text_of
from tests.support.recording import record
from tests.support.tiny import BY_SOMEBODY, TinyService, new_intervention, new_star

STAR: dict[str, Any] = {"kind": "start", "completed_on": "1/3/2019", "completed_by": "together"}
READINGS = dict.fromkeys(AREAS, "4")
LATEST = "until 17 April 2019. After that, ask your service lead"


@pytest.fixture
def author(client: LookingClient, tiny: TinyService) -> LookingClient:
    """The practitioner of the pod."""
    client.sign_in(tiny.users[Role.PRACTITIONER])
    return client


@pytest.fixture
def own_star(web_app: Flask, author: LookingClient, tiny: TinyService) -> int:
    """A Star that this practitioner has just recorded."""
    record(author, tiny.empty_registration, STAR | READINGS)
    with web_app.app_context():
        return db.session.query(Star.id).filter_by(registration_id=tiny.empty_registration).one()[0]


def wait(client: LookingClient, user_id: int, **time: float) -> None:
    """Let the clock go on, and sign in again: the session has ended meanwhile."""
    settings = client.application.extensions["star_tracker"]
    later = NOW + timedelta(**time)
    client.application.extensions["star_tracker"] = replace(settings, now=lambda: later)
    client.sign_in(user_id)


def test_author_corrects_their_star_and_both_stay_readable(
    web_app: Flask, author: LookingClient, own_star: int
) -> None:
    address = f"/stars/{own_star}"
    assert f"you can correct, move or withdraw it {LATEST}" in text_of(author.get(address))
    response = author.send(f"{address}/correct", STAR | READINGS | {"family_routine": "6", "reason": "A slip"})
    new = path_of(response)
    assert "Family routine 6" in text_of(author.get(new))
    said = text_of(author.get(address))
    assert "This Star was corrected: read the Star that replaces it. Reason: A slip" in said
    assert "Correct this Star" not in said
    author.send(f"{new}/correct", STAR | READINGS | {"family_routine": "7", "reason": "Another slip"})
    with web_app.app_context():
        assert db.session.query(Star).filter_by(withdrawn_at=None, kind="start").count() == 2, "with tiny's own"


def test_author_withdraws_their_star(author: LookingClient, own_star: int) -> None:
    author.send(f"/stars/{own_star}/withdraw", {"reason": "The wrong parent"})
    assert "This Star was withdrawn and is in no figure. Reason: The wrong parent" in text_of(
        author.get(f"/stars/{own_star}")
    )


@pytest.mark.parametrize("deed", ["correct", "move", "withdraw"])
def test_correcting_and_withdrawing_say_whose_star_it_is_and_what_it_says(
    author: LookingClient, own_star: int, deed: str
) -> None:
    said = text_of(author.get(f"/stars/{own_star}/{deed}"))
    assert "The start Star of P2, family F1." in said
    assert "Recorded 10 April 2019 by Demo practitioner" in said
    assert "Area Value Note Physical health 4" in said


@pytest.mark.parametrize("deed", ["correct", "move", "withdraw"])
def test_after_seven_days_it_is_the_leads(
    web_app: Flask, author: LookingClient, tiny: TinyService, own_star: int, deed: str
) -> None:
    wait(author, tiny.users[Role.PRACTITIONER], days=7, hours=10)  # the 17th in London, an hour before midnight
    assert author.get(f"/stars/{own_star}/{deed}").status_code == 200
    wait(author, tiny.users[Role.PRACTITIONER], days=7, hours=11)
    assert "Correct this Star" not in author.get(f"/stars/{own_star}").text
    assert author.get(f"/stars/{own_star}/{deed}").status_code == 404
    with web_app.app_context():
        refused = db.session.query(AuditEntry).filter_by(action="refuse").one()
        assert refused.after == {"page": f"stars.{deed}"}


TYPED = {
    "correct": STAR | READINGS | {"family_routine": "6", "note_family_routine": "Bed at 8 now", "reason": "A slip"},
    "move": {"registration_id": "1", "kind": "interim", "reason": "It was the other parent"},
    "withdraw": {"reason": "A slip of the hand"},
}


@pytest.mark.parametrize("is_complete", [True, False], ids=["complete", "incomplete"])
@pytest.mark.parametrize("deed", ["correct", "move", "withdraw"])
def test_late_correction_by_its_author_is_refused_and_stays_on_the_page(
    web_app: Flask, author: LookingClient, tiny: TinyService, own_star: int, deed: str, is_complete: bool
) -> None:
    typed = TYPED[deed] if is_complete else TYPED[deed] | {"reason": ""}
    wait(author, tiny.users[Role.PRACTITIONER], days=7, hours=10)
    assert author.get(f"/stars/{own_star}/{deed}").status_code == 200
    wait(author, tiny.users[Role.PRACTITIONER], days=7, hours=11)  # its first minute past midnight in London
    token = read_token(author.get("/families/new").text)
    page = author.post(f"/stars/{own_star}/{deed}", data=typed | {"csrf_token": token})
    assert page.status_code == 200
    said = text_of(page)
    late = "You could correct, move or withdraw this Star until 17 April 2019. Nothing was recorded."
    assert said.index("There is a problem") < said.index(late) < said.index("he Star of 1 March 2019")
    for name in ("reason", "note_family_routine"):
        assert typed.get(name, "") in page.text
    if deed == "correct":
        assert re.search(r'name="family_routine"[^>]*value="6"[^>]* checked', page.text)
    with web_app.app_context():
        assert db.session.query(Star).filter_by(registration_id=tiny.empty_registration).one().withdrawn_at is None
        refused = db.session.query(AuditEntry).filter_by(action="refuse", family_id=tiny.family).one()
        assert refused.after == {"page": f"stars.{deed}"}


@pytest.mark.parametrize("deed", ["correct", "move", "withdraw"])
def test_correction_by_a_colleague_is_a_404(
    web_app: Flask, author: LookingClient, tiny: TinyService, deed: str
) -> None:
    token = read_token(author.get("/families/new").text)
    data = TYPED[deed] | {"csrf_token": token}
    assert author.post(f"/stars/{tiny.star}/{deed}", data=data).status_code == 404
    with web_app.app_context():
        assert db.session.get_one(Star, tiny.star).withdrawn_at is None


def test_a_day_ends_at_the_services_midnight(web_app: Flask, client: LookingClient, tiny: TinyService) -> None:
    """Recorded at 23:30 UTC on the 9th: in London it was the 10th already."""
    with web_app.app_context():
        late = datetime(2019, 4, 9, 23, 30, tzinfo=UTC)
        db.session.connection(execution_options={"writes": True})
        star = db.session.get_one(Star, tiny.star)
        star.recorded_at, star.recorded_by_id = late, tiny.users[Role.PRACTITIONER]
        db.session.commit()
    client.sign_in(tiny.users[Role.PRACTITIONER])
    assert LATEST in text_of(client.get(f"/stars/{tiny.star}"))


@pytest.mark.parametrize("deed", ["correct", "move", "withdraw"])
def test_a_colleagues_star_is_refused_and_the_refusal_logged(
    web_app: Flask, author: LookingClient, tiny: TinyService, deed: str
) -> None:
    assert "Correct this Star" not in author.get(f"/stars/{tiny.star}").text
    for response in (author.get(f"/stars/{tiny.star}/{deed}"), author.get(f"/stars/99999/{deed}")):
        assert response.status_code == 404
    with web_app.app_context():
        refused = db.session.query(AuditEntry).filter_by(action="refuse", family_id=tiny.family).one()
        assert (refused.actor, refused.after) == ("practitioner@example.org", {"page": f"stars.{deed}"})
        assert db.session.get_one(Star, tiny.star).withdrawn_at is None


def test_lead_corrects_any_star_without_a_deadline(client: LookingClient, tiny: TinyService, own_star: int) -> None:
    wait(client, tiny.users[Role.LEAD], days=20)
    said = text_of(client.get(f"/stars/{own_star}"))
    assert "Correct this Star" in said
    assert "until" not in said


def test_after_somebody_elses_correction_the_first_author_has_nothing_to_correct(
    web_app: Flask, author: LookingClient, own_star: int
) -> None:
    with web_app.app_context():
        star = new_star(Kind.START, date(2019, 3, 1), 6)
        new = correct_star(BY_SOMEBODY, star_id=own_star, star=star, reason="Misread").id
    assert author.get(f"/stars/{new}/correct").status_code == 404


def test_author_who_may_no_longer_record_there_cannot_correct(
    web_app: Flask, author: LookingClient, tiny: TinyService, own_star: int
) -> None:
    with web_app.app_context():
        reason = ClosureReason.COMPLETED
        close_intervention(BY_SOMEBODY, intervention_id=tiny.intervention, closed_on=date(2019, 4, 9), reason=reason)
        parents = [parent.id for parent in db.session.query(Parent).filter_by(family_id=tiny.family)]
        new = new_intervention(tiny.pod, TODAY)
        record_intervention(BY_SOMEBODY, family_id=tiny.family, parent_ids=parents, intervention=new)
        db.session.connection(execution_options={"writes": True})
        db.session.get_one(Intervention, tiny.intervention).pod_id = tiny.other_pod
        db.session.commit()
    page = author.get(f"/stars/{own_star}")
    assert page.status_code == 200, "the family is still their pod's"
    assert "Correct this Star" not in page.text
    assert author.get(f"/stars/{own_star}/correct").status_code == 404


@pytest.mark.parametrize("deed", ["correct", "withdraw"])
def test_second_of_two_corrections_is_refused_and_its_text_kept(
    author: LookingClient, own_star: int, deed: str
) -> None:
    page = author.get(f"/stars/{own_star}/{deed}").text
    author.send(f"/stars/{own_star}/correct", STAR | READINGS | {"family_routine": "6", "reason": "A slip"})
    late = {"family_routine": "9", "reason": "I was told something else", "csrf_token": read_token(page)}
    answer = author.post(f"/stars/{own_star}/{deed}", data=STAR | READINGS | late)
    assert "This Star has already been withdrawn or replaced" in text_of(answer)
    assert "I was told something else" in answer.text
