"""How every CSV file of figures is written: guarded, so that no text becomes a formula in a spreadsheet program."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Any

from star_tracker.domain.texts import guard_text


def build_csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A CSV file: UTF-8, lines that end with a line feed, guarded texts, numbers as they are, None as an empty cell."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([_cell(value) for value in row] for row in (header, *rows))
    return text.getvalue().encode()


def _cell(value: Any) -> Any:
    # csv does not quote a carriage return, at which a spreadsheet program would begin another row.
    return guard_text(value).replace("\r", "\n") if isinstance(value, str) else value
