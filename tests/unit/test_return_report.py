"""The return as a report and as one page: read back as whoever opens them does."""

import io
import struct
from dataclasses import replace
from typing import Any

import docx
import pypdf
import pytest

from star_tracker.analysis.disclosure import Profile
from star_tracker.domain.feedback import SaidBy
from star_tracker.exports.returns.content import Return
from star_tracker.exports.returns.in_short import say_in_short
from star_tracker.exports.returns.narrative import CaseReading, CaseStudy, Narrative, Quote
from star_tracker.exports.returns.one_page import build_one_page_pdf, build_one_page_picture, build_one_page_word
from star_tracker.exports.returns.report import build_report
from tests.unit.test_return import empty_service, small_return


def read_pages(data: bytes) -> list[str]:
    """What each page says, in one line."""
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(data)).pages]


@pytest.fixture(scope="module")
def restricted() -> Return:
    return small_return(Profile.RESTRICTED)


def test_report_answers_first_and_every_table_follows(restricted: Return) -> None:
    first, *others = read_pages(build_report(restricted))
    for words in (
        "Family Star Plus return",
        "Starfield Family Service for Cheshire East Council",
        "Draft, not signed off",
        "In short",
        say_in_short(restricted).headline,
        *say_in_short(restricted).sentences,
        "Headline indicators",
    ):
        assert words in first
    rest = " ".join(others)
    for name in ("averages", "change", "activity", "served", "completion", "closures", "re_referrals"):
        table = restricted.find_table(name)
        assert table.title.split(", by ")[0] in rest
    assert restricted.fingerprint in rest
    assert 4 <= len(others) + 1 <= 8


def test_sentences_are_of_the_figures_that_the_profile_shows() -> None:
    """Of 13 pairs 15 are published; what rests on 1 to 7 families, referrals or Stars is not said at all."""
    exact, published = small_return(Profile.RESTRICTED), small_return(Profile.PUBLISHED)
    assert say_in_short(exact).headline.endswith("Your well-being, from 3.2 to 4.5 (13 parents).")
    assert say_in_short(published).headline.endswith("Your well-being, from 3.2 to 4.5 (15 parents).")
    notes = ("In Your well-being no interval is shown: it would tell of a few parents.",)
    assert say_in_short(published).notes == notes, "3 of 13 declined; the area of few pairs is not named"
    assert list(say_in_short(exact).sentences) == [
        "Engagement: in 1 of 3 interventions (33%) a parent completed a Star together with the worker, and the family "
        "did not disengage.",
        "1 of 2 families that closed did so successfully (50%).",
        "0 of 2 families that closed were escalated to child protection, or a child became looked after (0%).",
        "1 of 4 referrals came within 12 months of the family’s referral before (25%).",
        "3 of 7 Stars due were completed on time (43%).",
        "To date, 28 of 40 parents have a pair of Stars (70%).",
        "To date, 15 of 24 pairs improved in most areas (63%).",
    ]
    assert list(say_in_short(published).sentences) == [
        "To date, 30 of 40 parents have a pair of Stars (70%).",
        "To date, 15 of 25 pairs improved in most areas (63%).",
    ]
    told = " ".join(read_pages(build_report(published)))
    assert "Engagement c of c c" in told
    assert "13" not in told.replace(published.fingerprint, "")


def test_report_is_tagged_names_its_language_and_its_pictures_and_is_the_same_every_day(restricted: Return) -> None:
    data = build_report(restricted)
    assert data == build_report(restricted)
    reader = pypdf.PdfReader(io.BytesIO(data))
    catalogue: Any = reader.root_object
    assert str(catalogue["/Lang"]) == "en-GB"
    assert catalogue["/MarkInfo"]["/Marked"]
    objects: list[Any] = [reader.get_object(number) for number in range(1, len(reader.xref[0]) + 1)]
    alts = [str(entry["/Alt"]) for entry in objects if isinstance(entry, dict) and "/Alt" in entry]
    assert restricted.picture_text in alts


def test_report_tells_the_narrative_and_whether_targets_are_met() -> None:
    told = Narrative(
        went_well="More families stayed.\nFewer waited.",
        quotes=(Quote(said_by=SaidBy.CHILD, words="Mum laughs more."),),
        case_studies=(
            CaseStudy(
                words="We eat together now.", readings=(CaseReading(area="family_routine", start=3, latest=None),)
            ),
        ),
    )
    pages = " ".join(read_pages(build_report(replace(small_return(targets={"engaged": 90}), narrative=told))))
    for words in (
        "What went well More families stayed. Fewer waited.",
        "“Mum laughs more.” A child or young person",
        "Case study 1 We eat together now.",
        "Family routine 3 not scored",
        "Engagement 1 of 3 33% 90% not met",
    ):
        assert words in pages, pages


def test_report_of_a_service_without_pairs_has_no_chart_and_says_why() -> None:
    pages = " ".join(read_pages(build_report(small_return(record=empty_service()))))
    assert "There is no picture: no parent has a pair of Stars" in pages
    assert "There is no pair of Stars to compare yet." in pages


def test_one_page_is_one_in_each_form_and_says_the_same(restricted: Return) -> None:
    [said] = read_pages(build_one_page_pdf(restricted))
    word = docx.Document(io.BytesIO(build_one_page_word(restricted)))
    written = " ".join(paragraph.text for paragraph in word.paragraphs)
    for words in (
        say_in_short(restricted).headline,
        "there is no comparison group",
        "Source: Starfield Family Service",
    ):
        assert words in said
        assert words in written
    assert all(paragraph.text or paragraph._p.xpath(".//pic:pic") for paragraph in word.paragraphs), "an empty one"
    assert word.paragraphs[0].style is not None
    assert word.paragraphs[0].style.name == "Title"
    assert word.core_properties.language == "en-GB"
    [picture] = word.inline_shapes
    assert picture._inline.docPr.get("descr") == restricted.picture_text
    assert build_one_page_picture(restricted)[16:24] == struct.pack(">II", 1240, 1754), "its width and height"
    assert build_one_page_word(restricted) == build_one_page_word(restricted)
