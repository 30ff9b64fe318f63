"""What a reader can work out of a few counts by hand, and which of them are hidden then (R9)."""

from star_tracker.analysis.protection.hiding import hide_further
from star_tracker.analysis.protection.intervals import Arithmetic, Figures, Rate


def bounds_in(figures: Figures[str], *silent: str, threshold: int = 8) -> dict[str, tuple[int, int]]:
    """What each published count can be, these not being shown."""
    known = Arithmetic(figures, threshold).work_out(silent)
    return dict(zip(figures.values, zip(*map(list, known), strict=True), strict=False))


def test_hidden_total_is_what_its_parts_add_up_to() -> None:
    pods = Figures({"Crewe": 9, "Macc": 20, "all": 29}, sums=[("all", ["Crewe", "Macc"])])
    assert bounds_in(pods, "all") == {"Crewe": (8, 12), "Macc": (18, 22), "all": (26, 34)}


def test_hidden_part_is_the_total_less_the_others() -> None:
    pods = Figures({"Crewe": 9, "Macc": 20, "all": 29}, sums=[("all", ["Crewe", "Macc"])])
    assert bounds_in(pods, "Macc") == {"Crewe": (8, 12), "Macc": (16, 24), "all": (28, 32)}


def test_percentage_leaves_only_the_counts_that_give_it() -> None:
    """10 is 8 to 12, 20 is 18 to 22, and 50% are 9 of 18, 10 of 19 or fewer pairs."""
    on_time = Figures(
        {"on time": 10, "due": 20}, {"late": 10}, [("due", ["on time", "late"])], rates=[Rate("on time", "due", "late")]
    )
    assert bounds_in(on_time) == {"on time": (9, 11), "due": (18, 22)}


def test_what_a_percentage_leaves_narrows_the_sums_that_its_counts_are_in() -> None:
    counts = {"on time": 10, "due": 20, "elsewhere": 20, "all on time": 30}
    sums = [("due", ["on time", "late"]), ("all on time", ["on time", "elsewhere"])]
    on_time = Figures(counts, {"late": 10}, sums, rates=[Rate("on time", "due", "late")])
    assert bounds_in(on_time, "all on time")["all on time"] == (9 + 18, 11 + 22)


def test_percentage_that_is_not_shown_tells_that_the_rest_are_few() -> None:
    """45 is 43 to 47, 40 is 38 to 42, and the rest 1 to 9, which leaves 8; where the percentage is a c, 1 to 7."""
    rest = Figures({"part": 40, "whole": 45}, {"rest": 5}, [("whole", ["part", "rest"])])
    told = Figures(rest.values, rest.unpublished, rest.sums, rates=[Rate("part", "whole", "rest")])
    known = [Arithmetic(figures, 8).measure_open(["rest"], ()) for figures in (rest, told)]
    assert known == [[8], [6]]


def test_count_two_sums_away_is_hidden_where_no_other_is_shown_beside_the_one_that_is_told() -> None:
    """Both of 9 are told by all, which no cell holds: it is 18 to 22, as the region is. So that is hidden."""
    pods = Figures(
        {"Crewe": 9, "Macc": 9, "region": 18}, {"all": 18}, [("all", ["Crewe", "Macc"]), ("region", ["all"])]
    )
    assert hide_further(pods, 10) == {"region"}


def test_part_of_a_hidden_count_is_not_shown_and_need_not_be_hidden_by_itself() -> None:
    """18 of all 18 improved. If that were still shown, all would be 18 at least, and both pods 9."""
    sums = [("all", ["Crewe", "Macc"]), ("all", ["improved", "rest"])]
    pods = {"Crewe": 9, "Macc": 9, "all": 18, "improved": 18}
    assert hide_further(Figures(pods, {"rest": 0}, sums, wholes={"improved": "all"}), 10) == {"all"}


def test_one_count_is_hidden_for_two_of_a_sum() -> None:
    """Both pods are told by all. Of Crewe alone a smaller count is near, that of the year before."""
    sums = [("all", ["Macc", "Crewe"]), ("year", ["Crewe", "before"])]
    pods = {"Macc": 9, "Crewe": 9, "all": 18, "year": 19, "before": 10}
    assert hide_further(Figures(pods, sums=sums), 10) == {"all"}
