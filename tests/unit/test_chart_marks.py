"""What the marks of a chart say: each area's figures by hand, and none that may not be shown."""

from star_tracker.analysis import charts
from star_tracker.analysis.disclosure import Profile, drawable_frame
from star_tracker.domain.scales import AREAS
from tests.unit.test_charts import BOTH_LAYOUTS, FIGURES, LABELS, DrawChart, cohort, labels_of, measures_of, without


@BOTH_LAYOUTS
def test_each_mark_of_a_star_and_of_a_change_says_its_figures(narrow: bool) -> None:
    said = labels_of(charts.cohort_star_chart(cohort(), LABELS, narrow=narrow))
    assert [words.partition(":")[0] for words in said] == list(LABELS.values())
    # Home and money: from 6 to 66 / 13 in 13 pairs, a change of −12 / 13.
    assert said[1] == "Your well-being: 3.0 at the start, 6.0 latest, change +3.0, 18 pairs"
    assert said[8] == "Home and money: 6.0 at the start, 5.1 latest, change −0.9, 13 pairs"
    # Its standard error is 1 / 13, and Student's t for 12 degrees of freedom 2.179: −0.923 ± 0.168.
    changes = labels_of(charts.change_chart(cohort(), LABELS, narrow=narrow))
    assert "Home and money: 6.0 at the start, 5.1 latest, change −0.9 (95% interval −1.1 to −0.8), 13 pairs" in changes
    assert len(changes) == len(AREAS)


def test_a_mark_says_no_figure_that_the_chart_may_not_show() -> None:
    measures = measures_of(("home_and_money", 4, 5, 13), ("family_routine", 3, 6, 9), ("social_networks", 2, 9, 7))
    exact, published = (drawable_frame(measures, profile) for profile in (Profile.RESTRICTED, Profile.PUBLISHED))
    draws: list[DrawChart] = [charts.cohort_star_chart, charts.change_chart]
    for draw in draws:
        assert "Family routine: 3.0 at the start, 6.0 latest, 9 pairs" in labels_of(draw(exact, LABELS))
        said = {words.partition(":")[0]: words for words in labels_of(draw(published, LABELS))}
        assert said["Home and money"].endswith(", 15 pairs")
        assert said.get("Social networks", "Social networks: no figure") == "Social networks: no figure"


def test_a_bar_says_how_many_improved_of_how_many() -> None:
    assert "Home and money: 0 improved, 1 maintained, 12 declined, of 13 pairs" in labels_of(
        charts.outcomes_chart(cohort(), LABELS)
    )


def test_a_mark_of_two_cohorts_says_the_figures_of_both() -> None:
    known = measures_of(*((area, 3, 4, 12) for area in AREAS))
    other = without(known, "home_and_money", columns=[name for name in FIGURES if name != "n"])
    for draw in (charts.two_cohorts_star_chart, charts.two_changes_chart):
        said = labels_of(draw(cohort(), other, ('Crewe & "A"', "<Elsewhere>"), LABELS))
        assert len(said) == len(AREAS)
        [words] = [words for words in said if words.startswith("Home and money")]
        assert words.startswith('Home and money: Crewe & "A", 6.0 at the start, 5.1 latest, change −0.9')
        assert words.endswith("13 pairs; <Elsewhere>, 12 pairs")
