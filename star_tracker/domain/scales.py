"""What a Family Star Plus measures: areas, kinds, reasons and stages, by code, and their labels by edition.

Codes are fixed here and stored in records; labels live in ``editions/*.toml``, one file per printing of the Star,
so that a licence holder can adjust them (the README says why: names only, never the text of the scales).
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, cached_property
from importlib import resources
from types import MappingProxyType
from typing import Any, Self

AREAS: tuple[str, ...] = (
    "physical_health",
    "your_wellbeing",
    "meeting_emotional_needs",
    "keeping_children_safe",
    "social_networks",
    "education_and_learning",
    "boundaries_and_behaviour",
    "family_routine",
    "home_and_money",
    "progress_to_work",
)
"""The ten outcome areas in the Star's order. Position in this tuple plus one is the number stored in the database."""

RISK_AREAS = ("keeping_children_safe",)
"""The areas that tell of risk to children: who else reads a sheet that lies on the kitchen table need not know."""

LOWEST, HIGHEST = 1, 10

ACKNOWLEDGEMENT = (
    "Family Star Plus™ and the names of its areas and stages are © Triangle Consulting Social Enterprise Limited and "
    "are used under licence."
)
"""The licence's own words, wherever areas are listed (the README says why)."""

MOST_CHILDREN = 20
"""An intervention's number of children is 0 to this."""


class Labelled(StrEnum):
    """Codes, each with the label that a person reads for it on pages, charts and in the return.

    >>> Kind("start").label
    'Start'
    """

    label: str

    def __new__(cls, code: str, label: str = "") -> Self:
        """A code, with its label where the enum is defined; elsewhere enums are called with the code alone."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member

    @classmethod
    def labels(cls) -> dict[str, str]:
        """The label of each code, in the order of the codes."""
        return {member.value: member.label for member in cls}


class Kind(Labelled):
    """When in an intervention a Star was completed."""

    START = "start", "Start"
    INTERIM = "interim", "Interim"
    CLOSURE = "closure", "Closure"

    @cached_property
    def place(self) -> int:
        """The order of kinds on one day: the start first, the closure last (R2).

        A database gets the same order by sorting their codes backwards:

        >>> sorted(Kind, key=lambda kind: kind.place) == sorted(Kind, reverse=True)
        True
        """
        return list(Kind).index(self)


class CompletedBy(Labelled):
    """Who chose the values. Only Stars that a worker had a part in are counted (R1)."""

    TOGETHER = "together", "Worker and parent together"
    WORKER = "worker", "Worker alone"
    PARENT = "parent", "Parent alone"

    @property
    def is_counted(self) -> bool:
        """Whether a Star completed by them counts, unless it is withdrawn (R1)."""
        return self is not CompletedBy.PARENT


class NotScored(Labelled):
    """Why an area has no value."""

    NOT_APPLICABLE = "not_applicable", "Not applicable"
    NOT_DISCUSSED = "not_discussed", "Not discussed"
    DECLINED = "declined", "Declined"


class ClosureReason(Labelled):
    """How an intervention ended."""

    COMPLETED = "completed", "Closed successfully"
    STEPPED_DOWN = "stepped_down", "Stepped down to early help"
    CHILD_PROTECTION = "child_protection", "Escalated to a child protection plan"
    LOOKED_AFTER = "looked_after", "A child became looked after"
    DISENGAGED = "disengaged", "Family disengaged"
    MOVED_AWAY = "moved_away", "Family moved away"
    OTHER = "other", "Other"


class Outcome(Labelled):
    """What came of something agreed, as recorded with the next Star."""

    DONE = "done", "Done"
    PARTLY = "partly", "Partly done"
    NOT_DONE = "not_done", "Not done"


class Exclusion(Labelled):
    """Why a parent's intervention is in no pair, in the order in which the reasons are tried (R3)."""

    NO_COUNTED_STAR = "no_counted_star", "No counted Star"
    NO_START_STAR = "no_start_star", "No start Star"
    ONE_STAR_ONLY = "one_star_only", "One Star only"


ALL_PODS = "All pods"
"""The name of the rows that count the whole service; so no pod may have it."""

ALL_REASONS = "all_reasons"
"""The code of the rows that count every reason together."""

TOTALS = frozenset({ALL_PODS, ALL_REASONS})
"""What stands in a row that counts everything; such rows come first, and stand out."""

STAGES: tuple[str, ...] = ("stuck", "accepting_help", "trying", "finding_what_works", "effective_parenting")
"""The five stages of the Journey of Change, lowest first; each spans two values of the scale."""


def area_number(area: str) -> int:
    """The number, 1 to 10, under which ``area`` is stored.

    >>> area_number("your_wellbeing")
    2
    """
    return AREAS.index(area) + 1


def stage_number(value: int) -> int:
    """The stage, 1 to 5, that a value of the scale belongs to.

    >>> [stage_number(value) for value in range(1, 11)]
    [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    """
    if not LOWEST <= value <= HIGHEST:
        raise ValueError(f"a reading is a whole number from {LOWEST} to {HIGHEST}, not {value!r}")
    return (value + 1) // 2


def stage_span(stage: str) -> tuple[int, int]:
    """The lowest and the highest value of a stage.

    >>> stage_span("trying")
    (5, 6)
    """
    highest = 2 * (STAGES.index(stage) + 1)
    return highest - 1, highest


@dataclass(frozen=True)
class Edition:
    """One printing of the Star: the labels of its areas and stages, keyed by code.

    ``translations`` has the labels of areas and stages in other languages, by the language's code.
    """

    code: str
    name: str
    areas: Mapping[str, str]
    stages: Mapping[str, str]
    translations: Mapping[str, tuple[Mapping[str, str], Mapping[str, str]]] = field(default_factory=dict)

    def areas_in(self, language: str) -> Mapping[str, str]:
        """The areas' labels in a language; in English if the edition has none in it.

        >>> get_edition("first").areas_in("cy")["home_and_money"]
        'Cartref ac arian'
        """
        return self.translations[language][0] if language in self.translations else self.areas

    def __reduce__(self) -> tuple[Callable[[str], "Edition"], tuple[str]]:
        """Pickle the code alone: a read-only mapping cannot be pickled."""
        return get_edition, (self.code,)


def list_editions() -> list[str]:
    """The codes of the editions that ship with the package, in name order."""
    files = resources.files(__package__).joinpath("editions").iterdir()
    return sorted(file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml"))


@cache
def get_edition(code: str) -> Edition:
    """The edition with this code.

    Raises:
        ValueError: there is no such file, or it does not label each area and stage exactly once.
    """
    if code not in list_editions():
        raise ValueError(f"no edition {code!r} of the Star; choose one of {', '.join(list_editions())}")
    text = resources.files(__package__).joinpath("editions", f"{code}.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    areas, stages = _read_labels(code, data, "")
    return Edition(
        code=code,
        name=data["name"],
        areas=areas,
        stages=stages,
        translations=MappingProxyType(
            {
                language: _read_labels(code, labels, f"languages.{language}.")
                for language, labels in data.get("languages", {}).items()
            }
        ),
    )


def _read_labels(code: str, data: Mapping[str, Any], prefix: str) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """The labels of the areas and of the stages, each in the Star's order."""
    for heading, codes in (("areas", AREAS), ("stages", STAGES)):
        if set(data.get(heading, ())) != set(codes):
            raise ValueError(f"editions/{code}.toml: [{prefix}{heading}] must label exactly {', '.join(codes)}")
    return (
        MappingProxyType({area: data["areas"][area] for area in AREAS}),
        MappingProxyType({stage: data["stages"][stage] for stage in STAGES}),
    )
