"""The words of a return: what went well, what needs improving, what people said, and what families tell of themselves.

Nobody is named in them. They are a part of the return, so they are signed with its figures.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from star_tracker.analysis.disclosure import Figure
from star_tracker.domain.feedback import SaidBy

NARRATIVE = "narrative"
"""The name of the sheet that holds them."""

NARRATIVE_TITLE = "Narrative: what went well, what needs improving, and what people said"

NOBODY_NAMED = "The words are the service’s own and those of people who agreed to be quoted. Nobody is named."

MOST_CASE_STUDIES = 3


@dataclass(frozen=True, kw_only=True)
class Quote:
    """Words that somebody allowed to be quoted, and whose they are."""

    said_by: SaidBy
    words: str


@dataclass(frozen=True, kw_only=True)
class CaseReading:
    """An area's readings, 1 to 10, in a parent's start and latest Star; None where it was not scored."""

    area: str
    start: int | None
    latest: int | None


@dataclass(frozen=True, kw_only=True)
class CaseStudy:
    """What a family tells of itself, in its own words.

    Attributes:
        words: the words, in paragraphs.
        readings: each area's readings of the parent's two Stars, in the order of the areas; () in a published return,
            which holds no row about one person (R9).
    """

    words: str
    readings: tuple[CaseReading, ...] = ()


@dataclass(frozen=True)
class Section:
    """A part of the narrative as a reader sees it.

    Attributes:
        heading: what it is.
        paragraphs: its text.
        readings: a case study's, to be shown as a small table or a picture; () elsewhere.
        quotes: the words that people allowed to be quoted; () elsewhere.
    """

    heading: str
    paragraphs: tuple[str, ...] = ()
    readings: tuple[CaseReading, ...] = ()
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Narrative:
    """The words of one quarter's return, as typed by the lead; a part that nobody wrote is empty.

    It is false if all are.
    """

    went_well: str = ""
    to_improve: str = ""
    quotes: tuple[Quote, ...] = ()
    case_studies: tuple[CaseStudy, ...] = ()

    def __bool__(self) -> bool:
        return any((self.went_well, self.to_improve, self.quotes, self.case_studies))

    def without_readings(self) -> "Narrative":
        """The same words without a reading of anybody's Star (R9)."""
        return Narrative(
            went_well=self.went_well,
            to_improve=self.to_improve,
            quotes=self.quotes,
            case_studies=tuple(CaseStudy(words=one.words) for one in self.case_studies),
        )

    @property
    def sections(self) -> list[Section]:
        """What there is of it, in the order in which it is read."""
        found = [
            Section("What went well", split_paragraphs(self.went_well)),
            Section("What needs improving", split_paragraphs(self.to_improve)),
            Section("What people said", quotes=self.quotes),
            *(
                Section(f"Case study {number}", split_paragraphs(one.words), readings=one.readings)
                for number, one in enumerate(self.case_studies, start=1)
            ),
        ]
        return [section for section in found if section.paragraphs or section.quotes]

    def list_rows(self) -> list[tuple[Figure, ...]]:
        """All that it says in plain rows, each beginning with its section's heading: to be hashed and compared."""
        return [row for section in self.sections for row in _list_rows(section)]


def _list_rows(section: Section) -> Iterator[tuple[Figure, ...]]:
    for paragraph in section.paragraphs:
        yield section.heading, paragraph
    for quote in section.quotes:
        yield section.heading, quote.said_by.value, quote.words
    for reading in section.readings:
        yield section.heading, reading.area, reading.start, reading.latest


def write_section(section: Section, areas: Mapping[str, str]) -> list[str]:
    """What a section says below its heading, line by line; ``areas`` labels the areas.

    >>> reading = CaseReading(area="family_routine", start=3, latest=None)
    >>> write_section(Section("Case study 1", ("We eat together.",), (reading,)), {"family_routine": "Family routine"})
    ['We eat together.', 'Family routine: 3 at the start, not scored at the latest Star.']
    >>> write_section(Section("What people said", quotes=(Quote(said_by=SaidBy.CHILD, words="Mum laughs."),)), {})
    ['“Mum laughs.” A child or young person']
    """
    return [
        *section.paragraphs,
        *(f"“{' '.join(split_paragraphs(quote.words))}” {quote.said_by.label}" for quote in section.quotes),
        *(
            f"{areas[reading.area]}: {_write_value(reading.start)} at the start, {_write_value(reading.latest)} at the "
            "latest Star."
            for reading in section.readings
        ),
    ]


def _write_value(value: int | None) -> str:
    return "not scored" if value is None else str(value)


def split_paragraphs(text: str) -> tuple[str, ...]:
    r"""The paragraphs of a text as typed: each line that is not blank.

    >>> split_paragraphs("One.\r\n\r\n Two. \n")
    ('One.', 'Two.')
    """
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def load_narrative(stored: Mapping[str, Any] | None) -> Narrative:
    """The narrative that was stored with a signed return as ``asdict`` gives it; an empty one if there was none."""
    if not stored:
        return Narrative()
    return Narrative(
        went_well=stored["went_well"],
        to_improve=stored["to_improve"],
        quotes=tuple(Quote(said_by=SaidBy(one["said_by"]), words=one["words"]) for one in stored["quotes"]),
        case_studies=tuple(
            CaseStudy(words=one["words"], readings=tuple(CaseReading(**reading) for reading in one["readings"]))
            for one in stored["case_studies"]
        ),
    )
