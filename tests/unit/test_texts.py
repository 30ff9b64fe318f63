"""Which texts are one and the same, which a spreadsheet would take for formulas, and the CSV that holds them."""

import csv
import io
import re
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from star_tracker.domain.texts import (
    LONGEST,
    build_matcher,
    check_text,
    fold_name,
    fold_text,
    guard_text,
    isolate,
    unguard_text,
)
from star_tracker.exports.csv_files import build_csv

DANGEROUS = tuple("=+-@\t\r＝＋－＠")
TEXTS = st.builds(str.__add__, st.text("'=+-@\t\r＝＋－＠", max_size=4), st.text(max_size=4))
NUMBERS = st.integers() | st.floats(allow_nan=False)


@pytest.mark.parametrize(
    "other",
    [
        "siân 9",
        "SIÂN 9",
        "Sia\u0302n 9",
        " Siân\u00a09 ",
        "Siân \u202f 9",
        "S\u200diân\u200b 9",
        "\ufeffSiân\u2003\ufe0f9",
    ],
)
def test_a_reference_that_looks_the_same_is_the_same(other: str) -> None:
    assert fold_text(other) == fold_text("Siân 9") == "siân 9"


@pytest.mark.parametrize("other", ["Sian 9", "Siân-9", "Siân9", "Siân 9."])
def test_references_that_look_different_are_different(other: str) -> None:
    assert fold_text(other) != fold_text("Siân 9")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a" * 101, "at most 100 characters; these are 101"),
        ("Mum\nDad", "text in one line, without line breaks or other control characters"),
        ("Err:502", "Err:502 is an error value, which a spreadsheet writes where it could not work something out"),
        ("#ref!", "#ref! is an error value, which a spreadsheet writes where it lost the cell that it referred to"),
    ],
)
def test_text_that_cannot_be_stored_is_refused_with_what_is_allowed(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=re.escape(says) + "$"):
        check_text(text)


def test_text_as_long_as_it_may_be_is_allowed() -> None:
    check_text("a" * 100)


@pytest.mark.parametrize("name", ["דנה", "سارة", "Sara سارة (2)"])
def test_name_with_right_to_left_letters_is_kept_apart_from_the_text_beside_it(name: str) -> None:
    assert isolate(name) == f"\u2068{name}\u2069"


@given(st.text(max_size=LONGEST))
def test_folding_again_changes_nothing_and_takes_at_most_three_letters_for_one(text: str) -> None:
    folded = fold_text(text)
    assert fold_text(folded) == folded
    assert len(folded) <= 3 * len(text)
    assert fold_name(fold_name(text)) == fold_name(folded) == fold_name(text)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        *[
            (wanted, True)
            for wanted in ("demo 340", "DEMO–340", "demo340", "O-34", "o'brien", "O’BRIEN", "Oʼbr", "Sian", "siân o`")
        ],
        *[(wanted, False) for wanted in ("demo 341", "obrien", "%", "-", "no", "")],
    ],
)
def test_search_finds_names_and_references_however_they_are_typed(wanted: str, found: bool) -> None:
    assert build_matcher(wanted)("DEMO-340", "Siân\u00a0O‘Brien") is found


@given(TEXTS)
@example("'=F12")
def test_guarded_text_is_restored(text: str) -> None:
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
