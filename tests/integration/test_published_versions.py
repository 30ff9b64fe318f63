"""R9 between two versions of a published return: the council opens the newest alone, and reads nothing of the old."""

from csv import DictReader
from datetime import date
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from flask import Flask

from star_tracker.domain.scales import Kind
from star_tracker.extensions import db
from star_tracker.models import Star
from star_tracker.records.stars.stars import withdraw_star
from tests.support.pages import LookingClient, read_token, text_of
from tests.support.tiny import BY_SOMEBODY, TinyService, add_star, new_star

THERE = "/returns/1/2018-19-Q4/published"
INTERIM = date(2019, 3, 20)
CHANGED = "All to date, All pods, Physical health Pairs"


@pytest.fixture(autouse=True)
def versions(web_app: Flask, lead: LookingClient, tiny: TinyService) -> None:
    """The tiny service with one pair, in a published return with two versions: in the second it is gone."""
    with web_app.app_context():
        add_star(tiny.registration, new_star(Kind.INTERIM, INTERIM, 6))
    _sign(lead, "")
    with web_app.app_context():
        star = db.session.query(Star).filter_by(completed_on=INTERIM).one()
        withdraw_star(BY_SOMEBODY, star_id=star.id, reason="Of another parent")
    _sign(lead, "A Star was of another parent")


def _sign(lead: LookingClient, note: str) -> None:
    page = lead.get(f"{THERE}/sign-off").text
    fingerprint = page.partition('name="fingerprint" type="hidden" value="')[2].partition('"')[0]
    sent = {"csrf_token": read_token(page), "has_checked": "y", "note": note, "fingerprint": fingerprint}
    assert lead.post(f"{THERE}/sign-off", data=sent).status_code == 302


def test_council_opens_the_newest_published_version_and_reads_what_changed_but_not_from_what(
    council: LookingClient, lead: LookingClient
) -> None:
    assert council.get("/returns/signed/1").status_code == 404
    assert council.get("/returns/signed/1/files").status_code == 404
    page = council.get(THERE)
    assert "Replaced: The council cannot open it any more" in text_of(page)
    assert "/returns/signed/1" not in page.text
    assert "/returns/signed/2" in page.text

    version = text_of(council.get("/returns/signed/2"))
    assert "What changed from version 1" in version
    assert "Row Figure Version 2 " in version
    assert f"{CHANGED} 0" in version
    with ZipFile(BytesIO(council.get("/returns/signed/2/files").data)) as files:
        (name,) = [name for name in files.namelist() if name.endswith("/changes.csv")]
        changes = DictReader(StringIO(files.read(name).decode()))
    assert "0" in {row["new"] for row in changes if row["row"] == "All to date, Crewe, Physical health"}
    assert {"table", "row", "column", "new"} < set(changes.fieldnames or ())
    assert "old" not in (changes.fieldnames or ())

    assert f"{CHANGED} c 0" in text_of(lead.get("/returns/signed/2")), "a lead has the record, and sees both"
    assert [lead.get(f"/returns/signed/{number}/files").status_code for number in (1, 2)] == [200, 200]
