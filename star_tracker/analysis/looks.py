"""How the series of every chart look: colours, lines, the shape of points and the font.

The two series differ in colour, line and the shape of their points: start is a green solid line with round filled
points, latest a blue dashed line with hollow squares. The square is larger and lies below, so that two equal values
show as a circle in a square. A parent's own value that differs is a diamond without a line, as on the live star.
Colours have at least 3:1 against white, text at least 4.5:1.
"""

from dataclasses import dataclass
from typing import Literal

FONT = "Liberation Sans, Arial, sans-serif"
"""vl-convert measures and draws text with Liberation Sans, as wide as Arial; with Arial alone it draws no text."""

INK, QUIET, GRID, PAPER = "#0b0c0c", "#505a5f", "#cfd4d7", "#ffffff"


@dataclass(frozen=True, kw_only=True)
class Look:
    """How one series is drawn; ``dash`` is () for a solid line and None for points without one."""

    colour: str
    shape: Literal["circle", "square", "diamond", "triangle-up"]
    fill: str
    size: int
    dash: tuple[int, ...] | None = ()


START = Look(colour="#00703c", shape="circle", fill="#00703c", size=80)
LATEST = Look(colour="#1d70b8", dash=(8, 5), shape="square", fill=PAPER, size=190)
START_OWN = Look(colour="#00703c", dash=None, shape="diamond", fill=PAPER, size=190)
LATEST_OWN = Look(colour=INK, dash=None, shape="diamond", fill=PAPER, size=190)
