"""docs/security.md names files, tests and headings: each of them is there, and its sums are right."""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
STATES = ("met", "not met", "for the host")
ROWS = re.findall(r"^\| (\d+\.\d+\.\d+) ([^|]*) \| ([^|]*) \| ([^|]*) \|$", TEXT, re.MULTILINE)
"""Of ASVS: number, what is required, state, shown by."""

FILE = r"(?:(?:\.ci|docs|static|star_tracker|templates|tests)/[\w./-]+|[\w-]+\.(?:json|toml|txt))"
REFERENCES = sorted(set(re.findall(rf"`({FILE})(?:::(\w+))?`", TEXT)))


@cache
def list_functions(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize(("path", "function"), REFERENCES)
def test_everything_named_exists(path: str, function: str) -> None:
    assert (ROOT / path).is_file(), f"{path} is not there"
    assert not function or function in list_functions(path), f"{path} has no {function}"


def test_every_reference_to_a_test_is_read() -> None:
    assert len(re.findall("::", TEXT)) == len(re.findall(rf"`{FILE}::\w+`", TEXT))


def test_every_link_has_its_heading() -> None:
    headings = re.findall(r"^#+ (.*)$", TEXT, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\]\(#([^)]*)\)", TEXT)) <= anchors


def test_every_requirement_has_one_row_and_a_state_and_what_is_met_is_shown() -> None:
    numbers = [tuple(map(int, number.split("."))) for number, *_ in ROWS]
    assert numbers == sorted(set(numbers))
    for number, _required, state, shown_by in ROWS:
        assert state in STATES, number
        assert shown_by.strip(), number
        assert state != "met" or re.search(rf"`{FILE}|\]\(#", shown_by), f"{number} is met, and nothing shows it"


def test_totals_of_states_are_right() -> None:
    states = Counter(state for _, _, state, _ in ROWS)
    sums = ", ".join(f"{states[state]} {state}" for state in STATES)
    assert f"{len(ROWS)} can apply here: {sums}." in " ".join(TEXT.split())
