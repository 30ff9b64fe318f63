"""The links in the header of every page."""

from collections.abc import Callable
from typing import Any

from flask import request

from star_tracker.domain.permissions import (
    Actor,
    may_administer,
    may_read_families,
    may_see_audit,
    may_see_cohorts,
    may_see_returns,
    signed_in,
)
from star_tracker.web.auth.access import current_actor
from star_tracker.web.platform.addresses import page_address

PLACES: tuple[tuple[str, str, Callable[[Actor], bool]], ...] = (
    ("Caseload", "caseload.show", may_read_families),
    ("Families", "families.search", may_read_families),
    ("Cohort", "cohort.show", may_see_cohorts),
    ("Returns", "returns.choose", may_see_returns),
    ("People", "people.show_all", may_administer),
    ("Pods", "pods.show_all", may_administer),
    ("Councils", "councils.show_all", may_administer),
    ("Settings", "settings.change", may_administer),
    ("Audit", "audit.show", may_see_audit),
    ("About the figures", "about.show", signed_in),
)
"""The label, the first page, and who may enter it."""

OF_A_FAMILY = frozenset({"drafts", "families", "feedback", "interventions", "restrictions", "safety", "stars", "talks"})
"""The blueprints whose pages are about one family."""

BEHIND_FIGURES = frozenset({"left_out", "quality", "worked_out"})
"""The blueprints whose pages name families behind a cohort's figures."""

OTHER_FIGURES = frozenset(
    {"closing", "cohort_over_time", "cohort_stages", "how_soon", "saved_cohorts", "side_by_side", "visits"}
)
"""The blueprints of a cohort's other pages."""

WITH_FAMILIES = OF_A_FAMILY | BEHIND_FIGURES | {"caseload", "narrative", "preparing"}
"""All blueprints whose pages name families."""

WITHIN = (
    dict.fromkeys(OF_A_FAMILY, "families")
    | dict.fromkeys(BEHIND_FIGURES | OTHER_FIGURES, "cohort")
    | dict.fromkeys(("narrative", "preparing", "sign_off", "targets"), "returns")
    | {"covers": "caseload", "offline": "caseload", "account_requests": "people"}
    | {"safety.show_all": "caseload"}
)
"""Which place is highlighted for other blueprints, and for a page that is not where its blueprint's others are."""


def list_places() -> list[dict[str, Any]]:
    """The current user's links, as GOV.UK's service navigation takes them."""
    actor, here = current_actor(), request.blueprint or ""
    highlighted = WITHIN.get(request.endpoint or "") or WITHIN.get(here, here)
    return [
        {
            "text": text,
            "href": page_address(endpoint),
            "active": endpoint.partition(".")[0] == highlighted,
        }
        for text, endpoint, may_enter in PLACES
        if may_enter(actor)
    ]


def shows_exit_link() -> bool:
    """Whether the page shows families, and so has *Exit this page*."""
    if request.blueprint == "offline":
        return True  # a device opens what it holds without asking the server who is there
    return may_read_families(current_actor()) and request.blueprint in WITH_FAMILIES
