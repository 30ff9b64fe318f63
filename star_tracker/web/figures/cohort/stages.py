"""Where a cohort's parents started and where they are, by stage: all areas, or one, with tables and files."""

from collections.abc import Mapping
from functools import partial
from typing import Any, ClassVar

from flask import Blueprint, abort
from werkzeug.wrappers import Response
from wtforms import SelectField

from star_tracker.analysis.headlines import write_moves
from star_tracker.analysis.panel_pictures import (
    STAGES,
    caption_stages,
    describe_stages_picture,
    get_stages_picture,
    measure_stages_picture,
)
from star_tracker.analysis.stages import AreaStages, arrange_stages
from star_tracker.analysis.summaries import CohortSummary, summarise_cohort
from star_tracker.config import Settings
from star_tracker.domain.days import long_date
from star_tracker.domain.permissions import may_see_cohorts
from star_tracker.domain.scales import stage_span
from star_tracker.exports.cohorts.files import list_stages_figures, name_cohort_file
from star_tracker.exports.cohorts.paper import build_cohort_page, lay_out_moves
from star_tracker.exports.documents import Picture
from star_tracker.queries.figures.cohorts import get_cohort
from star_tracker.web.auth.access import access, current_reader, current_settings, require_fresh
from star_tracker.web.figures.cohort.choice import read_choice, show_cohort, write_choice, write_choice_for_others
from star_tracker.web.figures.cohort.files import (
    COLUMNS_ON_A_PAGE,
    COLUMNS_ON_PAPER,
    PICTURES,
    TABLES,
    count_columns,
    is_saved,
    log_file,
    send_table,
)
from star_tracker.web.figures.cohort.form import CohortForm
from star_tracker.web.platform.downloads import send_bytes
from star_tracker.web.platform.fields import choices
from star_tracker.web.platform.widgets import SelectInput

blueprint = Blueprint("cohort_stages", __name__, url_prefix="/cohort")


class StagesForm(CohortForm):
    """A cohort, and the area whose stages are shown, or all."""

    own_fields: ClassVar[tuple[str, ...]] = ("area",)

    area = SelectField("Stages in", widget=SelectInput(), default="")

    def offer(self, *args: Any, settings: Settings, **kwargs: Any) -> None:
        """Set the choices to what this person may see, and to the areas of the service's edition."""
        super().offer(*args, settings=settings, **kwargs)
        self.area.choices = choices([("", "All areas"), *settings.edition.areas.items()])

    def in_area(self, area: str) -> dict[str, list[str]]:
        """The same choice with another area, or with all, as in the address."""
        others = {name: values for name, values in self.chosen().items() if name != "area"}
        return others | ({"area": [area]} if area else {})


@blueprint.get("/stages")
@access(may_see_cohorts)
def show() -> str | Response:
    """The stages of the cohort in the query string."""
    return show_cohort("figures/cohort/stages.html", _work_out, StagesForm)


@blueprint.get("/stages.<any(svg, png, csv, xlsx, pdf):form>")
@access(may_see_cohorts)
def download(form: str) -> Response:
    """The chart as a picture, or its figures."""
    if is_saved(form) and (ask_again := require_fresh()):
        return ask_again
    choice = read_choice(StagesForm)
    summary, stages = _arrange(choice)
    if not any(one.is_shown if form in PICTURES else one.n for one in stages):
        abort(404)
    name = name_cohort_file("-".join(filter(None, ("stages", choice.area.data))), summary.selected_by, form)
    log_file(form, name, choice, _figures(summary))
    settings, words = current_settings(), write_choice_for_others(choice)
    labels, as_at = settings.edition.areas, summary.selected_by.as_at
    if form in TABLES:
        table = list_stages_figures(summary, stages, settings.edition, words=words)
        return send_table(table, form, name, title=STAGES, words=words, as_at=as_at, settings=settings)
    caption = caption_stages(summary, words=words, service_name=settings.service_name)
    draw = partial(get_stages_picture, stages, settings.edition, caption=caption)
    if form == "pdf":
        picture = None
        if any(one.is_shown for one in stages):
            drawn = draw("svg", columns=min(COLUMNS_ON_PAPER, len(stages)))
            picture = Picture(drawn, describe_stages_picture(stages, labels), share=45 if len(stages) == 1 else 100)
        data = build_cohort_page(
            STAGES,
            words=f"{words}, as at {long_date(as_at)}",
            sentences=write_moves(stages, labels).sentences,
            picture=picture,
            grid=lay_out_moves(stages, labels),
            service_name=settings.service_name,
        )
        return send_bytes(data, name)
    data = draw(form, columns=min(count_columns(form), len(stages)), is_framed=is_saved(form))
    return send_bytes(data, name, inline=not is_saved(form))


def _work_out(form: StagesForm) -> tuple[object, Mapping[str, Any]]:
    summary, stages = _arrange(form)
    labels = current_settings().edition.areas
    drawn: dict[str, Any] = {"alt": "", "sizes": []}
    if any(one.is_shown for one in stages):
        sizes = [measure_stages_picture(stages, columns=columns) for columns in COLUMNS_ON_A_PAGE]
        drawn = {"alt": describe_stages_picture(stages, labels), "sizes": sizes}
    return _figures(summary), {
        "summary": summary,
        "stages": stages,
        "spans": [stage_span(stage) for stage in current_settings().edition.stages],
        "words": write_choice(form),
        "headline": write_moves(stages, labels),
        **drawn,
    }


def _arrange(form: StagesForm) -> tuple[CohortSummary, list[AreaStages]]:
    """The cohort's figures, and the stages of the area that is chosen, or of all in the order that is chosen."""
    summary = summarise_cohort(get_cohort(form.selected(), reader=current_reader()))
    ordered = summary.by_change if form.by_change else summary.listed
    areas = [form.area.data] if form.area.data else [area["area"] for area in ordered]
    return summary, arrange_stages(summary.stages, areas)


def _figures(summary: CohortSummary) -> object:
    """Everything that a page of this cohort shows."""
    return summary.selected_by, summary.pairs, list(summary.excluded.values()), summary.stages
