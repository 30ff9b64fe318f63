"""R5's measures: worked out by hand in small frames, and against a plain list of pairs in general."""

import statistics
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from star_tracker.analysis.frames import CHANGES, MEASURES, build_frame, check_frame
from star_tracker.analysis.measures import measures_frame, measures_records, stages_frame
from star_tracker.domain.scales import AREAS

AREA = "your_wellbeing"
COUNTS = ("n", "improved", "maintained", "declined", "stage_up", "stage_same", "stage_down")

VALUES = st.integers(min_value=1, max_value=10)
ROWS = st.lists(st.tuples(VALUES, VALUES, st.integers(min_value=1, max_value=4)), min_size=1, max_size=25)

Rows = Sequence[tuple[int, int, int]]


def frame_of(rows: Rows) -> pd.DataFrame:
    return build_frame(CHANGES, [(AREA, *row) for row in rows])


def measured(rows: Rows) -> dict[str, Any]:
    """The measures of ``AREA`` with these (start, latest, n)."""
    [record] = [record for record in measures_records(measures_frame(frame_of(rows))) if record["area"] == AREA]
    return record


def test_five_pairs_worked_out_by_hand() -> None:
    found = measured([(2, 2, 1), (3, 5, 2), (4, 3, 1), (5, 9, 1)])
    # Changes 0, 2, 2, -1, 4: sum 7, sum of squares 25, variance (25 - 49/5) / 4 = 3.8; t for 4 is 2.776445.
    half_width = 2.776445105 * (3.8 / 5) ** 0.5
    assert found == {
        "area": AREA,
        "n": 5,
        "mean_start": 3.4,
        "mean_latest": 4.8,
        "mean_change": 1.4,
        "sd_change": pytest.approx(3.8**0.5, abs=1e-12),
        "ci_low": pytest.approx(1.4 - half_width, abs=1e-8),
        "ci_high": pytest.approx(1.4 + half_width, abs=1e-8),
        "median_start": 3.0,
        "median_latest": 5.0,
        "improved": 3,
        "maintained": 1,
        "declined": 1,
        "stage_up": 3,
        "stage_same": 2,
        "stage_down": 0,
        "rank_biserial": 0.8,  # ranks 1 (down), 2.5, 2.5 and 4 (up)
    }


def test_the_median_of_an_even_number_is_the_mean_of_the_middle_two() -> None:
    found = measured([(1, 4, 3), (4, 9, 3)])
    assert (found["median_start"], found["median_latest"]) == (2.5, 6.5)


def test_one_pair_has_no_deviation_and_no_interval() -> None:
    found = measured([(4, 3, 1)])
    assert (found["n"], found["mean_change"], found["rank_biserial"]) == (1, -1.0, -1.0)
    assert (found["sd_change"], found["ci_low"], found["ci_high"]) == (None, None, None)


def test_interval_is_the_mean_when_all_pairs_change_equally() -> None:
    found = measured([(3, 5, 4), (5, 7, 2)])
    assert (found["sd_change"], found["ci_low"], found["ci_high"]) == (0.0, 2.0, 2.0)


def test_when_nobody_changes_there_is_no_rank_correlation() -> None:
    found = measured([(5, 5, 200)])
    assert (found["mean_change"], found["sd_change"], found["maintained"]) == (0.0, 0.0, 200)
    assert found["rank_biserial"] is None


def test_an_area_without_pairs_has_counts_of_nought_and_nothing_else() -> None:
    frame = measures_frame(build_frame(CHANGES, []))
    check_frame(frame, MEASURES)
    assert frame["area"].tolist() == list(AREAS)
    assert (frame[list(COUNTS)] == 0).all(axis=None)
    assert frame.drop(columns=["area", *COUNTS]).isna().all(axis=None)


def test_areas_come_in_the_order_of_the_star_with_their_types() -> None:
    frame = measures_frame(build_frame(CHANGES, [(area, 1, 2, 1) for area in reversed(AREAS)]))
    assert frame["area"].tolist() == list(AREAS)
    assert {column: str(kind) for column, kind in frame.dtypes.items()} == MEASURES


