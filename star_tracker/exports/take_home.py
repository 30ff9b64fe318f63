"""The sheet that a parent takes home, in their language: one page of A4, as values for the page to print and as a PDF.

Typst makes the PDF from ``templates/stars/talks/sheet.typ`` with our own fonts only, so that it is the same on every
machine. What people wrote is passed as JSON and never read as markup; a letter that no font has is left blank, and
whoever prints the sheet is told beforehand (``sheet_fonts``).
"""

import json
import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import typst

from star_tracker import paths
from star_tracker.analysis.star_words import StarWords
from star_tracker.domain.languages import ENGLISH, Language
from star_tracker.domain.scales import ACKNOWLEDGEMENT
from star_tracker.domain.texts import isolate
from star_tracker.exports.sheet_fonts import find_unprintable, leave_blank, list_families, load_fonts, use_font

_LONG_WORD = re.compile(r"\S{24}(?=\S)")
_BREAK = "\u200b"


@dataclass(frozen=True)
class _Letters:
    """A text size of the page that a browser prints (static/scss/_sheet.scss), as measured in a browser.

    Attributes:
        name: the class in the style sheet.
        line: the height of a line, in millimetres.
        beside: how many small letters fit in a line beside the picture.
        across: how many fit in a line across the page.
    """

    name: str
    line: float
    beside: int
    across: int


_SIZES = (_Letters("large", 6.2, 39, 84), _Letters("medium", 5.75, 42, 93), _Letters("small", 4.85, 48, 103))
_PRINTED, _PICTURE, _FRAME = 270.0, 112.0, 54.0
"""Millimetres: the height of the paper without margins, of the picture, and of everything above and below."""

_LARGE_PRINT = "huge"
"""The class of a sheet in large print, which may take more than a page."""

_CUTS = (10_000, 400, 320, 250, 190, 140, 100, 60)
"""How many small letters of each agreement are printed: the first number that makes one page. As in the PDF."""


@dataclass(frozen=True)
class Agreed:
    """What was agreed about one area; ``area`` is its name in ``language``."""

    area: str
    action: str
    by_whom: str
    by_when: date | None
    language: Language = ENGLISH

    @property
    def who_and_when(self) -> str:
        """The line below the action.

        >>> Agreed("Family routine", "Bed at 8", "Mum", date(2019, 5, 1)).who_and_when
        'Who: Mum. By 1 May 2019.'
        >>> Agreed("Family routine", "Bed at 8", "", None).who_and_when
        ''
        """
        return self.write_who_and_when(isolate)

    def write_who_and_when(self, write: Callable[[str], str]) -> str:
        """The same line, with ``write`` applied to the text that somebody typed."""
        say = self.language.say
        who = say("Who: {who}.", who=write(self.by_whom.rstrip("."))) if self.by_whom else ""
        when = say("By {day}.", day=self.language.day(self.by_when)) if self.by_when else ""
        return " ".join(part for part in (who, when) if part)


