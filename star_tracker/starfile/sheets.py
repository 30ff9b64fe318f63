"""What reading a spreadsheet and a CSV have in common: rows of text, and progress."""

from collections.abc import Callable

Progress = Callable[[float], None]
"""Called from time to time with the part of the work that is done, 0 to 1."""


def tell_nobody(_part: float) -> None:
    """The progress of work that nobody waits for."""


Row = tuple[int, list[str]]
"""A row's number as a spreadsheet counts it, and its cells."""


class Value(str):
    """A cell of a spreadsheet that is a number or a date, not a text, as it is written in a CSV.

    Attributes:
        shown: what people see, which is what counts in a column of texts.
        fault: why that is not known, and what to do; "" if it is known.
    """

    shown: str
    fault: str

    def __new__(cls, text: str, shown: str, fault: str) -> "Value":
        """A text with the attributes."""
        value = super().__new__(cls, text)
        value.shown, value.fault = shown, fault
        return value
