"""How a cohort's figures are worked out, followed by hand (R4, R5).

Winsford has twelve families of one parent each, all 4s at the start and all 5s at the latest Star, but in Family
routine: W00 to W07 end at 6, W08 and W09 at 3, W10 at 4, and W11 is not scored. So n = 11, the starts sum up to 44, the
latest values to 8 × 6 + 2 × 3 + 4 = 58, and the changes to 14. Their squares sum up to 8 × 4 + 2 × 1 = 34, so the
variance is (34 − 14² / 11) / 10 = 1.618 and the standard deviation 1.272; Student's t for 10 degrees of freedom is
2.228, and 2.228 × 1.272 / √11 = 0.855.
"""

from collections import Counter
from datetime import date

import pytest
from flask import Flask

from star_tracker.analysis.cohorts import CohortFilter
from star_tracker.analysis.worked_out import work_out_area
from star_tracker.domain.roles import Role
from star_tracker.domain.scales import AREAS
from star_tracker.queries.figures.cohort_families import list_examples
from star_tracker.queries.figures.cohorts import get_cohort
from star_tracker.records.imports.importing import import_rows
from tests.support.pages import LookingClient, lines_of, links_of, path_of, text_of
from tests.support.services import generate_star_rows
from tests.support.star_files import row, rows_of
from tests.support.tiny import BY_SOMEBODY, TinyService, restrict_to
from tests.support.trail import list_looks

ENDS = ["6"] * 8 + ["3", "3", "4", ""]
ROUTINE = "/cohort/worked-out/family_routine?pod=Winsford"


@pytest.fixture
def lead(web_app: Flask, client: LookingClient, tiny: TinyService) -> LookingClient:
    rows = []
    for number, end in enumerate(ENDS):
        who = {"family_ref": f"W{number:02}", "pod": "Winsford", "practitioner": ""}
        rows += [
            row(**who, **dict.fromkeys(AREAS, "4")),
            row(**who, family_routine=end, star_kind="interim", star_date="2018-04-20"),
        ]
    with web_app.app_context():
        import_rows(BY_SOMEBODY, rows_of(*rows), edition="first", source="test")
    client.sign_in(tiny.users[Role.LEAD])
    return client


def test_an_area_is_followed_from_three_parents_to_the_average(lead: LookingClient) -> None:
    page = lead.get(ROUTINE)
    on_both_days = ["4 20 January 2018", "6 20 April 2018", "+2"]
    assert lines_of(page.text) == [
        ["P1 Family W00", *on_both_days],
        ["P1 Family W01", *on_both_days],
        ["P1 Family W02", *on_both_days],
        ["Start", "44", "11", "4.00"],
        ["Latest", "58", "11", "5.27"],
        ["+2", "8", "+16"],
        ["0", "1", "0"],
        ["−1", "2", "−2"],
        ["Together", "11", "+14"],
    ]
    said = text_of(page)
    for words in (
        "As at 10 April 2019: Winsford.",
        "The cohort has 12 pairs",
        "11 pairs are scored in Family routine in both Stars.",
        "The average change is +14 divided by 11, or +1.27.",
        "Its 95% interval runs from +0.42 to +2.13",
        "Student’s t for 10 degrees of freedom times the standard deviation of the changes (1.27), divided by the",
    ):
        assert words in said


def test_fewer_than_ten_pairs_show_no_change(lead: LookingClient) -> None:
    """F1 of Crewe went from 4 to 6."""
    page = lead.get("/cohort/worked-out?pod=Crewe")
    assert lines_of(page.text) == [
        ["P1 Family F1", "4 10 January 2019", "6 5 April 2019", "+2"],
        ["Start", "4", "1", "4.00"],
        ["Latest", "6", "1", "6.00"],
    ]
    assert "1 pair is scored in Physical health in both Stars." in text_of(page)
    assert "With fewer than 10 pairs no change is shown" in text_of(page)
    nobody = lead.get("/cohort/worked-out?pod=Macclesfield")
    assert lines_of(nobody.text) == []
    assert "The cohort has 0 pairs" in text_of(nobody)


def test_examples_are_the_first_pairs_scored_in_both_stars(app: Flask) -> None:
    import_rows(BY_SOMEBODY, list(generate_star_rows(1_500, seed=5)), edition="first", source="test")
    chosen = CohortFilter(as_at=date(2018, 3, 31))
    examples = list_examples("progress_to_work", chosen, reader=None, most=5_000)
    changes = get_cohort(chosen, reader=None).changes
    working = work_out_area(changes, "progress_to_work")
    assert (len(examples), sum(one.change for one in examples)) == (working.n, working.change)
    assert Counter(one.change for one in examples) == working.changes
    refs = [one.registration.parent.family.ref for one in examples]
    assert refs == sorted(refs)
    assert list_examples("progress_to_work", chosen, reader=None) == examples[:3]


def test_every_chart_leads_to_its_working_and_every_area_to_the_next(lead: LookingClient) -> None:
    links = links_of(lead.get("/cohort?pod=Winsford").text)
    for chart in ("Cohort star", "Change by area", "Improved, maintained, declined"):
        assert links[f"How this is worked out in the {chart.lower()}"] == "/cohort/worked-out?pod=Winsford"
    links = links_of(lead.get("/cohort/worked-out?pod=Winsford").text)
    assert links["Family routine"] == ROUTINE
    assert links["12 pairs"] == "/cohort/families/pair?pod=Winsford"
    assert links_of(lead.get(ROUTINE).text)["Take off: Winsford×"] == "/cohort/worked-out/family_routine"
    assert path_of(lead.get("/cohort/worked-out/physical_health?pod=Winsford")) == "/cohort/worked-out"
    assert lead.get("/cohort/worked-out/nothing").status_code == 404


def test_only_families_that_the_reader_may_read_are_examples(
    web_app: Flask, client: LookingClient, tiny: TinyService
) -> None:
    with web_app.app_context():
        restrict_to(tiny.family, tiny.practitioner_elsewhere)
    shown = {}
    for user in (tiny.users[Role.PRACTITIONER], tiny.practitioner_elsewhere, tiny.users[Role.LEAD]):
        client.sign_in(user)
        shown[user] = "F1" in text_of(client.get("/cohort/worked-out"))
    assert list(shown.values()) == [False, True, True]


def test_the_look_is_in_the_trail_with_area_and_choice(web_app: Flask, lead: LookingClient) -> None:
    lead.get(ROUTINE)
    [look] = list_looks(web_app)
    assert (look.entity, look.after) == (
        "cohort",
        {"page": "worked_out.show", "chosen": {"pod": ["Winsford"]}, "scored_in": "family_routine"},
    )
    assert "how the cohort of Winsford is worked out, with three parents as an example" in text_of(lead.get("/audit"))
