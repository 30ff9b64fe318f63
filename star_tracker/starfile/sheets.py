"""What reading a spreadsheet and a CSV have in common: rows of text, and progress."""

from collections.abc import Callable

Progress = Callable[[float], None]
"""Is told from time to time which part of the work is done, 0 to 1."""

Row = tuple[int, list[str]]
"""A row's number as a spreadsheet counts it, and its cells."""


class Value(str):
    """A cell of a spreadsheet that is no text: a number or a date, as it is written in a CSV.

    Attributes:
        shown: what people see of it, where a text belongs.
        fault: why that cannot be known, and what to do; "" if it can.
    """

    shown: str
    fault: str

    def __new__(cls, text: str, shown: str, fault: str) -> "Value":
        """Take the text, and the attributes."""
        value = super().__new__(cls, text)
        value.shown, value.fault = shown, fault
        return value
