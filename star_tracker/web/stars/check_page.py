"""The page on which the answers of a Star in progress are checked before it is recorded."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for

from star_tracker.analysis.parent_stars import StarValues, say_reading
from star_tracker.domain.days import long_date
from star_tracker.domain.drafts import JUMP_REASON
from star_tracker.domain.scales import AREAS
from star_tracker.domain.star_rules import find_jumps
from star_tracker.models import Draft
from star_tracker.queries.families.drafts import EarlierStars
from star_tracker.web.platform.fields import list_errors
from star_tracker.web.stars.draft_pages import may_show_earlier
from star_tracker.web.stars.star_forms import StarForm


@dataclass(frozen=True)
class CheckedAnswer:
    """One area's answer in words, with the one before; ``address`` is where to change it. Texts may be ""."""

    area: str
    label: str
    note: str
    before: str
    now: str
    parent_value: str
    address: str


def render_check(draft: Draft, form: StarForm, earlier: EarlierStars) -> str:
    """Render the page: facts about the Star, its answers, and a question about each jump."""
    before = earlier.last if may_show_earlier(draft) else None
    unanswered = [area for area in AREAS if not form[area].data]
    here = url_for("drafts.show", draft_id=draft.id)
    is_asked = request.method == "POST" or not unanswered
    return render_template(
        "stars/drafts/check.html",
        form=form,
        draft=draft,
        errors=list(_list_errors(form, here, ignored=() if request.method == "POST" else unanswered)),
        has_failed=is_asked and bool(list_errors(form)),
        facts=[{"key": {"text": key}, "value": {"text": text}} for key, text in _list_facts(form)],
        answers=list(_list_answers(form, before, here)),
        before=before,
        jumps=find_jumps(form.values(), earlier.values),
        unanswered=unanswered,
    )


def _list_errors(form: StarForm, here: str, *, ignored: Collection[str]) -> Iterator[dict[str, str]]:
    """The errors, with links to their fields on this page or on the page on which the Star is scored."""
    for error in list_errors(form):
        field = error["href"][1:]
        if field in ignored:
            continue
        if field.startswith((JUMP_REASON, "main")):
            yield error
        else:
            yield error | {"href": here + (f"?area={field}" if field in AREAS else "") + error["href"]}


def _list_facts(form: StarForm) -> Iterator[tuple[str, str]]:
    kind = [form.answer_label("kind", form.kind.data or "")]
    kind += ["unplanned"] if form.unplanned.data else []
    kind += ["retrospective"] if form.retrospective.data else []
    yield "Star", ", ".join(kind)
    day: Any = form.completed_on
    yield "Date completed", long_date(day.data) if day.data else day._value()
    yield "Completed by", form.answer_label("completed_by", form.completed_by.data or "")


def _list_answers(form: StarForm, before: StarValues | None, here: str) -> Iterator[CheckedAnswer]:
    for fields in form.areas():
        area, now = fields.reading.name, fields.reading.data
        yield CheckedAnswer(
            area=area,
            label=fields.reading.label.text,
            note=fields.note.data or "",
            before=say_reading(before, area),
            now=form.answer_label(area, now) if now else "",
            parent_value=fields.parent_value.data or "",
            address=f"{here}?area={area}#{area}",
        )
