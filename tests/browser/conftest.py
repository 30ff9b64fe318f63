"""Fixtures of the browser tests. pytest-playwright brings `page` and starts what we name here."""

from typing import Any

import pytest

from tests.support.browser import launch_options


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start this machine's Chromium instead of the one that Playwright would download."""
    return {**browser_type_launch_args, **launch_options()}
