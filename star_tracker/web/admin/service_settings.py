"""The service's settings: its name, when Stars are due, what may be published, when its year begins."""

from flask import Blueprint, abort, render_template, url_for
from werkzeug.wrappers import Response

from star_tracker.domain.permissions import may_administer
from star_tracker.domain.service_settings import DATED_SETTINGS
from star_tracker.records.settings import change_settings, take_back_setting
from star_tracker.web.admin.holding import get_row_to_take_back
from star_tracker.web.admin.settings_form import build_settings_form, list_held_settings
from star_tracker.web.auth.access import access, current_context, current_settings
from star_tracker.web.platform.confirm_form import build_confirm_form
from star_tracker.web.platform.fields import errors_on, is_sent_and_valid
from star_tracker.web.platform.typed import redirect_saved

blueprint = Blueprint("settings", __name__, url_prefix="/settings")


@blueprint.route("", methods=["GET", "POST"])
@access(may_administer, fresh=True)
def change() -> str | Response:
    """Change the settings."""
    settings = current_settings()
    form = build_settings_form(settings)
    if is_sent_and_valid(form):
        with errors_on(form):
            changed = change_settings(
                current_context(), values=form.values(), settings=settings, holds_from=form.first_day
            )
            labels = ", ".join(form[name].label.text for name in changed)
            message = f"Saved: {labels}." if labels else "Nothing was changed."
            if not DATED_SETTINGS.isdisjoint(changed):
                message += f" What touches figures holds {form.first_day_in_words}."
            return redirect_saved(message, "settings.change")
    held = list_held_settings(form, settings)
    return render_template("admin/service_settings.html", form=form, held=held)


@blueprint.route("/<name>/<holds_from>/take-back", methods=["GET", "POST"])
@access(may_administer, fresh=True)
def take_back(name: str, holds_from: str) -> str | Response:
    """Take back a value that holds from today or a later day."""
    settings = current_settings()
    rows = [row for row in list_held_settings(build_settings_form(settings), settings) if row.name == name]
    row = get_row_to_take_back(rows, holds_from) or abort(404)
    form = build_confirm_form("Take it back")
    if is_sent_and_valid(form):
        take_back_setting(current_context(), name=name, holds_from=row.holds_from)
        return redirect_saved(f"{row.label}: what held before goes on.", "settings.change")
    return render_template(
        "admin/take_back.html", form=form, row=row, there=url_for("settings.change"), where="Settings"
    )
