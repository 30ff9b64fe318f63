"""Who is not in a cohort, why, where they began, and the families behind each number (R2, R3, R12).

Winsford has 23 families of one parent each, started on 10 January 2018. W00 to W11 have a pair, from 4 to 5 in every
area between 20 January and 20 April 2018. W12 to W21 have a start Star of 3 in every area alone, but W12 is scored 6 in
Physical health. W22 has no Star. Today is 10 April 2019.
"""

import re
from datetime import date

import pytest
from flask import Flask

from star_tracker.analysis.cohorts import CohortFilter
from star_tracker.domain.left_out import Group
from star_tracker.domain.roles import Role
from star_tracker.domain.scales import AREAS, ClosureReason
from star_tracker.extensions import db
from star_tracker.models import Family
from star_tracker.queries.figures.cohort_families import count_other_stars, list_group, sum_starts
from star_tracker.queries.figures.cohorts import get_cohort
from star_tracker.records.families.families import close_intervention
from star_tracker.records.imports.importing import import_rows
from tests.support.pages import LookingClient, items_of, lines_of, links_of, text_of, whole_text_of
from tests.support.services import generate_star_rows
from tests.support.star_files import registration, row, rows_of
from tests.support.tiny import BY_SOMEBODY, TinyService, restrict_to
from tests.support.trail import list_looks

THREES, FOURS = dict.fromkeys(AREAS, "3"), dict.fromkeys(AREAS, "4")


def fill_winsford() -> None:
    rows = []
    for number in range(23):
        who = {"family_ref": f"W{number:02}", "pod": "Winsford", "practitioner": ""}
        if number < 12:
            rows += [row(**who, **FOURS), row(**who, star_kind="interim", star_date="2018-04-20")]
        elif number < 22:
            rows.append(row(**who, **THREES | ({"physical_health": "6"} if number == 12 else {})))
        else:
            rows.append(registration(**who))
    import_rows(BY_SOMEBODY, rows_of(*rows), edition="first", source="test")


@pytest.fixture
def lead(web_app: Flask, client: LookingClient, tiny: TinyService) -> LookingClient:
    with web_app.app_context():
        fill_winsford()
    client.sign_in(tiny.users[Role.LEAD])
    return client


def families_of(page: str) -> list[str]:
    """Whose families the list names."""
    return [re.findall(r"Family (\S+)", item)[0] for item in items_of(page)]


def find_family(app: Flask, ref: str) -> int:
    with app.app_context():
        return db.session.query(Family).filter_by(ref=ref).one().id


def test_each_reason_stands_with_its_number_and_leads_to_as_many_families(lead: LookingClient) -> None:
    page = lead.get("/cohort/left-out?pod=Winsford")
    numbers = {line[0]: line[1] for line in lines_of(page.text)[:4]}
    assert numbers == {
        "In the cohort": "12",
        "Left out: no counted Star": "1",
        "Left out: no start Star": "0",
        "Left out: one Star only": "10",
    }
    links = links_of(page.text)
    assert "Show them No start Star" not in links, "nobody to show"
    shown = {
        words: families_of(lead.get(links[f"Show them {words}"]).text)
        for words in ("In the cohort", "No counted Star", "One Star only")
    }
    assert shown == {
        "In the cohort": [f"W{number:02}" for number in range(12)],
        "No counted Star": ["W22"],
        "One Star only": [f"W{number}" for number in range(12, 22)],
    }


def test_starts_of_parents_with_one_star_stand_beside_those_of_the_pairs(lead: LookingClient) -> None:
    """Ten parents with a 3, one of them with a 6 in Physical health: 33 in 10, or 3.3."""
    page = lead.get("/cohort/left-out?pod=Winsford")
    areas = {line[0]: line[1:] for line in lines_of(page.text)[4:]}
    assert len(areas) == 10
    assert "Of 10 areas compared, they began lower in 10, higher in 0, and alike in 0." in text_of(page)
    assert areas["Physical health"] == ["10", "3.3", "12", "4.0"]
    assert areas["Family routine"] == ["10", "3.0", "12", "4.0"]


