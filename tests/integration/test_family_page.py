"""A family's page: one calm course of Stars, what was agreed and what happened, in time order and in few queries."""

from dataclasses import replace
from datetime import date
from typing import Any

from flask import Flask

from star_tracker.domain.context import Context
from star_tracker.domain.roles import Role
from star_tracker.domain.scales import ClosureReason, CompletedBy, Kind, NotScored
from star_tracker.domain.star_rules import Reading
from star_tracker.extensions import db
from star_tracker.models import Draft, Family, Priority, Star
from star_tracker.records.families.families import close_intervention, record_intervention
from star_tracker.records.families.reopenings import reopen_intervention
from star_tracker.records.families.transfers import NewTransfer, transfer_intervention
from star_tracker.records.stars.stars import correct_star, withdraw_star
from tests.support.apps import NOW, TODAY
from tests.support.databases import counted_queries
from tests.support.pages import HTML, LookingClient, parse_page, text_of, words_of
from tests.support.tiny import BY_SOMEBODY, SOMEBODY, TinyService, add_star, all_areas, by, new_intervention, new_star


def list_items(text: str, label: str) -> list[str]:
    """What each item says of the list with this name."""
    root = parse_page(text)
    found = next(element for element in root.iter() if element.get("aria-label") == label)
    return [words_of(item) for item in found.iter(f"{HTML}li")]


def test_each_star_is_drawn_and_described_and_leads_to_its_page(
    web_app: Flask, practitioner: LookingClient, tiny: TinyService
) -> None:
    with web_app.app_context():
        readings = all_areas(7) | {"progress_to_work": Reading(reason=NotScored.NOT_APPLICABLE)}
        add_star(tiny.registration, new_star(Kind.INTERIM, date(2019, 4, 9), readings))
    text = practitioner.get(f"/families/{tiny.family}").text
    drawings = [str(element.get("aria-label")) for element in parse_page(text).iter() if element.get("role") == "img"]
    assert [drawing[:32] for drawing in drawings] == [
        "Start Star of 10 January 2019: P",
        "Interim Star of 5 April 2019: Ph",
        "Interim Star of 9 April 2019: Ph",
    ]
    assert drawings[0].endswith("Home and money 4, Progress to work 4")
    assert drawings[2].endswith("Home and money 7, Progress to work not scored")
    assert text.count("<polyline") == 1, "the gap of the third"
    assert list_items(text, "Stars of P1 in time order") == [
        "Start Star of P1, 10 January 2019",
        "Interim Star of P1, 5 April 2019",
        "Interim Star of P1, 9 April 2019",
    ]
    assert f'href="/stars/{tiny.star}"' in text


def test_unusual_stars_have_a_remark(web_app: Flask, practitioner: LookingClient, tiny: TinyService) -> None:
    with web_app.app_context():
        start = new_star(Kind.START, date(2019, 1, 11))
        correct_star(BY_SOMEBODY, star_id=tiny.star, star=replace(start, retrospective=True), reason="Wrong day")
        later = [
            add_star(tiny.registration, replace(new_star(Kind.INTERIM, date(2019, 4, day)), completed_by=by)).id
            for day, by in ((6, CompletedBy.PARENT), (7, CompletedBy.WORKER), (8, CompletedBy.WORKER))
        ]
        db.session.get_one(Star, later[2]).unplanned = True
        db.session.commit()
        wrong = add_star(tiny.registration, new_star(Kind.INTERIM, date(2019, 4, 9))).id
        withdraw_star(BY_SOMEBODY, star_id=wrong, reason="Wrong parent")
    items = list_items(practitioner.get(f"/families/{tiny.family}").text, "Stars of P1 in time order")
    assert [item.partition("2019")[2].strip() for item in items] == [
        "Replaced by a correction",
        "Retrospective",
        "",
        "Parent alone: not counted",
        "Worker alone",
        "Unplanned: the parent could not be seen",
        "Withdrawn",
    ]
    star_page = text_of(practitioner.get(f"/stars/{later[2]}"))
    assert "Completed by Worker alone Unplanned The parent could not be seen" in star_page
    assert "Unplanned" not in text_of(practitioner.get(f"/stars/{later[1]}"))


def test_priorities_are_listed_by_parent_newest_first(
    web_app: Flask, practitioner: LookingClient, tiny: TinyService
) -> None:
    with web_app.app_context():
        later = add_star(tiny.registration, new_star(Kind.INTERIM, date(2019, 4, 9))).id
        wrong = add_star(tiny.registration, new_star(Kind.INTERIM, date(2019, 4, 8))).id
        reviewed = {"outcome": "partly", "reviewed_with_id": later}
        db.session.add_all(
            [
                Priority(star_id=tiny.star, area="family_routine", action="Bed by <8>", by_whom="Mum", **reviewed),
                Priority(star_id=later, area="your_wellbeing", action="See the GP", by_when=date(2019, 5, 1)),
                Priority(star_id=wrong, area="social_networks", action="Somebody else's"),
            ]
        )
        db.session.commit()
        withdraw_star(BY_SOMEBODY, star_id=wrong, reason="Wrong parent")
    said = text_of(practitioner.get(f"/families/{tiny.family}"))
    assert "What was agreed with P1 Your well-being: See the GP Agreed 9 April 2019. By when: 1 May 2019." in said
    assert "Family routine: Bed by <8> Agreed 10 January 2019. Who: Mum. Partly done" in said
    assert said.index("See the GP") < said.index("Bed by <8>")
    assert "Somebody else's" not in said, "its Star was withdrawn"
    assert said.count("What was agreed") == 1


