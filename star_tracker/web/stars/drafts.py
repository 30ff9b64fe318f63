"""A Star in progress: beginning, scoring, checking, completing and discarding one.

Without JavaScript each button sends the whole page, which is saved; with it (static/js/saving.js) each change is sent
separately to the same address, and answered as JSON.
"""

from collections.abc import Mapping

from flask import Blueprint, flash, jsonify, make_response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from star_tracker.domain.drafts import FIELDS, JUMP_REASON, LONGEST_ANSWER, FieldChange, StarLayout
from star_tracker.domain.errors import DomainError
from star_tracker.domain.permissions import may_read_families
from star_tracker.domain.scales import AREAS, CompletedBy, Kind, NotScored, get_edition
from star_tracker.domain.texts import lower_first
from star_tracker.models import Draft
from star_tracker.queries.families.drafts import EarlierStars, get_earlier_stars
from star_tracker.records.accounts.people import choose_star_layout
from star_tracker.records.stars.drafts import begin_draft, complete_draft, discard_draft, save_draft
from star_tracker.web.auth.access import access, current_context, today, wants_json
from star_tracker.web.auth.sessions import server_session
from star_tracker.web.families.loading import load_draft, load_registration, log_draft, may_correct
from star_tracker.web.platform.confirm_form import build_confirm_form
from star_tracker.web.platform.fields import add_error, errors_on, is_sent_and_valid, list_errors
from star_tracker.web.platform.numbers import form_number
from star_tracker.web.platform.typed import INTERRUPTED_FIELD, keep_typed_text, redirect_saved, redirect_unsaved
from star_tracker.web.stars.beginning import find_refused_kinds, propose_star
from star_tracker.web.stars.check_page import render_check
from star_tracker.web.stars.draft_forms import BeginStarForm, read_changes
from star_tracker.web.stars.draft_pages import (
    build_refused_form,
    describe_save,
    render_scoring,
    render_unsaved,
)
from star_tracker.web.stars.star_forms import StarForm, build_draft_form

blueprint = Blueprint("drafts", __name__)


@blueprint.route("/registrations/<record_id:registration_id>/stars/new", methods=["GET", "POST"])
@access(may_read_families)
def begin(registration_id: int) -> str | Response:
    """Begin a Star, with defaults for its kind, day, edition and who completes it."""
    registration = load_registration(registration_id, to_record=True)
    for draft in registration.drafts:
        return _redirect_to_draft(draft)
    form, asked = BeginStarForm(), request.args.get("kind", "")
    if not form.is_submitted():
        propose_star(form, registration, asked_kind=asked, unplanned="unplanned" in request.args)
    elif is_sent_and_valid(form):
        assert form.completed_on.data is not None  # noqa: S101 - the field asks for a date
        with errors_on(form):
            draft = begin_draft(
                current_context(),
                registration_id=registration_id,
                kind=Kind(form.kind.data),
                completed_on=form.completed_on.data,
                completed_by=CompletedBy(form.completed_by.data),
                about=form.about(),
                edition=form.edition.data,
            )
            return _redirect_to_draft(draft)
    if wants_json():
        return make_response(jsonify(message=" ".join(f"{error['text']}." for error in list_errors(form))), 422)
    kinds = find_refused_kinds(registration)
    return render_template(
        "stars/drafts/begin.html",
        form=form,
        registration=registration,
        kinds=kinds,
        refused=kinds.get(Kind(asked), "") if asked in list(Kind) else "",
    )


@blueprint.route("/drafts/<record_id:draft_id>", methods=["GET", "POST"])
@access(may_read_families)
def show(draft_id: int) -> str | Response:
    """Score a Star; changes are saved, except to answers that somebody else has changed."""
    draft = load_draft(draft_id, is_saving=request.method == "POST")
    if request.method == "GET":
        form = build_draft_form(get_edition(draft.edition), draft.values)
        return _redirect_to_star(draft) or render_scoring(draft, form)
    changes = read_changes(request.form)
    server_session().only_asked = not changes
    if INTERRUPTED_FIELD in request.form:
        session.pop(INTERRUPTED_FIELD, None)
    try:
        saved = save_draft(current_context(), draft_id=draft_id, changes=changes)
    except DomainError as error:
        if wants_json():
            return make_response(jsonify(field=error.field, message=error.message), 422 if error.field else 503)
        return render_unsaved(draft, changes, error)
    if wants_json():
        return jsonify(describe_save(saved))
    if star_page := _redirect_to_star(saved.draft, changes):
        return star_page
    if saved.merged.refused:
        return render_scoring(draft, build_refused_form(saved))
    return _redirect_onwards(draft)


