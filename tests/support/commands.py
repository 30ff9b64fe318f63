"""The command line in the test's own process: a command need not pay for a process of its own, which takes a second."""

import io
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from star_tracker.cli import main


@contextmanager
def _closing_connections() -> Iterator[None]:
    """Close every connection to a database that the block opens: a process of its own would, as it ends."""
    opened: list[Any] = []

    def remember(connection: Any, _record: object) -> None:
        opened.append(connection)

    event.listen(Engine, "connect", remember)
    try:
        yield
    finally:
        event.remove(Engine, "connect", remember)
        for connection in opened:
            connection.close()


@dataclass(frozen=True)
class Ended:
    """How a command ended, named as ``subprocess.CompletedProcess`` names it."""

    returncode: int
    stdout: str
    stderr: str


def run_here(*arguments: str, environment: Mapping[str, str], cwd: Path | None = None) -> Ended:
    """Run ``star-tracker`` with these arguments, and these settings beside the environment."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err), _closing_connections():
        for name, value in environment.items():
            patch.setenv(name, value)
        if cwd:
            patch.chdir(cwd)
        patch.setattr(sys, "argv", ["star-tracker", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
    if isinstance(code := ended.value.code, str):
        return Ended(1, out.getvalue(), f"{err.getvalue()}{code}\n")  # the interpreter prints it, and ends with 1
    return Ended(int(code or 0), out.getvalue(), err.getvalue())


class FailingCommands:
    """Runs commands that fail, with the environment as the test sets it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capsys = monkeypatch, capsys

    def said_by(self, *arguments: str, **environment: str) -> str:
        """What it says on standard error; it must end with status 1 and say nothing on standard output."""
        for name, value in environment.items():
            self._monkeypatch.setenv(name, value)
        self._monkeypatch.setattr(sys, "argv", ["star-tracker", *arguments])
        self._capsys.readouterr()
        with pytest.raises(SystemExit) as ended, _closing_connections():
            main()
        out, said = self._capsys.readouterr()
        assert out == ""
        if isinstance(ended.value.code, str):
            return said + ended.value.code  # the interpreter prints it, and ends with 1
        assert ended.value.code == 1
        return said
