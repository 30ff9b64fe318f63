"""What contradicts itself in the choice of a cohort, and what does not."""

from datetime import date
from typing import Any

import pytest

from star_tracker.domain.cohort_choice import (
    choose_quarter,
    describe_choices,
    list_choice_faults,
    list_picks,
    list_quarters,
)
from star_tracker.domain.periods import Quarter

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
        ({"closed_from": date(2019, 4, 11)}, ["closed_from"]),
        ({"latest_from": LATE, "as_at": EARLY}, ["latest_from"]),
        ({"closed_to": EARLY, "latest_from": date(2019, 3, 29)}, []),
        ({"closed_to": EARLY, "latest_from": date(2019, 3, 30)}, ["latest_from"]),
        ({"started_from": LATE, "started_to": EARLY}, ["started_to"]),
        ({"started_from": date(2019, 4, 11)}, ["started_from"]),
        ({"start_from": LATE, "latest_to": LATE}, []),
        ({"start_from": LATE, "latest_to": EARLY}, ["start_from"]),
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


def test_words_for_every_choice() -> None:
    areas = {"family_routine": "Family routine"}
    for name, words in list_picks(areas).items():
        for code, said in words.items():
            assert list(describe_choices({name: code}, areas)) == [said]
    spans = {"start_from": EARLY, "start_to": LATE, "latest_to": LATE}
    assert list(describe_choices(spans, areas)) == [
        "start Star from 1 March 2019 to 31 March 2019",
        "latest Star to 31 March 2019",
    ]
