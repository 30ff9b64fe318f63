"""What templates may use: GOV.UK components, filters and functions. Unknown names are errors."""

import json
import re
from calendar import month_name
from collections.abc import Callable, Iterable, MutableMapping
from datetime import date
from functools import lru_cache, partial
from typing import Any

from flask import Flask
from flask.templating import Environment
from govuk_frontend_wtf.main import WTFormsHelpers
from jinja2 import ChainableUndefined, ChoiceLoader, PackageLoader, PrefixLoader, StrictUndefined
from jinja2.exceptions import UndefinedError
from jinja2.utils import missing
from markupsafe import Markup
from werkzeug.local import LocalProxy

from star_tracker.analysis.disclosure import LEAST_PAIRS
from star_tracker.analysis.live_star import draw_live_star
from star_tracker.analysis.small_star import SIZE, draw_backdrop
from star_tracker.config import Settings
from star_tracker.domain.account_requests import STEP_LABELS
from star_tracker.domain.accounts import STATE_LABELS
from star_tracker.domain.caseload import CASE_STATE_LABELS
from star_tracker.domain.days import days_from, long_date, long_moment, recent_moment
from star_tracker.domain.figures import write_count, write_figure
from star_tracker.domain.permissions import (
    may_restrict_families,
    may_see_every_pod,
    may_see_family_audit,
    may_sign_off_returns,
)
from star_tracker.domain.roles import ROLE_LABELS
from star_tracker.domain.scales import (
    ACKNOWLEDGEMENT,
    ClosureReason,
    CompletedBy,
    Kind,
    Labelled,
    NotScored,
    Outcome,
)
from star_tracker.domain.texts import lower_first, upper_first
from star_tracker.exports.tables import write_cell
from star_tracker.web.admin.notices import account_notices
from star_tracker.web.auth.access import current_actor, current_settings, current_user, sign_in_address
from star_tracker.web.families.loading import may_correct, may_correct_until, may_record, may_rename
from star_tracker.web.platform.addresses import page_address
from star_tracker.web.platform.assets import asset_url, preload_links, script_addresses
from star_tracker.web.platform.fields import list_errors
from star_tracker.web.platform.headers import csp_nonce
from star_tracker.web.platform.navigation import list_places, shows_exit_link
from star_tracker.web.platform.typed import pop_saved_path, typed_key

COMPONENT_NAMES = frozenset(
    re.findall(
        r"\w+",
        "assetPath assetUrl bodyAttributes bodyClasses caller containerAttributes containerClasses cspNonce "
        "dateInputItems effectiveValue errorId footerAttributes footerClasses govukAttributes govukFooter govukHeader "
        "govukServiceNavigation govukSkipLink hasHint headerAttributes headerClasses hintId htmlClasses htmlLang "
        "isChecked itemDescribedBy itemHintId labelHtml listClasses mainAttributes mainClasses mainLang null "
        "opengraphImageUrl pageTitleLang params role serviceName serviceUrl successBanner themeColor title typeClass "
        "undefined _govukTemplateFooter _govukTemplateHeader",
    )
)
"""Names that GOV.UK's components use although they may be undefined; a test checks this list."""


class StrictNames(StrictUndefined):
    """An unknown name or attribute is an error; a missing key of a dict is not.

    GOV.UK's components take their options as a dict with optional keys, and use ``COMPONENT_NAMES``.
    """

    def __new__(
        cls, hint: str | None = None, obj: Any = missing, name: str | None = None, exc: type = UndefinedError
    ) -> Any:
        """Choose by what is undefined."""
        if isinstance(obj, dict) or name in COMPONENT_NAMES:
            return ChainableUndefined(hint, obj, name)
        return super().__new__(cls)


class PageEnvironment(Environment):
    """Where templates are looked up. What they may use is complete before the first of them is."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """One dict, where Jinja chains two: each import in a template compares these names, dozens of times a page."""
        return {**self.globals, **(d or {})}


def prepare_templates(app: Flask, settings: Settings) -> None:
    """Set up the templates' loaders, filters and functions."""
    app.jinja_environment = PageEnvironment
    packages = ("govuk_frontend_jinja", "govuk_frontend_wtf")
    loaders = [app.jinja_loader, PrefixLoader({name: PackageLoader(name) for name in packages})]
    app.jinja_loader = ChoiceLoader([loader for loader in loaders if loader])
    app.jinja_options = {"undefined": StrictNames}
    app.jinja_env.filters.update(
        day=_day,
        days_from=days_from,
        decimal=write_figure,
        figure=write_cell,
        signed=partial(write_figure, signed=True),
        closure_reason=_label_filter(ClosureReason),
        completed_by=_label_filter(CompletedBy),
        kind=_label_filter(Kind),
        not_scored=_label_filter(NotScored),
        outcome=_label_filter(Outcome),
        month_name=month_name.__getitem__,
        moment=partial(long_moment, zone=settings.time_zone),
        plural=write_count,
        recent=partial(recent_moment, zone=settings.time_zone),
        shown=_shown,
        capital=upper_first,
        uncapital=lower_first,
    )
    app.jinja_env.globals.update(
        url_for=page_address,
        same_component=_remembering_components(app),
        settings=LocalProxy(current_settings),
        acknowledgement=ACKNOWLEDGEMENT,
        asset_url=asset_url,
        preload=preload_links,
        list_places=list_places,
        shows_exit_link=shows_exit_link,
        script_addresses=script_addresses,
        error_list=list_errors,
        csp_nonce=csp_nonce,
        sign_in_address=sign_in_address,
        signed_in_user=current_user,
        current_actor=current_actor,
        role_labels=ROLE_LABELS,
        draw_live_star=draw_live_star,
        small_star_backdrop=draw_backdrop(),
        small_star_size=SIZE,
        state_labels=STATE_LABELS,
        pop_saved_path=pop_saved_path,
        typed_key=typed_key,
        case_state_labels=CASE_STATE_LABELS,
        step_labels=STEP_LABELS,
        account_notices=account_notices,
        least_pairs=LEAST_PAIRS,
        may_correct=may_correct,
        may_correct_until=may_correct_until,
        may_record=may_record,
        may_rename=may_rename,
        may_restrict_families=may_restrict_families,
        may_see_every_pod=may_see_every_pod,
        may_see_family_audit=may_see_family_audit,
        may_sign_off_returns=may_sign_off_returns,
    )
    WTFormsHelpers(app)


def _remembering_components(app: Flask) -> Callable[..., Markup]:
    """A GOV.UK component that is the same on many pages: it is made once for the same options, which hold no name."""

    @lru_cache(maxsize=256)
    def make(name: str, options: str) -> Markup:
        macro = f"govuk{name.title().replace('-', '')}"
        module = app.jinja_env.get_template(f"govuk_frontend_jinja/components/{name}/macro.html").module
        made: Markup = getattr(module, macro)(json.loads(options))
        return made

    return lambda name, options: make(name, json.dumps(options))


def _day(day: date | None) -> str:
    return long_date(day) if day else ""


def _label_filter(codes: type[Labelled]) -> Callable[[str], str]:
    """A filter from codes to their labels."""
    return lambda code: codes(code).label


def _shown(records: Iterable[Any]) -> str:
    """Families or parents as pages show them: references, with names if there are any."""
    return ", ".join(record.shown_as for record in records)
