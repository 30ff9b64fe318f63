"""Taking Stars into a home without signal: what a device gets, and the page that works there without a connection.

The server gives only what scoring needs and nothing that names anybody (``take``); ``static/js/taken.js`` encrypts it
on the device. ``/offline`` is a page without data, which the service worker (``static/js/worker.js``) keeps with its
scripts. What was scored is sent by the drafts' own protocol, and the Star is recorded on the usual pages.
"""

import json
from functools import cache
from hashlib import sha256
from typing import Any

from flask import Blueprint, abort, current_app, redirect, render_template, request, session, url_for
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from star_tracker import paths
from star_tracker.domain.days import short_date
from star_tracker.domain.drafts import ABOUT, AGREED_FIELDS
from star_tracker.domain.permissions import anyone, may_read_families
from star_tracker.domain.roles import Role
from star_tracker.models import Registration, User
from star_tracker.queries.accounts.people import list_people
from star_tracker.queries.covers import list_covered_by, list_own_ids
from star_tracker.queries.figures.caseload import get_caseload_page, list_caseload
from star_tracker.queries.figures.caseload_search import search_caseload
from star_tracker.web.audit.looks import log_list, log_search
from star_tracker.web.auth.access import (
    access,
    current_actor,
    current_context,
    current_reader,
    current_settings,
    current_user,
    today,
)
from star_tracker.web.auth.sessions import server_session
from star_tracker.web.families.loading import load_registration, log_draft
from star_tracker.web.figures.covers import name_covered
from star_tracker.web.platform.assets import asset_url, list_modules
from star_tracker.web.platform.numbers import list_numbers
from star_tracker.web.stars.beginning import propose_star
from star_tracker.web.stars.draft_forms import BeginStarForm
from star_tracker.web.stars.star_forms import build_draft_form

blueprint = Blueprint("offline", __name__)

MOST_TAKEN = 8
"""The most parents whose Stars a device holds."""

IN_VIEW = 6
"""How many parents who are not chosen stand above the password; more are folded."""

_SOUGHT = "sought_to_take"
"""In the session: the text that was searched for, and the ids of the registrations that are chosen."""

HOURS = 24
"""How long a device keeps them."""


@blueprint.get("/offline")
@access(anyone)
def show() -> str:
    """The page that works without a connection; it holds no data, and is the same for everybody."""
    form = build_draft_form(current_settings().edition, {})
    return render_template("stars/offline/show.html", form=form, hours=HOURS)


@blueprint.get("/worker.js")
@access(anyone)
def worker() -> Response:
    """The service worker, served from the root because it may only answer for what lies beneath its own address."""
    addresses = [asset_url(name) for name in ("app.css", *list_modules("app.js"), *list_modules("offline.js"))]
    addresses = [*dict.fromkeys(addresses), url_for("static", filename="images/icon.svg")]
    page = [addresses, _hash_page(), current_settings().service_name, current_settings().edition.code]
    kept = {
        "version": sha256(json.dumps(page).encode()).hexdigest()[:12],
        "page": url_for("offline.show"),
        "leave": url_for("account.leave"),
        "assets": addresses,
    }
    script = (paths.STATIC_FOLDER / "build" / "worker.js").read_text("utf-8")
    return Response(f"const KEPT = {json.dumps(kept)};\n{script}", content_type="text/javascript; charset=utf-8")


