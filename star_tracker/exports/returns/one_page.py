"""The return on one page, to paste into a report to the council's cabinet: two sentences, the chart, and its source."""

from star_tracker.analysis.summaries import CohortChart
from star_tracker.domain.days import long_date
from star_tracker.exports.definitions import CHANGE_NOTE, LICENCE
from star_tracker.exports.documents import Document, Paragraph, Piece
from star_tracker.exports.pdf import build_pdf, build_png
from star_tracker.exports.returns.content import Return
from star_tracker.exports.returns.in_short import say_in_short
from star_tracker.exports.returns.report import draw
from star_tracker.exports.word import build_word

TITLE = "Family Star Plus: what changed"


def build_one_page_pdf(return_: Return) -> bytes:
    """The page as a PDF."""
    return build_pdf(describe_one_page(return_))


def build_one_page_picture(return_: Return) -> bytes:
    """The same as a PNG."""
    return build_png(describe_one_page(return_))


def build_one_page_word(return_: Return) -> bytes:
    """The same as a .docx file, to copy from."""
    return build_word(describe_one_page(return_), made_for=return_.as_at)


def describe_one_page(return_: Return) -> Document:
    """What the page says: how average scaling changed, the first indicator that is shown, and the cohort star."""
    said = say_in_short(return_)
    pieces: list[Piece] = [Paragraph(" ".join([said.headline, *said.sentences[:1]]), strong=True)]
    if return_.has_picture:
        pieces += [
            draw(CohortChart.STAR, return_, share=86, is_for_word=True),
            Paragraph(
                f"{return_.picture_title}, as at {long_date(return_.as_at)}. Readings are from 1 to 10; higher is "
                "better."
            ),
        ]
    else:
        pieces.append(Paragraph(return_.picture_text))
    pieces += [Paragraph(CHANGE_NOTE), Paragraph(return_.profile_text)]
    return Document(
        title=TITLE,
        subject=f"{return_.quarter.label}, {return_.service_name} for {return_.council_name}",
        status=f"{return_.kind}, {return_.status}".capitalize(),
        source=f"Source: {return_.service_name}, Star Tracker {return_.software_version}. {LICENCE}",
        pieces=pieces,
    )
