"""How wide a column and how high a row must be to show all of a text.

Not every spreadsheet program fits the rows of a file that it did not write, so the workbook sets their heights. Text is
measured in the theme's font, Arial 12, in pixels of a screen.
"""

from math import ceil

from xlsxwriter.utility import xl_pixel_width

MEASURED_SIZE = 11
"""The font size for which XlsxWriter knows the width of letters."""

SIZE = 12
_BOLD = 1.12
_LINE = 1.75  # pixels of height for a point of size
_MARGIN = 18


def text_width(text: str, size: int = SIZE, *, bold: bool = False) -> float:
    """The width of a text on one line."""
    width: float = xl_pixel_width(text)
    return width * size / MEASURED_SIZE * (_BOLD if bold else 1)


def column_width(heading: str, cells: list[str], widest_heading: int) -> int:
    """The width that shows every cell on one line, and the bold heading on a few without breaking a word.

    >>> column_width("Pairs", ["7"], 90) < column_width("Pairs", ["1,000,000,000"], 90)
    True
    """
    word = max(text_width(word, bold=True) for word in heading.split())
    wanted = max(word, min(text_width(heading, bold=True), widest_heading))
    return ceil(max([wanted, *map(text_width, cells)])) + _MARGIN


def row_height(texts: list[str], widths: list[int], size: int = SIZE, *, bold: bool = False) -> int:
    """The height of a row whose cells wrap these texts in columns of these widths.

    >>> row_height(["one two"], [30]) == 2 * row_height(["one two"], [300])
    True
    """
    lines = max(_count_lines(text, width, size, bold) for text, width in zip(texts, widths, strict=True))
    return ceil(lines * size * _LINE)


def _count_lines(text: str, width: int, size: int, bold: bool) -> int:
    """How many lines a text takes when it breaks at spaces."""
    lines, line = 1, ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if line and text_width(longer, size, bold=bold) > width:
            lines, line = lines + 1, word
        else:
            line = longer
    return lines
