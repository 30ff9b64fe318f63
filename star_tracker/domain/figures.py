"""How a figure is written for people (R9): halves are rounded away from zero, and a minus is −.

Every page, chart, alternative text, workbook and table of the command line uses this; what a program reads (CSV and
JSON of a cohort, CSV of a return) is not rounded and keeps its ASCII minus.

A mean is a ratio of two whole numbers, which a float holds only approximately: 201 / 200 is held as slightly less than
1.005. So the shortest decimal that represents the float is rounded: if the ratio ends in a half, that is the ratio.
"""

from decimal import ROUND_HALF_UP, Decimal

MINUS = "−"

THRESHOLDS = (6, 8, 10)
"""The values allowed for t, below which a published count is not shown (R9)."""

DEFAULT_THRESHOLD = 8


def round_half_up(value: float, places: int) -> Decimal:
    """A figure to ``places`` decimals, halves away from zero; nought has no sign.

    >>> [str(round_half_up(value, 1)) for value in (4.25, -0.25, -0.04)]
    ['4.3', '-0.3', '0.0']
    >>> str(round_half_up(1.005, 2)), str(round_half_up(2.675, 2)), str(round_half_up(12, 0))
    ('1.01', '2.68', '12')
    """
    rounded = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return abs(rounded) if rounded == 0 else rounded


def write_figure(value: float | None, places: int = 1, *, signed: bool = False) -> str:
    """A figure as people read it: "" where it is undefined, never 0 (R5).

    Args:
        value: the figure.
        places: how many decimals.
        signed: whether a figure above nought gets a plus, as a change does.

    >>> write_figure(4.25), write_figure(-0.25), write_figure(-0.04), write_figure(None)
    ('4.3', '−0.3', '0.0', '')
    >>> write_figure(0.25, signed=True), write_figure(-3, 0, signed=True), write_figure(0.04, signed=True)
    ('+0.3', '−3', '0.0')
    """
    if value is None:
        return ""
    rounded = round_half_up(value, places)
    sign = MINUS if rounded < 0 else "+" if signed and rounded > 0 else ""
    return f"{sign}{abs(rounded):,.{places}f}"


def write_count(n: int, one: str, many: str = "") -> str:
    """A number of things; ``many`` is their plural if that is not ``one`` and an s.

    >>> write_count(1, "answer is", "answers are"), write_count(1200, "pair")
    ('1 answer is', '1,200 pairs')
    """
    return f"{n:,} {one if n == 1 else many or one + 's'}"