def test_fewer_than_ten_have_no_mean_start(web_app: Flask, lead: LookingClient, tiny: TinyService) -> None:
    with web_app.app_context():
        import_rows(
            BY_SOMEBODY,
            rows_of(
                row(family_ref="W12", pod="Winsford", practitioner="", star_kind="interim", star_date="2018-05-20")
            ),
            edition="first",
            source="test",
        )
    areas = {line[0]: line[1:] for line in lines_of(lead.get("/cohort/left-out?pod=Winsford").text)[4:]}
    assert "There are too few to compare" in text_of(lead.get("/cohort/left-out?pod=Crewe"))
    assert areas["Physical health"] == ["9", "", "13", "4.2"], "12 fours and a 6 make 54, in 13"


def test_pairs_whose_stars_are_not_as_chosen_are_a_reason_of_their_own(lead: LookingClient) -> None:
    page = lead.get("/cohort/left-out?pod=Winsford&latest-from=21/4/2018")
    numbers = {line[0]: line[1] for line in lines_of(page.text)[:5]}
    assert numbers["In the cohort"] == "0"
    assert numbers["Left out: pair not as chosen"] == "12"
    found = items_of(lead.get(links_of(page.text)["Show them Pair not as chosen"]).text)
    assert found[0] == (
        "P1 Family W00 Winsford, started on 10 January 2018. Start Star on 20 January 2018, latest on 20 April 2018."
    )
    assert len(found) == 12
    until = lead.get("/cohort/left-out?pod=Winsford&latest-from=20/4/2018&latest-to=20/4/2018").text
    assert {line[0]: line[1] for line in lines_of(until)[:5]}["Left out: pair not as chosen"] == "0"


def test_a_list_says_what_would_put_it_right(web_app: Flask, lead: LookingClient) -> None:
    family = find_family(web_app, "W13")
    with web_app.app_context():
        [intervention] = db.session.get_one(Family, family).interventions
        close_intervention(
            BY_SOMEBODY,
            intervention_id=intervention.id,
            closed_on=date(2018, 6, 1),
            reason=ClosureReason.COMPLETED,
        )
    page = lead.get("/cohort/families/one_star_only?pod=Winsford").text
    closed, still_open = items_of(page)[1:3]
    assert closed == (
        "P1 Family W13 Record the closure Star, if one was completed by 29 June 2018 "
        "Winsford, started on 10 January 2018, closed on 1 June 2018. Start Star on 20 January 2018."
    )
    assert still_open == (
        "P1 Family W14 Record the next Star Winsford, started on 10 January 2018. Start Star on 20 January 2018."
    )
    assert links_of(page)["Family W13"] == f"/families/{family}"
    [missing] = items_of(lead.get("/cohort/families/no_counted_star?pod=Winsford").text)
    assert missing == "P1 Family W22 Record the start Star Winsford, started on 10 January 2018."


def test_a_long_list_has_pages_each_in_the_trail_with_the_choice(web_app: Flask, lead: LookingClient) -> None:
    with web_app.app_context():
        rows = [registration(family_ref=f"X{number:02}", pod="Winsford", practitioner="") for number in range(50)]
        import_rows(BY_SOMEBODY, rows_of(*rows), edition="first", source="test")
    first = lead.get("/cohort/families/no_counted_star?pod=Winsford").text
    assert families_of(first) == ["W22", *(f"X{number:02}" for number in range(49))]
    [following] = [href for words, href in links_of(first).items() if words.startswith("Next")]
    assert families_of(lead.get(following).text) == ["X49"]
    lead.get("/cohort/left-out?pod=Winsford")
    chosen = {"chosen": {"pod": ["Winsford"]}}
    of_list = chosen | {"page": "left_out.families", "group": "no_counted_star"}
    assert [(look.entity, look.after) for look in list_looks(web_app)] == [
        ("cohort", of_list),
        ("cohort", of_list | {"page_number": 2}),
        ("cohort", chosen | {"page": "left_out.show"}),
    ]
    said = text_of(lead.get("/audit"))
    assert "Demo lead read the families “No counted Star” of the cohort of Winsford, page 2" in said
    assert "Demo lead read who is not in the cohort of Winsford" in said


