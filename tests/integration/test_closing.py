"""How soon interventions close, on the page and on both databases; and the published trial with its comparison group.

Of 132 families 88 were allocated to the service and 44 to the comparison group; 61 (69%) and 27 (61%) closed
successfully, and the comparison group sooner. Here the service's close one every four days and the others one every
five, until so many have closed; the rest stay open.
"""

import csv
from datetime import date, timedelta
from io import StringIO

import pytest
from flask import Flask
from scipy.stats import CensoredData, logrank
from sqlalchemy import select

from star_tracker.analysis.closing import Ending
from star_tracker.analysis.cohorts import CohortFilter
from star_tracker.domain.roles import Role
from star_tracker.domain.scales import ClosureReason
from star_tracker.extensions import db
from star_tracker.models import Pod
from star_tracker.queries.figures.closing import get_closing
from star_tracker.queries.figures.how_soon import get_changes_by_months
from star_tracker.records.families.families import close_intervention
from star_tracker.records.imports.importing import import_rows
from star_tracker.records.pods import compare_with_pod
from star_tracker.starfile.rows import StarRow
from tests.support.apps import COUNCIL, TODAY
from tests.support.pages import LookingClient, text_of
from tests.support.star_files import FIVES, registration, row, rows_of
from tests.support.tiny import BY_SOMEBODY, TinyService, add_family, restrict_to
from tests.support.trail import list_looks

PAGE = "/cohort/closing"
BEGAN = date(2018, 1, 10)
FOLLOWED = (TODAY - BEGAN).days


def allocate(pod: str, allocated: int, days_to_close: list[int]) -> list[StarRow]:
    rows = []
    for number in range(allocated):
        closing = {}
        if number < len(days_to_close):
            closed_on = BEGAN + timedelta(days=days_to_close[number])
            closing = {"closed_on": closed_on.isoformat(), "closure_reason": "completed"}
        who = {"family_ref": f"{pod}-{number}", "pod": pod, "practitioner": ""}
        rows.append(registration(**who, started_on=BEGAN.isoformat(), **closing))
    return rows_of(*rows)


SERVICE, COMPARISON = [4 * number for number in range(1, 62)], [5 * number for number in range(1, 28)]


@pytest.fixture
def trial(web_app: Flask, client: LookingClient, tiny: TinyService) -> LookingClient:
    """The trial; the families of ``tiny`` began later than 2018 and are left out by that choice."""
    with web_app.app_context():
        for pod, allocated, days in (
            ("Winsford", 44, SERVICE[::2]),
            ("Northwich", 44, SERVICE[1::2]),
            ("Elsewhere", 44, COMPARISON),
        ):
            import_rows(BY_SOMEBODY, allocate(pod, allocated, days), edition="first", source="test")
        elsewhere = db.session.scalars(select(Pod.id).where(Pod.name == "Elsewhere")).one()
        compare_with_pod(BY_SOMEBODY, pod_id=elsewhere, is_comparison=True)
    client.sign_in(tiny.users[Role.LEAD])
    return client


def test_r14_the_published_trial_has_its_difference_interval_and_p_value(trial: LookingClient) -> None:
    said = text_of(trial.get(f"{PAGE}?started-to=31/12/2018&beside=pod:Elsewhere"))
    service = "Every pod; intervention started to 31 December 2018"
    assert f"{service}: 61 of 88 interventions closed successfully (69%)." in said
    assert "Elsewhere (comparison group): 27 of 44 interventions closed successfully (61%)." in said
    # 61/88 − 27/44 = 0.0795. Wilson's intervals are 0.5904 to 0.7798 and 0.4662 to 0.7428, so Newcombe's is
    # 0.0795 − √(0.1027² + 0.1292²) to 0.0795 + √(0.0866² + 0.1474²). Fisher's p value is R's and SciPy's.
    assert (
        f"{service} less Elsewhere (comparison group): +8 percentage points, 95% interval −9 to +25 "
        "(Fisher’s exact test: p = 0.434). Chance alone often makes a difference as large."
    ) in said
    # The 44th of 88 closed on day 176, the 22nd of 44 on day 110.
    p = logrank(
        CensoredData(uncensored=SERVICE, right=[FOLLOWED] * 27),
        CensoredData(uncensored=COMPARISON, right=[FOLLOWED] * 17),
    ).pvalue
    assert (
        f"{service} within 26 weeks; Elsewhere (comparison group) within 16 weeks, 10 weeks sooner. "
        f"Log-rank test over all weeks: p = {p:.3f}. The curves cross, so this test, which asks whether one is ahead "
        "throughout, says little."
    ) in said
    assert "Families were not allocated by chance unless the service says so" in said
    assert "There is no comparison group" not in said


