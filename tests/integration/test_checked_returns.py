"""A return whose files are at fault: the lead sees which cell before signing off, and nothing is signed or written."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from flask import Flask

from star_tracker.analysis import service
from star_tracker.cli.returns import return_command
from star_tracker.domain.scales import Kind
from star_tracker.exports.returns.building import get_built_return
from star_tracker.extensions import db
from star_tracker.models import SignedReturn
from tests.integration.test_sign_off_pages import SIGN, sign
from tests.support.pages import LookingClient, text_of
from tests.support.tiny import TinyService, add_star, new_star

FAULT = "activity: All pods, families: "


@pytest.fixture(autouse=True)
def pair(web_app: Flask, tiny: TinyService) -> None:
    """The tiny service's one parent with Stars has a pair within the quarter."""
    with web_app.app_context():
        add_star(tiny.registration, new_star(Kind.INTERIM, date(2019, 3, 20), 6))


@pytest.fixture
def counted_wrongly(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every return counts one more as open at the end."""
    count = service.activity_frame

    def one_more(record: service.ServiceRecord) -> pd.DataFrame:
        frame = count(record)
        return frame.assign(open_at_end=frame["open_at_end"] + 1)

    monkeypatch.setattr(service, "activity_frame", one_more)
    get_built_return.cache_clear()
    yield
    get_built_return.cache_clear()


def count_signed(web_app: Flask) -> int:
    with web_app.app_context():
        return db.session.query(SignedReturn).count()


def test_lead_sees_what_was_checked_before_signing_off(web_app: Flask, lead: LookingClient) -> None:
    said = text_of(lead.get(SIGN))
    assert "All 15 checks passed." in said
    assert "Passed: Each sheet of the workbook has the same figures" in said
    assert "Failed" not in said
    sign(lead)
    assert count_signed(web_app) == 1


@pytest.mark.usefixtures("counted_wrongly")
def test_return_at_fault_is_told_by_its_cell_and_cannot_be_signed_off(web_app: Flask, lead: LookingClient) -> None:
    said = text_of(lead.get(SIGN))
    assert "2 checks of 15 failed, so this return cannot be signed off." in said
    assert f"Failed: Open at start + started − closed = open at end {FAULT}" in said
    assert "All pods agree with the pods, and all reasons with the reasons activity: All pods, " in said
    refused = sign(lead)
    assert refused.status_code == 200
    assert "Nothing was signed off: the files of this return are at fault. Open at start" in text_of(refused)
    assert count_signed(web_app) == 0


@pytest.mark.usefixtures("counted_wrongly")
def test_command_writes_nothing_and_names_the_check(web_app: Flask, tmp_path: Path) -> None:
    done = web_app.test_cli_runner().invoke(return_command, ["2018-19-Q4", "--out", str(tmp_path / "out")])
    assert done.exit_code == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("Error: nothing was written: the files of this return are at fault. Open at start")
    assert FAULT in line
    assert not (tmp_path / "out").exists()


def test_running_quarter_which_cannot_be_signed_off_is_not_checked(lead: LookingClient) -> None:
    said = text_of(lead.get("/returns/1/2019-20-Q1/restricted/sign-off"))
    assert "This quarter has not ended" in said
    assert "Checks of its files" not in said
