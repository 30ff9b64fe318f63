"""Settings as the environment gives them; tests of the command line show how a wrong one is said."""

import pickle

import pytest

from star_tracker.config import SettingsError, read_settings
from tests.support.apps import KEY


@pytest.mark.parametrize(("value", "month"), [("1", 1), ("9", 9), (" 12 ", 12), ("", 4)])
def test_the_contracts_year_starts_in_a_month_and_in_april_if_none_is_given(value: str, month: int) -> None:
    assert read_settings({"STAR_TRACKER_YEAR_STARTS_IN": value}).year_starts_in == month
    assert read_settings({}).year_starts_in == 4


@pytest.mark.parametrize("value", ["0", "13", "-4", "4.5", "April"])
def test_a_year_that_starts_in_no_month_is_refused(value: str) -> None:
    words = f"^STAR_TRACKER_YEAR_STARTS_IN must be a whole number from 1 to 12, not '{value}'$"
    with pytest.raises(SettingsError, match=words):
        read_settings({"STAR_TRACKER_YEAR_STARTS_IN": value})


def test_a_number_of_days_may_be_more_than_a_month_has() -> None:
    assert read_settings({"STAR_TRACKER_START_DUE_DAYS": "0"}).timings.start_due_days == 0
    assert read_settings({"STAR_TRACKER_START_DUE_DAYS": "366"}).timings.start_due_days == 366
    with pytest.raises(SettingsError, match="from 0 to 366, not '367'"):
        read_settings({"STAR_TRACKER_START_DUE_DAYS": "367"})


def test_settings_can_be_pickled() -> None:
    settings = read_settings({"STAR_TRACKER_ENCRYPTION_KEYS": KEY, "STAR_TRACKER_EDITION": "2023"})
    hidden = settings.key_ring.encrypt("Ada")
    there = pickle.loads(pickle.dumps(settings))
    assert there == settings
    assert there.key_ring.decrypt(hidden) == "Ada"