def test_r14_without_a_comparison_group_no_difference_is_worked_out(trial: LookingClient) -> None:
    said = text_of(trial.get(f"{PAGE}?pod=Winsford&beside=pod:Northwich"))
    assert "Winsford: 31 of 44 interventions closed successfully (70%). Northwich: 30 of 44" in said
    assert "Neither is a comparison group: what differs between them says nothing of anybody’s work." in said
    assert "Difference" not in said
    alone = text_of(trial.get(f"{PAGE}?pod=Elsewhere"))
    assert "27 of 44 interventions closed successfully (61%)." in alone
    assert "There is no comparison group. The figures show how interventions closed." in alone


def test_files_have_both_cohorts_and_say_what_they_are(web_app: Flask, trial: LookingClient) -> None:
    chosen = "?started-to=31/12/2018&beside=pod:Elsewhere"
    trial.get(f"{PAGE}{chosen}")
    assert "(88 interventions)" in trial.get(f"{PAGE}{chosen}").text
    assert trial.get(f"{PAGE}/curve.svg{chosen}").mimetype == "image/svg+xml"
    looks = [(look.after or {})["chosen"] for look in list_looks(web_app)]
    assert looks == [{"started-to": ["31/12/2018"], "beside": ["pod:Elsewhere"]}] * 2
    saved = trial.get(f"{PAGE}/curve.svg{chosen}&save=1").text
    assert "n = 44 interventions, 27 closed successfully." in saved
    rows = list(csv.DictReader(StringIO(trial.get(f"{PAGE}/curve.csv{chosen}").text)))
    service = [one for one in rows if one["cohort"].startswith("Every pod")]
    assert (service[44]["days"], service[44]["at_risk"]) == ("176", "45")
    assert float(service[44]["closed_successfully"]) == pytest.approx(0.5)
    names = {
        trial.get(f"{PAGE}/curve.csv{each}").headers["Content-Disposition"]
        for each in (chosen, "?started-to=31/12/2018", "?started-to=31/12/2018&beside=pod:Winsford")
    }
    assert len(names) == 3
    alone = trial.get(f"{PAGE}/curve.csv?beside=pod:Nowhere")
    assert {one["cohort"] for one in csv.DictReader(StringIO(alone.text))} == {"Every pod"}, "as the page shows it"


def test_a_few_interventions_have_counts_alone(client: LookingClient, tiny: TinyService) -> None:
    client.sign_in(tiny.users[Role.LEAD])
    said = text_of(client.get(f"{PAGE}?pod=Crewe"))
    assert "0 of 1 intervention closed successfully." in said
    assert "Fewer than 10 interventions: their numbers alone are shown" in said
    assert "%" not in said[said.index("0 of 1 intervention") :]
    assert client.get(f"{PAGE}/curve.svg?pod=Crewe").status_code == 404


def test_what_is_asked_of_stars_does_not_apply_and_what_is_asked_of_closing_is_warned_of(trial: LookingClient) -> None:
    asked = text_of(trial.get(f"{PAGE}?pod=Winsford&start-level=family_routine-low&latest-kind=closure"))
    assert "What is chosen of Stars does not apply here" in asked
    assert "31 of 44 interventions closed successfully" in asked
    assert "regression to the mean" not in asked
    assert "chosen by whether, when or how they closed" not in asked
    closed = text_of(trial.get(f"{PAGE}?pod=Winsford&status=closed"))
    assert "chosen by whether, when or how they closed" in closed
    assert "31 of 31 interventions closed successfully (100%)." in closed