@dataclass(frozen=True, kw_only=True)
class TakeHomeSheet:
    """The content of the sheet, without any reference or address.

    Attributes:
        name: the parent's; "" if it is not to be shown.
        days: when the Stars that are drawn were completed, the start first.
        alone: whether the parent completed the Star alone.
        picture: the narrow star as SVG; None if it is not to be shown.
        picture_size: its width and height in pixels.
        alt: its alternative text.
        words: what the Star says, area by area, in ``language``.
        agreed: up to three agreements.
        next_due_on: when the next Star is due; None if none is.
        today: the day of printing.
        worked_with: who the parent works with; "" if nobody is to be named.
        phone: the number under which they can be reached; "" if none is to be given.
        next_visit: when they come again, as it was typed; "" if it is not to be given.
        language: the language of everything that nobody typed.
        is_large: whether it is in large print, on more than one page where it must be.
    """

    name: str
    days: tuple[date, ...]
    alone: bool
    picture: bytes | None
    picture_size: tuple[int, int]
    alt: str
    words: StarWords
    agreed: tuple[Agreed, ...]
    next_due_on: date | None
    today: date
    worked_with: str
    phone: str = ""
    next_visit: str = ""
    language: Language = ENGLISH
    is_large: bool = False

    @property
    def typed(self) -> tuple[str, ...]:
        """Every text that somebody typed."""
        texts = [text for agreed in self.agreed for text in (agreed.action, agreed.by_whom)]
        return (self.name, self.worked_with, self.phone, self.next_visit, *texts)

    @property
    def title(self) -> str:
        """Its heading."""
        return self.language.say("Your Star")

    @property
    def agreed_heading(self) -> str:
        """The heading of what was agreed."""
        return self.language.say("What we agreed")

    @property
    def next_heading(self) -> str:
        """The heading of what comes next."""
        return self.language.say("What comes next")

    @property
    def completed(self) -> str:
        """When the Stars were completed: "Completed on 10 January 2019 and 5 April 2019."."""
        days = self.language.say(" and ").join(dict.fromkeys(map(self.language.day, self.days)))
        if self.alone:
            return self.language.say("You completed this Star on your own on {days}.", days=days)
        return self.language.say("Completed on {days}.", days=days)

    @property
    def next_lines(self) -> tuple[str, ...]:
        """What comes next: the next Star, the next visit, and who can be reached under which number."""
        return self.write_next_lines(isolate)

    def write_next_lines(self, write: Callable[[str], str]) -> tuple[str, ...]:
        """The same lines, with ``write`` applied to what somebody typed."""
        say = self.language.say
        lines = (
            self.next_star,
            say("We see you next: {when}.", when=write(self.next_visit.rstrip("."))) if self.next_visit else "",
            say("You work with {who}.", who=write(self.worked_with)) if self.worked_with else "",
            say("You can ring {phone}.", phone=write(self.phone)) if self.phone else "",
        )
        return tuple(line for line in lines if line)

    @property
    def next_star(self) -> str:
        """Roughly when the next Star is due, by its month; "" if none is."""
        if self.next_due_on is None:
            return ""
        if self.next_due_on <= self.today:
            return self.language.say("We would like to do your next Star with you soon.")
        month = self.language.month(self.next_due_on)
        return self.language.say("We plan to do your next Star with you around {month}.", month=month)

    @property
    def text_size(self) -> str:
        """The largest text size with which what a browser prints stays on one page; large print may take more."""
        if self.is_large:
            return _LARGE_PRINT
        return next((size.name for size in _SIZES if self._printed_height(size, _CUTS[0]) <= _PRINTED), _SIZES[-1].name)

    @property
    def agreed_to_print(self) -> tuple[Agreed, ...]:
        """The agreements for the page that a browser prints: what is too long even in the small size is cut, with "…".

        The PDF measures its text, and hardly ever cuts any.
        """
        if self.is_large:
            return self.agreed
        longest = next((cut for cut in _CUTS if self._printed_height(_SIZES[-1], cut) <= _PRINTED), _CUTS[-1])
        return tuple(replace(agreed, action=_cut(agreed.action, longest)) for agreed in self.agreed)

    def _printed_height(self, size: _Letters, longest: int) -> float:
        """The height of the page in millimetres, in a text size, with each agreement cut to ``longest``."""
        groups = self.words.groups()
        sentences = [self.words.lead, *(sentence for _heading, group in groups for sentence in group)]
        beside = sum(_lines(sentence, size.beside) for sentence in sentences) + 2 * len(groups)
        across = sum(
            _lines(f"{agreed.area}. {_cut(agreed.action, longest)}", size.across)
            + _lines(agreed.who_and_when, size.across)
            + 0.4
            for agreed in self.agreed
        )
        across += sum(_lines(line, size.across) for line in self.next_lines[2:])  # the frame has room for two
        if self.picture is None:
            return _FRAME + (beside * size.beside / size.across + across) * size.line
        return _FRAME + max(_PICTURE, beside * size.line) + across * size.line


def build_take_home_pdf(sheet: TakeHomeSheet) -> bytes:
    """The sheet as a PDF, tagged for screen readers (PDF/UA-1); the same sheet gives the same bytes.

    It is one page, unless it is in large print.
    """
    return typst.compile(
        (paths.TEMPLATES_FOLDER / "stars" / "talks" / "sheet.typ").read_bytes(),
        font_paths=load_fonts(),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={
            "sheet": json.dumps(_texts_of(sheet)),
            "picture": use_font(sheet.picture) if sheet.picture else "",
        },
        pdf_standards=["ua-1"],
    )


def _texts_of(sheet: TakeHomeSheet) -> dict[str, object]:
    """Every text of the page, for the template."""
    unprintable = find_unprintable(sheet.typed)

    def typed(text: str) -> str:
        return isolate(_breakable(leave_blank(text, unprintable)))

    return {
        "title": sheet.title,
        "language": sheet.language.code,
        "is_large": sheet.is_large,
        "fonts": list_families(),
        "name": typed(sheet.name),
        "completed": sheet.completed,
        "alt": sheet.alt,
        "lead": sheet.words.lead,
        "groups": [{"heading": heading, "sentences": sentences} for heading, sentences in sheet.words.groups()],
        "agreed_heading": sheet.agreed_heading,
        "agreed": [
            {"area": agreed.area, "action": typed(agreed.action), "line": agreed.write_who_and_when(typed)}
            for agreed in sheet.agreed
        ],
        "next_heading": sheet.next_heading,
        "next": sheet.write_next_lines(typed),
        "acknowledgement": ACKNOWLEDGEMENT,
    }


def _length(text: str) -> int:
    """The approximate length of a text in small letters: a capital is as wide as almost two."""
    return round(sum(1 if letter.islower() or letter in "0123456789 .,;:'()" else 1.8 for letter in text))


def _lines(text: str, letters: int) -> int:
    """How many lines a text takes if ``letters`` small letters fit in a line."""
    wide = _length(text) / max(1, len(text))
    return len(textwrap.wrap(text, max(1, int(letters / max(1, wide)))))


def _cut(text: str, longest: int) -> str:
    """The text, or its beginning if it is longer than ``longest`` small letters.

    >>> _cut("walk to school together", 23), _cut("walk to school together", 14)
    ('walk to school together', 'walk to school…')
    """
    if _length(text) <= longest:
        return text
    while _length(text) > longest:
        text = text[:-1]
    return text.rstrip() + "…"


def _breakable(text: str) -> str:
    """The text with places for a line break in words that are too long for a line."""
    return _LONG_WORD.sub(rf"\g<0>{_BREAK}", text)
