"""The talk with a parent after a Star: the Star in plain words, priorities, and the sheet to take home."""

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from star_tracker.analysis.parent_stars import ParentStars
from star_tracker.analysis.star_words import Since, choose_since, describe_star
from star_tracker.analysis.talk_star import describe_talk_star, draw_talk_star, measure_talk_star
from star_tracker.domain.errors import DomainError
from star_tracker.domain.languages import get_language, list_languages
from star_tracker.domain.permissions import may_read_families
from star_tracker.domain.scales import AREAS, RISK_AREAS
from star_tracker.exports.calendar import CalendarDay, build_calendar
from star_tracker.exports.sheet_fonts import find_unprintable
from star_tracker.exports.take_home import TakeHomeSheet, build_take_home_pdf
from star_tracker.models import Star
from star_tracker.queries.families.drafts import get_agreed_answers
from star_tracker.queries.families.falls import get_safety_answer, list_falls_of
from star_tracker.queries.families.priorities import list_priorities_to_review
from star_tracker.queries.figures.parent_stars import get_talk_stars
from star_tracker.records.stars.priorities import record_priorities
from star_tracker.web.auth.access import access, current_context, current_settings, today
from star_tracker.web.families.loading import load_star, may_record
from star_tracker.web.platform.downloads import send_bytes
from star_tracker.web.platform.fields import add_error, is_sent_and_valid
from star_tracker.web.platform.typed import redirect_saved
from star_tracker.web.stars.safety import SafetyForm
from star_tracker.web.stars.sheet import SheetChoice, build_take_home_sheet, read_sheet_choice
from star_tracker.web.stars.talk_form import TalkForm, build_talk_form, read_outcomes

blueprint = Blueprint("talks", __name__)


@blueprint.route("/stars/<record_id:star_id>/talk", methods=["GET", "POST"])
@access(may_read_families)
def show(star_id: int) -> str | AnyResponse:
    """The Star in words, the outcomes of earlier priorities, and the new priorities."""
    star = load_star(star_id, to_record=request.method == "POST")
    if not star.is_in_force and request.method == "GET":
        return redirect(url_for("stars.show", star_id=star_id))
    form = _talk_form(star)
    agreed_before = request.method == "GET" and not star.priorities and form.take_over(get_agreed_answers(star_id))
    if is_sent_and_valid(form):
        try:
            record_priorities(
                current_context(),
                star_id=star_id,
                priorities=form.wanted(),
                outcomes=form.outcomes,
                seen=form.seen.data or "",
            )
        except DomainError as error:
            form = _talk_form(star)  # with the priorities as they are now
            add_error(form, error)
        else:
            message = "What we agreed was saved. The sheet to take home is at the end of this page."
            return redirect_saved(message, "talks.show", star_id=star_id)
    stars = _talk_stars(star)
    since = choose_since(stars, request.args.get("since", ""))
    return render_template(
        "stars/talks/show.html",
        areas=AREAS,
        star=star,
        form=form,
        agreed_before=agreed_before,
        saved_meanwhile=form.show_current(),
        words=describe_star(stars, since=since, stages=current_settings().edition.stages),
        is_compared=stars.start is not None and stars.latest is not None,
        since=since,
        other_since=_other_since(stars, since),
        alt=describe_talk_star(stars),
        sizes=[measure_talk_star(stars, narrow=narrow) for narrow in (False, True)],
        languages=list_languages(),
        choice=_choice(star),
        is_open=may_record(star.registration.intervention) and not any(agreed.outcome for agreed in star.priorities),
        may_record_here=may_record(star.registration.intervention),
        falls=list_falls_of(star, current_settings().fall_rule),
        safety=get_safety_answer(star_id),
        today=today(),
        safety_form=SafetyForm(formdata=None),
        unprintable=_find_unprintable(star),
    )