@blueprint.route("/drafts/<record_id:draft_id>/check", methods=["GET", "POST"])
@access(may_read_families)
def check(draft_id: int) -> str | Response:
    """Check the answers, give reasons for jumps, and complete the Star."""
    draft = load_draft(draft_id, is_saving=request.method == "POST")
    if star_page := _redirect_to_star(draft):
        return star_page
    form, earlier = _read_answers(draft)
    if "go" in request.form:
        return _save_reasons_and_redirect(draft)
    if INTERRUPTED_FIELD in request.form:
        is_sent_and_valid(form)
    elif form.validate() and request.method == "POST":
        try:
            star = complete_draft(
                current_context(),
                draft_id=draft_id,
                revision=form_number("revision", 0),
                star=form.new_star(),
                before=earlier.values,
            )
        except DomainError as error:
            form, earlier = _read_answers(draft)
            if error.field.startswith(JUMP_REASON):
                area = form[error.field.removeprefix(JUMP_REASON)].label.text
                error = DomainError(error.field, f"{area}: {lower_first(error.message)}")
            add_error(form, error)
        else:
            alone = " It is kept and shown beside the others. It is in no figure, and answers no due date."
            message = "The Star was recorded." + ("" if star.is_counted else alone)
            return redirect_saved(message, "stars.show" if star.unplanned else "talks.show", star_id=star.id)
    log_draft(draft)
    return render_check(draft, form, earlier)


@blueprint.post("/drafts/<record_id:draft_id>/rest")
@access(may_read_families)
def leave_rest(draft_id: int) -> Response:
    """Mark every area without an answer as not discussed."""
    draft = load_draft(draft_id, is_saving=True)
    changes = {area: FieldChange("", NotScored.NOT_DISCUSSED.value) for area in AREAS if not draft.values.get(area)}
    _save_or_flash(draft_id, changes)
    return redirect(url_for("drafts.check", draft_id=draft_id))


@blueprint.route("/drafts/<record_id:draft_id>/discard", methods=["GET", "POST"])
@access(may_read_families)
def discard(draft_id: int) -> str | Response:
    """Discard a Star in progress."""
    draft = load_draft(draft_id)
    if star_page := _redirect_to_star(draft):
        return star_page
    form = build_confirm_form("Throw this Star away")
    if is_sent_and_valid(form):
        family_id = draft.registration.family_id
        discard_draft(current_context(), draft_id=draft_id)
        message = "The Star in progress was thrown away. Nothing of it is in any figure."
        return redirect_saved(message, "families.show", family_id=family_id)
    return render_template("stars/drafts/discard.html", form=form, draft=draft)


def _read_answers(draft: Draft) -> tuple[StarForm, EarlierStars]:
    """The draft as it is now with the reasons for jumps that were typed, and the earlier Stars."""
    typed = {name: text for name, text in request.form.items() if name.startswith(JUMP_REASON)}
    form = build_draft_form(get_edition(draft.edition), draft.values | typed)
    return form, get_earlier_stars(draft.registration, until=form.completed_on.data or today())


def _save_reasons_and_redirect(draft: Draft) -> Response:
    """Save the reasons for jumps that were typed, and redirect to an area."""
    typed = {name: text for name, text in request.form.items() if name.startswith(JUMP_REASON) and name in FIELDS}
    changes = {name: FieldChange(draft.values.get(name, ""), text[:LONGEST_ANSWER]) for name, text in typed.items()}
    _save_or_flash(draft.id, changes)
    return _redirect_onwards(draft)


def _save_or_flash(draft_id: int, changes: Mapping[str, FieldChange]) -> None:
    try:
        save_draft(current_context(), draft_id=draft_id, changes=changes)
    except DomainError as error:
        flash(f"This was not saved. {error.message}.", "info")
        keep_typed_text()


def _redirect_to_draft(draft: Draft) -> Response:
    """Redirect to the Star in progress, with a message if another kind was requested; a script gets its address."""
    if wants_json():
        return jsonify(address=url_for("drafts.show", draft_id=draft.id))
    requested = request.args.get("kind") or request.form.get("kind")
    if requested in list(Kind) and requested != draft.kind:
        kind = draft.kind.label.lower() if draft.kind else "one"
        flash(
            f"A Star is in progress already: {kind}. If it is to be another, say so under “About this Star”, or "
            "throw it away.",
            "info",
        )
    return redirect(url_for("drafts.show", draft_id=draft.id))


def _redirect_to_star(draft: Draft, changes: Mapping[str, FieldChange] | None = None) -> Response | None:
    """Redirect to the Star that a draft has become, if it was recorded, for instance by a second click."""
    if draft.star_id is None:
        return None
    is_late = any(change.was != change.now for change in (changes or {}).values())
    late = " What you changed since is not in it." if is_late else ""
    can_correct = draft.star is not None and may_correct(draft.star)
    advice = "To change it, correct it." if can_correct else "If it is to be changed, ask your lead."
    return redirect_unsaved(f"This Star was recorded already.{late} {advice}", "stars.show", star_id=draft.star_id)


def _redirect_onwards(draft: Draft) -> Response:
    """Redirect, after saving, to where the pressed button leads."""
    if (layout := request.form.get("layout")) in list(StarLayout):
        choose_star_layout(current_context(), layout=StarLayout(layout))
    go = request.form.get("go", "")
    if go == "check":
        return redirect(url_for("drafts.check", draft_id=draft.id))
    if go == "leave":
        message = "The Star is saved as far as it goes. You find it on your caseload."
        return redirect_saved(message, "families.show", family_id=draft.registration.family_id)
    area = go if go in AREAS else None
    return redirect(url_for("drafts.show", draft_id=draft.id, area=area, _anchor=area))
