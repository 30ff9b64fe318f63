"""Word files (.docx), with headings, alternative texts and a language that a screen reader finds; the same content, the
same bytes.
"""

from datetime import UTC, date, datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
from docx.document import Document as WordFile
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from star_tracker.exports.documents import Bullets, Document, Grid, Heading, Paragraph, Picture, Piece, Quote

LANGUAGE = "en-GB"
_TEXT_WIDTH = Mm(174)
_MARGIN = Mm(18)


def build_word(document: Document, *, made_for: date) -> bytes:
    """The document as a .docx file that can be edited, or copied from into another.

    Args:
        document: what it says.
        made_for: the day that the file names as its own; files never tell when they were written.

    Raises:
        ValueError: a picture has no PNG.
    """
    word = docx.Document()
    _set_up(word, document, made_for)
    word.add_heading(document.title, 0)
    word.add_paragraph(document.subject)
    if document.status:
        word.add_paragraph(document.status)
    for piece in document.pieces:
        _add(word, piece)
    word.add_paragraph(document.source)
    buffer = BytesIO()
    word.save(buffer)
    return _date_parts(buffer.getvalue(), made_for)


def _set_up(word: WordFile, document: Document, made_for: date) -> None:
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = _MARGIN
    properties = word.core_properties
    properties.title, properties.subject, properties.language = document.title, document.subject, LANGUAGE
    properties.author = properties.last_modified_by = "Star Tracker"
    properties.comments = document.status
    properties.created = properties.modified = datetime(made_for.year, made_for.month, made_for.day, tzinfo=UTC)
    normal = word.styles["Normal"]
    normal.font.name, normal.font.size = "Arial", Pt(11)
    for language in word.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), LANGUAGE)


def _add(word: WordFile, piece: Piece) -> None:
    match piece:
        case Heading(text, starts_page):
            word.add_heading(text, 1).paragraph_format.page_break_before = starts_page
        case Paragraph(text, strong):
            word.add_paragraph().add_run(text).bold = strong
        case Bullets(items):
            for item in items:
                word.add_paragraph(item, "List Bullet")
        case Quote(text, said_by):
            word.add_paragraph(f"“{text}”", "Quote")
            word.add_paragraph(said_by)
        case Grid():
            _add_grid(word, piece)
        case Picture():
            _add_picture(word, piece)


def _add_grid(word: WordFile, grid: Grid) -> None:
    word.add_paragraph(grid.title, "Caption").paragraph_format.keep_with_next = True
    table = word.add_table(0, len(grid.headings), "Table Grid")
    for number, cells in enumerate([grid.headings, *grid.rows]):
        is_heading = number == 0
        row = table.add_row()
        if is_heading:
            row._tr.get_or_add_trPr().append(row._tr.makeelement(qn("w:tblHeader")))
        for place, (cell, text) in enumerate(zip(row.cells, cells, strict=True)):
            paragraph = cell.paragraphs[0]
            paragraph.add_run(text).bold = is_heading or number - 1 in grid.strong
            if place >= grid.texts:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _add_picture(word: WordFile, picture: Picture) -> None:
    if picture.png is None:
        raise ValueError("a Word file needs its pictures as PNG")
    paragraph = word.add_paragraph()
    shown = paragraph.add_run().add_picture(BytesIO(picture.png), width=int(_TEXT_WIDTH * picture.share / 100))
    shown._inline.docPr.set("descr", picture.alt)


def _date_parts(written: bytes, made_for: date) -> bytes:
    """The same file with each of its parts dated on this day."""
    buffer = BytesIO()
    with ZipFile(BytesIO(written)) as old, ZipFile(buffer, "w") as new:
        for name in old.namelist():
            part = ZipInfo(name, (made_for.year, made_for.month, made_for.day, 0, 0, 0))
            part.compress_type = ZIP_DEFLATED
            new.writestr(part, old.read(name))
    return buffer.getvalue()
