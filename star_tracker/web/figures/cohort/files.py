"""What every file of a cohort does: tell a file to save from a picture in a page, and log it."""

from flask import abort, request

from star_tracker.web.audit.looks import log_download, log_figures
from star_tracker.web.auth.access import current_context
from star_tracker.web.figures.cohort.form import CohortForm
from star_tracker.web.platform.numbers import query_number

COLUMNS_ON_A_PAGE, COLUMNS_IN_A_FILE = (1, 2, 3), 2
"""How many panels of a picture are beside each other: on a page as many as there is room for."""


def is_saved(form: str) -> bool:
    """Whether a file of this form is to be saved; else it is a picture in a page."""
    return form == "csv" or "save" in request.args


def log_file(form: str, name: str, choice: CohortForm, figures: object) -> None:
    """Log a file to save by its name, or a picture by the figures that its page shows (``looks.log_figures``)."""
    context, chosen = current_context(), choice.chosen()
    if is_saved(form):
        log_download(context, name, entity="cohort", chosen=chosen)
    else:
        log_figures(context, figures, is_picture=True, entity="cohort", chosen=chosen)


def count_columns(form: str) -> int:
    """How many panels of this picture are beside each other, as the address says; 404 for more than there can be."""
    if is_saved(form):
        return COLUMNS_IN_A_FILE
    columns = query_number("columns", max(COLUMNS_ON_A_PAGE))
    return columns if columns in COLUMNS_ON_A_PAGE else abort(404)
