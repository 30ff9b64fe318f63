"""Every route, for every role and for nobody: who may enter is written out here, and a new route must be added."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from flask import Flask

from star_tracker.app import create_app
from star_tracker.config import Settings, SettingsError
from star_tracker.domain.quarters import Quarter
from star_tracker.domain.roles import Role
from star_tracker.domain.scales import ClosureReason, Kind
from star_tracker.extensions import db
from star_tracker.models import Parent
from star_tracker.records.families.families import close_intervention, record_intervention
from star_tracker.web.auth.access import check_every_view
from tests.support.apps import LIVE, TODAY, make_app
from tests.support.live import LiveClient, live_person
from tests.support.pages import LookingClient, path_of, read_token, text_of
from tests.support.signing import sign_off
from tests.support.tiny import (
    BY_SOMEBODY,
    TinyService,
    add_feedback,
    ask_for_reset,
    begin_star,
    cover_practitioner,
    new_intervention,
    restrict_to,
    save_for_leads,
)

NOBODY, ELSEWHERE = "nobody", "practitioner of another pod"
EVERYBODY = (*Role, ELSEWHERE, NOBODY)
FAMILY_READERS = {Role.PRACTITIONER, Role.LEAD, ELSEWHERE}
THIS_FAMILY = {Role.PRACTITIONER: 200, Role.LEAD: 200, ELSEWHERE: 404}
THIS_FAMILY_RESTRICTED = {Role.PRACTITIONER: 404, Role.LEAD: 200, ELSEWHERE: 200}
"""What they get once the family is restricted to the practitioner of the other pod."""
THIS_OPEN_INTERVENTION = {Role.PRACTITIONER: 302, Role.LEAD: 302, ELSEWHERE: 404}
"""What is only for a closed one."""
LEAD = {Role.LEAD: 200}
SOMEBODY_ELSES_STAR = {Role.PRACTITIONER: 404, Role.LEAD: 200, ELSEWHERE: 404}
SAVED_BY_LEAD = {Role.LEAD: 200, Role.PRACTITIONER: 404, ELSEWHERE: 404}
LEAD_AND_COUNCIL = {Role.LEAD: 200, Role.COUNCIL: 200}
ADMINISTRATOR = {Role.ADMINISTRATOR: 200}


@dataclass(frozen=True)
class Route:
    """An address and what each who may enter gets; who is not named is refused (403), nobody is sent to sign in."""

    endpoint: str
    address: str
    answers: Mapping[Any, int]


ROUTES = [
    Route("about.home", "/", dict.fromkeys(Role, 302) | {ELSEWHERE: 302}),
    Route("about.show", "/about", dict.fromkeys(EVERYBODY, 200)),
    Route("about.accessibility", "/accessibility", dict.fromkeys(EVERYBODY, 200)),
    Route("account.show", "/account", dict.fromkeys((*Role, ELSEWHERE), 200)),
    Route("reminders.show", "/account/reminders", dict.fromkeys(FAMILY_READERS, 200)),
    Route("reminders.calendar", "/calendar/guessed.ics", dict.fromkeys(EVERYBODY, 404)),
    Route("account.choose", "/link/guessed", dict.fromkeys(EVERYBODY, 200)),
    Route("account.forgotten", "/forgotten", dict.fromkeys(EVERYBODY, 200)),
    Route("account.get_typed", "/session/typed?path=/stars/1/talk", dict.fromkeys((*Role, ELSEWHERE), 200)),
    Route("account.interrupted", "/kept", dict.fromkeys((*Role, ELSEWHERE), 302)),
    Route("account.remaining", "/session", dict.fromkeys(EVERYBODY, 200)),
    Route("caseload.show", "/caseload", dict.fromkeys(FAMILY_READERS, 200)),
    Route("caseload.overview", "/caseload/overview", LEAD),
    Route("covers.show_all", "/caseload/cover", dict.fromkeys(FAMILY_READERS, 200)),
    Route("covers.add", "/caseload/cover/new", dict.fromkeys(FAMILY_READERS, 200)),
    Route("covers.end", "/caseload/cover/{cover}/end", {Role.LEAD: 200, Role.PRACTITIONER: 200, ELSEWHERE: 404}),
    Route("families.search", "/families", dict.fromkeys(FAMILY_READERS, 200)),
    Route("families.add", "/families/new", dict.fromkeys(FAMILY_READERS, 200)),
    Route("families.show", "/families/{family}", THIS_FAMILY),
    Route("families.rename", "/families/{family}/edit", THIS_FAMILY),
    Route("restrictions.restrict", "/families/{family}/restrict", LEAD),
    Route("restrictions.lift", "/families/{family}/restrict/lift", {Role.LEAD: 302}),
    Route("families.add_parent", "/families/{family}/parents/new", THIS_FAMILY),
    Route("feedback.show_all", "/feedback", dict.fromkeys(FAMILY_READERS, 200)),
    Route("feedback.add_general", "/feedback/new", dict.fromkeys(FAMILY_READERS, 200)),
    Route("feedback.add", "/families/{family}/feedback/new", THIS_FAMILY),
    Route("feedback.correct", "/feedback/{feedback}/correct", THIS_FAMILY),
    Route("feedback.withdraw", "/feedback/{feedback}/withdraw", THIS_FAMILY),
    Route("interventions.add", "/families/{family}/interventions/new", THIS_FAMILY),
    Route("interventions.close", "/interventions/{intervention}/close", THIS_FAMILY),
    Route("contacts.show", "/interventions/{intervention}/contacts", THIS_FAMILY),
    Route("drafts.begin", "/registrations/{empty_registration}/stars/new", THIS_FAMILY),
    Route("offline.show", "/offline", dict.fromkeys(EVERYBODY, 200)),
    Route("offline.worker", "/worker.js", dict.fromkeys(EVERYBODY, 200)),
    Route("offline.manifest", "/manifest.webmanifest", dict.fromkeys(EVERYBODY, 200)),
    Route("offline.state", "/take-with-me/state", dict.fromkeys(EVERYBODY, 200)),
    Route("offline.choose", "/take-with-me", dict.fromkeys(FAMILY_READERS, 200)),
    Route("drafts.show", "/drafts/{draft}", THIS_FAMILY),
    Route("drafts.check", "/drafts/{draft}/check", THIS_FAMILY),
    Route("drafts.discard", "/drafts/{draft}/discard", THIS_FAMILY),
    Route("interventions.put_right", "/interventions/{intervention}/put-right", THIS_FAMILY),
    Route("interventions.reopen", "/interventions/{intervention}/reopen", THIS_OPEN_INTERVENTION),
    Route("interventions.transfer", "/interventions/{intervention}/transfer", THIS_FAMILY),
    Route("stars.show_parent", "/registrations/{registration}", THIS_FAMILY),
    Route("stars.download_parent", "/registrations/{registration}/star.csv", THIS_FAMILY),
    Route("stars.show", "/stars/{star}", THIS_FAMILY),
    Route("stars.correct", "/stars/{star}/correct", SOMEBODY_ELSES_STAR),
    Route("stars.move", "/stars/{star}/move", SOMEBODY_ELSES_STAR),
    Route("stars.withdraw", "/stars/{star}/withdraw", SOMEBODY_ELSES_STAR),
    Route("talks.show", "/stars/{star}/talk", THIS_FAMILY),
    Route("safety.answer", "/stars/{star}/safety", THIS_FAMILY),
    Route("safety.show_all", "/caseload/falls", LEAD),
    Route("talks.picture", "/stars/{star}/star.svg", THIS_FAMILY),
    Route("talks.download_calendar", "/stars/{star}/agreed.ics", dict.fromkeys(FAMILY_READERS, 404)),
    Route("talks.sheet", "/stars/{star}/sheet", THIS_FAMILY),
    Route("talks.download_sheet", "/stars/{star}/sheet.pdf", THIS_FAMILY),
    Route("cohort.show", "/cohort", dict.fromkeys(FAMILY_READERS, 200)),
    Route("cohort.download", "/cohort/star.csv", {Role.PRACTITIONER: 200, Role.LEAD: 200, ELSEWHERE: 404}),
    Route("cohort.download_measures", "/cohort/measures.csv", dict.fromkeys(FAMILY_READERS, 200)),
    Route("left_out.show", "/cohort/left-out", dict.fromkeys(FAMILY_READERS, 200)),
    Route("left_out.families", "/cohort/families/pair", dict.fromkeys(FAMILY_READERS, 200)),
    Route("worked_out.show", "/cohort/worked-out", dict.fromkeys(FAMILY_READERS, 200)),
    Route("worked_out.show", "/cohort/worked-out/family_routine", dict.fromkeys(FAMILY_READERS, 200)),
    Route("quality.show", "/cohort/quality", dict.fromkeys(FAMILY_READERS, 200)),
    Route("quality.findings", "/cohort/quality/alike", dict.fromkeys(FAMILY_READERS, 200)),
    Route("cohort_over_time.show", "/cohort/over-time", dict.fromkeys(FAMILY_READERS, 200)),
    Route(
        "cohort_over_time.download",
        "/cohort/over-time.csv",
        {Role.PRACTITIONER: 200, Role.LEAD: 200, ELSEWHERE: 404},
    ),
    Route("cohort_stages.show", "/cohort/stages", dict.fromkeys(FAMILY_READERS, 200)),
    Route("cohort_stages.download", "/cohort/stages.csv", {Role.PRACTITIONER: 200, Role.LEAD: 200, ELSEWHERE: 404}),
    Route("take_away.download_pdf", "/cohort/view.pdf", {Role.PRACTITIONER: 200, Role.LEAD: 200, ELSEWHERE: 404}),
    Route("take_away.download_slide", "/cohort/slide.svg", {Role.PRACTITIONER: 404, Role.LEAD: 404, ELSEWHERE: 404}),
    Route(
        "take_away.download_workbook", "/cohort/tables.xlsx", {Role.PRACTITIONER: 200, Role.LEAD: 200, ELSEWHERE: 404}
    ),
    Route("side_by_side.show", "/cohort/side-by-side", dict.fromkeys(FAMILY_READERS, 200)),
    Route(
        "side_by_side.download",
        "/cohort/side-by-side/star.csv?beside=before",
        {Role.PRACTITIONER: 200, Role.LEAD: 200, ELSEWHERE: 404},
    ),
    Route("how_soon.show", "/cohort/how-soon", dict.fromkeys(FAMILY_READERS, 200)),
    Route("how_soon.download", "/cohort/how-soon/months.csv", dict.fromkeys(FAMILY_READERS, 200)),
    Route("closing.show", "/cohort/closing", dict.fromkeys(FAMILY_READERS, 200)),
    Route("closing.download", "/cohort/closing/curve.csv", dict.fromkeys(FAMILY_READERS, 404)),
    Route("visits.show", "/cohort/visits", dict.fromkeys(FAMILY_READERS, 200)),
    Route("visits.download", "/cohort/visits/visits.csv", dict.fromkeys(FAMILY_READERS, 200)),
    Route("visits.download_quarters", "/cohort/visits/quarters.csv", dict.fromkeys(FAMILY_READERS, 404)),
    Route("saved_cohorts.show_all", "/cohort/saved", dict.fromkeys(FAMILY_READERS, 200)),
    Route("saved_cohorts.add", "/cohort/saved/new?status=open", dict.fromkeys(FAMILY_READERS, 200)),
    Route("saved_cohorts.remove", "/cohort/saved/{saved}/remove", SAVED_BY_LEAD),
    Route("returns.choose", "/returns", LEAD_AND_COUNCIL),
    Route("returns.differences", "/returns/differences", LEAD),
    Route("returns.show", "/returns/1/2018-19-Q4/restricted", LEAD_AND_COUNCIL),
    Route("returns.show_table", "/returns/1/2018-19-Q4/restricted/tables/served", LEAD_AND_COUNCIL),
    Route("returns.picture", "/returns/1/2018-19-Q4/restricted/star", {Role.LEAD: 404, Role.COUNCIL: 404}),
    Route("returns.download_part", "/returns/1/2018-19-Q4/restricted/workbook", LEAD_AND_COUNCIL),
    Route("returns.download_files", "/returns/1/2018-19-Q4/restricted/files", LEAD_AND_COUNCIL),
    Route("returns.show", "/returns/1/2018-19-Q4/published", {Role.LEAD: 200, Role.COUNCIL: 404}),
    Route("returns.show_table", "/returns/1/2018-19-Q4/published/tables/served", {Role.LEAD: 200, Role.COUNCIL: 404}),
    Route("returns.download_part", "/returns/1/2018-19-Q4/published/workbook", {Role.LEAD: 200, Role.COUNCIL: 404}),
    Route("returns.download_files", "/returns/1/2018-19-Q4/published/files", {Role.LEAD: 200, Role.COUNCIL: 404}),
    Route("returns.show", "/returns/1/2019-20-Q1/restricted", {Role.LEAD: 200, Role.COUNCIL: 404}),
    Route("preparing.show", "/returns/1/2018-19-Q4/prepare", LEAD),
    Route("preparing.show_unready", "/returns/1/2018-19-Q4/prepare/start_due", LEAD),
    Route("preparing.show_findings", "/returns/1/2018-19-Q4/prepare/checks/alike", LEAD),
    Route("narrative.write", "/returns/1/2018-19-Q4/narrative", LEAD),
    Route("targets.change", "/returns/1/targets", {Role.LEAD: 200, Role.ADMINISTRATOR: 200}),
    Route("sign_off.sign", "/returns/1/2018-19-Q4/published/sign-off", LEAD),
    Route("sign_off.withdraw", "/returns/signed/{signed}/withdraw", LEAD),
    Route("sign_off.show", "/returns/signed/{signed}", LEAD_AND_COUNCIL),
    Route("sign_off.download", "/returns/signed/{signed}/files", LEAD_AND_COUNCIL),
    Route("audit.show", "/audit", {Role.LEAD: 200, Role.ADMINISTRATOR: 200}),
    Route("audit.readers", "/families/{family}/readers", LEAD),
    Route("audit.activity", "/account/activity", dict.fromkeys(Role, 200) | {ELSEWHERE: 200}),
    Route("people.show_all", "/people", ADMINISTRATOR),
    Route("people.add", "/people/new", ADMINISTRATOR),
    Route("people.show", "/people/{practitioner_elsewhere}", ADMINISTRATOR),
    Route("people.edit", "/people/{practitioner_elsewhere}/edit", ADMINISTRATOR),
    Route("people.make_link", "/people/{practitioner_elsewhere}/link", ADMINISTRATOR),
    Route("people.close", "/people/{practitioner_elsewhere}/close", ADMINISTRATOR),
    Route("people.confirm", "/people/{practitioner_elsewhere}/reopen", ADMINISTRATOR),
    Route("people.confirm", "/people/{practitioner_elsewhere}/unlock", ADMINISTRATOR),
    Route("people.reset", "/people/{practitioner_elsewhere}/reset", ADMINISTRATOR),
    Route("account_requests.show_all", "/requests", {Role.LEAD: 200, Role.ADMINISTRATOR: 200}),
    Route("account_requests.show", "/requests/{request}", {Role.LEAD: 200, Role.ADMINISTRATOR: 200}),
    Route("pods.show_all", "/pods", ADMINISTRATOR),
    Route("pods.add", "/pods/new", ADMINISTRATOR),
    Route("pods.show", "/pods/{pod}", ADMINISTRATOR),
    Route("pods.rename", "/pods/{pod}/rename", ADMINISTRATOR),
    Route("pods.close", "/pods/{pod}/close", ADMINISTRATOR),
    Route("pods.compare", "/pods/{pod}/compare", ADMINISTRATOR),
    Route("pods.reopen", "/pods/{pod}/reopen", ADMINISTRATOR),
    Route("pods.choose_merge", "/pods/{pod}/merge", ADMINISTRATOR),
    Route("pods.merge", "/pods/{pod}/merge/{other_pod}", ADMINISTRATOR),
    Route("pods.choose_council", "/pods/{pod}/council", ADMINISTRATOR),
    Route("councils.show_all", "/councils", ADMINISTRATOR),
    Route("councils.add", "/councils/new", ADMINISTRATOR),
    Route("councils.show", "/councils/1", ADMINISTRATOR),
    Route("councils.edit", "/councils/1/edit", ADMINISTRATOR),
    Route("councils.close", "/councils/1/close", ADMINISTRATOR),
    Route("councils.reopen", "/councils/1/reopen", ADMINISTRATOR),
    Route("councils.take_back", "/councils/1/years/2019-07-01/take-back", {Role.ADMINISTRATOR: 404}),
    Route("settings.change", "/settings", ADMINISTRATOR),
    Route("settings.take_back", "/settings/threshold/2019-07-01/take-back", {Role.ADMINISTRATOR: 404}),
]
LAST_ROUTES = [
    Route("account.leave", "/leave", dict.fromkeys(EVERYBODY, 302)),  # which ends the session
]
FORMS_ONLY = {
    "account.discard",
    "account.end",
    "account.keep_typed",
    "account.prolong",
    "drafts.leave_rest",
    "offline.find",
    "offline.take",
    "account_requests.call_off",
    "contacts.record_today",
    "contacts.remove",
    "account_requests.dismiss",
}
DEMONSTRATION_ONLY = {"demo.choose", "demo.enter"}
SIGNED_IN, BEFORE = dict.fromkeys((*Role, ELSEWHERE), 200), {NOBODY: 200}
SECURITY_ROUTES = [
    Route("security.login", "/sign-in", dict.fromkeys((*Role, ELSEWHERE), 302) | BEFORE),
    Route("security.verify", "/sign-in/again", SIGNED_IN),
    Route("security.change_password", "/account/password", SIGNED_IN),
    Route("security.mf_recovery_codes", "/account/recovery-codes", SIGNED_IN),
    Route("security.wan_register", "/account/passkeys", SIGNED_IN),
    Route("security.two_factor_setup", "/account/authenticator", SIGNED_IN),
    # Those who have not got so far in signing in are sent to its beginning.
    Route("security.two_factor_token_validation", "/sign-in/code", {NOBODY: 302}),
    Route("security.tf_select", "/sign-in/second-step", dict.fromkeys(EVERYBODY, 302)),
    Route("security.mf_recovery", "/sign-in/recovery-code", dict.fromkeys(EVERYBODY, 302)),
    Route("security.wan_signin", "/sign-in/passkey", dict.fromkeys(EVERYBODY, 404)),
    Route("security.two_factor_rescue", "/sign-in/rescue", dict.fromkeys(EVERYBODY, 404)),
]
SECURITY_FORMS_ONLY = {
    "security.logout",
    "security.two_factor_setup_validate",
    "security.wan_register_response",
    "security.wan_delete",
    "security.wan_signin_response",
}


def _sign_in(client: LookingClient, tiny: TinyService, who: str) -> None:
    if who == ELSEWHERE:
        client.sign_in(tiny.practitioner_elsewhere)
    elif who != NOBODY:
        client.sign_in(tiny.users[Role(who)])


@pytest.mark.parametrize("who", EVERYBODY)
def test_every_route_lets_in_whom_the_table_names(
    web_app: Flask, client: LookingClient, tiny: TinyService, who: str
) -> None:
    with web_app.app_context():
        signed = sign_off(tiny.users[Role.LEAD], Quarter(2018, 4)).id
        draft = begin_star(tiny.registration, Kind.INTERIM).id
        request = ask_for_reset(tiny.practitioner_elsewhere, tiny.users[Role.ADMINISTRATOR]).id
        saved = save_for_leads(tiny).id
        feedback = add_feedback(tiny).id
        ids = {**vars(tiny), "signed": signed, "draft": draft, "request": request, "saved": saved, "feedback": feedback}
        ids |= {"cover": cover_practitioner(tiny).id}
    _sign_in(client, tiny, who)
    for route in ROUTES + LAST_ROUTES:
        response = client.get(route.address.format_map(ids))
        expected = route.answers.get(who, 302 if who == NOBODY else 403)
        assert response.status_code == expected, f"{who} at {route.address}: {response.status_code}, not {expected}"
        if who == NOBODY and who not in route.answers:
            assert path_of(response) == "/demo"


@pytest.mark.parametrize("who", [*Role, NOBODY])
def test_the_pages_of_signing_in_let_in_who_has_got_so_far(live_client: LiveClient, who: str) -> None:
    if who != NOBODY:
        with live_client.application.app_context():
            person = live_person(roles=[Role(who)])
        live_client.enter(person)
    for route in SECURITY_ROUTES:
        response = live_client.get(route.address)
        expected = route.answers.get(who, 302)
        assert response.status_code == expected, f"{who} at {route.address}: {response.status_code}, not {expected}"


@pytest.mark.parametrize("who", EVERYBODY)
def test_the_demonstration_has_no_passwords_to_try(client: LookingClient, tiny: TinyService, who: str) -> None:
    _sign_in(client, tiny, who)
    for route in SECURITY_ROUTES:
        assert client.get(route.address).status_code == 404, route.address


@pytest.mark.parametrize("who", EVERYBODY)
def test_every_address_of_a_restricted_family_lets_in_the_named_and_the_lead(
    web_app: Flask, client: LookingClient, tiny: TinyService, who: str
) -> None:
    with web_app.app_context():
        restrict_to(tiny.family, tiny.practitioner_elsewhere)
        draft = begin_star(tiny.registration, Kind.INTERIM).id
        ids = {**vars(tiny), "draft": draft, "feedback": add_feedback(tiny).id}
    _sign_in(client, tiny, who)
    for route in (route for route in ROUTES if route.answers is THIS_FAMILY):
        expected = THIS_FAMILY_RESTRICTED.get(who, 302 if who == NOBODY else 403)
        assert client.get(route.address.format_map(ids)).status_code == expected, f"{who} at {route.address}"


def test_the_table_knows_every_route(web_app: Flask) -> None:
    endpoints = {rule.endpoint for rule in web_app.url_map.iter_rules()} - {"static"}
    named = {route.endpoint for route in ROUTES + LAST_ROUTES + SECURITY_ROUTES}
    assert endpoints == named | FORMS_ONLY | SECURITY_FORMS_ONLY | DEMONSTRATION_ONLY


def test_a_view_without_a_rule_stops_the_start(web_app: Flask) -> None:
    web_app.view_functions["families.show"] = lambda family_id: "anybody's"
    with pytest.raises(RuntimeError, match=r"families\.show"):
        check_every_view(web_app)


def test_another_pods_family_looks_like_one_that_does_not_exist(client: LookingClient, tiny: TinyService) -> None:
    client.sign_in(tiny.users[Role.PRACTITIONER])
    theirs, missing = client.get(f"/families/{tiny.other_family}"), client.get("/families/99999")
    assert (theirs.status_code, missing.status_code) == (404, 404)
    assert text_of(theirs) == text_of(missing)


def test_another_pods_family_cannot_be_written_to(client: LookingClient, tiny: TinyService) -> None:
    client.sign_in(tiny.users[Role.PRACTITIONER])
    token = read_token(client.get("/families/new").text)
    for address in (
        f"/registrations/{tiny.other_registration}/stars/new",
        f"/families/{tiny.other_family}/parents/new",
        f"/families/{tiny.other_family}/interventions/new",
    ):
        assert client.post(address, data={"kind": "start", "csrf_token": token}).status_code == 404


def test_a_practitioner_sees_figures_of_their_own_pods_only(client: LookingClient, tiny: TinyService) -> None:
    client.sign_in(tiny.practitioner_elsewhere)
    assert "0 pairs of Stars" in client.get("/cohort").text
    assert "There is a problem" in text_of(client.get("/cohort?pod=Crewe"))
    assert client.get("/cohort/measures.csv?pod=Crewe").status_code == 400


def test_a_form_without_its_token_is_refused(client: LookingClient, tiny: TinyService) -> None:
    client.sign_in(tiny.users[Role.LEAD])
    response = client.post(f"/stars/{tiny.star}/withdraw", data={"reason": "A forged request"})
    assert response.status_code == 400
    assert "no longer valid" in response.text


def test_signing_out_ends_the_session(client: LookingClient, tiny: TinyService) -> None:
    client.sign_in(tiny.users[Role.LEAD])
    client.post("/sign-out", data={"csrf_token": read_token(client.get("/about").text)})
    assert path_of(client.get("/families")) == "/demo"


@pytest.mark.parametrize(
    ("without", "message"),
    [
        ({"secret_key": "too short"}, "STAR_TRACKER_SECRET_KEY"),
        ({"encryption_keys": ()}, "STAR_TRACKER_ENCRYPTION_KEYS"),
        ({"encryption_keys": ("no key",)}, "STAR_TRACKER_ENCRYPTION_KEYS"),
        ({"address": ""}, "STAR_TRACKER_ADDRESS"),
        ({"proxies": 0}, "not served over plain HTTP"),
    ],
)
def test_outside_the_demonstration_the_pages_refuse_to_start_without(
    sqlite_url: str, without: dict[str, Any], message: str
) -> None:
    make_app(sqlite_url, web=True, **LIVE)
    with pytest.raises(SettingsError, match=message):
        make_app(sqlite_url, web=True, **LIVE | without)
    make_app(sqlite_url, **LIVE | without)  # the command line works


def test_the_pages_refuse_to_start_without_a_secret_key(sqlite_url: str) -> None:
    with pytest.raises(SettingsError, match="STAR_TRACKER_SECRET_KEY"):
        create_app(Settings(database_url=sqlite_url, demo=True))


def test_a_family_that_two_pods_help_is_read_by_both_and_written_by_each_in_its_own(
    web_app: Flask, client: LookingClient, tiny: TinyService
) -> None:
    with web_app.app_context():
        reason = ClosureReason.COMPLETED
        close_intervention(BY_SOMEBODY, intervention_id=tiny.intervention, closed_on=date(2019, 4, 9), reason=reason)
        parents = [parent.id for parent in db.session.query(Parent).filter_by(family_id=tiny.family)]
        new = new_intervention(tiny.other_pod, TODAY)
        record_intervention(BY_SOMEBODY, family_id=tiny.family, parent_ids=parents, intervention=new)
    client.sign_in(tiny.practitioner_elsewhere)
    said = text_of(client.get(f"/families/{tiny.family}"))
    assert "Macclesfield, from 10 April 2019" in said
    assert "Crewe, from 3 January 2019" in said
    assert said.count("Record a Star for P1") == 1
    assert client.get(f"/stars/{tiny.star}").status_code == 200
    assert client.get(f"/registrations/{tiny.registration}/stars/new").status_code == 404
    assert client.get(f"/interventions/{tiny.intervention}/close").status_code == 404
