"""The return as a PDF for a councillor: the answer first, then the figures, their charts and their meaning."""

from collections.abc import Iterator, Mapping, Sequence

from star_tracker.analysis import charts
from star_tracker.analysis.disclosure import Figure
from star_tracker.analysis.pictures import get_measured_picture
from star_tracker.analysis.service import Indicator, Period
from star_tracker.analysis.summaries import CohortChart
from star_tracker.domain.periods import long_date
from star_tracker.domain.scales import ALL_PODS
from star_tracker.exports.definitions import CHANGE_NOTE, INDICATOR_WORDS, LICENCE, WORDS
from star_tracker.exports.documents import Bullets, Document, Grid, Heading, Paragraph, Picture, Piece, Quote
from star_tracker.exports.pdf import build_pdf
from star_tracker.exports.returns.content import Return
from star_tracker.exports.returns.in_short import write_change, write_indicators
from star_tracker.exports.returns.narrative import split_paragraphs
from star_tracker.exports.returns.versions import label_note
from star_tracker.exports.tables import NamedTable, find_totals, write_cell

TITLE = "Family Star Plus return"

NO_FIGURE = "–"
"""Stands where there is no figure: a blank cell could be taken for nought, or be skipped by who listens."""


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
    change = write_change(return_)
    yield Paragraph(change.sentence, strong=True)
    for note in change.notes:
        yield Paragraph(note)
    if sentences := write_indicators(return_):
        yield Bullets(sentences)
    yield Paragraph(CHANGE_NOTE)


def _write_indicator_table(return_: Return) -> Iterator[Piece]:
    found = {(cells["indicator"], cells["period"]): cells for cells in return_.list_records("indicators", pod=ALL_PODS)}
    asked = {code for code, _period in found}
    rows = []
    for indicator in Indicator:
        if indicator is Indicator.SEEN and indicator.value not in asked:
            continue
        quarter, year, to_date = (found.get((indicator.value, period.value), {}) for period in Period)
        rows.append(
            [
                indicator.label,
                _of(quarter),
                _rate(quarter.get("rate")),
                _target(quarter or to_date),
                *(_rate(quarter.get(name)) for name in ("rate_before", "rate_year_before")),
                _rate(year.get("rate")),
                _of(to_date),
                _rate(to_date.get("rate")),
            ]
        )
    headings = (
        "All pods",
        "In the quarter",
        "Rate",
        "Target",
        "Quarter before",
        "Year before",
        "Year to date",
        "To date",
        "Rate",
    )
    yield Heading("Indicators")
    yield Grid("Headline indicators: how many of how many, and their rates", headings, rows)
    yield Paragraph("The rates of the quarter and the year before are those of the returns that were signed off.")


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
    areas = {"cohort": "all_to_date", "pod": ALL_PODS}
    averages = ("area", "n", "mean_start", "mean_latest", "median_start", "median_latest")
    yield _grid(return_, "averages", averages, where=areas)
    yield Heading("Change by area", starts_page=True)
    if return_.has_change:
        yield draw(CohortChart.CHANGE, return_, share=88)
    yield _grid(
        return_,
        "change",
        ("area", "n", "mean_change", "ci_low", "ci_high", "improved", "maintained", "declined"),
        where=areas,
    )


def _activity(return_: Return) -> Iterator[Piece]:
    yield Heading("Whom the service worked with", starts_page=True)
    yield _grid(return_, "activity")
    yield _grid(return_, "served")
    yield Heading("Stars on time")
    yield _grid(return_, "completion")
    yield Heading("Closing and coming back")
    closures = ("closure_reason", "families", "children", "families_to_date", "children_to_date")
    yield _grid(return_, "closures", closures, where={"pod": ALL_PODS})
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


def _grid(return_: Return, name: str, columns: Sequence[str] = (), *, where: Mapping[str, str] | None = None) -> Grid:
    """A table of the return, or some of its columns and rows; the totals among others stand out."""
    table = return_.find_table(name)
    shown = [column for column in table.columns if not columns or column.name in columns]
    records = return_.list_records(name, **(where or {}))
    told = [column for column in shown if column.name not in (where or {})]
    places = return_.places
    return Grid(
        title=_title_of(table, where),
        headings=[column.heading for column in shown],
        rows=[
            [write_cell(cells[column.name], column.labels, places) or NO_FIGURE for column in shown]
            for cells in records
        ],
        texts=sum(column.holds_words for column in shown),
        strong=find_totals(told, [[cells[column.name] for column in told] for cells in records]),
    )


def _title_of(table: NamedTable, where: Mapping[str, str] | None) -> str:
    if not where:
        return table.title
    return table.title.replace(", by cohort, pod and area", ", by area").replace(", by pod and reason", ", by reason")


def _of(cells: Mapping[str, Figure]) -> str:
    """So many of so many; that there is no figure, if the indicator has none in the period."""
    if not cells:
        return NO_FIGURE
    part, whole = (write_cell(cells[name], {}, 0) for name in ("numerator", "denominator"))
    return f"{part} of {whole}"


def _target(cells: Mapping[str, Figure]) -> str:
    """The target, and whether the rate as it is shown meets it."""
    target, met = cells.get("target"), cells.get("met")
    if target is None:
        return NO_FIGURE
    said = {"yes": "met", "no": "not met"}.get(str(met), "")
    return f"{_rate(target)} {said}".strip()


def _rate(figure: Figure) -> str:
    if isinstance(figure, int | float):
        return f"{write_cell(float(figure), {}, 0)}%"
    return figure or NO_FIGURE
