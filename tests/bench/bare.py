"""The least that a page can take: Flask, one template without a layout, and the same rows read through SQLAlchemy Core.

Nobody signs in, nothing is permitted, logged or drawn: what our pages take beyond this is what they do besides.
"""

from typing import Any

from flask import Flask, render_template
from jinja2 import DictLoader
from sqlalchemy import Engine, Table, insert, select

from star_tracker.config import Settings
from star_tracker.domain.scales import AREAS
from star_tracker.models import (
    Draft,
    Family,
    Intervention,
    Parent,
    Pod,
    Priority,
    Reading,
    Registration,
    Reopening,
    Star,
    Transfer,
    User,
)
from tests.support.apps import NOW, TODAY

JUMP = "Much has happened"
"""The reason of each reading, ours and the bare ones: a column that is encrypted."""

ABOUT = "<!doctype html><title>About</title><h1>About the figures</h1><p>{{ words }}</p>"

ROWS = """<!doctype html><title>{{ title }}</title><h1>{{ title }}</h1>
{% for name, rows in tables.items() %}<h2>{{ name }}</h2><table>
{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table>{% endfor %}"""


def make_bare_app(engine: Engine, settings: Settings) -> Flask:
    """The application, on the database of ours; the settings hold the keys that its columns are encrypted with."""
    app = Flask(__name__)
    app.extensions["star_tracker"] = settings
    app.jinja_loader = DictLoader({"about.html": ABOUT, "rows.html": ROWS})  # compiled once, as ours are
    table = {model: _table(model) for model in (Family, Intervention, Parent, Registration, Star, Reading, Priority)}
    registration, star, intervention = table[Registration], table[Star], table[Intervention]

    @app.get("/about")
    def about() -> str:
        return render_template("about.html", words="What each figure means.")

    @app.get("/families/<int:family_id>")
    def family(family_id: int) -> str:
        stars = select(star.c.id).join(registration, registration.c.id == star.c.registration_id)
        of_stars = stars.where(registration.c.family_id == family_id)
        interventions = select(intervention.c.id).where(intervention.c.family_id == family_id)
        selects = {
            "families": select(table[Family]).where(table[Family].c.id == family_id),
            "parents": select(table[Parent]).where(table[Parent].c.family_id == family_id),
            "interventions": select(intervention, _table(Pod).c.name, _table(User).c.name)
            .join(_table(Pod), _table(Pod).c.id == intervention.c.pod_id)
            .outerjoin(_table(User), _table(User).c.id == intervention.c.practitioner_id)
            .where(intervention.c.family_id == family_id),
            "transfers": select(_table(Transfer)).where(_table(Transfer).c.intervention_id.in_(interventions)),
            "reopenings": select(_table(Reopening)).where(_table(Reopening).c.intervention_id.in_(interventions)),
            "registrations": select(registration, _table(Draft).c.id)
            .outerjoin(_table(Draft), _table(Draft).c.registration_id == registration.c.id)
            .where(registration.c.family_id == family_id),
            "stars": select(star).where(star.c.id.in_(of_stars)),
            "readings": select(
                *(table[Reading].c[name] for name in ("star_id", "area", "value", "reason", "parent_value"))
            ).where(table[Reading].c.star_id.in_(of_stars)),
            "priorities": select(table[Priority]).where(table[Priority].c.star_id.in_(of_stars)),
        }
        return _show(engine, "A family", selects)

    @app.get("/caseload/<int:practitioner_id>")
    def caseload(practitioner_id: int) -> str:
        theirs = (intervention.c.practitioner_id == practitioner_id) & intervention.c.closed_on.is_(None)
        cases = (
            select(
                registration.c.id,
                *table[Family].c["ref", "name"],
                *table[Parent].c["ref", "name"],
                intervention.c.started_on,
                _table(Pod).c.name,
                _table(Draft).c.id,
            )
            .join(intervention, intervention.c.id == registration.c.intervention_id)
            .join(table[Family], table[Family].c.id == registration.c.family_id)
            .join(table[Parent], table[Parent].c.id == registration.c.parent_id)
            .join(_table(Pod), _table(Pod).c.id == intervention.c.pod_id)
            .outerjoin(_table(Draft), _table(Draft).c.registration_id == registration.c.id)
            .where(theirs)
        )
        stars = (
            select(*star.c["registration_id", "kind", "completed_on"])
            .join(registration, registration.c.id == star.c.registration_id)
            .join(intervention, intervention.c.id == registration.c.intervention_id)
            .where(theirs)
        )
        return _show(engine, "Caseload", {"cases": cases, "stars": stars})

    @app.post("/registrations/<int:registration_id>/stars")
    def record(registration_id: int) -> str:
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            values = {
                "registration_id": registration_id,
                "kind": "interim",
                "completed_on": TODAY,
                "completed_by": "worker",
                "retrospective": False,
                "unplanned": False,
                "edition": "first",
                "recorded_at": NOW,
                "withdrawn_at": NOW,  # so that it is in no figure of ours
                "withdrawn_reason": "the bench",
            }
            [star_id] = connection.execute(insert(star).values(values)).inserted_primary_key or [0]
            rows = [{"star_id": star_id, "area": area, "value": 5, "jump_reason": JUMP} for area in AREAS]
            connection.execute(insert(table[Reading]), rows)
        return "Recorded"

    return app


def _table(model: Any) -> Table:
    found: Table = model.__table__
    return found


def _show(engine: Engine, title: str, selects: dict[str, Any]) -> str:
    with engine.connect() as connection:
        tables = {name: connection.execute(statement).all() for name, statement in selects.items()}
    return render_template("rows.html", title=title, tables=tables)