def test_events_are_listed_in_time_order_with_reasons(
    web_app: Flask, practitioner: LookingClient, tiny: TinyService
) -> None:
    assert "What happened" not in text_of(practitioner.get(f"/families/{tiny.family}")), "nothing yet"

    def at(hour: int) -> Context:
        return by(SOMEBODY, NOW.replace(hour=hour))

    def transfer(practitioner_id: int | None, day: date, reason: str, hour: int) -> None:
        new = NewTransfer(pod_id=tiny.pod, practitioner_id=practitioner_id, transferred_on=day, reason=reason)
        transfer_intervention(at(hour), intervention_id=tiny.intervention, transfer=new)

    with web_app.app_context():
        transfer(tiny.users[Role.PRACTITIONER], date(2019, 2, 1), "A new colleague", 9)
        close_intervention(
            at(10), intervention_id=tiny.intervention, closed_on=date(2019, 4, 5), reason=ClosureReason.DISENGAGED
        )
        reopen_intervention(at(11), intervention_id=tiny.intervention, reason="They came back")
        transfer(None, TODAY, "Long-term sick leave", 12)
        close_intervention(at(13), intervention_id=tiny.intervention, closed_on=TODAY, reason=ClosureReason.COMPLETED)
        reopen_intervention(at(14), intervention_id=tiny.intervention, reason="Too early")
        close_intervention(at(15), intervention_id=tiny.intervention, closed_on=TODAY, reason=ClosureReason.MOVED_AWAY)
    said = text_of(practitioner.get(f"/families/{tiny.family}"))
    told = said.partition("What happened ")[2]
    assert told.startswith(
        "3 January 2019 Started "
        "1 February 2019 Transferred from nobody yet (Crewe) to Demo practitioner (Crewe) A new colleague "
        "5 April 2019 Closed: family disengaged "
        "10 April 2019 Reopened They came back "
        "10 April 2019 Transferred from Demo practitioner (Crewe) to nobody yet (Crewe) Long-term sick leave "
        "10 April 2019 Closed successfully "
        "10 April 2019 Reopened Too early "
        "10 April 2019 Closed: family moved away"
    ), told


def test_the_latest_intervention_comes_first_and_a_star_in_progress_is_mentioned(
    web_app: Flask, practitioner: LookingClient, tiny: TinyService
) -> None:
    with web_app.app_context():
        reason = ClosureReason.COMPLETED
        close_intervention(BY_SOMEBODY, intervention_id=tiny.intervention, closed_on=date(2019, 4, 9), reason=reason)
        new = new_intervention(tiny.pod, TODAY)
        again = record_intervention(BY_SOMEBODY, family_id=tiny.family, parent_ids=[1], intervention=new)
        registration_id = again.registrations[0].id
        draft = {"edition": "first", "answers": {}, "revision": 1, "started_at": NOW, "saved_at": NOW}
        db.session.add(Draft(registration_id=registration_id, **draft))
        db.session.commit()
    said = text_of(practitioner.get(f"/families/{tiny.family}"))
    assert said.index("Crewe, from 10 April 2019 Open") < said.index("Crewe, from 3 January 2019 Closed")
    assert said.count("Go on with the Star of P1") == 1
    assert said.count("Transfer this intervention") == 1, "the open one"
    assert said.count("Reopen this intervention") == 1


def test_a_long_course_takes_no_more_queries_than_a_short_one(
    web_app: Flask, practitioner: LookingClient, tiny: TinyService
) -> None:
    def count() -> int:
        with counted_queries(web_app) as sent:
            assert practitioner.get(f"/families/{tiny.family}").status_code == 200
        assert not [statement for statement in sent if "readings.note" in statement], "notes would be decrypted"
        return len(sent)

    with web_app.app_context():
        add_star(tiny.empty_registration, new_star(Kind.START, date(2019, 1, 20)))
        db.session.add(Priority(star_id=tiny.star, area="family_routine", action="Bed by 8"))
        db.session.commit()
    practitioner.get(f"/families/{tiny.family}")
    short = count()
    with web_app.app_context():
        stars = []
        for registration_id in (tiny.registration, tiny.empty_registration):
            for day in range(6, 10):
                stars.append(add_star(registration_id, new_star(Kind.INTERIM, date(2019, 4, day))).id)
        db.session.add_all(Priority(star_id=star_id, area="home_and_money", action="Save") for star_id in stars)
        db.session.commit()
    assert count() == short


def test_what_is_rarely_done_is_folded_unless_nothing_else_is_there(
    web_app: Flask, practitioner: LookingClient, tiny: TinyService
) -> None:
    with web_app.app_context():
        db.session.connection(execution_options={"writes": True})
        empty = Family(ref="F9")
        db.session.add(empty)
        db.session.commit()
        empty_id = empty.id
    fold = find_fold(practitioner.get(f"/families/{tiny.family}").text)
    assert words_of(fold) == "Add or change Add a parent Add an intervention Record feedback Change names"
    assert fold.get("open") is None
    lead = practitioner
    lead.sign_in(tiny.users[Role.LEAD])
    assert find_fold(lead.get(f"/families/{empty_id}").text).get("open") is not None


def find_fold(text: str) -> Any:
    """The part of a family's page that holds what is rarely done."""
    return next(each for each in parse_page(text).iter(f"{HTML}details") if "Add a parent" in words_of(each))
