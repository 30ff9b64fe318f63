"""How much a file may hold (docs/star-csv.md). What exceeds a limit is refused before it is built in memory.

The largest file allowed has 200,000 rows below its header, twice what a service of 100,000 Stars exports. As a CSV it
takes about 30 MB.
"""

from star_tracker.starfile.errors import StarFileError
from star_tracker.starfile.rows import Fault

MAX_FILE_BYTES = 64 * 1024**2
"""The size of a file; also the most characters in all its cells, since a spreadsheet could be saved as a CSV."""

MAX_ROWS = 200_000
"""Rows below the header that are not empty."""

LAST_ROW = 1_048_576
"""The last row that may hold anything; Excel's own limit."""

MAX_COLUMNS = 100
"""Columns that may hold anything: some more than a Star file has, so that a fault can name them."""

LAST_COLUMN = 16_384
"""The last column, empty ones counted; Excel's own limit."""

MAX_CELL_LENGTH = 32_767
"""Characters in one cell; Excel's own limit."""

MAX_ROW_LENGTH = 1_000_000
"""Characters in one row of a CSV, empty cells and quotation marks included."""

MAX_UNPACKED_BYTES = 768 * 1024**2
"""Unpacked size of all parts of a spreadsheet: 200,000 rows take 580 MB as LibreOffice writes .ods, 240 MB as .xlsx."""

MAX_PARTS = 2_000
"""Files in a spreadsheet's archive: there are a few for each sheet, picture and comment."""

MAX_READING_MEMORY = 2 * 1024**3
"""Bytes of memory for the process that reads a spreadsheet: 200,000 rows take half a gigabyte."""

MAX_PROCESSOR_SECONDS = 180
"""Processor time for this process: 200,000 rows that openpyxl must read as well take a minute or two."""

MAX_READING_SECONDS = 600
"""The time after which this process is ended, whatever it does."""

MAX_FAULTS = 100_000
"""Faults after which the rest of a file is not read."""

_SPLIT = "split it into several files, each family's rows in one of them"
_COPY = "copy the table into a new spreadsheet, or save it as CSV UTF-8"


def check_file_size(size: int) -> None:
    """Refuse a file of more than ``MAX_FILE_BYTES``."""
    if size > MAX_FILE_BYTES:
        raise StarFileError.of_file(f"it is larger than {MAX_FILE_BYTES // 1024**2} MB: {_SPLIT}")


def check_row(number: int, filled: int, characters: int) -> None:
    """Refuse a row beyond ``MAX_ROWS`` below the header, a row below ``LAST_ROW``, and too much text.

    Args:
        number: of the row, counted from 1.
        filled: rows up to this one that are not empty.
        characters: in all of them.
    """
    if filled - 1 > MAX_ROWS:
        raise StarFileError.of_file(f"it has more than {MAX_ROWS:,} rows: {_SPLIT}")
    if number > LAST_ROW:
        raise StarFileError.of_file(f"it goes on below row {LAST_ROW:,}, where any sheet ends: remove the empty rows")
    if characters > MAX_FILE_BYTES:
        raise StarFileError.of_file(f"its cells have more than {MAX_FILE_BYTES:,} characters: {_SPLIT}")


def check_cell(number: int, column: int, length: int) -> None:
    """Refuse a cell that is far to the right, or too long.

    Args:
        number: of its row, counted from 1.
        column: of its column, counted from 1.
        length: in characters.
    """
    if column > MAX_COLUMNS:
        message = f"something stands in column {column}, and a file has at most {MAX_COLUMNS}: clear that cell"
        raise StarFileError([Fault(number, "", "", message)])
    if length > MAX_CELL_LENGTH:
        message = f"a cell has more than {MAX_CELL_LENGTH:,} characters: shorten it"
        raise StarFileError([Fault(number, "", "", message)])


def check_archive(parts: int, unpacked: int = 0) -> None:
    """Refuse an archive of more than ``MAX_PARTS`` or ``MAX_UNPACKED_BYTES``."""
    if parts > MAX_PARTS:
        raise StarFileError.of_file(f"the spreadsheet is made of more than {MAX_PARTS:,} parts: {_COPY}")
    if unpacked > MAX_UNPACKED_BYTES:
        raise StarFileError.of_file(f"the spreadsheet unpacks to more than {MAX_UNPACKED_BYTES // 1024**2} MB: {_COPY}")


def too_large_to_read() -> StarFileError:
    """The process that read a spreadsheet ran out of memory."""
    return StarFileError.of_file(
        f"the spreadsheet takes more than {MAX_READING_MEMORY // 1024**3} GB of memory to read, as one cell far to the "
        f"right or far below the others may make it: {_COPY}"
    )


def too_long_to_read() -> StarFileError:
    """The process that read a spreadsheet ran out of time."""
    return StarFileError.of_file(f"the spreadsheet takes more than {MAX_PROCESSOR_SECONDS} seconds to read: {_COPY}")
