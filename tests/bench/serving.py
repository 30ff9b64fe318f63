"""Servers for the measurements, each in processes of its own on 127.0.0.1: ours as it is served, and the "hello"."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench import hello
from tests.support.serving import find_port, running


@contextmanager
def serving_hello(log: Path) -> Iterator[int]:
    """The "hello", served as ours is; its port."""
    port = find_port()
    with running([sys.executable, "-m", hello.__name__, str(port)], {}, log, port):
        yield port
