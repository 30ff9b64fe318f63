"""R9 from outside: what a solver makes of all that a published return says, and what the return hides against it."""

from typing import Any

import pytest

from star_tracker.analysis.disclosure import Profile
from star_tracker.analysis.protection.published import Protection
from star_tracker.analysis.service import COHORTS
from star_tracker.domain.quarters import Quarter
from star_tracker.domain.scales import ALL_PODS, AREAS
from star_tracker.exports.returns import building
from star_tracker.exports.returns.content import Return
from tests.unit.attack import attack_counts, attack_pairs, cells_of
from tests.unit.small_service import CREWE, MACC, invented_service, small_service
from tests.unit.test_return import small_return


def publish(seed: int, threshold: int, pods: tuple[str, ...] = (CREWE, MACC), most: int = 30) -> tuple[Return, Return]:
    record = invented_service(seed, pods, most)
    return small_return(Profile.PUBLISHED, record, threshold), small_return(Profile.RESTRICTED, record, threshold)


@pytest.mark.parametrize(
    ("seed", "threshold", "most"),
    [(0, 6, 8), (3, 6, 15), (194847, 6, 60), (1, 8, 15), (470, 8, 60), (1003, 8, 60), (2, 10, 60)],
)
def test_no_count_of_1_to_t_less_1_can_be_worked_out_from_all_tables_of_counts(
    seed: int, threshold: int, most: int
) -> None:
    assert attack_counts(*publish(seed, threshold, (CREWE, MACC, "Third"), most), threshold) == {}


NOT_PROTECTED = pytest.mark.xfail(reason="a small service of which a number is told: docs/disclosure.md, what remains")


@pytest.mark.parametrize(
    ("seed", "threshold", "most"),
    [
        (0, 6, 12),
        (3, 6, 30),
        pytest.param(60000, 6, 12, marks=NOT_PROTECTED),
        (330, 8, 12),
        (1, 8, 30),
        (161, 10, 12),
        (212028, 10, 30),
    ],
)
def test_no_number_of_1_to_t_less_1_pairs_can_be_worked_out_from_counts_moves_and_averages(
    seed: int, threshold: int, most: int
) -> None:
    assert attack_pairs(*publish(seed, threshold, most=most), AREAS[0], threshold) == {}


def test_solver_tells_small_counts_if_each_figure_is_only_hidden_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "protect", lambda *_: Protection())
    assert len(attack_counts(*publish(3, 6, most=60), 6)) > 10
    assert attack_pairs(*publish(1, 8, most=14), AREAS[0], 8) == {("change", "all_to_date", CREWE, AREAS[0], "n"): 4}


def interventions(*closed: tuple[str, int]) -> list[tuple[Any, ...]]:
    """So many interventions that closed successfully in the quarter, in each pod."""
    day = Quarter(2018, 3).starts_on
    pods = [pod for pod, number in closed for _ in range(number)]
    return [(number, number, pod, day, day, day, "completed", 1) for number, pod in enumerate(pods, start=1)]


def closed_families(threshold: int, *closed: tuple[str, int]) -> dict[str, Any]:
    record = small_service(interventions=interventions(*closed), together=())
    cells = cells_of(small_return(Profile.PUBLISHED, record, threshold))
    return {pod: cells["closures", pod, "completed", "families"] for pod in (CREWE, MACC, ALL_PODS)}


def test_total_of_two_pods_that_would_tell_both_is_not_shown() -> None:
    """With t = 10, all pods would be 20, which is 18 to 22; each pod is 9 at most, so that each would be 9."""
    assert closed_families(10, (CREWE, 9), (MACC, 9)) == {CREWE: "c", MACC: "c", ALL_PODS: "c"}


def test_total_that_leaves_a_pod_open_is_shown() -> None:
    """With t = 8, all pods are 25, which is 23 to 27, and Crewe 18 to 22: Macclesfield is 1 to 7, as its c says."""
    assert closed_families(8, (CREWE, 20), (MACC, 4)) == {CREWE: 20, MACC: "c", ALL_PODS: 25}


def publish_pairs(*rows: tuple[int, int, int]) -> Return:
    """Pairs of Crewe to date in one area: their start, their latest reading, and how many."""
    changes: dict[str, list[tuple[Any, ...]]] = {cohort: [] for cohort in COHORTS}
    changes["all_to_date"] = [(CREWE, AREAS[0], *row) for row in rows]
    return small_return(Profile.PUBLISHED, small_service(changes=changes))


def averages_and_change(*rows: tuple[int, int, int]) -> dict[str, Any]:
    cells = cells_of(publish_pairs(*rows))
    return {cell[-1]: figure for cell, figure in cells.items() if cell[1:4] == ("all_to_date", CREWE, AREAS[0])}


def test_parts_are_not_shown_where_an_average_would_tell_how_many_pairs_improved() -> None:
    """Of 9 pairs one rose from 5 to 6: the average change is 0.1, in all a point, and nobody declined."""
    shown = averages_and_change((5, 5, 8), (5, 6, 1))
    assert [shown[name] for name in ("n", "mean_start", "mean_latest", "mean_change")] == [10, 5.0, 5.1, 0.1]
    assert {shown[name] for name in ("improved", "maintained", "declined", "stage_up", "sd_change", "ci_low")} == {"c"}
    assert "pairs" not in shown, "no move is listed"


def test_spread_is_not_shown_where_few_of_few_pairs_declined_and_is_where_many_did() -> None:
    few = averages_and_change((3, 5, 20), (5, 4, 3))
    assert [few[name] for name in ("mean_change", "improved", "declined")] == [1.6, 20, "c"]
    assert {few[name] for name in ("sd_change", "ci_low", "ci_high", "rank_biserial")} == {"c"}
    many = averages_and_change((3, 5, 20), (5, 4, 9))
    assert [many[name] for name in ("mean_change", "sd_change", "improved", "declined")] == [1.1, 1.4, 20, 10]


def test_chart_draws_no_more_than_the_tables_say() -> None:
    drawn = publish_pairs((3, 5, 20), (5, 4, 3)).star_measures.iloc[0]
    assert drawn[["mean_start", "mean_latest", "mean_change"]].tolist() == [3.3, 4.9, 1.6]
    assert drawn[["declined", "sd_change", "ci_low", "ci_high", "rank_biserial"]].isna().all()


def test_restricted_return_is_exact() -> None:
    record = small_service(interventions=interventions((CREWE, 9), (MACC, 9)), together=())
    cells = cells_of(small_return(Profile.RESTRICTED, record, 10))
    assert [cells["closures", pod, "completed", "families"] for pod in (CREWE, MACC, ALL_PODS)] == [9, 9, 18]