def test_rows_for_the_same_change_are_added() -> None:
    assert measured([(3, 5, 1), (4, 4, 2), (3, 5, 2)]) == measured([(3, 5, 3), (4, 4, 2)])


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (("happiness", 3, 4, 1), "'happiness' is not an area"),
        ((AREA, 0, 4, 1), "from 1 to 10"),
        ((AREA, 3, 11, 1), "from 1 to 10"),
    ],
)
def test_unknown_area_or_value_off_the_scale_is_refused(row: tuple[str, int, int, int], message: str) -> None:
    frame = build_frame(CHANGES, [row])
    with pytest.raises(ValueError, match=message):
        measures_frame(frame)
    with pytest.raises(ValueError, match=message):
        stages_frame(frame)


def test_a_frame_with_other_columns_is_refused() -> None:
    with pytest.raises(ValueError, match="expected columns"):
        measures_frame(frame_of([(3, 4, 1)]).rename(columns={"n": "pairs"}))


def test_moves_between_stages_add_up_and_keep_the_order_of_areas_and_stages() -> None:
    changes = build_frame(
        CHANGES,
        [
            ("family_routine", 9, 10, 1),
            ("family_routine", 2, 6, 2),
            ("family_routine", 1, 5, 1),
            ("family_routine", 1, 4, 3),
            ("physical_health", 8, 2, 1),
            ("physical_health", 3, 3, 0),
        ],
    )
    assert list(stages_frame(changes).itertuples(index=False, name=None)) == [
        ("physical_health", "finding_what_works", "stuck", 1),
        ("family_routine", "stuck", "accepting_help", 3),
        ("family_routine", "stuck", "trying", 3),
        ("family_routine", "effective_parenting", "effective_parenting", 1),
    ]


@given(rows=ROWS)
def test_measures_agree_with_a_plain_list_of_pairs(rows: Rows) -> None:
    pairs = [(start, latest) for start, latest, n in rows for _ in range(n)]
    starts, latests = [start for start, _ in pairs], [latest for _, latest in pairs]
    changes = [latest - start for start, latest in pairs]
    found = measured(rows)

    assert found["n"] == len(pairs)
    assert found["mean_start"] == pytest.approx(statistics.mean(starts))
    assert found["mean_latest"] == pytest.approx(statistics.mean(latests))
    assert found["mean_change"] == pytest.approx(statistics.mean(changes))
    assert (found["median_start"], found["median_latest"]) == (statistics.median(starts), statistics.median(latests))
    assert found["improved"] == sum(change > 0 for change in changes)
    assert found["maintained"] == changes.count(0)
    assert found["declined"] == sum(change < 0 for change in changes)
    stages = [((start + 1) // 2, (latest + 1) // 2) for start, latest in pairs]
    assert found["stage_up"] == sum(before < after for before, after in stages)
    assert found["stage_same"] == sum(before == after for before, after in stages)
    assert found["stage_down"] == sum(before > after for before, after in stages)

    if len(pairs) >= 2:
        deviation = statistics.stdev(changes)
        assert found["sd_change"] == pytest.approx(deviation)
        if deviation:
            interval = stats.t.interval(
                0.95, len(pairs) - 1, loc=statistics.mean(changes), scale=deviation / len(pairs) ** 0.5
            )
            assert (found["ci_low"], found["ci_high"]) == pytest.approx(interval)

    moved = [change for change in changes if change]
    if moved:
        ranks = stats.rankdata([abs(change) for change in moved])
        balance = sum(rank if change > 0 else -rank for rank, change in zip(ranks, moved, strict=True))
        assert found["rank_biserial"] == pytest.approx(balance / sum(ranks))


@given(rows=ROWS)
def test_the_rank_correlation_is_bounded_and_turns_with_the_pairs(rows: Rows) -> None:
    there = measured(rows)["rank_biserial"]
    back = measured([(latest, start, n) for start, latest, n in rows])["rank_biserial"]
    assert there is None or -1 <= there <= 1
    assert back == (None if there is None else -there)


@given(rows=ROWS, data=st.data())
def test_measures_are_identical_for_any_order_of_rows(rows: Rows, data: st.DataObject) -> None:
    assert measured(data.draw(st.permutations(rows))) == measured(rows)


@given(rows=ROWS)
def test_moves_between_stages_count_every_pair(rows: Rows) -> None:
    assert stages_frame(frame_of(rows))["pairs"].sum() == measured(rows)["n"]


def test_measures_load_no_charting_library() -> None:
    program = (
        "import sys, star_tracker.analysis.measures; sys.exit('altair' in sys.modules or 'vl_convert' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
