"""PDFs, made by Typst with our own fonts only, and tagged for screen readers (PDF/UA-1).

The same content gives the same bytes.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import typst

from star_tracker import paths
from star_tracker.domain.texts import isolate
from star_tracker.exports.documents import Bullets, Document, Grid, Heading, Paragraph, Picture, Piece, Quote
from star_tracker.exports.sheet_fonts import find_unprintable, leave_blank, list_families, load_fonts, use_font


def compile_pdf(template: str, texts: Mapping[str, Any], pictures: Mapping[str, bytes]) -> bytes:
    """A PDF.

    Args:
        template: the path of a Typst template below ``templates/``; it finds the texts as JSON in ``sys.inputs.texts``,
            among them ``fonts``, and each picture as SVG by its name.
        texts: what it says.
        pictures: SVGs by name.
    """
    pdf: bytes = _compile(template, texts, pictures, format="pdf", pdf_standards=["ua-1"])
    return pdf


def build_pdf(document: Document) -> bytes:
    """The document as a PDF of A4 pages; a letter that no font has is a blank to be filled in by hand."""
    return compile_pdf(*_describe(document))


def build_png(document: Document) -> bytes:
    """A document of one page as a picture of 1,240 by 1,754 pixels.

    Raises:
        ValueError: it has more pages.
    """
    drawn: bytes | list[bytes] = _compile(*_describe(document), format="png", ppi=150)
    if isinstance(drawn, list):
        raise ValueError(f"a picture has one page, not {len(drawn)}")
    return drawn


def _compile(template: str, texts: Mapping[str, Any], pictures: Mapping[str, bytes], **how: Any) -> Any:
    return typst.compile(
        (paths.TEMPLATES_FOLDER / template).read_bytes(),
        font_paths=load_fonts(),
        ignore_system_fonts=True,
        sys_inputs={
            "texts": json.dumps({**texts, "fonts": list_families()}),
            **{name: use_font(svg) for name, svg in pictures.items()},
        },
        **how,
    )


def _describe(document: Document) -> tuple[str, dict[str, Any], dict[str, bytes]]:
    """The template of documents, with the texts and pictures that it takes."""
    unprintable = find_unprintable(list(_list_texts(document)))

    def typed(text: str) -> str:
        return isolate(leave_blank(text, unprintable))

    pictures = [piece for piece in document.pieces if isinstance(piece, Picture)]
    names = {id(picture): f"picture_{number}" for number, picture in enumerate(pictures)}

    def describe(piece: Piece) -> dict[str, Any]:
        match piece:
            case Heading(text, starts_page):
                return {"kind": "heading", "text": typed(text), "starts_page": starts_page}
            case Paragraph(text, strong):
                return {"kind": "paragraph", "text": typed(text), "strong": strong}
            case Bullets(items):
                return {"kind": "bullets", "items": [typed(item) for item in items]}
            case Quote(text, said_by):
                return {"kind": "quote", "text": typed(text), "said_by": typed(said_by)}
            case Grid():
                return {
                    "kind": "grid",
                    "title": typed(piece.title),
                    "headings": [typed(heading) for heading in piece.headings],
                    "rows": [[typed(cell) for cell in row] for row in piece.rows],
                    "texts": piece.texts,
                    "strong": sorted(piece.strong),
                }
            case Picture():
                return {"kind": "picture", "name": names[id(piece)], "alt": piece.alt, "share": piece.share}

    return (
        "components/document.typ",
        {
            "title": typed(document.title),
            "subject": typed(document.subject),
            "status": typed(document.status),
            "source": typed(document.source),
            "across": document.across,
            "pieces": [describe(piece) for piece in document.pieces],
        },
        {names[id(picture)]: picture.svg for picture in pictures},
    )


def _list_texts(document: Document) -> Iterator[str]:
    """Every text of the document."""
    yield from (document.title, document.subject, document.status, document.source)
    for piece in document.pieces:
        match piece:
            case Heading(text) | Paragraph(text):
                yield text
            case Bullets(items):
                yield from items
            case Quote(text, said_by):
                yield from (text, said_by)
            case Grid():
                yield from (piece.title, *piece.headings, *(cell for row in piece.rows for cell in row))
            case Picture():
                pass
