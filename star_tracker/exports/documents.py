"""What a document for people says, piece by piece; ``pdf`` makes a PDF of it and ``word`` a Word file."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Heading:
    """A heading of a section; ``starts_page`` puts it at the top of a page."""

    text: str
    starts_page: bool = False


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; what is ``strong`` is the answer, and stands out."""

    text: str
    strong: bool = False


@dataclass(frozen=True)
class Bullets:
    """A list of sentences."""

    items: Sequence[str]


@dataclass(frozen=True)
class Quote:
    """Somebody's own words, and who said them in general terms."""

    text: str
    said_by: str


@dataclass(frozen=True)
class Grid:
    """A table.

    Attributes:
        title: what it shows, on one line.
        headings: of its columns.
        rows: its cells as people read them, as many in each as there are headings.
        texts: how many columns, from the left, hold words; the others hold figures.
        strong: the numbers of the rows that stand out, such as that of all pods; the first is 0.
    """

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    texts: int = 1
    strong: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Picture:
    """A picture.

    Attributes:
        svg: its drawing.
        alt: its alternative text.
        share: its width as a share of the text's, in per cent.
        png: the same drawing; a Word file shows no other.
    """

    svg: bytes
    alt: str
    share: int = 100
    png: bytes | None = None


Piece = Heading | Paragraph | Bullets | Quote | Grid | Picture


@dataclass(frozen=True, kw_only=True)
class Document:
    """A document in English.

    Attributes:
        title: its title.
        subject: what it is about, in a line below the title.
        pieces: what follows, in order.
        source: whose figures they are, for the foot of each page.
        status: whether it is a draft or which version, for the head of each page; "" if there is nothing to say.
        across: whether its pages are wider than high.
    """

    title: str
    subject: str
    pieces: Sequence[Piece]
    source: str
    status: str = ""
    across: bool = False
