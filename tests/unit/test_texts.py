"""Texts that a spreadsheet would take for formulas, and the CSV files they are written to."""

import csv
import io
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from star_tracker.domain.texts import guard_text, unguard_text
from star_tracker.exports.csv_files import build_csv

DANGEROUS = tuple("=+-@\t\r＝＋－＠")
TEXTS = st.builds(str.__add__, st.text("'=+-@\t\r＝＋－＠", max_size=4), st.text(max_size=4))
NUMBERS = st.integers() | st.floats(allow_nan=False)


@given(TEXTS)
@example("'=F12")
def test_every_text_comes_back_from_its_guard(text: str) -> None:
    assert unguard_text(guard_text(text)) == text


@given(TEXTS)
def test_a_guarded_text_begins_with_nothing_dangerous_and_has_at_most_an_apostrophe_more(text: str) -> None:
    guarded = guard_text(text)
    assert not guarded.startswith(DANGEROUS)
    assert guarded in (text, f"'{text}")
    assert guarded != text or not text.lstrip("'").startswith(DANGEROUS)


@given(TEXTS)
def test_different_texts_stay_different(text: str) -> None:
    others = {text, f"'{text}", f"''{text}", text.removeprefix("'")}
    assert len({guard_text(other) for other in others}) == len(others)


@given(st.lists(st.lists(TEXTS | NUMBERS | st.none(), min_size=2, max_size=4)))
def test_a_csv_of_figures_has_guarded_texts_and_numbers_as_they_are(rows: list[list[Any]]) -> None:
    [header, *lines] = csv.reader(io.StringIO(build_csv(["area", "=n"], rows).decode(), newline=""))
    assert header == ["area", "'=n"]
    for line, row in zip(lines, rows, strict=True):
        for cell, value in zip(line, row, strict=True):
            if isinstance(value, str):
                assert not cell.startswith(DANGEROUS)
                assert unguard_text(cell) == value.replace("\r", "\n")
            else:
                assert cell == ("" if value is None else str(value))
