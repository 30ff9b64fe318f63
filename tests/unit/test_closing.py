"""How soon interventions close: the estimate by hand, against SciPy and R's example; differences; the chart's words."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import CensoredData, ecdf

from star_tracker.analysis.charts import describe_closing
from star_tracker.analysis.closing import (
    Closing,
    ClosingDifference,
    Curve,
    Ending,
    compare_closing,
    compare_shares,
    compare_soonness,
    trace_closing,
    work_out_closing,
)
from star_tracker.analysis.closing_pictures import caption_closing, get_closing_picture, list_curves
from star_tracker.analysis.closing_words import write_soonness
from star_tracker.analysis.cohorts import CohortFilter
from star_tracker.analysis.key_figures import Share
from star_tracker.domain.scales import ClosureReason

CHOSEN = CohortFilter(as_at=date(2019, 3, 31))

MAINTAINED = ([9, 13, 18, 23, 31, 34, 48], [13, 28, 45, 161])
NOT_MAINTAINED = ([5, 5, 8, 8, 12, 23, 27, 30, 33, 43, 45], [16])
"""``aml`` of R's package survival: days of events, and those of censoring."""

endings_lists = st.lists(
    st.builds(Ending, st.integers(0, 60), st.sampled_from([None, "completed", "moved_away", "other"])),
    min_size=1,
    max_size=40,
)


def make_endings(closed: Sequence[int], still_open: Sequence[int], reason: str = "completed") -> Counter[Ending]:
    return Counter([*(Ending(days, reason) for days in closed), *(Ending(days, None) for days in still_open)])


def follow(*endings: tuple[int, str | None]) -> Closing:
    return work_out_closing(CHOSEN, Counter(Ending(*ending) for ending in endings))


TEN: list[tuple[int, str | None]] = [
    (7, "completed"),
    (7, "stepped_down"),
    (14, None),
    (14, "completed"),
    (21, "completed"),
    (21, "completed"),
    (28, "disengaged"),
    (35, "completed"),
    (70, None),
    (70, None),
]


def test_ten_interventions_by_hand() -> None:
    closing = follow(*TEN)
    # Day 7, 10 at risk: 1/10 and 1/10, 4/5 open. Day 14, 8 at risk: + 4/5 × 1/8 = 2/10; 7/10 open; one more is not
    # known of later. Day 21, 6 at risk: + 7/10 × 2/6 = 13/30; 7/15 open. Day 28, 4 at risk: 7/15 × 1/4 = 7/60
    # otherwise; 7/20 open. Day 35, 3 at risk: + 7/20 × 1/3 = 33/60. Day 70: nothing.
    assert [step.days for step in closing.steps] == [0, 7, 14, 21, 28, 35, 70]
    assert [step.at_risk for step in closing.steps] == [10, 10, 8, 6, 4, 3, 2]
    assert [step.successfully for step in closing.steps] == pytest.approx(
        [0, 1 / 10, 2 / 10, 13 / 30, 13 / 30, 33 / 60, 33 / 60]
    )
    assert [step.otherwise for step in closing.steps] == pytest.approx([0, *[1 / 10] * 3, *[13 / 60] * 3])
    assert closing.weeks_to_half == 5
    assert closing.successfully == Share(5, 10)
    assert closing.open == 3
    assert closing.by_reason[ClosureReason.DISENGAGED] == 1


def test_a_share_is_read_off_between_the_days_on_which_it_changes() -> None:
    curve = Curve(name="Crewe", steps=follow(*TEN).steps)
    assert curve.last_week == 10
    third, ninth = curve.after(3), curve.after(9)
    assert third
    assert ninth
    assert (third.at_risk, ninth.at_risk) == (6, 2)
    assert [third.successfully, ninth.successfully] == pytest.approx([13 / 30, 33 / 60])
    assert curve.after(11) is None


def test_half_is_reached_when_it_is_half_and_a_begun_week_counts() -> None:
    assert follow(*[(15, "completed")] * 5, *[(40, None)] * 5).weeks_to_half == 3
    assert follow(*[(0, "completed")] * 5, *[(40, None)] * 5).weeks_to_half == 1
    assert follow(*[(15, "completed")] * 4, *[(15, "other")] * 6).weeks_to_half is None


def test_nine_interventions_have_counts_alone() -> None:
    closing = follow(*TEN[:9])
    assert (closing.interventions, closing.steps, closing.weeks_to_half) == (9, (), None)
    assert closing.successfully.percent is None
    assert compare_closing(closing, follow(*TEN)) is None
    assert list_curves([closing, follow(*TEN)], ["A", "B"])[0].name == "B"


@given(endings_lists)
def test_closed_either_way_is_one_minus_scipys_survival(endings: Sequence[Ending]) -> None:
    steps = trace_closing(Counter(endings))
    closed = [ending.days for ending in endings if ending.reason]
    theirs = ecdf(CensoredData(uncensored=closed, right=[ending.days for ending in endings if not ending.reason]))
    for step in steps:
        assert step.still_open == pytest.approx(float(theirs.sf.evaluate([step.days])[0]))
        assert step.successfully + step.otherwise + step.still_open == pytest.approx(1)
    assert [step.successfully for step in steps] == sorted(step.successfully for step in steps)


