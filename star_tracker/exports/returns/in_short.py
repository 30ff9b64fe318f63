"""What a return says in a few sentences, worked out from its disclosed tables and nothing else (R9).

A sentence whose numbers the profile does not show is left out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from star_tracker.analysis.headlines import write_headline
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


@dataclass(frozen=True)
class InShort:
    """What a return says first.

    Attributes:
        headline: how average scaling changed, all pairs to date; "" of a return signed before pages said it.
        notes: what to keep in mind with it.
        sentences: one for each of ``SENTENCES`` whose figures are shown.
    """

    headline: str = ""
    notes: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()


def say_in_short(return_: Return) -> InShort:
    """The sentences of a return."""
    measures = return_.star_measures
    areas: list[dict[str, Any]] = measures.astype(object).where(measures.notna(), None).to_dict("records")  # type: ignore[assignment]  # its keys are texts
    change = write_headline(areas, return_.edition.areas)
    return InShort(change.sentence, change.notes, tuple(_say_indicators(return_)))


def load_in_short(stored: Mapping[str, Any] | None) -> InShort:
    """What ``dataclasses.asdict`` and JSON made of it; None of a page that was stored before there was any."""
    if stored is None:
        return InShort()
    return InShort(stored["headline"], tuple(stored["notes"]), tuple(stored["sentences"]))


def _say_indicators(return_: Return) -> Iterator[str]:
    """Each of the quarter, or to date if it has no figure but that."""
    found = {(cells["indicator"], cells["period"]): cells for cells in return_.list_records("indicators", pod=ALL_PODS)}
    earlier = "the whole quarter before" if return_.is_provisional else "the quarter before"
    for indicator, words in SENTENCES.items():
        cells = found.get((indicator.value, Period.QUARTER.value)) or found.get((indicator.value, Period.ALL.value))
        if cells is None or any(not isinstance(cells[name], int | float) for name in _NUMBERS):
            continue
        said = words.format(**{name: _write(cells[name], name) for name in _NUMBERS})
        before = cells["rate_before"]
        when = "in" if cells["period"] == Period.QUARTER else "by the end of"
        beside = f"; {_write(before, 'rate')} {when} {earlier}" if isinstance(before, int | float) else ""
        yield f"{said}{beside}."


def _write(figure: Any, name: str) -> str:
    return f"{write_figure(figure, 0)}%" if name == "rate" else f"{figure:,}"
