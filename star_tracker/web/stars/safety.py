"""Where a Star fell in an area that tells of the children's safety: what is being done to keep them safe.

It is asked in the talk (``talks``), answered here, and listed for leads. It is never on the sheet to take home.
"""

from flask import Blueprint, redirect, render_template, request, url_for
from govuk_frontend_wtf.wtforms_widgets import GovSubmitInput, GovTextArea
from werkzeug.wrappers import Response
from wtforms import HiddenField, SubmitField, TextAreaField

from star_tracker.domain.days import add_months
from star_tracker.domain.falls import LONGEST_ANSWER
from star_tracker.domain.permissions import may_read_families, may_see_every_pod
from star_tracker.models import SafetyAnswer
from star_tracker.queries.families.falls import count_falls, get_falls_page, get_safety_answer, list_falls_of
from star_tracker.records.stars.safety import answer_fall, fingerprint_answer
from star_tracker.web.audit.looks import log_list
from star_tracker.web.auth.access import access, current_context, current_reader, current_settings, today
from star_tracker.web.families.loading import load_star
from star_tracker.web.platform.fields import RecordForm, errors_on, is_sent_and_valid
from star_tracker.web.platform.numbers import query_number
from star_tracker.web.platform.typed import redirect_saved

blueprint = Blueprint("safety", __name__)

MONTHS = 12
"""How far back the list for leads goes."""


class SafetyForm(RecordForm):
    """What is being done to keep the children safe; ``seen`` identifies the answer that the page showed."""

    words = TextAreaField(
        "What is being done to keep the children safe?",
        widget=GovTextArea(),
        description=f"Up to {LONGEST_ANSWER:,} characters. It is kept with this Star, and is not on the sheet to take "
        "home.",
    )
    seen = HiddenField()
    submit = SubmitField("Save this", widget=GovSubmitInput())


def build_safety_form(answer: SafetyAnswer | None) -> SafetyForm:
    """The form with the answer as it is, or as it was sent."""
    return SafetyForm(data={"words": answer.words if answer else "", "seen": fingerprint_answer(answer)})


@blueprint.route("/stars/<record_id:star_id>/safety", methods=["GET", "POST"])
@access(may_read_families)
def answer(star_id: int) -> str | Response:
    """Write down what is being done, or change it, for one Star."""
    star = load_star(star_id, to_record=True)
    if not star.is_in_force and request.method == "GET":
        return redirect(url_for("stars.show", star_id=star_id))
    written = get_safety_answer(star_id)
    form = build_safety_form(written)
    if is_sent_and_valid(form):
        with errors_on(form):
            answer_fall(current_context(), star_id=star_id, words=form.words.data or "", seen=form.seen.data or "")
            return redirect_saved(
                "What is being done to keep the children safe was saved.", "talks.show", star_id=star_id
            )
    if form.is_submitted():
        written = get_safety_answer(star_id)  # as it is by now
        form.seen.data = fingerprint_answer(written)
    falls = list_falls_of(star, current_settings().fall_rule)
    return render_template("stars/safety/answer.html", star=star, form=form, falls=falls, written=written)


@blueprint.get("/caseload/falls")
@access(may_see_every_pod)
def show_all() -> str:
    """The Stars of the last twelve months that ask, and whether it was answered; for leads."""
    settings, is_answered = current_settings(), "answered" in request.args
    log_list(current_context(), entity="safety_falls", **({"answered": True} if is_answered else {}))
    since, reader, rule = add_months(today(), -MONTHS), current_reader(), settings.fall_rule
    return render_template(
        "stars/safety/list.html",
        found=get_falls_page(rule, since=since, reader=reader, is_answered=is_answered, page=query_number("page", 1)),
        counts=count_falls(rule, since=since, reader=reader),
        is_answered=is_answered,
        rule=rule,
        since=since,
    )
