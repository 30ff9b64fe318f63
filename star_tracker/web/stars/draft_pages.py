"""The page on which a Star is scored, and the JSON for its script after it has saved changes (``drafts``)."""

from collections.abc import Mapping
from typing import Any

from flask import render_template, request, url_for

from star_tracker.domain.drafts import AGREED_FIELDS, FIELDS, JUMP_REASON, FieldChange, StarLayout
from star_tracker.domain.errors import DomainError
from star_tracker.domain.scales import AREAS, get_edition
from star_tracker.models import Draft
from star_tracker.queries.accounts.people import list_names
from star_tracker.queries.families.drafts import get_earlier_stars
from star_tracker.queries.families.priorities import list_open_priorities
from star_tracker.records.stars.drafts import SavedDraft
from star_tracker.web.auth.access import current_settings, current_user, today
from star_tracker.web.platform.fields import add_error
from star_tracker.web.platform.numbers import form_number
from star_tracker.web.stars.draft_forms import write_was
from star_tracker.web.stars.star_forms import StarForm, build_draft_form

SCORED = FIELDS - {JUMP_REASON + area for area in AREAS} - set(AGREED_FIELDS)
"""The fields of the page on which a Star is scored; reasons for jumps are asked for on the check page.

It also has ``AGREED_FIELDS`` if something was agreed without a connection; else that comes with the talk afterwards."""


def render_scoring(draft: Draft, form: StarForm, seen: Mapping[str, str] | None = None) -> str:
    """Render the page with the form; ``seen``: the stored answers that the person knows of, if not all."""
    user, requested = current_user(), request.args.get("area", "")
    has_agreed = any(form[name].data for name in AGREED_FIELDS)
    unanswered = [area for area in AREAS if not form[area].data]
    return render_template(
        "stars/drafts/show.html",
        form=form,
        draft=draft,
        was=write_was(SCORED.union(AGREED_FIELDS if has_agreed else ()), draft.values if seen is None else seen),
        layout=user.star_layout if user else StarLayout.PAGE,
        area=requested if requested in AREAS else (unanswered or AREAS)[0],
        earlier=_list_earlier(draft),
        has_agreed=has_agreed,
        agreed=list_open_priorities(draft.registration_id),
        today=today(),
    )


def describe_save(saved: SavedDraft) -> dict[str, Any]:
    """The JSON for a page's script: what was saved and refused, and what others have changed since its revision."""
    draft, merged = saved.draft, saved.merged
    if draft.star_id is not None:
        return {"finished": url_for("stars.show", star_id=draft.star_id)}
    known = form_number("revision", draft.revision)
    others = {
        name: answer
        for name, answer in draft.answers.items()
        if name in merged.refused or (answer["revision"] > known and merged.accepted.get(name) != answer["value"])
    }
    names = list_names({answer["by"] for answer in others.values()})
    named = {
        name: {"value": answer["value"], "by": names.get(answer["by"], "Somebody")} for name, answer in others.items()
    }
    return {
        "revision": draft.revision,
        "saved": dict(merged.accepted),
        "refused": sorted(merged.refused),
        "others": named,
        "earlier": _list_earlier(draft),
    }


def render_unsaved(draft: Draft, changes: Mapping[str, FieldChange], error: DomainError) -> str:
    """Render the page as it was sent, because it could not be saved; it does not show others' changes."""
    changed = {name: change for name, change in changes.items() if change.was != change.now}
    sent = draft.values | {name: change.now for name, change in changed.items()}
    form = build_draft_form(get_edition(draft.edition), sent)
    add_error(form, error)
    return render_scoring(draft, form, draft.values | {name: change.was for name, change in changed.items()})


def build_refused_form(saved: SavedDraft) -> StarForm:
    """The form as it was sent, with an error at each field that somebody else has changed meanwhile."""
    draft, refused = saved.draft, saved.merged.refused
    form = build_draft_form(get_edition(draft.edition), draft.values | dict(refused))
    answers = {name: draft.answers.get(name, {"value": "", "by": None}) for name in refused}
    names = list_names({answer["by"] for answer in answers.values()})
    for name, answer in answers.items():
        entered = f"“{form.answer_label(name, answer['value'])}”" if answer["value"] else "nothing"
        who = names.get(answer["by"], "Somebody")
        message = (
            f"{form[name].label.text}: {who} has entered {entered} here meanwhile. What you entered is shown, and not "
            "saved yet: agree which is right, choose it and save again"
        )
        add_error(form, DomainError(name, message))
    return form


def may_show_earlier(draft: Draft) -> bool:
    """Whether earlier Stars are shown beside this one: once it is scored, or from the beginning (a setting)."""
    return current_settings().earlier_stars == "shown" or all(draft.values.get(area) for area in AREAS)


def _list_earlier(draft: Draft) -> list[dict[str, Any]]:
    if not may_show_earlier(draft):
        return []
    form = build_draft_form(get_edition(draft.edition), draft.values)
    earlier = get_earlier_stars(draft.registration, until=form.completed_on.data or today())
    return [{"caption": star.caption, "values": star.values} for star in earlier.listed()]
