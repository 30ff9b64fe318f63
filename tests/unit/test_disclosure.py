"""R9: what a return for publication shows, worked out by hand, and what it can never show."""

from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from star_tracker.analysis.disclosure import (
    Profile,
    Spec,
    disclose,
    disclose_count,
    drawable_frame,
    leave_out_small_groups,
)
from star_tracker.analysis.frames import CHANGES, MEASURES, build_frame
from star_tracker.analysis.measures import measures_frame
from star_tracker.domain.figures import THRESHOLDS

FIGURES = Spec(counts=("n", "improved"), measures=("mean", "sd"))


def figures(*rows: tuple[Any, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["pod", "n", "improved", "mean", "sd"])


def rows_of(frame: pd.DataFrame) -> list[tuple[Any, ...]]:
    return list(frame.itertuples(index=False, name=None))


@pytest.mark.parametrize(
    ("threshold", "shown"),
    [
        (6, {0: 0, 1: "c", 5: "c", 6: 5, 7: 5, 8: 10, 12: 10, 13: 15}),
        (8, {0: 0, 1: "c", 7: "c", 8: 10, 12: 10, 13: 15, 888: 890}),
        (10, {0: 0, 1: "c", 9: "c", 10: 10, 12: 10, 13: 15}),
    ],
)
def test_published_counts_below_the_threshold_become_c_others_the_nearest_5_and_zero_stays(
    threshold: int, shown: dict[int, int | str]
) -> None:
    assert {count: disclose_count(count, threshold) for count in shown} == shown


def test_published_measures_have_one_decimal_and_are_hidden_below_the_threshold() -> None:
    exact = figures(
        ("enough", 8, 8, 3.25, 1.04),
        ("down", 9, 0, -0.04, 0.0),
        ("too few", 7, 0, 3.25, 1.04),
        ("one", 1, 1, 4.0, None),
        ("nobody", 0, 0, None, None),
    )
    assert rows_of(disclose(exact, FIGURES, Profile.PUBLISHED, 8)) == [
        ("enough", 10, 10, 3.3, 1.0),
        ("down", 10, 0, 0.0, 0.0),
        ("too few", "c", 0, "c", "c"),
        ("one", "c", "c", "c", "c"),
        ("nobody", 0, 0, None, None),
    ]


def test_undefined_measure_of_enough_pairs_stays_undefined() -> None:
    assert rows_of(disclose(figures(("A", 20, 0, 3.0, None)), FIGURES, Profile.PUBLISHED))[0] == (
        ("A", 20, 0, 3.0, None)
    )


def test_restricted_figures_are_exact() -> None:
    exact = figures(("A", 7, 3, 10 / 3, 0.1), ("B", 0, 0, None, None))
    assert rows_of(disclose(exact, FIGURES, Profile.RESTRICTED, 8)) == [
        ("A", 7, 3, 10 / 3, 0.1),
        ("B", 0, 0, None, None),
    ]


def test_rows_that_are_a_part_of_a_frame_keep_their_own_figures() -> None:
    exact = figures(("A", 7, 7, 3.0, 0.1), ("B", 12, 12, 4.0, 0.2), ("C", 23, 0, 5.0, 0.3))
    part = exact[exact["n"] > 7][::-1]
    published = disclose(part, FIGURES, Profile.PUBLISHED, 8)
    assert rows_of(published) == [("C", 25, 0, 5.0, 0.3), ("B", 10, 10, 4.0, 0.2)]
    assert list(published.index) == list(part.index)


def test_totals_are_rounded_on_their_own() -> None:
    exact = figures(("A", 12, 0, 1.0, 1.0), ("B", 12, 0, 1.0, 1.0), ("All pods", 24, 0, 1.0, 1.0))
    assert disclose(exact, FIGURES, Profile.PUBLISHED)["n"].tolist() == [10, 10, 25]


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize("threshold", [0, 5, 7, 9, 11])
def test_another_threshold_is_refused(profile: Profile, threshold: int) -> None:
    with pytest.raises(ValueError, match="6, 8, 10"):
        disclose(figures(), FIGURES, profile, threshold)


def test_chart_draws_only_what_is_disclosed() -> None:
    # 9 pairs from 3 to 5 and 4 to 4 in the first area, 7 in the second, none in the others.
    changes = build_frame(
        CHANGES, [("physical_health", 3, 5, 6), ("physical_health", 4, 4, 3), ("your_wellbeing", 3, 5, 7)]
    )
    drawn = drawable_frame(measures_frame(changes), Profile.PUBLISHED, 8)
    assert list(drawn.columns) == list(MEASURES)
    assert [str(dtype) for dtype in drawn.dtypes] == list(MEASURES.values())
    enough, few, nobody = (drawn.iloc[place] for place in (0, 1, 2))
    assert enough[["n", "mean_start", "mean_latest"]].tolist() == [10, 3.3, 4.7]
    assert enough[["improved", "maintained"]].isna().all()
    assert few[["n", "mean_start", "mean_latest", "improved"]].isna().all()
    assert nobody["n"] == 0


@pytest.mark.parametrize(("threshold", "means"), [(6, [3.0, 3.0]), (8, [3.0, None]), (10, [None, None])])
def test_published_chart_draws_from_the_threshold_on_whichever_rows_it_is_given(
    threshold: int, means: list[float | None]
) -> None:
    measures = measures_frame(build_frame(CHANGES, [("your_wellbeing", 3, 5, 9), ("family_routine", 3, 5, 6)]))
    part = measures[measures["n"] > 0]
    drawn = drawable_frame(part, Profile.PUBLISHED, threshold)
    assert drawn["area"].tolist() == ["your_wellbeing", "family_routine"]
    assert [None if pd.isna(mean) else mean for mean in drawn["mean_start"]] == means


def test_area_with_fewer_than_ten_pairs_shows_only_n_and_two_means_of_exact_figures() -> None:
    # 10 pairs in the first area, 9 in the second, none in the others.
    rows = [
        ("physical_health", 3, 5, 6),
        ("physical_health", 4, 3, 4),
        ("your_wellbeing", 3, 5, 7),
        ("your_wellbeing", 6, 2, 2),
    ]
    measures = measures_frame(build_frame(CHANGES, rows))
    drawn = drawable_frame(measures, Profile.RESTRICTED)
    assert [str(dtype) for dtype in drawn.dtypes] == list(MEASURES.values())
    pd.testing.assert_series_equal(drawn.iloc[0], measures.iloc[0])
    few = drawn.iloc[1]
    assert few[["n", "mean_start", "mean_latest"]].tolist() == [9, pytest.approx(33 / 9), pytest.approx(39 / 9)]
    assert few.drop(["area", "n", "mean_start", "mean_latest"]).isna().all()
    assert drawn.iloc[2]["n"] == 0


counts = st.integers(0, 40)
decimals = st.none() | st.floats(-9, 10, allow_nan=False)


@given(st.lists(st.tuples(st.just("pod"), counts, counts, decimals, decimals), max_size=8), st.sampled_from(THRESHOLDS))
def test_no_published_figure_tells_a_count_of_1_to_t_less_1(rows: list[tuple[Any, ...]], threshold: int) -> None:
    exact = figures(*rows)
    published = disclose(exact, FIGURES, Profile.PUBLISHED, threshold)
    for column in FIGURES.counts:
        for before, shown in zip(exact[column], published[column], strict=True):
            assert (shown == "c") == (1 <= before < threshold)
            assert shown == "c" or (shown % 5 == 0 and abs(shown - before) <= 2 and (shown == 0) == (before == 0))
    for n, *shown in zip(exact["n"], published["mean"], published["sd"], strict=True):
        for figure in shown:
            assert (figure == "c") == (1 <= n < threshold)
            assert figure in ("c", None) or figure == round(figure, 1)


@pytest.mark.parametrize(("threshold", "shown"), [(6, ["A", "A", "B"]), (8, ["A", "A"]), (10, [])])
def test_group_is_listed_from_the_threshold_on(threshold: int, shown: list[str]) -> None:
    moves = pd.DataFrame({"pod": ["B", "A", "C", "A"], "to": ["x", "x", "x", "y"], "pairs": [6, 7, 5, 1]})
    listed = leave_out_small_groups(moves, ("pod",), "pairs", threshold)
    assert list(listed.columns) == list(moves.columns)
    assert sorted(listed["pod"]) == shown
    assert list(listed.index) == list(range(len(shown)))


def test_parts_of_an_n_that_is_not_shown_are_not_shown() -> None:
    parts = Spec(("n", "improved", "declined"), parts={"improved": "n", "declined": "n"})
    exact = pd.DataFrame({"n": [4, 9, 0], "improved": [0, 9, 0], "declined": [4, 0, 0]})
    published = disclose(exact, parts, Profile.PUBLISHED, 8)
    assert published.to_numpy().tolist() == [["c", "c", "c"], [10, 10, 0], [0, 0, 0]]
    assert disclose(exact, parts, Profile.RESTRICTED).to_numpy().tolist() == exact.to_numpy().tolist()


def test_a_count_that_divides_one_that_is_not_shown_is_not_shown_either() -> None:
    """Of 3 Stars due in Crewe none is done; of 9 in Macclesfield 4 are, and none of them in time."""
    spec = Spec(("due", "completed", "on_time"), parts={"completed": "due", "on_time": "completed"})
    exact = pd.DataFrame({"due": [3, 9, 9, 0], "completed": [0, 4, 9, 0], "on_time": [0, 0, 0, 0]})
    published = disclose(exact, spec, Profile.PUBLISHED, 8)
    assert published.to_numpy().tolist() == [["c", "c", "c"], [10, "c", "c"], [10, 10, 0], [0, 0, 0]]
    assert disclose(exact, spec, Profile.RESTRICTED).to_numpy().tolist() == exact.to_numpy().tolist()
