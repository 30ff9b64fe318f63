"""Reads a spreadsheet from standard input and writes its rows to standard output, within limits."""

import contextlib
import json
import re
import sys
from collections.abc import Sequence

from .cells import Cell
from .messages import write_message
from .ods import read_ods
from .xls import read_xls
from .xlsx import read_xlsx

LAST_COLUMN = 16_384

READERS = {".xlsx": read_xlsx, ".xls": read_xls, ".ods": read_ods}


def main() -> None:
    """Read the kind of spreadsheet that the first argument names, within the limits in the second, which is JSON."""
    limits = json.loads(sys.argv[2])
    _set_limits(limits)
    try:
        for number, done, cells, formulas in READERS[sys.argv[1]](sys.stdin.buffer.read()):
            if formulas:
                some = list(formulas.items())[: limits["columns"] + 1]
                write_message({"formulas": [[number, place, _cut(text, limits["characters"])] for place, text in some]})
                break
            if any(cells):
                write_message([number, done, _cut_row(cells, limits["columns"], limits["characters"])])
        write_message({"end": True})
        sys.stdout.flush()
    except Exception as error:
        if isinstance(error, MemoryError) or re.match("out of memory|Error -4 ", str(error)):  # from expat, from zlib
            sys.exit(limits["out_of_memory"])
        raise


def _set_limits(limits: dict[str, int]) -> None:
    try:
        import resource  # noqa: PLC0415 - Windows has none, and no such limits
    except ImportError:
        return
    for kind, limit in (
        (resource.RLIMIT_AS, limits["memory"]),
        (resource.RLIMIT_CPU, limits["seconds"]),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(OSError, ValueError):  # macOS cannot limit memory; a limit may already be lower
            resource.setrlimit(kind, (limit, limit + 5))


def _cut_row(cells: Sequence[Cell], columns: int, characters: int) -> list[Cell]:
    """The cells without empty ones at the end; a row that is too long is cut, but not so far that it would pass."""
    end = len(cells)
    while not cells[end - 1]:
        end -= 1
    if end > columns:
        return [*[""] * min(end - 1, LAST_COLUMN), "…"]
    return [_cut(cell, characters) if isinstance(cell, str) else cell for cell in cells[:end]]


def _cut(text: str, characters: int) -> str:
    return text if len(text) <= characters else f"{text[:characters]}…"


if __name__ == "__main__":
    main()
