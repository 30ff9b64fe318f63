"""A spreadsheet (.xlsx, .xls or .ods) as rows of text, read in a process of its own that dies instead of the server.

The process runs ``child_process/spreadsheet_reader``. The system limits its memory and processor time, and lets it
write no file (Windows has no such limits, and macOS none of memory); the time it takes and what a row holds are checked
here. An archive that would unpack to too much is refused before the process is started.
"""

import io
import json
import os
import signal
import subprocess  # to start our own program  # nosec B404
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from threading import Timer
from typing import Any, BinaryIO

from star_tracker.starfile import limits
from star_tracker.starfile.errors import StarFileError
from star_tracker.starfile.rows import Fault
from star_tracker.starfile.sheets import Progress, Row, Value

KINDS = {".xlsx": "an Excel (.xlsx)", ".xls": "an Excel 97–2003 (.xls)", ".ods": "an OpenDocument (.ods)"}

READER = "spreadsheet_reader"
READER_FOLDER = Path(__file__).with_name("child_process")
"""The one folder of ours that the process imports from."""

LONGEST_LINE = 32 * 1024**2
"""Characters in a line that the process writes: enough for as many cells as a row may have, as long as they may be."""

OUT_OF_MEMORY = 3
"""The exit status of the process when it ran out of memory."""

_LISTED = b"PK\x01\x02"
"""The first bytes of each part's entry in an archive's directory."""

_FORMULA = (
    "a value, not a formula, here and below: copy the cells and paste them back as values alone (Paste Special), "
    "or save the sheet as CSV UTF-8"
)

_FAULTS = {
    "": "",
    "date": "text: the spreadsheet made a date of what was typed here; format the cell as text and type it again",
    "format": "text: what is shown of this number cannot be told here; format the cell as text and type what you see",
    "digits": "text: a spreadsheet keeps 15 digits of a number; format the cell as text and type all of them again",
}
"""What to do about a cell that is not text, where it is not known what people see of it."""


class Spreadsheet:
    """A spreadsheet that is being read.

    Attributes:
        note: once its rows have been read, which sheet they are from; "" if it is the first one.
        rows: those of its first visible sheet that are not empty; each cell is as in a CSV.
    """

    def __init__(self, messages: Iterator[Any], progress: Progress) -> None:
        """Take the messages of the process."""
        self.note = ""
        self.rows = self._read_rows(messages, progress)

    def _read_rows(self, messages: Iterator[Any], progress: Progress) -> Iterator[Row]:
        known: dict[str, str] = {}  # most cells of a sheet repeat one another
        for message in messages:
            if isinstance(message, list):
                number, done, cells = message
                yield number, [known.setdefault(c, c) if isinstance(c, str) else _value(*c) for c in cells]
                progress(done)
            elif "formulas" in message:
                from xlsxwriter.utility import xl_col_to_name  # noqa: PLC0415 - as in ``writing.write_workbook``

                for number, place, formula in message["formulas"]:
                    limits.check_cell(number, place + 1, len(formula))
                raise StarFileError(
                    Fault(number, xl_col_to_name(place), formula, _FORMULA)
                    for number, place, formula in message["formulas"]
                )
            elif message.get("hidden"):
                hidden = ", ".join(f"“{name}”" for name in message["hidden"])
                self.note = f"The sheet “{message['sheet']}” is read; hidden before it and not read: {hidden}"
        progress(1)


def _process_limits() -> dict[str, int]:
    return {
        "memory": limits.MAX_READING_MEMORY,
        "seconds": limits.MAX_PROCESSOR_SECONDS,
        "columns": limits.MAX_COLUMNS,
        "characters": limits.MAX_CELL_LENGTH,
        "out_of_memory": OUT_OF_MEMORY,
    }


def _environment() -> dict[str, str]:
    """What Python needs to start and to find the reader: no key, no password, no address of a database."""
    needed = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    needed["PYTHONPATH"] = os.pathsep.join(filter(None, [str(READER_FOLDER), os.environ.get("PYTHONPATH")]))
    # Where defusedxml is installed, openpyxl would use it and read more slowly; the process looks for entities itself.
    return needed | {"OPENPYXL_DEFUSEDXML": "False"}


def _check_archive(data: bytes, kind: str) -> None:
    """Refuse a file that is not an archive, or would unpack to too much, before any of it is unpacked."""
    try:
        limits.check_archive(data.count(_LISTED))  # zipfile makes an object of each
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (ValueError, NotImplementedError, OSError, zipfile.BadZipFile) as error:
        raise _damaged(kind) from error
    if any(p.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or p.flag_bits & 1 for p in parts):
        raise _damaged(kind)
    limits.check_archive(len(parts), sum(part.file_size for part in parts))


def _messages(process: subprocess.Popen[bytes], data: bytes, kind: str, timer: Timer) -> Iterator[Any]:
    """Give the process the file, and yield what it writes, line by line.

    Raises:
        StarFileError: the process ended before it had read the whole file.
    """
    if process.stdin is None or process.stdout is None:
        raise TypeError("pipes were asked for")
    with suppress(BrokenPipeError):  # it may have ended already
        process.stdin.write(data)
    with suppress(BrokenPipeError):
        process.stdin.close()
    while line := process.stdout.readline(LONGEST_LINE):
        try:
            message = json.loads(line)
        except ValueError as error:
            raise _damaged(kind) from error
        if message == {"end": True}:
            return
        yield message
    status = process.wait()
    if timer.finished.is_set() or status == -getattr(signal, "SIGXCPU", 0):
        raise limits.too_long_to_read()
    if status in (OUT_OF_MEMORY, -signal.SIGABRT, -getattr(signal, "SIGKILL", 0)):
        raise limits.too_large_to_read()
    raise _damaged(kind)


def _damaged(kind: str) -> StarFileError:
    return StarFileError.of_file(
        f"this is not {kind} spreadsheet, or it is damaged or protected by a password: "
        "open it in your spreadsheet program, save it again without a password, or save it as CSV UTF-8"
    )


@lru_cache(20_000)
def _value(text: str, shown: str, fault: str) -> Value:
    return Value(text, shown, _FAULTS[fault])


@contextmanager
def open_spreadsheet(stream: BinaryIO, extension: str, progress: Progress) -> Iterator[Spreadsheet]:
    """A spreadsheet, which can be read while the context lasts.

    Args:
        stream: the file.
        extension: that of its name, one of ``KINDS``.
        progress: is told how much has been read.

    Raises:
        StarFileError: it is not such a file, exceeds a limit or has a formula; also raised while its rows are read.
    """
    data = stream.read()
    if extension != ".xls":
        _check_archive(data, KINDS[extension])
    # No shell; of the file and its name, the arguments contain nothing but one of KINDS.
    with subprocess.Popen(  # noqa: S603  # nosec B603
        [sys.executable, "-P", "-m", READER, extension, json.dumps(_process_limits())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
    ) as process:
        timer = Timer(limits.MAX_READING_SECONDS, process.kill)
        timer.start()
        try:
            yield Spreadsheet(_messages(process, data, KINDS[extension], timer), progress)
        finally:
            timer.cancel()
            process.kill()