@blueprint.get("/stars/<record_id:star_id>/star.svg")
@access(may_read_families)
def picture(star_id: int) -> Response:
    """The drawing of the Star, and those of last time and the first time beneath it."""
    star = load_star(star_id)
    choice = _choice(star, with_every_area=True)
    drawing = draw_talk_star(
        _talk_stars(star, choice.language),
        stages=current_settings().edition.stages,
        language=get_language(choice.language),
        narrow="narrow" in request.args,
        only=choice.areas,
    )
    return send_bytes(drawing, "star.svg", inline=True)


@blueprint.get("/stars/<record_id:star_id>/sheet")
@access(may_read_families)
def sheet(star_id: int) -> str | AnyResponse:
    """The sheet to take home, as a page to print."""
    star = load_star(star_id)
    if not star.is_in_force:
        return redirect(url_for("stars.show", star_id=star_id))
    return render_template(
        "stars/talks/sheet.html",
        star=star,
        sheet=_sheet(star),
        chosen=_choice(star).query,
        unprintable=_find_unprintable(star),
    )


@blueprint.get("/stars/<record_id:star_id>/sheet.pdf")
@access(may_read_families)
def download_sheet(star_id: int) -> AnyResponse:
    """The sheet to take home, as a PDF."""
    star = load_star(star_id, saved_as="pdf")
    if not star.is_in_force:
        return redirect(url_for("stars.show", star_id=star_id))
    return send_bytes(build_take_home_pdf(_sheet(star)), f"your-star-{star.completed_on}.pdf")


@blueprint.get("/stars/<record_id:star_id>/agreed.ics")
@access(may_read_families)
def download_calendar(star_id: int) -> AnyResponse:
    """The days by which something was agreed, as a calendar file that names nobody."""
    star = load_star(star_id, saved_as="ics")
    settings, reference = current_settings(), star.registration.parent.ref
    days = [
        CalendarDay(f"agreed-{one.id}", one.by_when, f"Agreed: {settings.edition.areas[one.area]} ({reference})")
        for one in star.priorities
        if one.by_when
    ]
    if not star.is_in_force or not days:
        abort(404)
    data = build_calendar(days, name="Agreed", address=settings.address, now=current_context().now)
    return send_bytes(data, "agreed.ics")


def _talk_form(star: Star) -> TalkForm:
    outcomes = read_outcomes(request.form)
    earlier = list_priorities_to_review(star, reported_ids=outcomes)
    return build_talk_form(star, earlier, outcomes, current_settings().edition)


def _talk_stars(star: Star, language: str = "") -> ParentStars:
    return get_talk_stars(star, current_settings().edition.areas_in(language))


def _other_since(stars: ParentStars, since: Since) -> Since | None:
    """The other Star that this one can be compared with; None if there is none."""
    if stars.start is None or not stars.between:
        return None
    return Since.FIRST if since is Since.LAST else Since.LAST


def _find_unprintable(star: Star) -> list[str]:
    """The characters of everything that may be on the sheet that its PDF cannot show."""
    practitioner = star.registration.intervention.practitioner
    agreed = [text for priority in star.priorities for text in (priority.action, priority.by_whom)]
    staff = practitioner.shown_as if practitioner else ""
    typed = [request.args.get(name, "") for name in ("phone", "next_visit")]
    return find_unprintable([star.registration.parent.name, staff, *typed, *agreed])


def _choice(star: Star, *, with_every_area: bool = False) -> SheetChoice:
    """What the sheet is to show. Areas of risk are left out, unless chosen, for a restricted family, or as is set."""
    settings = current_settings()
    is_careful = star.registration.parent.family.restricted or settings.risk_on_sheet == "left_out"
    return read_sheet_choice(request.args, left_out=RISK_AREAS if is_careful and not with_every_area else ())


def _sheet(star: Star) -> TakeHomeSheet:
    settings, practitioner, choice = current_settings(), star.registration.intervention.practitioner, _choice(star)
    return build_take_home_sheet(
        star,
        _talk_stars(star, choice.language),
        today=today(),
        timings=settings.timings,
        choice=choice,
        worked_with=practitioner.shown_as if practitioner else settings.service_name,
    )
