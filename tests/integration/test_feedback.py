"""What was said of the service: recorded, put right, withdrawn, read by whom it may be, and counted in the return."""

from datetime import date

import pytest
from flask import Flask

from star_tracker.analysis.disclosure import Profile
from star_tracker.domain.errors import DomainError, NamesError
from star_tracker.domain.feedback import SaidBy
from star_tracker.domain.quarters import Quarter
from star_tracker.domain.roles import Role
from star_tracker.extensions import db
from star_tracker.models import Family, Feedback, Pod
from star_tracker.queries.feedback import list_feedback_of
from star_tracker.records.families.family_names import rename_family
from star_tracker.records.feedback import Said, correct_feedback, record_feedback, withdraw_feedback
from star_tracker.records.pods import merge_pods
from tests.support.pages import LookingClient, path_of, read_token, text_of
from tests.support.signing import make_return
from tests.support.tiny import BY_SOMEBODY, TinyService, restrict_to

QUARTER = Quarter(2018, 4)
IN_QUARTER = date(2019, 3, 20)


def said(pod_id: int, words: str = "She listened.", *, on: date = IN_QUARTER, may_quote: bool = True) -> Said:
    return Said(pod_id=pod_id, said_on=on, said_by=SaidBy.PARENT, words=words, may_quote=may_quote)


def record(pod_id: int, family_id: int | None, **values: object) -> Feedback:
    return record_feedback(BY_SOMEBODY, said=said(pod_id, **values), family_id=family_id)  # type: ignore[arg-type]  # values of any test


def feedback_rows(profile: Profile = Profile.RESTRICTED, quarter: Quarter = QUARTER) -> list[tuple[object, ...]]:
    tables = make_return(quarter, profile).page.tables
    return [row for table in tables if table.name == "feedback" for row in table.rows]


def send(client: LookingClient, path: str, **fields: str) -> str:
    """What the page of a form that was refused says, or where a saved one leads."""
    page = client.get(path)
    answer = client.post(path, data={"csrf_token": read_token(page.text), **fields})
    return path_of(answer) if answer.status_code == 302 else text_of(answer)


FORM = {"said_by": "child", "said_on": "20/3/2019", "words": "Mum laughs again.", "may_quote": "y"}


def test_feedback_is_counted_by_pod_and_speaker_in_the_quarter_in_which_it_was_said(
    web_app: Flask, tiny: TinyService
) -> None:
    with web_app.app_context():
        record(tiny.pod, tiny.family)
        record(tiny.pod, None, may_quote=False)
        record(tiny.other_pod, tiny.other_family)
        record(tiny.pod, None, on=date(2018, 12, 31))
        withdrawn = record(tiny.pod, tiny.family)
        withdraw_feedback(BY_SOMEBODY, feedback_id=withdrawn.id, reason="Said of another service")
        assert feedback_rows() == [
            ("All pods", "parent", 3, 2),
            ("All pods", "child", 0, 0),
            ("All pods", "professional", 0, 0),
            ("Crewe", "parent", 2, 1),
            ("Crewe", "child", 0, 0),
            ("Crewe", "professional", 0, 0),
            ("Macclesfield", "parent", 1, 1),
            ("Macclesfield", "child", 0, 0),
            ("Macclesfield", "professional", 0, 0),
        ]


def test_published_numbers_of_feedback_hide_few_people(web_app: Flask, tiny: TinyService) -> None:
    with web_app.app_context():
        for number in range(8):
            record(tiny.pod, None, may_quote=number == 0)
        record(tiny.other_pod, None)
        by_pod = {row[0]: row[2:] for row in feedback_rows(Profile.PUBLISHED) if row[1] == "parent"}
        assert by_pod == {"Crewe": (10, "c"), "Macclesfield": ("c", "c"), "All pods": (10, "c")}


def test_words_that_name_the_family_are_refused_until_they_are_confirmed(web_app: Flask, tiny: TinyService) -> None:
    with web_app.app_context():
        family = db.session.get_one(Family, tiny.family)
        parents = dict.fromkeys((parent.id for parent in family.parents), "")
        parents[family.parents[0].id] = "Hope Sample"
        rename_family(BY_SOMEBODY, family_id=tiny.family, name="", council_ref="C-77", parent_names=parents)
        with pytest.raises(NamesError) as refused:
            record(tiny.pod, tiny.family, words="There is hope for us (c 77).")
        assert refused.value.found == ["hope", "C-77"]
        allowed = said(tiny.pod, "There is hope for us.")
        record_feedback(BY_SOMEBODY, said=allowed, family_id=tiny.family, ordinary=["hope"])
        more = said(tiny.pod, "There is hope for the Sample family.")
        with pytest.raises(NamesError, match="Sample"):
            record_feedback(BY_SOMEBODY, said=more, family_id=tiny.family, ordinary=["hope"])


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("words", {"words": " \n "}),
        ("words", {"words": "a" * 2001}),
        ("words", {"words": "bell \x07"}),
        ("said_on", {"on": date(2999, 1, 1)}),
    ],
)
def test_what_cannot_be_true_is_refused_at_its_field(
    web_app: Flask, tiny: TinyService, field: str, values: dict[str, object]
) -> None:
    with web_app.app_context():
        with pytest.raises(DomainError) as refused:
            record(tiny.pod, tiny.family, **values)
        assert refused.value.field == field
        assert not list_feedback_of(tiny.family)


