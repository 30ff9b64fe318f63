"""The return as a PDF for a councillor: the answer first, then the figures, their charts and their meaning."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from star_tracker.analysis import charts
from star_tracker.analysis.disclosure import Figure
from star_tracker.analysis.pictures import get_measured_picture
from star_tracker.analysis.service import Indicator
from star_tracker.analysis.summaries import CohortChart
from star_tracker.domain.days import long_date
from star_tracker.domain.scales import ALL_PODS
from star_tracker.exports.definitions import CHANGE_NOTE, INDICATOR_WORDS, LICENCE, WORDS
from star_tracker.exports.documents import Bullets, Document, Grid, Heading, Paragraph, Picture, Piece, Quote
from star_tracker.exports.pdf import build_pdf
from star_tracker.exports.returns.content import Return
from star_tracker.exports.returns.in_short import say_in_short
from star_tracker.exports.returns.indicators import HEADINGS, NO_FIGURE, RATES_BEFORE, write_indicators
from star_tracker.exports.returns.narrative import split_paragraphs
from star_tracker.exports.returns.versions import label_note
from star_tracker.exports.tables import Column, NamedTable, find_totals, title_without, write_cell

TITLE = "Family Star Plus return"


def build_report(return_: Return) -> bytes:
    """The PDF; the same return gives the same bytes."""
    return build_pdf(describe_report(return_))


def describe_report(return_: Return) -> Document:
    """What the PDF says."""
    return Document(
        title=TITLE,
        subject=f"{return_.quarter.label}, {return_.service_name} for {return_.council_name}",
        status=f"{return_.kind}, {return_.status}".capitalize(),
        source=f"Source: {return_.service_name}, Star Tracker {return_.software_version}. {LICENCE}",
        pieces=[
            *_answer(return_),
            *_write_indicator_table(return_),
            *_tell(return_),
            *_change(return_),
            *_activity(return_),
            *_meaning(return_),
        ],
    )


def draw(chart: CohortChart, return_: Return, *, share: int = 100, is_for_word: bool = False) -> Picture:
    """A chart of all pairs to date, as far as the profile shows their figures, for a Word file too if so asked.

    Raises:
        ValueError: it shows nothing of it.
    """
    measures, labels = return_.star_measures, return_.edition.areas
    describe = charts.describe_cohort_star if chart is CohortChart.STAR else charts.describe_change
    return Picture(
        svg=get_measured_picture(chart, measures, labels, "svg"),
        png=get_measured_picture(chart, measures, labels, "png") if is_for_word else None,
        alt=describe(measures, labels),
        share=share,
    )


def _answer(return_: Return) -> Iterator[Piece]:
    signing = return_.signing
    if return_.is_provisional:
        yield Paragraph("Provisional: the quarter has not ended.", strong=True)
    for line in return_.status_lines:
        yield Paragraph(line)
    if signing and signing.note:
        yield Paragraph(f"{label_note(signing)}: {signing.note}")
    yield Paragraph(return_.profile_text)
    yield Heading("In short")
    in_short = say_in_short(return_)
    yield Paragraph(in_short.headline, strong=True)
    for note in in_short.notes:
        yield Paragraph(note)
    if in_short.sentences:
        yield Bullets(in_short.sentences)
    yield Paragraph(CHANGE_NOTE)


def _write_indicator_table(return_: Return) -> Iterator[Piece]:
    rows = write_indicators(return_.list_records("indicators", pod=ALL_PODS))
    yield Heading("Indicators")
    yield Grid("Headline indicators of all pods: how many of how many, and their rates", HEADINGS, rows)
    yield Paragraph(RATES_BEFORE)


def _tell(return_: Return) -> Iterator[Piece]:
    """The narrative, if there is one."""
    for number, section in enumerate(return_.narrative.sections):
        yield Heading(section.heading, starts_page=number == 0)
        for paragraph in section.paragraphs:
            yield Paragraph(paragraph)
        for quote in section.quotes:
            yield Quote(" ".join(split_paragraphs(quote.words)), quote.said_by.label)
        if section.readings:
            areas = return_.edition.areas
            values = [(areas[one.area], one.start, one.latest) for one in section.readings]
            rows = [(area, *(str(value or "not scored") for value in both)) for area, *both in values]
            yield Grid("This parent's readings, 1 to 10", ("Area", "Start", "Latest"), rows)


def _change(return_: Return) -> Iterator[Piece]:
    yield Heading("How average scaling changed", starts_page=True)
    yield Paragraph(
        f"All pairs of a parent's start and latest Star to {long_date(return_.as_at)}, every pod. Readings are from 1 "
        "to 10; higher is better."
    )
    if return_.has_picture:
        yield draw(CohortChart.STAR, return_, share=80)
    else:
        yield Paragraph(return_.picture_text)
    yield _grid(return_, "averages")
    yield Heading("Change by area", starts_page=True)
    if return_.has_change:
        yield draw(CohortChart.CHANGE, return_, share=88)
    yield _grid(return_, "change")


def _activity(return_: Return) -> Iterator[Piece]:
    yield Heading("Whom the service worked with", starts_page=True)
    yield _grid(return_, "activity")
    yield _grid(return_, "served")
    yield Heading("Stars on time")
    yield _grid(return_, "completion")
    yield Heading("Closing and coming back")
    yield _grid(return_, "closures")
    yield _grid(return_, "re_referrals")


def _meaning(return_: Return) -> Iterator[Piece]:
    yield Heading("What the words mean", starts_page=True)
    yield Bullets([f"{word}: {meaning}" for word, meaning in WORDS.items()])
    yield Heading("What the indicators ask")
    yield Bullets([f"{indicator.label}: {INDICATOR_WORDS[indicator]}" for indicator in Indicator])
    yield Heading("How it is counted")
    yield Bullets([f"{number}: {rule}" for number, rule in return_.rules.items()])
    yield Paragraph(" ".join(f"{mark}: {meaning}" for mark, meaning in return_.marks.items()) + f" {NO_FIGURE} is z.")
    yield Paragraph(
        f"SHA-256 of the figures: {return_.fingerprint}. Every file of this return names it: where it is the same, so "
        "is every figure."
    )


@dataclass(frozen=True)
class Shown:
    """What the report shows of a table: these columns, or all; the rows with these cells, or all."""

    columns: tuple[str, ...] = ()
    where: Mapping[str, str] = field(default_factory=dict)


_ALL_TO_DATE = {"cohort": "all_to_date", "pod": ALL_PODS}

SHOWN: Mapping[str, Shown] = {
    "averages": Shown(("area", "n", "mean_start", "mean_latest", "median_start", "median_latest"), _ALL_TO_DATE),
    "change": Shown(
        ("area", "n", "mean_change", "ci_low", "ci_high", "improved", "maintained", "declined"), _ALL_TO_DATE
    ),
    "activity": Shown(),
    "served": Shown(),
    "completion": Shown(),
    "closures": Shown(
        ("closure_reason", "families", "children", "families_to_date", "children_to_date"), {"pod": ALL_PODS}
    ),
    "re_referrals": Shown(),
}
"""What the report shows of which tables, beside the indicators, in the order in which it does."""


def list_shown(return_: Return, name: str) -> tuple[list[Column], list[list[Figure]]]:
    """The columns and the rows of one of ``SHOWN``."""
    shown, table = SHOWN[name], return_.find_table(name)
    columns = [column for column in table.columns if column.name in shown.columns or not shown.columns]
    records = return_.list_records(name, **shown.where)
    return columns, [[cells[column.name] for column in columns] for cells in records]


def write_row(return_: Return, columns: Sequence[Column], row: Sequence[Figure]) -> list[str]:
    """The cells of a row as the report writes them."""
    pairs = zip(columns, row, strict=True)
    return [write_cell(cell, column.labels, return_.places) or NO_FIGURE for column, cell in pairs]


def _grid(return_: Return, name: str) -> Grid:
    """One of ``SHOWN``; its totals stand out."""
    columns, rows = list_shown(return_, name)
    return Grid(
        title=title_of(return_.find_table(name)),
        headings=[column.heading for column in columns],
        rows=[write_row(return_, columns, row) for row in rows],
        texts=sum(column.holds_words for column in columns),
        strong=find_totals(columns, rows),
    )


def title_of(table: NamedTable) -> str:
    """The title that a table has in the report, which shows some of its rows."""
    return title_without(table.title, SHOWN[table.name].where)
