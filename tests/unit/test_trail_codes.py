"""The audit trail's words for records and pages stay what they are, whatever the code is called."""

from flask import Flask

from star_tracker.records.audit import CODES
from star_tracker.web.audit.page_codes import PAGE_CODES
from star_tracker.web.audit.vocabulary import PAGES
from tests.support.apps import LIVE, make_app

RECORDS = (
    "accountrequest calendaraddress contact council cover draft family feedback intervention narrative parent passkey "
    "pod priority registration reminder reopening safetyanswer savedcohort servicesetting signedreturn star target "
    "transfer user"
)


def list_endpoints(app: Flask) -> set[str]:
    return {rule.endpoint for rule in app.url_map.iter_rules()} - {"static"}


def test_audit_codes_of_tables_are_stable() -> None:
    assert sorted(CODES.values()) == RECORDS.split()


def test_every_page_has_a_code_of_its_own() -> None:
    apps = [make_app("sqlite://", web=True), make_app("sqlite://", web=True, **LIVE)]
    assert set(PAGE_CODES) == {endpoint for app in apps for endpoint in list_endpoints(app)}
    assert len(set(PAGE_CODES.values())) == len(PAGE_CODES)


def test_every_described_page_has_a_code() -> None:
    assert set(PAGES) <= set(PAGE_CODES.values())
