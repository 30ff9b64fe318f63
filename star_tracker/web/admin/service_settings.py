"""The service's settings: its names, when Stars are due, what may be published, when its year begins."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from star_tracker.domain.permissions import may_administer
from star_tracker.records.settings import change_settings
from star_tracker.web.admin.settings_form import build_settings_form
from star_tracker.web.auth.access import access, current_context, current_settings
from star_tracker.web.platform.fields import errors_on, is_sent_and_valid
from star_tracker.web.platform.typed import redirect_saved

blueprint = Blueprint("settings", __name__, url_prefix="/settings")


@blueprint.route("", methods=["GET", "POST"])
@access(may_administer, fresh=True)
def change() -> str | Response:
    """Change the settings."""
    form = build_settings_form(current_settings())
    if is_sent_and_valid(form):
        with errors_on(form):
            changed = change_settings(current_context(), values=form.values(), settings=current_settings())
            labels = ", ".join(form[name].label.text for name in changed)
            message = f"Saved, and in force now: {labels}." if labels else "Nothing was changed."
            return redirect_saved(message, "settings.change")
    return render_template("admin/service_settings.html", form=form)
