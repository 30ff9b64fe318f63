"""Completed Stars: viewing, correcting, moving and withdrawing one, and a parent's star chart."""

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse

from star_tracker.analysis.parent_stars import ParentStars
from star_tracker.analysis.pictures import describe_parent_picture, get_parent_picture, measure_parent_picture
from star_tracker.domain.days import long_date
from star_tracker.domain.errors import DomainError
from star_tracker.domain.permissions import may_read_families
from star_tracker.domain.scales import Kind, get_edition
from star_tracker.exports.parent_stars import build_parent_csv
from star_tracker.models import Registration, Star
from star_tracker.queries.families.falls import get_safety_answer
from star_tracker.queries.figures.parent_stars import get_parent_stars
from star_tracker.records.stars.stars import correct_star, move_star, withdraw_star
from star_tracker.web.audit.looks import log_refusal
from star_tracker.web.auth.access import access, current_context, current_settings, today
from star_tracker.web.families.loading import load_registration, load_star, may_correct, may_correct_until
from star_tracker.web.platform.downloads import send_bytes
from star_tracker.web.platform.fields import add_error, errors_on, is_sent_and_valid
from star_tracker.web.platform.typed import redirect_saved
from star_tracker.web.stars.star_forms import CorrectStarForm, MoveStarForm, WithdrawStarForm

blueprint = Blueprint("stars", __name__)


@blueprint.get("/registrations/<record_id:registration_id>")
@access(may_read_families)
def show_parent(registration_id: int) -> str:
    """The parent's star chart, start and latest, with its table."""
    registration = load_registration(registration_id)
    chart = _parent_stars(registration)
    alt = describe_parent_picture(chart) if chart.has_values else ""
    sizes = [measure_parent_picture(chart, narrow=narrow) for narrow in (False, True)]
    return render_template(
        "stars/parent.html", registration=registration, chart=chart, alt=alt, sizes=sizes, today=today()
    )


@blueprint.get("/registrations/<record_id:registration_id>/star.<any(svg, png, csv):form>")
@access(may_read_families)
def download_parent(registration_id: int, form: str) -> Response:
    """The parent's star chart as a picture, or its figures."""
    is_download = form == "csv" or "save" in request.args
    registration = load_registration(registration_id, saved_as=form if is_download else "")
    chart = _parent_stars(registration)
    if not chart.has_values:
        abort(404)
    name = f"star-{registration.parent.ref}.{form}"
    if form == "csv":
        return send_bytes(build_parent_csv(chart), name)
    picture = get_parent_picture(chart, form, narrow="narrow" in request.args)
    return send_bytes(picture, name, inline=not is_download)


@blueprint.get("/stars/<record_id:star_id>")
@access(may_read_families)
def show(star_id: int) -> str:
    """One Star with every reading and note."""
    star = load_star(star_id)
    safety = get_safety_answer(star_id)
    return render_template("stars/show.html", star=star, edition=get_edition(star.edition), safety=safety)


@blueprint.route("/stars/<record_id:star_id>/correct", methods=["GET", "POST"])
@access(may_read_families)
def correct(star_id: int) -> str | AnyResponse:
    """Record a Star that replaces this one."""
    star = load_star(star_id, to_correct=True)
    if not star.is_in_force and request.method == "GET":
        return redirect(url_for("stars.show", star_id=star_id))
    edition = get_edition(star.edition)
    form = CorrectStarForm(edition)
    if not form.is_submitted():
        form.fill_from(star)
    elif is_sent_and_valid(form) and may_correct(star):
        with errors_on(form):
            new = correct_star(
                current_context(),
                star_id=star_id,
                star=form.new_star(),
                reason=form.reason.data or "",
            )
            message = "The correction was recorded. The old Star stays readable."
            return redirect_saved(message, "stars.show", star_id=new.id)
    _say_if_late(form, star)
    return render_template("stars/correct.html", form=form, star=star, edition=edition)


@blueprint.route("/stars/<record_id:star_id>/withdraw", methods=["GET", "POST"])
@access(may_read_families)
def withdraw(star_id: int) -> str | AnyResponse:
    """Take a Star out of every figure."""
    star = load_star(star_id, to_correct=True)
    if not star.is_in_force and request.method == "GET":
        return redirect(url_for("stars.show", star_id=star_id))
    form = WithdrawStarForm()
    if is_sent_and_valid(form) and may_correct(star):
        with errors_on(form):
            withdraw_star(current_context(), star_id=star_id, reason=form.reason.data or "")
            return redirect_saved("The Star was withdrawn. It stays readable here.", "stars.show", star_id=star_id)
    _say_if_late(form, star)
    return render_template("stars/withdraw.html", form=form, star=star, edition=get_edition(star.edition))


@blueprint.route("/stars/<record_id:star_id>/move", methods=["GET", "POST"])
@access(may_read_families)
def move(star_id: int) -> str | AnyResponse:
    """Record a Star again for another parent of its intervention, in place of this one, or swap two."""
    star = load_star(star_id, to_correct=True)
    others = star.registration.others
    to_swap = [each for other in others for each in other.stars_in_force if may_correct(each)]
    if not (star.is_in_force and others) and request.method == "GET":
        return redirect(url_for("stars.show", star_id=star_id))
    form = MoveStarForm(data={"kind": star.kind})
    form.offer(others, to_swap, star=star)
    if is_sent_and_valid(form) and may_correct(star):
        with errors_on(form):
            new = move_star(
                current_context(),
                star_id=star_id,
                registration_id=form.registration_id.data,
                kind=Kind(form.kind.data),
                reason=form.reason.data or "",
                in_exchange_id=form.in_exchange_id.data or None,
            )
            whose = new.registration.parent.shown_as
            message = f"The Star was moved to {whose}. The old one stays readable."
            if form.in_exchange_id.data:
                message = f"The two Stars were swapped: this is that of {whose}. The old ones stay readable."
            return redirect_saved(message, "stars.show", star_id=new.id)
    _say_if_late(form, star)
    return render_template("stars/move.html", form=form, star=star, edition=get_edition(star.edition))


def _say_if_late(form: FlaskForm, star: Star) -> None:
    """Add an error if the author's last day to correct the Star has passed meanwhile (``load_star``)."""
    last_day = may_correct_until(star)
    if last_day is not None and not may_correct(star):
        words = (
            f"You could correct, move or withdraw this Star until {long_date(last_day)}. Nothing was recorded. "
            "Ask your service lead to do it: what you typed is still on this page, to read to them or to copy"
        )
        add_error(form, DomainError("", words))
        log_refusal(current_context(), family_id=star.registration.family_id)


def _parent_stars(registration: Registration) -> ParentStars:
    return get_parent_stars(registration, as_at=today(), labels=current_settings().edition.areas)
