"""Every example in a docstring of the package runs, and shows what really happens."""

import doctest
from importlib import import_module

import pytest

from star_tracker.paths import PACKAGE_FOLDER

MODULES = sorted(
    ".".join((PACKAGE_FOLDER.name, *path.relative_to(PACKAGE_FOLDER).with_suffix("").parts)).removesuffix(".__init__")
    for path in PACKAGE_FOLDER.rglob("*.py")
    if ">>> " in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_show_what_happens(name: str) -> None:
    result = doctest.testmod(import_module(name))
    assert result.attempted
    assert not result.failed
