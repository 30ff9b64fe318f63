"""Families: finding one, its page, adding one and adding a parent to it."""

from collections.abc import Mapping

from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from star_tracker.domain.days import long_date
from star_tracker.domain.errors import DomainError
from star_tracker.domain.permissions import may_read_families, may_see_every_pod
from star_tracker.domain.texts import propose_parent_ref
from star_tracker.models import Intervention
from star_tracker.queries.accounts import people
from star_tracker.queries.families.families import list_families
from star_tracker.queries.feedback import list_feedback_of
from star_tracker.queries.figures.schedules import list_next_stars
from star_tracker.records.families.families import record_family, record_parent
from star_tracker.records.families.family_names import rename_family
from star_tracker.web.audit.looks import log_search
from star_tracker.web.auth.access import (
    access,
    current_actor,
    current_context,
    current_pod_ids,
    current_reader,
    current_settings,
    today,
)
from star_tracker.web.families.family_forms import (
    InterventionFields,
    NewParentForm,
    build_names_form,
    build_new_family_form,
)
from star_tracker.web.families.loading import load_family, may_change, may_record, may_rename
from star_tracker.web.families.timeline import draw_stars, list_agreed, list_events
from star_tracker.web.platform.fields import add_error, errors_on, is_sent_and_valid
from star_tracker.web.platform.numbers import query_number
from star_tracker.web.platform.typed import redirect_saved

blueprint = Blueprint("families", __name__, url_prefix="/families")
_SEARCHED = "searched"


@blueprint.route("", methods=["GET", "POST"])
@access(may_read_families)
def search() -> str | Response:
    """The families that this person may see, or those with a matching reference or name.

    The search text is sent in a form and stored in the session: a name in an address would stay in the browser history.
    """
    if request.method == "POST":
        session[_SEARCHED] = request.form.get("q", "").strip()
        return redirect(url_for("families.search"))
    if "q" in request.args:
        session.pop(_SEARCHED, None)
    wanted = request.args.get("q", session.get(_SEARCHED, "")).strip()
    log_search(current_context(), wanted)
    found = list_families(search=wanted, reader=current_reader(), page=query_number("page", 1))
    return render_template("families/search.html", found=found, wanted=wanted, today=today())


@blueprint.get("/<record_id:family_id>")
@access(may_read_families)
def show(family_id: int) -> str:
    """A family: its parents, interventions, Stars, priorities and events."""
    family = load_family(family_id)
    feedback = list_feedback_of(family_id)
    return render_template(
        "families/show.html",
        family=family,
        next_stars=list_next_stars(family, as_at=today(), timings=current_settings().timings),
        drawn=draw_stars(family),
        list_agreed=list_agreed,
        list_events=list_events,
        feedback=feedback,
        to_change=[one.id for one in feedback if may_change(one, family)],
        may_add_feedback=any(map(may_record, family.interventions)),
        today=today(),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@access(may_read_families)
def add() -> str | Response:
    """Add a family with its parents and its first intervention."""
    form = build_new_family_form(request.form)
    offer_lists(form)
    similar: Mapping[int, str] = {}
    if not form.more.data and is_sent_and_valid(form):
        try:
            family = record_family(
                current_context(),
                ref=form.ref.data or "",
                name=form.name.data or "",
                council_ref=form.council_ref.data or "",
                parents=form.listed_parents(),
                intervention=form.new_intervention(),
                different_from=form.different_from(),
            )
        except DomainError as error:
            similar = add_error(form, error)
            if error.field == form.is_another.name:
                form.warn_of(similar)
        else:
            return redirect_saved(f"Family {family.ref} was added.", "families.show", family_id=family.id)
    return render_template("families/new.html", form=form, similar=similar)


@blueprint.route("/<record_id:family_id>/parents/new", methods=["GET", "POST"])
@access(may_read_families)
def add_parent(family_id: int) -> str | Response:
    """Add a parent, and register them in interventions."""
    family = load_family(family_id)
    form = NewParentForm(data={"ref": propose_parent_ref(parent.ref for parent in family.parents)})
    interventions = [intervention for intervention in family.interventions if may_record(intervention)]
    form.offer(
        [(intervention, intervention_name(intervention)) for intervention in interventions],
        proposed=[intervention.id for intervention in interventions if intervention.closed_on is None],
    )
    if is_sent_and_valid(form):
        with errors_on(form):
            parent = record_parent(
                current_context(),
                family_id=family_id,
                ref=form.ref.data or "",
                name=form.name.data or "",
                intervention_ids=form.intervention_ids.data or [],
            )
            return redirect_saved(f"Parent {parent.ref} was added.", "families.show", family_id=family_id)
    return render_template("families/new_parent.html", form=form, family=family)


@blueprint.route("/<record_id:family_id>/edit", methods=["GET", "POST"])
@access(may_read_families)
def rename(family_id: int) -> str | Response:
    """Change the names of a family and its parents, and the council's reference."""
    family = load_family(family_id)
    if not may_rename(family):
        abort(404)
    form = build_names_form(family)
    similar: Mapping[int, str] = {}
    if is_sent_and_valid(form):
        try:
            rename_family(
                current_context(),
                family_id=family_id,
                name=form.name.data or "",
                council_ref=form.council_ref.data or "",
                parent_names=form.parent_names(),
            )
        except DomainError as error:
            similar = add_error(form, error)
        else:
            return redirect_saved("The names were saved.", "families.show", family_id=family_id)
    return render_template("families/edit.html", form=form, family=family, similar=similar)


def offer_lists(form: InterventionFields) -> None:
    """Set a form's choices to the pods and practitioners that this person may choose."""
    actor = current_actor()
    form.offer(
        people.list_pods(current_pod_ids(), open_only=True),
        people.list_practitioners_to_choose(current_pod_ids()),
        chosen_practitioner=None if may_see_every_pod(actor) else actor.user_id,
    )


def intervention_name(intervention: Intervention) -> str:
    """The label of an intervention in a list of its family's."""
    return f"{intervention.pod.name}, from {long_date(intervention.started_on)}"
