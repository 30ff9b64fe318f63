"""What the rules refuse, at which field and in which words: each rule by itself, without a page or a database."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from star_tracker.domain.agreements import (
    Agreement,
    EarlierAgreement,
    ReportedOutcome,
    find_clash,
    fingerprint_agreed,
    list_faults,
)
from star_tracker.domain.checked import SayWhy, checked_reason, checked_ref, checked_text
from star_tracker.domain.drafts import FieldChange, merge_changes
from star_tracker.domain.errors import DomainError
from star_tracker.domain.interventions import check_beginning, check_dates
from star_tracker.domain.roles import Role, list_role_faults, list_self_grants
from star_tracker.domain.scales import AREAS, CompletedBy, Kind, NotScored, Outcome
from star_tracker.domain.star_rules import (
    Reading,
    StarDate,
    check_first_star,
    check_jumps,
    check_readings,
    check_star_among,
    check_star_date,
    check_unplanned,
    find_kind_faults,
    propose_kind,
)
from star_tracker.domain.tries import COUNTED_FOR, is_over
from tests.support.apps import NOW, TODAY

STAR_ON = date(2019, 4, 5)
ROUTINE = Agreement(area="family_routine", action="Bed at 8", by_whom="Mum", by_when=STAR_ON)
CHOOSE = "Choose a value from 1 to 10, or say why the area was not scored"
SCALE = "Choose a whole number from 1 to 10"
EMPTY = "Score at least one area: a completed Star cannot be empty"


def refusal_of(attempt: Callable[[], object]) -> tuple[str, str]:
    """The field and the message of a refusal; ("", "") if there is none."""
    try:
        attempt()
    except DomainError as error:
        return error.field, error.message
    return "", ""


def worded(faults: list[DomainError]) -> list[tuple[str, str]]:
    return [(fault.field, fault.message) for fault in faults]


def all_fives(**others: Reading) -> Mapping[str, Reading]:
    return dict.fromkeys(AREAS, Reading(value=5)) | others


@pytest.mark.parametrize(
    ("readings", "refusal"),
    [
        (all_fives(), ("", "")),
        (all_fives(family_routine=Reading(value=1), home_and_money=Reading(value=10, parent_value=1)), ("", "")),
        (all_fives(family_routine=Reading(reason=NotScored.DECLINED)), ("", "")),
        (all_fives(family_routine=Reading()), ("family_routine", CHOOSE)),
        (all_fives(family_routine=Reading(value=5, reason=NotScored.DECLINED)), ("family_routine", CHOOSE)),
        ({area: Reading(value=5) for area in AREAS if area != "home_and_money"}, ("home_and_money", CHOOSE)),
        (all_fives(family_routine=Reading(value=0)), ("family_routine", SCALE)),
        (all_fives(family_routine=Reading(value=11)), ("family_routine", SCALE)),
        (all_fives(family_routine=Reading(value=5, parent_value=11)), ("family_routine", SCALE)),
        (
            all_fives(gardening=Reading(value=5), cooking=Reading(value=5)),
            ("readings", "Unknown area: cooking, gardening"),
        ),
        (dict.fromkeys(AREAS, Reading(reason=NotScored.DECLINED)), ("readings", EMPTY)),
    ],
)
def test_readings_that_no_star_may_have_are_refused(readings: Mapping[str, Reading], refusal: tuple[str, str]) -> None:
    assert refusal_of(lambda: check_readings(readings)) == refusal


@pytest.mark.parametrize(
    ("reading", "before", "is_refused"),
    [
        (Reading(value=8), {"family_routine": 4}, True),
        (Reading(value=4), {"family_routine": 8}, True),
        (Reading(value=8, jump_reason=" "), {"family_routine": 4}, True),
        (Reading(value=8, jump_reason="Grandmother moved in"), {"family_routine": 4}, False),
        (Reading(value=7), {"family_routine": 4}, False),
        (Reading(value=10), {"family_routine": None}, False),
        (Reading(value=10), {}, False),
    ],
)
def test_jump_of_four_needs_a_reason(reading: Reading, before: Mapping[str, int | None], is_refused: bool) -> None:
    said = refusal_of(lambda: check_jumps(all_fives(family_routine=reading), before))
    words = "Say what is behind this change, or change the value"
    assert said == (("jump_family_routine", words) if is_refused else ("", ""))


@pytest.mark.parametrize(
    ("completed_on", "closed_on", "message"),
    [
        (STAR_ON, None, ""),
        (TODAY, None, ""),
        (TODAY + timedelta(days=1), None, "The date must be today, 10 April 2019, or before"),
        (
            STAR_ON - timedelta(days=1),
            None,
            "The date must be 5 April 2019, when this intervention started, or after",
        ),
        (date(2019, 4, 9), date(2019, 3, 12), ""),
        (
            TODAY,
            date(2019, 3, 12),
            "The date must be 9 April 2019 or before: 28 days after this intervention closed on 12 March 2019",
        ),
    ],
)
def test_star_is_dated_from_the_start_to_28_days_after_closure_and_never_in_the_future(
    completed_on: date, closed_on: date | None, message: str
) -> None:
    started_on = STAR_ON if closed_on is None else date(2019, 1, 3)
    refusal = ("completed_on", message) if message else ("", "")
    assert (
        refusal_of(lambda: check_star_date(completed_on, started_on=started_on, closed_on=closed_on, today=TODAY))
        == refusal
    )


def star(kind: Kind, day: int, by: CompletedBy = CompletedBy.WORKER, row: int | None = None) -> StarDate:
    """A Star of a day of March 2019."""
    return StarDate(kind, date(2019, 3, day), by, row)


START, INTERIM, CLOSURE = Kind
ALONE = CompletedBy.PARENT


@pytest.mark.parametrize(
    ("recorded", "other", "refusal"),
    [
        (star(INTERIM, 5), star(START, 5), ("", "")),
        (star(INTERIM, 5), star(INTERIM, 6), ("", "")),
        (star(INTERIM, 5), star(CLOSURE, 5), ("", "")),
        (star(CLOSURE, 4), star(INTERIM, 5), ("", "")),
        (star(START, 5), star(INTERIM, 5), ("", "")),
        (
            star(INTERIM, 5),
            star(INTERIM, 5, CompletedBy.TOGETHER, row=7),
            (
                "completed_on",
                "This parent already has an interim Star on 5 March 2019 (row 7): "
                "choose another date, or ask your service lead to correct that Star",
            ),
        ),
        (
            star(START, 5),
            star(START, 4),
            (
                "kind",
                "This parent already has a start Star in this intervention, "
                "completed on 4 March 2019: there can be one that counts",
            ),
        ),
        (
            star(CLOSURE, 5),
            star(CLOSURE, 6, row=9),
            (
                "kind",
                "This parent already has a closure Star in this intervention, "
                "completed on 6 March 2019 (row 9): there can be one that counts",
            ),
        ),
        (
            star(START, 5),
            star(INTERIM, 4),
            (
                "completed_on",
                "The start Star must be the parent's first Star in this intervention, but there is one of 4 March 2019",
            ),
        ),
        (
            star(INTERIM, 4),
            star(START, 5),
            ("completed_on", "The date must be 5 March 2019, the date of the start Star, or after"),
        ),
        (star(START, 5, ALONE), star(START, 5), ("", "")),
        (star(START, 5), star(START, 5, ALONE), ("", "")),
        (star(INTERIM, 4, ALONE), star(START, 5), ("", "")),
        (star(START, 5, ALONE), star(START, 4, ALONE), ("", "")),
        (star(START, 5, ALONE), star(INTERIM, 5, ALONE), ("", "")),
        (
            star(START, 5, ALONE),
            star(START, 5, ALONE, row=3),
            (
                "completed_on",
                "This parent already completed a Star of this kind alone on 5 March 2019 (row 3): "
                "choose another date, or ask your service lead to correct that Star",
            ),
        ),
    ],
)
def test_star_that_does_not_fit_another_of_the_intervention_is_refused(
    recorded: StarDate, other: StarDate, refusal: tuple[str, str]
) -> None:
    assert refusal_of(lambda: check_star_among(recorded, [other])) == refusal


@pytest.mark.parametrize(
    ("first", "others", "after"),
    [
        (star(START, 5), [], None),
        (star(INTERIM, 5), [], ""),
        (star(CLOSURE, 5, ALONE), [], ""),
        (star(INTERIM, 5), [star(START, 4, ALONE)], ". One that the parent completed alone does not count"),
        (star(INTERIM, 5, ALONE), [star(START, 4, ALONE)], None),
        (star(INTERIM, 5), [star(START, 4, ALONE), star(START, 5)], None),
        (star(INTERIM, 5, ALONE), [star(START, 5)], None),
    ],
)
def test_first_star_must_be_a_start_star_that_counts(
    first: StarDate, others: list[StarDate], after: str | None
) -> None:
    words = "This parent has no start Star yet in this intervention: complete that first"
    refusal = ("", "") if after is None else ("kind", words + after)
    assert refusal_of(lambda: check_first_star(first, others)) == refusal


@pytest.mark.parametrize(
    ("others", "possible", "proposed", "when_closed"),
    [
        ([], [START], START, START),
        ([star(START, 5)], [INTERIM, CLOSURE], INTERIM, CLOSURE),
        ([star(START, 5), star(INTERIM, 10)], [CLOSURE], INTERIM, CLOSURE),
        ([star(START, 5), star(CLOSURE, 6)], [INTERIM], INTERIM, INTERIM),
        ([star(START, 12)], [], INTERIM, INTERIM),
        ([star(INTERIM, 5)], [INTERIM, CLOSURE], INTERIM, CLOSURE),
        ([star(START, 5, ALONE)], [START], START, START),
    ],
)
def test_kinds_of_star_that_can_be_recorded_on_10_march_and_the_one_proposed(
    others: list[StarDate], possible: list[Kind], proposed: Kind, when_closed: Kind
) -> None:
    day = date(2019, 3, 10)
    assert [kind for kind, why_not in find_kind_faults(others, day).items() if not why_not] == possible
    assert propose_kind(others, day, is_closed=False) is proposed
    assert propose_kind(others, day, is_closed=True) is when_closed


@pytest.mark.parametrize("by", list(CompletedBy))
def test_unplanned_star_is_completed_by_the_worker_alone(by: CompletedBy) -> None:
    words = "A Star without seeing the parent is completed by the worker alone: choose that, or untick this"
    refusal = ("", "") if by is CompletedBy.WORKER else ("unplanned", words)
    assert refusal_of(lambda: check_unplanned(unplanned=True, completed_by=by)) == refusal
    check_unplanned(unplanned=False, completed_by=by)


@pytest.mark.parametrize(
    ("agreements", "faults"),
    [
        ([ROUTINE], []),
        ([Agreement(), ROUTINE, Agreement(action=" ")], []),
        ([Agreement(), Agreement(action="Bed at 8")], [("area_2", "Choose the area that this is about")]),
        ([ROUTINE, ROUTINE], [("area_2", "This area is there already: choose another one")]),
        ([Agreement(area="gardening", action="Dig")], [("area_1", "Choose the area that this is about")]),
        ([Agreement(area="family_routine", by_whom="Mum")], [("action_1", "Write what was agreed")]),
        (
            [Agreement(area="family_routine", action="a" * 501, by_whom="b" * 101)],
            [
                ("action_1", "Write at most 500 characters; these are 501"),
                ("by_whom_1", "Write at most 100 characters; these are 101"),
            ],
        ),
        ([Agreement(area="family_routine", action="a" * 500, by_whom="b" * 100)], []),
        (
            [Agreement(area="family_routine", action="Bed at 8", by_when=STAR_ON - timedelta(days=1))],
            [("by_when_1", "The date must be 5 April 2019, the day of this Star, or after")],
        ),
        ([Agreement(area=area, action="Talk") for area in AREAS[:3]], []),
        ([Agreement(area=area, action="Talk") for area in AREAS[:4]], [("", "Choose up to 3 areas")]),
    ],
)
def test_agreements_that_cannot_be_stored_are_refused(
    agreements: list[Agreement], faults: list[tuple[str, str]]
) -> None:
    assert worded(list_faults(agreements, completed_on=STAR_ON)) == faults


@pytest.mark.parametrize(
    ("said", "earlier", "begins"),
    [
        ({}, EarlierAgreement(agreement=ROUTINE), ""),
        ({}, None, "You chose “Done” of something that is not to be looked at with this Star any more"),
        ({"was": Outcome.DONE}, None, ""),
        ({}, EarlierAgreement(agreement=ROUTINE, outcome=Outcome.DONE), ""),
        ({"was": Outcome.PARTLY}, EarlierAgreement(agreement=ROUTINE, outcome=Outcome.PARTLY), ""),
        (
            {},
            EarlierAgreement(agreement=ROUTINE, outcome=Outcome.PARTLY),
            "Somebody else chose “Partly done” while you were writing, and you chose “Done”. Nothing was saved",
        ),
        (
            {},
            EarlierAgreement(agreement=ROUTINE, outcome=Outcome.DONE, later_star_on=STAR_ON),
            "Somebody else chose “Done” with the Star of 5 April 2019 meanwhile. You chose “Done”",
        ),
        (
            {"about": "other words"},
            EarlierAgreement(agreement=ROUTINE),
            "Somebody else changed what was agreed here while you were writing. You chose “Done”. Nothing was saved",
        ),
    ],
)
def test_outcome_that_somebody_else_has_changed_meanwhile_is_not_stored(
    said: dict[str, Any], earlier: EarlierAgreement | None, begins: str
) -> None:
    reported = ReportedOutcome(**{"outcome": Outcome.DONE, "about": fingerprint_agreed([ROUTINE]), **said})
    clash = find_clash(reported, earlier)
    assert clash.startswith(begins)
    assert bool(clash) == bool(begins)


def test_changes_of_a_draft_are_each_made_or_refused_by_what_was_seen_there() -> None:
    current = {"family_routine": "4", "home_and_money": "6"}
    changes = {
        "kind": FieldChange(was="", now=""),  # left as it was seen
        "note_family_routine": FieldChange(was="", now="Bed at 8"),  # nobody has answered it yet
        "family_routine": FieldChange(was="4", now="5"),
        "home_and_money": FieldChange(was="5", now="7"),  # somebody else has chosen 6
        "progress_to_work": FieldChange(was="3", now="2"),  # somebody else has taken the 3 away
    }
    merged = merge_changes(current, changes)
    assert merged.accepted == {"note_family_routine": "Bed at 8", "family_routine": "5"}
    assert merged.refused == {"home_and_money": "7", "progress_to_work": "2"}


def test_fingerprint_of_what_is_agreed_tells_every_field_and_no_order() -> None:
    other = Agreement(area="home_and_money", action="Ask the bank")
    changed: list[dict[str, Any]] = [
        {},
        {"area": "gardening"},
        {"action": "Bed at 9"},
        {"by_whom": "Dad"},
        {"by_when": TODAY},
    ]
    values = vars(ROUTINE)
    assert fingerprint_agreed([ROUTINE, other]) == fingerprint_agreed([other, ROUTINE])
    assert len({fingerprint_agreed([Agreement(**{**values, **change})]) for change in changed}) == 5


@pytest.mark.parametrize(
    ("roles", "has_pod", "faults"),
    [
        ([], False, [("roles", "Choose at least one role")]),
        ([Role.COUNCIL], False, []),
        ([Role.PRACTITIONER], True, []),
        ([Role.LEAD, Role.PRACTITIONER, Role.ADMINISTRATOR], True, []),
        (
            [Role.COUNCIL, Role.LEAD],
            True,
            [("roles", "Council goes with no other role: take away either Council or the others")],
        ),
        (
            [Role.PRACTITIONER],
            False,
            [("pod_ids", "Choose at least one pod: a practitioner sees the families of their pods")],
        ),
    ],
)
def test_roles_that_do_not_go_together_are_refused(
    roles: list[Role], has_pod: bool, faults: list[tuple[str, str]]
) -> None:
    assert worded(list_role_faults(roles, has_pod=has_pod, has_council=True)) == faults


def test_the_role_council_without_a_council_is_refused_and_no_other_role_needs_one() -> None:
    alone = list_role_faults([Role.COUNCIL], has_pod=False, has_council=False)
    assert worded(alone) == [("council_ids", "Choose at least one council: its people see its returns alone")]
    assert list_role_faults([Role.LEAD, Role.PRACTITIONER], has_pod=True, has_council=False) == []


def test_administrators_give_themselves_no_role_and_no_pod_that_opens_families() -> None:
    role = ("roles", "You cannot give yourself a role that opens families: another administrator can")
    pod = ("pod_ids", "You cannot add yourself to a pod: another administrator can")
    had = [Role.ADMINISTRATOR]

    def gains(roles: list[Role], pod_ids: list[int]) -> list[tuple[str, str]]:
        return worded(list_self_grants(roles=roles, had_roles=had, pod_ids=pod_ids, had_pod_ids=[7]))

    assert gains([*had, Role.PRACTITIONER], [7, 8]) == [role, pod]
    assert gains([*had, Role.COUNCIL], [7]) == []
    assert gains([], []) == []


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({}, ("", "")),
        ({"children": 0}, ("", "")),
        ({"children": 20}, ("", "")),
        ({"children": None}, ("", "")),
        ({"children": -1}, ("children", "The number of children must be from 0 to 20")),
        ({"children": 21}, ("children", "The number of children must be from 0 to 20")),
        (
            {"referred_on": STAR_ON + timedelta(days=1)},
            ("referred_on", "The referral must be on or before the day the intervention started"),
        ),
        (
            {"started_on": TODAY + timedelta(days=1)},
            ("started_on", "The date must be today, 10 April 2019, or before"),
        ),
    ],
)
def test_intervention_that_cannot_begin_like_this_is_refused(values: dict[str, Any], refusal: tuple[str, str]) -> None:
    usual = {"referred_on": STAR_ON, "started_on": STAR_ON, "children": 2, "today": TODAY}
    assert refusal_of(lambda: check_beginning(**{**usual, **values})) == refusal


@pytest.mark.parametrize(
    ("closed_on", "message"),
    [
        (STAR_ON, ""),
        (TODAY, ""),
        (STAR_ON - timedelta(days=1), "The date must be 5 April 2019, when the intervention started, or after"),
        (TODAY + timedelta(days=1), "The date must be today, 10 April 2019, or before"),
    ],
)
def test_intervention_closes_from_its_first_day_to_today(closed_on: date, message: str) -> None:
    refusal = ("closed_on", message) if message else ("", "")
    assert refusal_of(lambda: check_dates(started_on=STAR_ON, closed_on=closed_on, today=TODAY)) == refusal


def test_what_is_agreed_is_stored_on_one_line() -> None:
    tidied = Agreement(area="family_routine", action="Bed at 8,\nlights  out ", by_whom=" Mum\nand Dad").tidied()
    assert tidied == Agreement(area="family_routine", action="Bed at 8, lights out", by_whom="Mum and Dad")


def test_what_is_typed_is_refused_at_its_field_if_it_cannot_be_stored() -> None:
    assert refusal_of(lambda: checked_ref("ref", " \N{ZERO WIDTH SPACE}")) == ("ref", "Enter a reference")
    assert checked_ref("ref", " F1 ") == "F1"
    assert refusal_of(lambda: checked_text("name", "abc", 2, do="Write")) == (
        "name",
        "Write at most 2 characters; these are 3",
    )
    assert refusal_of(lambda: checked_ref("ref", "a" * 101)) == ("ref", "Enter at most 100 characters; these are 101")
    assert checked_text("name", "ab", 2) == "ab"
    assert refusal_of(lambda: checked_reason(" ", SayWhy.TRAIL)) == ("reason", SayWhy.TRAIL)
    assert refusal_of(lambda: checked_reason("", SayWhy.COUNCIL, field="why")) == ("why", SayWhy.COUNCIL)


def test_what_was_counted_is_over_after_an_hour_exactly() -> None:
    second = timedelta(seconds=1)
    assert [is_over(NOW, NOW + COUNTED_FOR + later) for later in (-second, timedelta(0), second)] == [False, True, True]
