"""What contradicts itself in the choice of a cohort, what does not, and how a choice is put in words."""

from datetime import date
from typing import Any

import pytest

from star_tracker.analysis.cohorts import CohortFilter
from star_tracker.domain.cohort_choice import (
    LABELS,
    choose_quarter,
    describe_choices,
    list_choice_faults,
    list_picks,
    list_quarters,
)
from star_tracker.domain.quarters import Quarter

TODAY = date(2019, 4, 10)
EARLY, LATE = date(2019, 3, 1), date(2019, 3, 31)


@pytest.mark.parametrize(
    ("chosen", "fields"),
    [
        ({}, []),
        ({"as_at": TODAY}, []),
        ({"as_at": date(2019, 4, 11)}, ["as_at"]),
        ({"closed_from": EARLY, "closed_to": EARLY}, []),
        ({"closed_from": LATE, "closed_to": EARLY}, ["closed_to"]),
        ({"latest_from": LATE, "latest_to": EARLY}, ["latest_to"]),
        ({"closed_to": date(2020, 1, 1), "latest_to": date(2020, 1, 1)}, []),
        ({"closed_from": TODAY, "latest_from": TODAY}, []),
        ({"closed_from": date(2019, 4, 11)}, ["closed_from"]),
        ({"latest_from": LATE, "as_at": EARLY}, ["latest_from"]),
        ({"closed_to": EARLY, "latest_from": date(2019, 3, 29)}, []),
        ({"closed_to": EARLY, "latest_from": date(2019, 3, 30)}, ["latest_from"]),
        ({"started_from": LATE, "started_to": EARLY}, ["started_to"]),
        ({"started_from": date(2019, 4, 11)}, ["started_from"]),
        ({"start_from": LATE, "latest_to": LATE}, []),
        ({"start_from": LATE, "latest_to": EARLY}, ["start_from"]),
        ({"started_from": LATE, "closed_to": LATE, "start_to": LATE, "latest_to": LATE}, []),
        ({"started_from": LATE, "closed_to": EARLY}, ["started_from"]),
        ({"started_from": LATE, "start_to": EARLY}, ["started_from"]),
        ({"started_from": LATE, "latest_to": EARLY}, ["started_from"]),
        ({"closed_to": EARLY, "start_from": date(2019, 3, 29)}, []),
        ({"closed_to": EARLY, "start_from": date(2019, 3, 30)}, ["start_from"]),
        ({"quarter": "2018-19-Q4"}, []),
        ({"quarter": "2018-19-Q4", "as_at": TODAY}, ["quarter"]),
        ({"quarter": "2018-19-Q4", "latest_to": EARLY}, ["quarter"]),
        ({"quarter": "2018-19-Q4", "closed_to": EARLY}, []),
        ({"status": "open", "closure_reason": "completed"}, ["status"]),
        ({"status": "closed", "closure_reason": "completed"}, []),
        ({"months": "3-5", "children": "3", "re_referral": "no", "start_level": "family_routine-low"}, []),
        ({"status": "closed", "closed_from": EARLY}, []),
        ({"status": "open", "closed_from": EARLY}, ["status"]),
        ({"status": "open", "closed_to": LATE}, ["status"]),
        ({"pods": ["Crewe"]}, []),
        ({"pods": ["Crewe", "Macclesfield"], "practitioner_pods": {"Crewe"}}, []),
        ({"pods": ["Macclesfield"], "practitioner_pods": {"Crewe"}}, ["practitioner"]),
        ({"pods": [], "practitioner_pods": set()}, []),
        ({"as_at": date(2019, 4, 11), "status": "open", "closed_from": LATE, "closed_to": EARLY}, None),
    ],
)
def test_contradictory_choice_is_refused_at_its_field(chosen: dict[str, Any], fields: list[str] | None) -> None:
    found = [fault.field for fault in list_choice_faults(today=TODAY, **chosen)]
    assert found == (["as_at", "closed_to", "status"] if fields is None else fields)


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ({"as_at": date(2019, 4, 11)}, "enter today's date or one before"),
        (
            {"closed_from": date(2019, 4, 11)},
            "enter today's date or one before: nothing after it is in the figures",
        ),
        (
            {"latest_from": LATE, "as_at": EARLY},
            "enter the date of “As at” or one before: nothing after it is in the figures",
        ),
        ({"latest_from": LATE, "latest_to": EARLY}, "enter the date of “Latest Star from” or one after"),
        (
            {"closed_to": EARLY, "latest_from": LATE},
            "enter a date up to 28 days after “Closed to”: no later Star is recorded",
        ),
        (
            {"started_from": LATE, "closed_to": EARLY},
            "enter the date of “Closed to” or one before: nothing can be in both",
        ),
        (
            {"quarter": "2018-19-Q4", "as_at": TODAY},
            "it sets “Latest Star from”, “Latest Star to” and “As at”: leave them empty, or choose none",
        ),
        (
            {"status": "open", "closure_reason": "completed"},
            "an open one has not closed: choose closed ones, or no reason at “Closed for which reason”",
        ),
        (
            {"pods": ["Nantwich", "Macclesfield"], "practitioner_pods": {"Crewe"}},
            "nobody of Macclesfield or Nantwich is theirs: "
            "choose one of this practitioner's own pods, or leave one of the two empty",
        ),
    ],
)
def test_refusal_of_a_choice_says_what_to_enter(chosen: dict[str, Any], message: str) -> None:
    assert [fault.message for fault in list_choice_faults(today=TODAY, **chosen)] == [message]


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({}, "every pod"),
        ({"pods": ("Crewe", "Nantwich")}, "Crewe and Nantwich"),
        ({"practitioner": "ana@example.org"}, "every pod; ana@example.org"),
        ({"status": "open", "latest_from": EARLY}, "every pod; open interventions; latest Star from 1 March 2019"),
        (
            {"closed_from": EARLY, "closed_to": LATE, "latest_to": TODAY},
            "every pod; closed from 1 March 2019 to 31 March 2019; latest Star to 10 April 2019",
        ),
    ],
)
def test_choice_is_put_in_words(chosen: dict[str, Any], words: str) -> None:
    assert CohortFilter(as_at=TODAY, **chosen).in_words(every="every pod", areas={}) == words


