"""Councils: the list, adding, changing, closing and reopening."""

from calendar import month_name

from flask import Blueprint, abort, render_template, url_for
from werkzeug.wrappers import Response

from star_tracker.domain.permissions import may_administer
from star_tracker.domain.quarters import Quarter
from star_tracker.queries.councils import (
    get_council_with_numbers,
    list_councils_with_numbers,
    list_people_of_council,
    list_pods_of_council,
)
from star_tracker.records.councils import (
    add_council,
    change_council,
    close_council,
    reopen_council,
    take_back_year,
)
from star_tracker.web.admin.council_forms import CouncilForm, EditCouncilForm
from star_tracker.web.admin.holding import HeldRow, get_row_to_take_back, list_held
from star_tracker.web.auth.access import access, current_context, today
from star_tracker.web.platform.confirm_form import build_confirm_form
from star_tracker.web.platform.fields import errors_on, is_sent_and_valid
from star_tracker.web.platform.typed import redirect_saved

blueprint = Blueprint("councils", __name__, url_prefix="/councils")


@blueprint.get("")
@access(may_administer)
def show_all() -> str:
    """Every council."""
    return render_template("admin/councils/list.html", found=list_councils_with_numbers(), today=today())


@blueprint.route("/new", methods=["GET", "POST"])
@access(may_administer)
def add() -> str | Response:
    """Add a council."""
    form = CouncilForm()
    if is_sent_and_valid(form):
        with errors_on(form):
            council = add_council(current_context(), name=form.name.data or "", year_starts_in=form.year_starts_in.data)
            return redirect_saved(f"{council.name} was added.", "councils.show", council_id=council.id)
    return render_template("admin/councils/new.html", form=form)


@blueprint.get("/<record_id:council_id>")
@access(may_administer)
def show(council_id: int) -> str:
    """A council, its pods and its people."""
    return render_template(
        "admin/councils/show.html",
        numbers=get_council_with_numbers(council_id),
        pods=list_pods_of_council(council_id),
        people=list_people_of_council(council_id),
        held=_list_years(council_id),
        today=today(),
    )


@blueprint.route("/<record_id:council_id>/edit", methods=["GET", "POST"])
@access(may_administer)
def edit(council_id: int) -> str | Response:
    """Change a council's name, or when its year begins."""
    council = get_council_with_numbers(council_id).council
    running = Quarter.containing(today(), council.contract.first_month_on(today()))
    form = EditCouncilForm(data={"name": council.name, "year_starts_in": running.first_month})
    form.offer_days(running, today())
    if is_sent_and_valid(form):
        with errors_on(form):
            council = change_council(
                current_context(),
                council_id=council_id,
                name=form.name.data or "",
                year_starts_in=form.year_starts_in.data,
                holds_from=form.first_day,
            )
            return redirect_saved(f"{council.name} was saved.", "councils.show", council_id=council_id)
    return render_template("admin/councils/edit.html", form=form, council=council)


@blueprint.route("/<record_id:council_id>/years/<holds_from>/take-back", methods=["GET", "POST"])
@access(may_administer)
def take_back(council_id: int, holds_from: str) -> str | Response:
    """Take back the month that holds from today or a later day."""
    council = get_council_with_numbers(council_id).council
    row = get_row_to_take_back(_list_years(council_id), holds_from) or abort(404)
    form = build_confirm_form("Take it back")
    if is_sent_and_valid(form):
        council = take_back_year(current_context(), council_id=council_id, holds_from=row.holds_from)
        return redirect_saved(f"{row.label}: what held before goes on.", "councils.show", council_id=council_id)
    there = url_for("councils.show", council_id=council_id)
    return render_template("admin/take_back.html", form=form, row=row, there=there, where=council.name)


@blueprint.route("/<record_id:council_id>/close", methods=["GET", "POST"])
@access(may_administer)
def close(council_id: int) -> str | Response:
    """Take no new pods for a council."""
    numbers = get_council_with_numbers(council_id)
    form = build_confirm_form("Close this council")
    if is_sent_and_valid(form):
        with errors_on(form):
            council = close_council(current_context(), council_id=council_id)
            return redirect_saved(f"{council.name} was closed.", "councils.show", council_id=council_id)
    return render_template("admin/councils/close.html", form=form, numbers=numbers)


@blueprint.route("/<record_id:council_id>/reopen", methods=["GET", "POST"])
@access(may_administer)
def reopen(council_id: int) -> str | Response:
    """Take pods for a council again."""
    numbers = get_council_with_numbers(council_id)
    form = build_confirm_form("Reopen this council")
    if is_sent_and_valid(form):
        council = reopen_council(current_context(), council_id=council_id)
        return redirect_saved(f"{council.name} was reopened.", "councils.show", council_id=council_id)
    return render_template("admin/councils/reopen.html", form=form, numbers=numbers)


def _list_years(council_id: int) -> list[HeldRow]:
    """In which months the years of its contract have begun, or will, if that has ever changed on a day."""
    months = get_council_with_numbers(council_id).council.contract.first_months
    said = {day: month_name[month] for day, month in months.items()}
    return list_held("year_starts_in", "Its contract’s year begins in", said, today())
