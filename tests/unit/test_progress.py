"""Whoever waits at a terminal sees how far a command has come; a file or another program gets nothing of it."""

import io
import sys

import pytest

from star_tracker.cli.progress import progress_bar


class Terminal(io.StringIO):
    """Standard error that is a terminal."""

    def isatty(self) -> bool:
        """It is."""
        return True


@pytest.mark.parametrize(("stderr", "shown"), [(Terminal(), True), (io.StringIO(), False)])
def test_progress_is_shown_on_a_terminal_alone(
    monkeypatch: pytest.MonkeyPatch, stderr: io.StringIO, shown: bool
) -> None:
    monkeypatch.setattr(sys, "stderr", stderr)
    with progress_bar("Making the return") as progress:
        progress(0.5)
    told = stderr.getvalue()
    assert [words in told for words in ("Making the return", " 50%", "100%")] == [shown] * 3
