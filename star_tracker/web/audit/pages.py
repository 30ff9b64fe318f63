"""The audit trail's pages: what was done, who has viewed a family, and one's own activity."""

from flask import Blueprint, render_template, request

from star_tracker.domain.looks import REFUSED
from star_tracker.domain.permissions import (
    may_read_families,
    may_see_audit,
    may_see_family_audit,
    may_see_people_audit,
    signed_in,
)
from star_tracker.queries.audit.audit import AuditFilter, AuditPage, list_entries, list_readers
from star_tracker.queries.audit.audit_names import get_audit_names, get_people
from star_tracker.web.audit.changes import ChangeReader
from star_tracker.web.audit.filter_form import AuditForm
from star_tracker.web.audit.looks import log_page
from star_tracker.web.audit.words import AuditLine, describe_entry
from star_tracker.web.auth.access import access, current_actor, current_context, current_reader, current_settings
from star_tracker.web.families.loading import load_family
from star_tracker.web.platform.numbers import query_number

blueprint = Blueprint("audit", __name__)


@blueprint.get("/audit")
@access(may_see_audit)
def show() -> str:
    """Entries about families for a lead; about people, pods and settings for an administrator."""
    of_families, of_people = may_see_family_audit(current_actor()), may_see_people_audit(current_actor())
    form = AuditForm(request.args)
    form.offer(get_people(), families=of_families)
    if not form.validate():
        return render_template("audit/show.html", form=form, lines=None)
    chosen = {name: value for name, value in request.args.items() if value}
    log_page(current_context(), entity="family_audit" if of_families else "people_audit", chosen=chosen)
    selected = form.selected(families=of_families, people=of_people, zone=current_settings().time_zone)
    page = list_entries(selected, below=_below())
    lines = _describe(page, of_families=of_families, with_changes=True)
    return render_template("audit/show.html", form=form, lines=lines, older=page.older, chosen=chosen)


@blueprint.get("/families/<record_id:family_id>/readers")
@access(may_see_family_audit)
def readers(family_id: int) -> str:
    """Who has viewed a family: how often, when first and last, and each entry."""
    family = load_family(family_id)
    page = list_entries(AuditFilter(families=True, family_id=family_id, looks=True), below=_below())
    return render_template(
        "audit/readers.html",
        family=family,
        readers=list_readers(family_id),
        names=get_people(),
        lines=_describe(page, of_families=True),
        older=page.older,
    )


@blueprint.get("/account/activity")
@access(signed_in)
def activity() -> str:
    """What this person has done and seen."""
    actor = current_actor()
    log_page(current_context(), entity="activity")
    # Refusals are left out: they would reveal which families exist.
    page = list_entries(
        AuditFilter(families=True, people=True, actor=actor.email, without_action=REFUSED), below=_below()
    )
    lines = _describe(page, of_families=may_read_families(actor))
    return render_template("audit/activity.html", lines=lines, older=page.older)


def _below() -> int | None:
    """The entry below which the page begins; None on the first page."""
    return query_number("below")


def _describe(page: AuditPage, *, of_families: bool, with_changes: bool = False) -> list[AuditLine]:
    """The entries in words, with what they changed only on request."""
    names = get_audit_names(page.entries, of_families=of_families, reader=current_reader())
    reader = ChangeReader(names, current_settings().time_zone)
    return [describe_entry(entry, names, reader.list_changes(entry) if with_changes else []) for entry in page.entries]
