"""What every file of a cohort does: tell a file to save from a picture in a page, and log it."""

from datetime import date
from importlib.metadata import version

from flask import Response, abort, request

from star_tracker.config import Settings
from star_tracker.exports.cohorts.files import FiguresTable
from star_tracker.web.audit.looks import log_download, log_figures
from star_tracker.web.auth.access import current_context
from star_tracker.web.figures.cohort.form import CohortForm
from star_tracker.web.platform.downloads import send_bytes
from star_tracker.web.platform.numbers import query_number

PICTURES, TABLES = ("svg", "png"), ("csv", "xlsx")
"""The forms of a picture, and those in which a table is saved."""

COLUMNS_ON_A_PAGE, COLUMNS_IN_A_FILE, COLUMNS_ON_PAPER = (1, 2, 3), 2, 4
"""How many panels of a picture are beside each other: on a page as many as there is room for."""


def is_saved(form: str) -> bool:
    """Whether a file of this form is to be saved; else it is a picture in a page."""
    return form in TABLES or form == "pdf" or "save" in request.args


def log_file(form: str, name: str, choice: CohortForm, figures: object) -> None:
    """Log a file to save by its name, or a picture by the figures that its page shows (``looks.log_figures``)."""
    context, chosen = current_context(), choice.chosen()
    if is_saved(form):
        log_download(context, name, entity="cohort", chosen=chosen)
    else:
        log_figures(context, figures, is_picture=True, entity="cohort", chosen=chosen)


def send_table(
    table: FiguresTable, form: str, name: str, *, title: str, words: str, as_at: date, settings: Settings
) -> Response:
    """A table as the file that was asked for.

    Args:
        table: the figures.
        form: ``csv`` or ``xlsx``.
        name: the file's name.
        title: what the table shows.
        words: who is in the cohort.
        as_at: the day that the figures are for.
        settings: those in force.
    """
    if form == "csv":
        return send_bytes(table.build_csv(), name)
    from star_tracker.exports.cohorts.workbook import build_figures_workbook  # noqa: PLC0415 - loads gptables

    return send_bytes(
        build_figures_workbook(
            table,
            settings.edition,
            title=title,
            words=words,
            service_name=settings.service_name,
            software_version=version("star-tracker"),
            as_at=as_at,
        ),
        name,
    )


def count_columns(form: str) -> int:
    """How many panels of this picture are beside each other, as the address says; 404 for more than there can be."""
    if is_saved(form):
        return COLUMNS_IN_A_FILE
    columns = query_number("columns", max(COLUMNS_ON_A_PAGE))
    return columns if columns in COLUMNS_ON_A_PAGE else abort(404)