def test_without_other_endings_it_is_rs_kaplan_meier_of_aml() -> None:
    steps = {step.days: step for step in trace_closing(make_endings(*MAINTAINED))}
    found = [round(steps[day].still_open, 3) for day in (9, 13, 18, 23, 31, 34, 48)]
    assert found == [0.909, 0.818, 0.716, 0.614, 0.491, 0.368, 0.184]


def test_log_rank_is_rs_of_aml() -> None:
    found = compare_soonness(make_endings(*MAINTAINED), make_endings(*NOT_MAINTAINED))
    assert found == pytest.approx(0.0653, abs=0.00005)


def test_log_rank_takes_another_ending_as_not_known_of_later() -> None:
    moved = Counter(Ending(day, "moved_away") for day in MAINTAINED[1]) + make_endings(MAINTAINED[0], [])
    assert compare_soonness(moved, make_endings(*NOT_MAINTAINED)) == pytest.approx(0.0653, abs=0.00005)


def test_nothing_tells_how_soon_where_nobody_closed_successfully() -> None:
    assert compare_soonness(make_endings([], [5] * 10), make_endings([3], [5] * 10, "other")) is None


def test_difference_of_shares_is_newcombes_example_and_fishers_tea() -> None:
    found = compare_shares(Share(56, 70), Share(48, 80))
    assert [round(value, 4) for value in found[:3]] == [0.2, 0.0524, 0.3339]
    assert compare_shares(Share(3, 4), Share(1, 4)).p == pytest.approx(34 / 70)


def test_words_say_which_closed_sooner_and_where_half_was_not_reached() -> None:
    soon, late = follow(*[(14, "completed")] * 10), follow(*[(21, "completed")] * 10)
    never = follow(*[(50, None)] * 10)
    names = ("A", "B")

    def write(first: Closing, second: Closing, p: float | None, *, is_crossed: bool = False) -> str:
        difference = ClosingDifference(compare_shares(Share(5, 10), Share(5, 10)), p, is_crossed)
        return write_soonness(difference, [first, second], names)

    assert write(late, soon, None) == "A within 3 weeks; B within 2 weeks, 1 week sooner."
    assert write(soon, soon, None) == "A within 2 weeks; B within 2 weeks."
    assert write(never, soon, 0.0004) == (
        "A not reached; B within 2 weeks. Log-rank test over all weeks: p below 0.001. Chance alone seldom makes a "
        "difference as large."
    )
    assert write(late, soon, 0.5, is_crossed=True).endswith(
        "p = 0.500. The curves cross, so this test, which asks whether one is ahead throughout, says little."
    )


def test_curves_cross_where_the_sooner_one_has_the_smaller_share_in_the_end() -> None:
    sooner = follow(*[(14, "completed")] * 6, *[(70, None)] * 4)
    later = follow(*[(21, "completed")] * 8, *[(70, None)] * 2)
    never = follow(*[(21, "completed")] * 4, *[(70, None)] * 6)
    crossed = {
        pair: found.is_crossed
        for pair, closings in {
            "later, but more": (sooner, later),
            "the same, second first": (later, sooner),
            "later and fewer": (sooner, never),
            "alike": (sooner, sooner),
            "neither reaches half": (never, never),
        }.items()
        if (found := compare_closing(*closings))
    }
    assert crossed == {
        "later, but more": True,
        "the same, second first": True,
        "later and fewer": False,
        "alike": False,
        "neither reaches half": False,
    }


def test_picture_says_what_it_is() -> None:
    closings, names = [follow(*TEN), follow(*TEN, *TEN)], ["Crewe", "Elsewhere"]
    curves = list_curves(closings, names)
    assert describe_closing(curves) == (
        "Chart of the share closed successfully by weeks since the start, of Crewe (10 interventions) and of Elsewhere "
        "(20 interventions): after 4 weeks 43% and 43%, after 8 weeks 55% and 55%."
    )
    for count in (1, 2):
        caption = caption_closing(closings[:count], names[:count], service_name="A service", is_comparison=False)
        drawn = get_closing_picture(curves[:count], "svg", caption=caption, is_framed=True).decode()
        assert "<title>Closed successfully, by weeks since the start</title>" in drawn
        assert "Crewe: as at 31 March 2019, n = 10 interventions, 5 closed successfully." in drawn
        assert "There is no comparison group." in drawn
        assert ("Closed for another reason" in drawn) is (count == 1)
    # 0.1 + 0.8 / 8 + 0.7 × 2 / 6 closed successfully by day 28, and 0.1 + 0.7 × 4 / 6 / 4 otherwise.
    said = "43% closed successfully, 22% closed for another reason, {} open and known of"
    assert f"After 4 weeks: Crewe, {said.format(4)}; Elsewhere, {said.format(8)}" in drawn