def test_a_restricted_family_is_listed_for_the_named_and_leads_alone(
    web_app: Flask, client: LookingClient, tiny: TinyService
) -> None:
    """F1 of Crewe: P1 has a pair, P2 has no Star."""

    def ask(user_id: int) -> list[list[str]]:
        client.sign_in(user_id)
        groups = ("pair", "no_counted_star")
        pages = [client.get(f"/cohort/families/{group}").text for group in groups]
        return [[item.split(" Record")[0].split(" Crewe")[0] for item in items_of(page)] for page in pages]

    me, lead = tiny.users[Role.PRACTITIONER], tiny.users[Role.LEAD]
    assert ask(me) == [["P1 Family F1"], ["P2 Family F1"]]
    with web_app.app_context():
        restrict_to(tiny.family, tiny.practitioner_elsewhere)
    assert ask(me) == [[], []]
    assert "In the cohort 0" in text_of(client.get("/cohort/left-out"))
    assert ask(tiny.practitioner_elsewhere) == [
        ["P1 Family F1 Restricted"],
        ["P2 Family F1 Restricted", "P1 Family F2"],
    ]
    assert ask(lead) == [["P1 Family F1 Restricted"], ["P2 Family F1 Restricted", "P1 Family F2"]]


def test_numbers_at_a_glance_lead_to_their_families(lead: LookingClient) -> None:
    links = links_of(lead.get("/cohort?pod=Winsford").text)
    assert links["10 with one Star only"] == "/cohort/families/one_star_only?pod=Winsford"
    assert links["12 pairs of Stars"] == "/cohort/families/pair?pod=Winsford"
    assert "0 with no start Star" not in links


def test_lists_hold_whom_the_cohort_counts(app: Flask) -> None:
    """On an invented service: each group has as many parents as its number, and each parent is in one group."""
    import_rows(BY_SOMEBODY, list(generate_star_rows(1_500, seed=5)), edition="first", source="test")
    chosen = CohortFilter(as_at=date(2018, 3, 31), latest_from=date(2017, 10, 1), latest_to=date(2018, 1, 31))
    cohort = get_cohort(chosen, reader=None)
    found = {group: list_group(group, chosen, reader=None, page_size=5_000) for group in Group}
    everybody = get_cohort(chosen.of_everybody, reader=None)
    assert {group: page.total for group, page in found.items()} == {
        Group.PAIR: cohort.pairs,
        Group.OTHER_STARS: everybody.pairs - cohort.pairs,
        **{Group(reason): n for reason, n in cohort.excluded.items()},
    }
    assert count_other_stars(chosen, reader=None) == found[Group.OTHER_STARS].total > 0
    listed = [row.registration.id for page in found.values() for row in page.rows]
    assert len(listed) == len(set(listed)) == sum(page.total for page in found.values())
    alone = [row.registration for row in found[Group.ONE_STAR_ONLY].rows]
    starts = [star for registration in alone for star in registration.stars if star.is_counted and star.kind == "start"]
    values = [reading.value for star in starts for reading in star.readings if reading.area == "family_routine"]
    scored = [value for value in values if value is not None]
    assert sum_starts(chosen, reader=None)["family_routine"] == (len(scored), sum(scored))


def test_a_choice_is_changed_and_refused_where_one_is(lead: LookingClient) -> None:
    page = lead.get("/cohort/families/one_star_only?pod=Winsford&status=open")
    assert links_of(page.text)["Take off: Winsford×"] == "/cohort/families/one_star_only?status=open"
    assert 'action="/cohort/families/one_star_only"' in page.text
    refused = lead.get("/cohort/families/one_star_only?pod=Nowhere")
    assert "There is a problem" in text_of(refused)
    assert "W12" not in whole_text_of(refused)
    assert lead.get("/cohort/families/nothing").status_code == 404