@blueprint.get("/manifest.webmanifest")
@access(anyone)
def manifest() -> Response:
    """What a device needs to put Star Tracker on its home screen, in a window of its own."""
    about = {
        "name": "Star Tracker",
        "short_name": "Star Tracker",
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "lang": "en-GB",
        "background_color": "#ffffff",
        "theme_color": "#1f4e5f",
        "icons": [
            {"src": asset_url(f"icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
            for size in (192, 512)
            for purpose in ("any", "maskable")
        ],
    }
    return Response(json.dumps(about), content_type="application/manifest+json")


@blueprint.get("/take-with-me")
@access(may_read_families)
def choose() -> str:
    """Choose up to eight parents of one's own caseload, and a password for this device.

    The most urgent are offered, or after a search those whom it finds, both after those that are chosen already.
    """
    actor, settings = current_actor(), current_settings()
    has_own = Role.PRACTITIONER in actor.roles
    covered = list_covered_by(actor.user_id, today=today()) if has_own else []
    log_list(current_context(), entity="caseload", whose="mine" if has_own else "everybody", **name_covered(covered))
    cases = list_caseload(
        reader=current_reader(),
        as_at=today(),
        timings=settings.timings,
        practitioner_ids=list_own_ids(actor, covered) if has_own else None,
    )
    wanted, chosen_ids = session.get(_SOUGHT, ("", ())) if "found" in request.args else ("", ())
    if wanted:
        log_search(current_context(), wanted)
    chosen = [case for case in cases if case.registration_id in chosen_ids]
    others = [case for case in search_caseload(cases, wanted) if case not in chosen]
    return render_template(
        "stars/offline/choose.html",
        wanted=wanted,
        chosen=get_caseload_page(chosen).rows,
        others=get_caseload_page(others),
        in_view=IN_VIEW,
        most=MOST_TAKEN,
        hours=HOURS,
        today=today(),
    )


@blueprint.post("/take-with-me/find")
@access(may_read_families)
def find() -> Response:
    """Find parents by a reference or a name, and keep who is chosen: in the session, not in an address."""
    chosen = list_numbers(request.form.getlist("registration"))[:MOST_TAKEN]
    session[_SOUGHT] = (request.form.get("q", "").strip(), chosen)
    return redirect(url_for("offline.choose", found=1))


@blueprint.post("/take-with-me")
@access(may_read_families)
def take() -> dict[str, Any]:
    """What the device needs of each chosen parent; each is an entry of the audit trail, written before it is given."""
    user, chosen = current_user(), set(list_numbers(request.form.getlist("registration")))
    if user is None or not 1 <= len(chosen) <= MOST_TAKEN:
        abort(400)
    registrations = [load_registration(number, to_record=True) for number in sorted(chosen)]
    return {
        "user": str(user.id),
        "token": _signer().dumps([user.id, _describe_account(user), _describe_sessions(user)]),
        "items": [_pack(registration) for registration in registrations],
    }


@blueprint.get("/take-with-me/state")
@access(anyone)
def state() -> dict[str, str]:
    """What a device may still keep, by the token it was given: "all", what is "unsent" alone, or "nothing".

    All goes 24 hours after it was taken, and once the account was closed, or its password or second step changed or
    reset; what is not sent stays when only the sessions were ended, by signing out on another machine.
    """
    server_session().only_asked = True
    try:
        user_id, account, sessions = _signer().loads(request.headers.get("Taken-Token", ""), max_age=HOURS * 3600)
    except BadSignature:
        return {"keep": "nothing"}
    user = list_people({user_id}).get(user_id)
    if user is None or account != _describe_account(user):
        return {"keep": "nothing"}
    return {"keep": "all" if sessions == _describe_sessions(user) else "unsent"}


def _pack(registration: Registration) -> dict[str, Any]:
    """References, the kind and the day proposed, the edition, and which questions have an answer on the server.

    No name, no answer to an area, no note and no earlier Star. ``was`` holds what the fields about the Star as a whole
    say on the server; whatever else has an answer there is asked about if the device's is different.
    """
    draft = next(iter(registration.drafts), None)
    if draft:
        log_draft(draft)
        now, edition = {name: draft.values.get(name, "") for name in ABOUT}, draft.edition
    else:
        form = BeginStarForm(formdata=None)
        propose_star(form, registration)
        day, edition = form.completed_on.data, form.edition.data
        now = {"kind": form.kind.data, "completed_on": short_date(day) if day else ""}
        now["completed_by"] = form.completed_by.data
    answered = draft.values if draft else {}
    return {
        "id": str(registration.id),
        "begin": url_for("drafts.begin", registration_id=registration.id),
        "family": registration.parent.family.ref,
        "parent": registration.parent.ref,
        "edition": edition,
        "was": now if draft else {},
        "now": now,
        "answered": sorted(name for name in answered if answered[name] and name not in (*ABOUT, *AGREED_FIELDS)),
    }


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="taken onto a device")


def _describe_account(user: User) -> str:
    """What changes when an administrator closes or resets the account, and with a new password."""
    return sha256(repr((user.active, user.password, user.tf_totp_secret)).encode()).hexdigest()


def _describe_sessions(user: User) -> str:
    """What changes when all of a person's sessions end."""
    return sha256(user.fs_uniquifier.encode()).hexdigest()


@cache
def _hash_page() -> str:
    """A hash of the templates of the page that the worker keeps: with another page there is another worker."""
    folders = [paths.TEMPLATES_FOLDER / name for name in ("stars/offline", "components")]
    files = [paths.TEMPLATES_FOLDER / "base.html", paths.TEMPLATES_FOLDER / "stars" / "fields.html"]
    files += [file for folder in folders for file in sorted(folder.iterdir())]
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
