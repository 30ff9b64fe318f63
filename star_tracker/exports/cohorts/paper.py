"""A page about a cohort as a PDF: what it finds, its picture and its table, as the page shows them (R9)."""

from collections.abc import Mapping, Sequence
from typing import Any

from star_tracker.analysis.closing import Closing
from star_tracker.analysis.over_time import CohortOverTime
from star_tracker.analysis.side_by_side import SideBySide
from star_tracker.analysis.stages import AreaStages
from star_tracker.domain.figures import write_figure
from star_tracker.domain.scales import ACKNOWLEDGEMENT, ClosureReason
from star_tracker.domain.texts import upper_first
from star_tracker.exports.definitions import CHANGE_NOTE
from star_tracker.exports.documents import Document, Grid, Heading, Paragraph, Picture, Piece
from star_tracker.exports.pdf import build_pdf


def build_cohort_page(
    title: str,
    *,
    words: str,
    sentences: Sequence[str],
    picture: Picture | None,
    grid: Grid,
    service_name: str,
    is_comparison: bool = False,
) -> bytes:
    """The PDF, A4 across, tagged for screen readers (PDF/UA-1).

    Args:
        title: the page's title.
        words: who is in the cohort, and the day that the figures are for.
        sentences: what the page says of its figures, the answer first.
        picture: its chart, if there is one.
        grid: its table.
        service_name: whose figures they are.
        is_comparison: whether one of two cohorts is a comparison group (R14); else the page says that there is none.
    """
    answer, *notes = sentences or [""]
    pieces: list[Piece] = [Paragraph(answer, strong=True)] if answer else []
    pieces += [Paragraph(note) for note in notes]
    if picture:
        pieces.append(picture)
    pieces += [Heading("The figures", starts_page=picture is not None), grid]
    if not is_comparison:
        pieces.append(Paragraph(CHANGE_NOTE))
    return build_pdf(
        Document(
            title=title,
            subject=upper_first(words),
            pieces=pieces,
            source=f"Source: {service_name}, Star Tracker. {ACKNOWLEDGEMENT}",
            across=True,
        )
    )


def lay_out_quarters(course: CohortOverTime, areas: Sequence[str], labels: Mapping[str, str]) -> Grid:
    """The mean change of each area in each quarter, its interval and its number of pairs."""
    columns = {one.quarter.label: {area["area"]: area for area in one.shown} for one in course.quarters}
    return _lay_out_changes("Mean change by area and quarter", columns, areas, labels)


def lay_out_months(by_months: Mapping[str, Sequence[Mapping[str, Any]]], labels: Mapping[str, str]) -> Grid:
    """The mean change of each area by months between the two Stars."""
    columns = {months: {area["area"]: area for area in areas} for months, areas in by_months.items()}
    return _lay_out_changes("Mean change by area and months between the two Stars", columns, list(labels), labels)


def lay_out_moves(stages: Sequence[AreaStages], labels: Mapping[str, str]) -> Grid:
    """The shares of each area's pairs that moved up a stage, stayed, and moved down."""
    return Grid(
        "Share of the pairs that moved up a stage or more, stayed in the same stage, or moved down",
        ("Area", "Pairs", "Up", "Same", "Down"),
        [
            (labels[one.area], f"{one.n:,}", *(share.in_words for share in (one.up, one.same, one.down)))
            if one.is_shown
            else (labels[one.area], f"{one.n:,}", "", "", "")
            for one in stages
        ],
    )


def lay_out_two(both: SideBySide, labels: Mapping[str, str]) -> Grid:
    """Both cohorts by area: pairs, mean start, mean latest and mean change of each."""
    of_one = ("Pairs", "Start", "Latest", "Change")
    beside = {area["area"]: area for area in both.second.shown}
    return Grid(
        "Both cohorts by area: the chosen one, and the one beside it",
        ("Area", *of_one, *(f"{heading} beside" for heading in of_one)),
        [
            (
                labels[area["area"]],
                *(cell for one in (area, beside[area["area"]]) for cell in _write_area(one)),
            )
            for area in both.first.shown
        ],
    )


def lay_out_closings(closings: Sequence[Closing], names: Sequence[str]) -> Grid:
    """How many interventions began, how many closed in each way, and how many are open, of one cohort or two."""
    rows = [("Began", *(f"{closing.interventions:,}" for closing in closings))]
    rows += [(reason.label, *(f"{closing.by_reason[reason]:,}" for closing in closings)) for reason in ClosureReason]
    rows.append(("Open", *(f"{closing.open:,}" for closing in closings)))
    return Grid("How the interventions closed", ("Interventions", *names), rows)


def _write_area(area: Mapping[str, Any]) -> tuple[str, ...]:
    means = (write_figure(area[name]) for name in ("mean_start", "mean_latest"))
    return (f"{area['n']:,}", *means, write_figure(area["mean_change"], signed=True))


def _lay_out_changes(
    title: str, columns: Mapping[str, Mapping[str, Mapping[str, Any]]], areas: Sequence[str], labels: Mapping[str, str]
) -> Grid:
    return Grid(
        title,
        ("Area", *columns),
        [(labels[area], *(_write_change(by_area[area]) for by_area in columns.values())) for area in areas],
    )


def _write_change(area: Mapping[str, Any]) -> str:
    """A mean change with its interval and n, below each other; n alone where the change is not shown."""
    lines = [f"n = {area['n']:,}"]
    if area["mean_change"] is not None:
        if area["ci_low"] is not None:
            lines.insert(0, " to ".join(write_figure(area[end], signed=True) for end in ("ci_low", "ci_high")))
        lines.insert(0, write_figure(area["mean_change"], signed=True))
    return "\n".join(lines)