def test_a_correction_needs_a_reason_and_a_withdrawal_ends_it(web_app: Flask, tiny: TinyService) -> None:
    with web_app.app_context():
        one = record(tiny.pod, tiny.family).id
        without_consent = said(tiny.pod, may_quote=False)
        with pytest.raises(DomainError, match="Say why"):
            correct_feedback(BY_SOMEBODY, feedback_id=one, said=without_consent, reason=" ")
        correct_feedback(BY_SOMEBODY, feedback_id=one, said=without_consent, reason="Asked again")
        assert feedback_rows()[0] == ("All pods", "parent", 1, 0)
        withdraw_feedback(BY_SOMEBODY, feedback_id=one, reason="Another family's")
        with pytest.raises(DomainError, match="withdrawn"):
            correct_feedback(BY_SOMEBODY, feedback_id=one, said=without_consent, reason="Once more")


def test_feedback_moves_with_a_pod_that_is_merged(web_app: Flask, tiny: TinyService) -> None:
    with web_app.app_context():
        one = record(tiny.other_pod, None).id
        merge_pods(BY_SOMEBODY, pod_id=tiny.other_pod, into_id=tiny.pod)
        assert db.session.get_one(Feedback, one).pod_id == tiny.pod
        assert db.session.get(Pod, tiny.other_pod) is None


def test_a_practitioner_records_what_a_child_said_on_the_familys_page(client: LookingClient, tiny: TinyService) -> None:
    client.sign_in(tiny.users[Role.PRACTITIONER])
    there = f"/families/{tiny.family}"
    assert send(client, f"{there}/feedback/new", **FORM, pod_id=str(tiny.pod)) == there
    page = text_of(client.get(there))
    assert "Mum laughs again. A child or young person, 20 March 2019. May be quoted." in page
    refused = send(client, f"{there}/feedback/new", **{**FORM, "said_by": "", "words": ""}, pod_id=str(tiny.pod))
    assert "Choose who said it" in refused
    assert "Enter what was said" in refused


def test_the_page_points_at_a_name_and_takes_it_once_it_is_confirmed_to_be_none(
    client: LookingClient, tiny: TinyService
) -> None:
    client.sign_in(tiny.users[Role.PRACTITIONER])
    there = f"/families/{tiny.family}/feedback/new"
    fields = {**FORM, "pod_id": str(tiny.pod), "words": "Ask for F1, they said."}
    assert "Take out “F1”: this family’s record has it" in send(client, there, **fields)
    assert "Take out “F1”" in send(client, there, **fields, found="F2", is_ordinary="y")
    assert send(client, there, **fields, found="F1", is_ordinary="y") == f"/families/{tiny.family}"


def test_whose_words_are_read_by_whom(web_app: Flask, client: LookingClient, tiny: TinyService) -> None:
    with web_app.app_context():
        of_family, general, elsewhere = (
            record(tiny.pod, tiny.family).id,
            record(tiny.pod, None, words="A letter to Crewe.").id,
            record(tiny.other_pod, None, words="A letter to Macclesfield.").id,
        )
    client.sign_in(tiny.users[Role.PRACTITIONER])
    listed = text_of(client.get("/feedback"))
    assert "A letter to Crewe." in listed
    assert "A letter to Macclesfield." not in listed
    assert "She listened." not in listed
    answers = {
        number: client.get(f"/feedback/{number}/correct").status_code for number in (of_family, general, elsewhere)
    }
    assert answers == {of_family: 200, general: 200, elsewhere: 404}
    with web_app.app_context():
        restrict_to(tiny.family)
    assert client.get(f"/feedback/{of_family}/withdraw").status_code == 404
    client.sign_in(tiny.users[Role.LEAD])
    assert "A letter to Macclesfield." in text_of(client.get("/feedback"))
    assert client.get(f"/feedback/{of_family}/withdraw").status_code == 200


def test_words_are_put_right_and_withdrawn_on_their_pages(client: LookingClient, tiny: TinyService) -> None:
    client.sign_in(tiny.users[Role.LEAD])
    assert send(client, "/feedback/new", **FORM, pod_id=str(tiny.other_pod)) == "/feedback"
    changed = {**FORM, "words": "Mum sings again.", "pod_id": str(tiny.other_pod)}
    assert "Say why" in send(client, "/feedback/1/correct", **changed)
    assert send(client, "/feedback/1/correct", **changed, reason="A slip") == "/feedback"
    assert "Mum sings again." in text_of(client.get("/feedback"))
    assert send(client, "/feedback/1/withdraw", reason="Not about us") == "/feedback"
    assert "Withdrawn: Not about us" in text_of(client.get("/feedback"))
