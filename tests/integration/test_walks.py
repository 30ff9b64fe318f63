"""The pages that axe, and the judges from outside, look at: every page of the demonstration is among them."""

from flask import Flask

from tests.judges.__main__ import WALKS

NOT_WALKED = {
    "about.home",  # leads on to one's first page
    "account.interrupted",  # a page only after a session that broke off
    "account.get_typed",
    "account.leave",
    "account.remaining",
    "covers.end",  # the demonstration has no cover
    "councils.take_back",  # a question about a year that is still to come
    "offline.manifest",
    "offline.state",
    "offline.worker",
    "reminders.calendar",
    "returns.picture",
    "saved_cohorts.remove",  # the demonstration has no saved cohort
    "settings.take_back",  # a question about a change that is still to come
    "static",
    "talks.picture",
}


def test_every_page_is_walked(web_app: Flask) -> None:
    address = web_app.url_map.bind("localhost")
    walked = {address.match(path.partition("?")[0])[0] for paths in WALKS.values() for path in paths}
    pages = {
        rule.endpoint
        for rule in web_app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and ".download" not in rule.endpoint
        and not rule.endpoint.startswith("security.")  # in the demonstration nobody needs a password
    }
    assert pages - walked == NOT_WALKED
