"""Showing whoever waits how far a command has come."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from star_tracker.starfile.sheets import Progress

STEPS = 1_000
"""The length of a progress bar."""


@contextmanager
def progress_bar(label: str) -> Iterator[Progress]:
    """A progress bar on standard error, if that is a terminal."""
    hidden = not sys.stderr.isatty()
    with click.progressbar(length=STEPS, label=label, file=sys.stderr, hidden=hidden) as bar:
        yield lambda part: bar.update(int(part * STEPS) - bar.pos)
        bar.update(STEPS - bar.pos)
