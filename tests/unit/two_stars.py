"""A parent's start Star and a later one, for the tests of what is said of them and drawn."""

from datetime import date

from star_tracker.analysis.parent_stars import ParentStars, StarValues
from star_tracker.domain.scales import AREAS, Kind, NotScored, get_edition

LABELS = get_edition("first").areas
THEN: dict[str, int | NotScored] = dict.fromkeys(AREAS, 5)
NOW: dict[str, int | NotScored] = {
    **THEN,
    "physical_health": 7,
    "family_routine": 9,
    "social_networks": 7,
    "your_wellbeing": 4,
    "home_and_money": 2,
    "progress_to_work": NotScored.DECLINED,
}
START = StarValues(Kind.START, date(2019, 1, 10), THEN)
LATEST = StarValues(Kind.INTERIM, date(2019, 4, 5), NOW, {"your_wellbeing": 6})
BOTH = ParentStars(START, LATEST, LABELS)