def test_practitioner_in_words_is_named_where_the_name_is_known() -> None:
    chosen = CohortFilter(as_at=TODAY, pods=("Crewe",), practitioner="ana@example.org")
    assert chosen.in_words(every="every pod", areas={}, practitioner="Ana") == "Crewe; Ana"


def test_a_choice_that_there_is_not_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(TypeError, match="closing_reason"):
        list_choice_faults(today=TODAY, closing_reason="completed")


def test_a_quarter_sets_the_day_of_the_figures_to_its_last_day_or_to_today() -> None:
    over, running = Quarter(2018, 4), Quarter(2019, 1)
    assert choose_quarter(over, TODAY) == {
        "latest_from": date(2019, 1, 1),
        "latest_to": date(2019, 3, 31),
        "as_at": date(2019, 3, 31),
    }
    assert choose_quarter(running, TODAY)["as_at"] == TODAY
    assert [str(quarter) for quarter in list_quarters(TODAY, first_month=4, most=3)] == [
        "2019-20-Q1",
        "2018-19-Q4",
        "2018-19-Q3",
    ]


def test_quarters_are_those_of_the_services_year() -> None:
    quarters = list_quarters(TODAY, first_month=9, most=2)
    assert [(quarter.starts_on, quarter.ends_on) for quarter in quarters] == [
        (date(2019, 3, 1), date(2019, 5, 31)),
        (date(2018, 12, 1), date(2019, 2, 28)),
    ]


def test_what_is_not_understood_is_put_in_words_as_it_was_typed() -> None:
    typed = {"status": "half-open", "closed_from": "31/2/2019"}
    assert list(describe_choices(typed, {})) == ["half-open", "closed from 31/2/2019"]


def test_words_for_every_choice() -> None:
    areas = {"family_routine": "Family routine"}
    assert set(list_picks(areas)) == set(LABELS)
    for name, words in list_picks(areas).items():
        for code, said in words.items():
            assert list(describe_choices({name: code}, areas)) == [said]
    spans = {"start_from": EARLY, "start_to": LATE, "latest_to": LATE}
    assert list(describe_choices(spans, areas)) == [
        "start Star from 1 March 2019 to 31 March 2019",
        "latest Star to 31 March 2019",
    ]