def test_r3_an_intervention_is_open_until_the_day_on_which_it_closes(app: Flask) -> None:
    pod = Pod(name="Crewe", council_id=COUNCIL)
    db.session.add(pod)
    db.session.commit()
    family = add_family("A", pod.id, "P1", "P2", started_on=date(2019, 1, 3))
    closed_on = date(2019, 2, 3)
    close_intervention(
        BY_SOMEBODY, intervention_id=family.interventions[0].id, closed_on=closed_on, reason=ClosureReason.MOVED_AWAY
    )

    def count(as_at: date) -> dict[Ending, int]:
        return dict(get_closing(CohortFilter(as_at=as_at), reader=None).endings)

    assert count(date(2019, 1, 2)) == {}
    assert count(date(2019, 1, 3)) == {Ending(0, None): 1}
    assert count(date(2019, 2, 2)) == {Ending(30, None): 1}
    assert count(closed_on) == count(TODAY) == {Ending(31, "moved_away"): 1}


def test_r12_a_restricted_family_is_in_it_for_the_lead_alone(
    web_app: Flask, client: LookingClient, tiny: TinyService
) -> None:
    client.sign_in(tiny.users[Role.PRACTITIONER])
    assert "0 of 1 intervention closed" in text_of(client.get(PAGE))
    assert "n = 1" in text_of(client.get("/cohort/how-soon"))
    with web_app.app_context():
        restrict_to(tiny.family)
    assert "0 of 0 interventions closed" in text_of(client.get(PAGE))
    assert "no parent in this cohort has two counted Stars yet" in text_of(client.get("/cohort/how-soon"))
    client.sign_in(tiny.users[Role.LEAD])
    assert "0 of 2 interventions closed" in text_of(client.get(PAGE))


@pytest.fixture
def spread(app: Flask) -> None:
    """Pairs whose Stars lie so far apart that each is just before or on the day of a new span of months."""
    days = {"2018-04-19": 1, "2018-04-20": 2, "2018-10-19": 3, "2018-10-20": 4, "2019-01-19": 5, "2019-01-20": 6}
    rows = []
    for day, number in days.items():
        first = {"family_ref": f"F{number}", "practitioner": ""}
        later = {**FIVES, "family_routine": str(4 + number)}
        rows += [row(**first), row(**first, **{**later, "star_kind": "interim", "star_date": day})]
    import_rows(BY_SOMEBODY, rows_of(*rows), edition="first", source="test")


@pytest.mark.usefixtures("spread")
def test_pairs_are_apart_by_whole_months_between_their_stars() -> None:
    found = get_changes_by_months(CohortFilter(as_at=TODAY), reader=None)
    routine = {
        least: [(latest, n) for area, _start, latest, n in changes if area == "family_routine"]
        for least, changes in found.items()
    }
    # From 20 January 2018: under three months until 19 April, three from the 20th on; and so on to twelve.
    assert routine == {0: [(5, 1)], 3: [(6, 1)], 6: [(7, 1)], 9: [(8, 1), (9, 1)], 12: [(10, 1)]}


def test_how_soon_shows_change_by_months_and_needs_ten_pairs(
    web_app: Flask, client: LookingClient, tiny: TinyService
) -> None:
    rows = []
    for number in range(19):
        first = {"family_ref": f"F{number}", "pod": "Winsford", "practitioner": ""}
        day = "2018-03-01" if number < 10 else "2018-05-01"
        later = {**FIVES, "family_routine": "7"}
        rows += [row(**first), row(**first, **{**later, "star_kind": "interim", "star_date": day})]
    with web_app.app_context():
        import_rows(BY_SOMEBODY, rows_of(*rows), edition="first", source="test")
    client.sign_in(tiny.users[Role.LEAD])
    said = text_of(client.get("/cohort/how-soon?pod=Winsford"))
    assert "Under 3 months 3 to 5 months 6 to 8 months 9 to 11 months 12 months or more" in said
    assert "Family routine +2.0 +2.0 to +2.0 n = 10 n = 9 n = 0 n = 0 n = 0" in said
    assert "This does not show that time causes change." in said
    [file] = [
        one
        for one in csv.DictReader(StringIO(client.get("/cohort/how-soon/months.csv?pod=Winsford").text))
        if (one["months_between"], one["area"]) == ("3 to 5 months", "family_routine")
    ]
    assert (file["n"], file["mean_change"]) == ("9", "2.0")
    nobody = text_of(client.get("/cohort/how-soon?pod=Winsford&as-at=1/1/2018"))
    assert "no parent in this cohort has two counted Stars yet" in nobody
