"""The command that prints a cohort's figures."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext

from star_tracker.analysis.cohorts import CohortFilter
from star_tracker.analysis.summaries import summarise_cohort
from star_tracker.domain.cohort_choice import LABELS, SPAN_DAYS, choose_quarter, list_choice_faults, list_picks
from star_tracker.domain.days import YEARS, parse_day
from star_tracker.domain.figures import write_count, write_figure
from star_tracker.domain.looks import READ
from star_tracker.domain.permissions import COMMAND_LINE
from star_tracker.domain.quarters import Quarter
from star_tracker.domain.scales import AREAS
from star_tracker.exports.cohorts.files import build_cohort_document, list_cohort_figures
from star_tracker.queries.accounts.people import find_cohort_pods, list_comparison_pods, list_practitioner_pods
from star_tracker.queries.figures.cohorts import get_cohort
from star_tracker.queries.figures.service import get_settings
from star_tracker.records.access_log import log_access


class Day(click.ParamType[Any]):
    """A date as 2018-12-31 or 31/12/2018."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Parse a date, or fail with what is wrong."""
        if isinstance(value, date):
            return value
        try:
            day = parse_day(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)
        if day.year not in YEARS:
            self.fail(f"{value!r}: the year is to be from {YEARS[0]} to {YEARS[-1]}", param, ctx)
        return day


def choice_options(command: Callable[..., None]) -> Callable[..., None]:
    """An option for each list and each date of ``domain.cohort_choice``."""
    for name, label in reversed([*SPAN_DAYS.items()]):
        command = click.option(f"--{name.replace('_', '-')}", type=Day(), help=f"{label} this day, included.")(command)
    for name, words in reversed([*list_picks(dict.fromkeys(AREAS, "")).items()]):
        is_of_area = name == "start_level"
        told = f"such as {AREAS[0]}-low, -middle or -high" if is_of_area else "; ".join(words.values())
        command = click.option(
            f"--{name.replace('_', '-')}",
            type=click.Choice([*words]),
            metavar="AREA-LEVEL" if is_of_area else None,
            help=f"{LABELS[name]}: {told}.",
        )(command)
    return command


@click.command("cohort")
@click.option("--pod", "pods", multiple=True, help="A pod's name; repeat it for several. All pods if not given.")
@click.option("--practitioner", metavar="EMAIL", help="The practitioner's e-mail address.")
@click.option("--quarter", metavar="QUARTER", help="The quarter of the latest Star, such as 2018-19-Q3; sets --as-at.")
@choice_options
@click.option("--as-at", type=Day(), help="The day on which the figures stand. Today if not given.")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
@with_appcontext
def cohort_command(pods: tuple[str, ...], quarter: str | None, as_at: date | None, form: str, **chosen: Any) -> None:
    """Print the change of a cohort, area by area."""
    settings = get_settings(current_app.extensions["star_tracker"])
    pods = find_cohort_pods(pods=pods, practitioner=chosen["practitioner"])
    _check_choice(settings.today(), pods=pods, quarter=quarter, as_at=as_at, **chosen)
    filled = _as_in_address(pod=pods, quarter=quarter, as_at=as_at, **chosen)
    chosen["as_at"] = as_at or settings.today()
    if quarter:
        chosen |= choose_quarter(_parse_quarter(quarter, settings.year_starts_in), settings.today())
    chosen_filter = CohortFilter(pods=pods or None, **chosen)
    log_access(settings.context_of(COMMAND_LINE), action=READ, entity="cohort", details={"chosen": filled})
    summary = summarise_cohort(get_cohort(chosen_filter, reader=None))
    words = chosen_filter.in_words(every="every pod", areas=settings.edition.areas)
    if form == "json":
        click.echo(json.dumps(build_cohort_document(summary), indent=2, ensure_ascii=False))
    elif form == "csv":
        click.echo(
            list_cohort_figures(summary, labels=settings.edition.areas, words=words).build_csv().decode(), nl=False
        )
    else:
        click.echo(f"As at {chosen_filter.as_at}: {write_count(summary.pairs, 'pair')}")
        click.echo(f"Chosen: {words}")
        for reason, n in summary.excluded.items():
            click.echo(f"  {reason.label}: {n} not included")
        click.echo(_table(summary.listed, settings.edition.areas))


def _check_choice(today: date, *, pods: tuple[str, ...], practitioner: str | None, **chosen: Any) -> None:
    """Refuse contradictory options, as the page does (``domain.cohort_choice``)."""
    their_pods = list_practitioner_pods(practitioner, reader=None) if practitioner else None
    faults = list_choice_faults(
        today=today, pods=pods, comparison_pods=list_comparison_pods(), practitioner_pods=their_pods, **chosen
    )
    for fault in faults:
        raise click.BadParameter(fault.message, param_hint=f"'--{fault.field.replace('_', '-')}'")


def _parse_quarter(text: str, first_month: int) -> Quarter:
    try:
        return Quarter.parse(text, first_month)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="'--quarter'") from error


def _as_in_address(**chosen: Any) -> dict[str, list[str]]:
    """The options named as in the page's address, so that the audit trail describes both in the same way."""
    return {
        name.replace("_", "-"): [str(each) for each in (value if isinstance(value, tuple) else [value])]
        for name, value in chosen.items()
        if value
    }


def _table(areas: list[dict[str, Any]], labels: Mapping[str, str]) -> str:
    """The measures as a table of text; an area with few pairs has only n and the two means."""
    headings = ("Area", "n", "Start", "Latest", "Change", "95% interval", "Improved", "Maintained", "Declined")
    lines = [headings, *(_cells(area, labels) for area in areas)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(headings))]
    return "\n".join(
        "  ".join(cell.rjust(width) if column else cell.ljust(width) for column, (cell, width) in enumerate(columns))
        for columns in (zip(line, widths, strict=True) for line in lines)
    )


def _cells(area: dict[str, Any], labels: Mapping[str, str]) -> tuple[str, ...]:
    means = (write_figure(area[key], 2) for key in ("mean_start", "mean_latest", "mean_change"))
    ends = [write_figure(area[key], 2) for key in ("ci_low", "ci_high") if area[key] is not None]
    counts = (write_figure(area[key], 0) for key in ("improved", "maintained", "declined"))
    return (labels[area["area"]], str(area["n"]), *means, " to ".join(ends), *counts)
