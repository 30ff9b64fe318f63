"""A fall in an area that tells of the children's safety: it is asked what is being done to keep them safe."""

from collections.abc import Sequence
from dataclasses import dataclass

from star_tracker.domain.scales import AREAS, HIGHEST, LOWEST, RISK_AREAS

NO_AREA = "none"
"""How the setting says that no area asks."""

POINTS = range(1, HIGHEST - LOWEST + 1)
"""How large a fall may have to be."""

LONGEST_ANSWER = 2000


@dataclass(frozen=True)
class FallRule:
    """Which falls ask: in one of these ``areas``, by so many ``points`` or more since the area was last scored."""

    areas: Sequence[str] = RISK_AREAS
    points: int = 1


@dataclass(frozen=True)
class Fall:
    """An area whose value fell: what it was when the area was last scored before, and what it is."""

    area: str
    before: int
    now: int


def read_areas(text: str) -> str:
    """Parse the setting of the areas: their codes in the Star's order, with commas between, or ``NO_AREA``.

    >>> read_areas("social_networks, keeping_children_safe")
    'keeping_children_safe,social_networks'
    >>> read_areas("none")
    'none'
    """
    chosen = {code.strip() for code in text.split(",")}
    if chosen == {NO_AREA}:
        return NO_AREA
    if not chosen <= set(AREAS):
        raise ValueError(f"areas of the Star with commas between, such as {','.join(RISK_AREAS)}, or {NO_AREA}")
    return ",".join(area for area in AREAS if area in chosen)
