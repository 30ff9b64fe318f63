"""A cohort's view as a PDF of two pages: what the page at a glance shows, and the tables that it folds away.

Its template is ``templates/figures/cohort/view.typ``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from star_tracker.analysis.disclosure import LEAST_PAIRS
from star_tracker.analysis.headlines import Headline
from star_tracker.analysis.key_figures import KeyFigures
from star_tracker.analysis.summaries import CohortChart, CohortSummary
from star_tracker.domain.days import long_date
from star_tracker.domain.figures import write_count, write_figure
from star_tracker.domain.scales import ACKNOWLEDGEMENT, Edition
from star_tracker.domain.texts import isolate, lower_first, upper_first
from star_tracker.exports.definitions import CHANGE_NOTE, MEASURED, WORDS
from star_tracker.exports.pdf import compile_pdf
from star_tracker.exports.sheet_fonts import find_unprintable, leave_blank

TITLE = "Cohort at a glance"

_CHARTS = (CohortChart.STAR, CohortChart.CHANGE)
_AVERAGES = ("Area", "Pairs", "Start", "Latest", "Change", "95% interval", "Standard deviation", "Rank-biserial")
_OUTCOMES = ("Area", "Pairs", "Improved", "Maintained", "Declined", "Stage up", "Same stage", "Stage down")


@dataclass(frozen=True, kw_only=True)
class CohortView:
    """What is on the pages.

    Attributes:
        summary: the figures of the charts and tables.
        headline: what they say.
        figures, before: the key figures, and those of the period before.
        pictures: the drawing of a chart as SVG and its alternative text; of those that there are.
        edition: names the areas.
        words: who is in the cohort.
        service_name: whose figures they are.
        reader: whose families the figures hold, if not everybody's; else "".
        by_change: whether the areas are in the order of their change, or in the Star's.
        asks_more: whether the last three key figures are of more people than the cohort (``CohortForm.asks_more``).
    """

    summary: CohortSummary
    headline: Headline
    figures: KeyFigures
    before: KeyFigures
    pictures: Mapping[CohortChart, tuple[bytes, str]]
    edition: Edition
    words: str
    service_name: str
    reader: str = ""
    by_change: bool = True
    asks_more: bool = False


def build_cohort_pdf(view: CohortView) -> bytes:
    """The PDF, A4 across, tagged for screen readers (PDF/UA-1); the same view gives the same bytes."""
    drawn = {chart.value: view.pictures[chart] for chart in _CHARTS if chart in view.pictures}
    return compile_pdf(
        "figures/cohort/view.typ",
        _texts_of(view) | {"alts": {name: alt for name, (_svg, alt) in drawn.items()}},
        {name: svg for name, (svg, _alt) in drawn.items()},
    )


def _texts_of(view: CohortView) -> dict[str, Any]:
    """Every text of the pages, for the template."""
    unprintable = find_unprintable([view.words, view.service_name, view.reader])

    def typed(text: str) -> str:
        return isolate(leave_blank(text, unprintable))

    summary, words = view.summary, typed(upper_first(view.words))
    return {
        "title": TITLE,
        "words": words,
        "numbers": summary.in_numbers,
        "headline": view.headline.sentence,
        "notes": [*view.headline.notes, *_warn(summary)],
        "figures": [
            {
                "name": now.name,
                "share": now.share.in_words,
                "numbers": f"{now.share.numbers} {now.of_what}".strip(),
                "before": f"Before: {then.share.in_words}" + (f" ({then.share.numbers})" if then.share.numbers else ""),
            }
            for now, then in zip(view.figures.listed, view.before.listed, strict=True)
        ],
        "periods": _write_periods(view),
        "left_out": _say_who_is_left_out(summary, typed(view.reader)),
        "tables": _list_tables(view),
        "counted": [
            f"A counted Star is {lower_first(WORDS['Counted Star'])}",
            *(rule.replace("n − 1", "n\u00a0−\u00a01") for rule in MEASURED.values()),
            CHANGE_NOTE,
        ],
        "source": f"Source: {typed(view.service_name)}, Star Tracker.",
        "acknowledgement": ACKNOWLEDGEMENT,
    }


def _warn(summary: CohortSummary) -> list[str]:
    if summary.pairs >= LEAST_PAIRS:
        return []
    return [
        f"This cohort is small: {write_count(summary.pairs, 'pair')}. One family can move every average. Somebody may "
        "know which family it is. Read it with care, and do not pass it on."
    ]


def _write_periods(view: CohortView) -> str:
    before = view.before
    said = (
        f"Stars, closures and referrals: {view.figures.period.label}. Before: {before.period.label}, and pairs as at "
        f"{long_date(before.selected_by.as_at)}."
    )
    more = " They are of the pods and practitioner chosen alone." if view.asks_more else ""
    return said + more


def _say_who_is_left_out(summary: CohortSummary, reader: str) -> list[str]:
    reasons = ", ".join(f"{n:,} with {lower_first(reason.label)}" for reason, n in summary.excluded.items())
    said = [
        "A pair is two Stars of one parent in one intervention: the start Star and the latest. Parents with no pair "
        f"are left out: {reasons}."
    ]
    if summary.selected_by != summary.selected_by.of_everybody:
        said.append("Pairs whose Stars are not as chosen are left out too.")
    if reader:
        said.append(f"All figures hold the families that {reader} may see; a service lead may see more.")
    if summary.listed[-1]["n"] < LEAST_PAIRS:
        said.append(f"An area with fewer than {LEAST_PAIRS} pairs shows its averages alone, and stands last.")
    return said


def _list_tables(view: CohortView) -> list[dict[str, Any]]:
    """The tables as pages show them (R9), each with its title, headings and rows."""
    areas = view.summary.by_change if view.by_change else view.summary.listed
    averages = [
        [
            view.edition.areas[area["area"]],
            f"{area['n']:,}",
            write_figure(area["mean_start"]),
            write_figure(area["mean_latest"]),
            write_figure(area["mean_change"], 2, signed=True),
            " to ".join(write_figure(area[end], 2, signed=True) for end in ("ci_low", "ci_high"))
            if area["ci_low"] is not None
            else "",
            write_figure(area["sd_change"], 2),
            write_figure(area["rank_biserial"], 2, signed=True),
        ]
        for area in areas
    ]
    counts = ("improved", "maintained", "declined", "stage_up", "stage_same", "stage_down")
    outcomes = [
        [
            view.edition.areas[area["area"]],
            f"{area['n']:,}",
            *("" if area[count] is None else f"{area[count]:,}" for count in counts),
        ]
        for area in areas
    ]
    return [
        {"title": "Average scaling, 1 to 10, and change", "headings": _AVERAGES, "rows": averages},
        {
            "title": "Pairs whose latest value is higher than, the same as or lower than the first, and by stage",
            "headings": _OUTCOMES,
            "rows": outcomes,
        },
    ]
