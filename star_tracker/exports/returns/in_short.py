"""What a return says in a few sentences, worked out from its disclosed tables and nothing else (R9).

A sentence whose numbers the profile does not show is left out.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from star_tracker.analysis.headlines import Headline, write_headline
from star_tracker.analysis.service import Indicator, Period
from star_tracker.domain.figures import write_figure
from star_tracker.domain.scales import ALL_PODS
from star_tracker.exports.returns.content import Return

SENTENCES: Mapping[Indicator, str] = {
    Indicator.ENGAGED: "Engagement: in {numerator} of {denominator} interventions ({rate}) a parent completed a Star "
    "together with the worker, and the family did not disengage",
    Indicator.COMPLETED: "{numerator} of {denominator} families that closed did so successfully ({rate})",
    Indicator.ESCALATED: "{numerator} of {denominator} families that closed were escalated to child protection, or a "
    "child became looked after ({rate})",
    Indicator.RE_REFERRED: "{numerator} of {denominator} referrals came within 12 months of the family’s referral "
    "before ({rate})",
    Indicator.ON_TIME: "{numerator} of {denominator} Stars due were completed on time ({rate})",
    Indicator.PAIRED: "To date, {numerator} of {denominator} parents have a pair of Stars ({rate})",
    Indicator.IMPROVED: "To date, {numerator} of {denominator} pairs improved in most areas ({rate})",
}
"""What is said of each indicator, in the order in which it is said."""

_NUMBERS = ("numerator", "denominator", "rate")


def write_change(return_: Return) -> Headline:
    """How average scaling changed, all pairs to date, and what to keep in mind."""
    measures = return_.star_measures
    areas: list[dict[str, Any]] = measures.astype(object).where(measures.notna(), None).to_dict("records")  # type: ignore[assignment]  # its keys are texts
    return write_headline(areas, return_.edition.areas)


def write_indicators(return_: Return) -> Sequence[str]:
    """A sentence for each of ``SENTENCES`` whose figures are shown: of the quarter, or to date if they are only so."""
    found = {(cells["indicator"], cells["period"]): cells for cells in return_.list_records("indicators", pod=ALL_PODS)}
    sentences = []
    for indicator, words in SENTENCES.items():
        cells = found.get((indicator.value, Period.QUARTER.value)) or found.get((indicator.value, Period.ALL.value))
        if cells is None or any(not isinstance(cells[name], int | float) for name in _NUMBERS):
            continue
        said = words.format(**{name: _write(cells[name], name) for name in _NUMBERS})
        before = cells["rate_before"]
        when = "in" if cells["period"] == Period.QUARTER else "by the end of"
        beside = f"; {_write(before, 'rate')} {when} the quarter before" if isinstance(before, int | float) else ""
        sentences.append(f"{said}{beside}.")
    return sentences


def _write(figure: Any, name: str) -> str:
    return f"{write_figure(figure, 0)}%" if name == "rate" else f"{figure:,}"
