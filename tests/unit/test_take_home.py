"""The PDF that a parent takes home, opened as its recipient opens it."""

import doctest
import io
import re
from dataclasses import replace
from datetime import date
from types import ModuleType
from typing import Any

import pypdf
import pytest

from star_tracker.analysis import star_words
from star_tracker.analysis.parent_stars import ParentStars
from star_tracker.analysis.star_words import describe_star
from star_tracker.analysis.talk_star import describe_talk_star, draw_talk_star, measure_talk_star
from star_tracker.domain import agreements, permissions
from star_tracker.domain.agreements import Agreement, list_faults
from star_tracker.domain.languages import get_language
from star_tracker.domain.scales import AREAS, get_edition
from star_tracker.exports import sheet_fonts, take_home
from star_tracker.exports.sheet_fonts import find_unprintable
from star_tracker.exports.take_home import Agreed, TakeHomeSheet, build_take_home_pdf
from tests.support.pages import read_paper
from tests.unit.two_stars import BOTH, LABELS, LATEST, START

ROUTINE = Agreed("Family routine", "Bed at half past seven, with a story", "Mum", date(2019, 5, 1))
A4_POINTS = (595, 842)
NAMES = {
    "Polish": "Łucja Żółć",
    "Romanian": "Ștefan Țîrlea",
    "Vietnamese": "Nguyễn Thị Phượng",
    "Yoruba": "Ọlámidé Ẹ̀bùn",
    "Hausa": "Ɓala Ɗan Ƙofa",
    "Greek": "Ελένη Παπαδοπούλου",
    "Cyrillic": "Ольга Ґалаґан",
    "Arabic": "فاطمة الزهراء",
    "Urdu": "ٹیپو چوہدری ۓ",
    "Pashto": "ښاغلی ځلمی ډېر",
    "Farsi": "ژاله گیتی پور",
    "Kurdish": "ڕێبین ڵاوە ێ ۆ",
    "Hebrew": "רבקה לוי",
    "Devanagari": "प्रिया श्रेष्ठ",
    "Bengali": "ফাতেমা খাতুন",
    "Gurmukhi": "ਗੁਰਪ੍ਰੀਤ ਕੌਰ",
    "Gujarati": "પ્રિયા પટેલ",
    "Tamil": "தமிழ்ச்செல்வி",
    "Telugu": "శ్రీనివాస్",
    "Malayalam": "ശ്രീലക്ഷ്മി",
    "Kannada": "ಶ್ರೀಲಕ್ಷ್ಮಿ",
    "Sinhala": "ශ්‍රී ලක්ෂ්මී",
    "Thai": "สมชาย ใจดี",
    "Lao": "ສົມພອນ",
    "Amharic": "አበበ ቢቂላ",
    "Tigrinya": "ኣስቴር ብርሃነ",
    "Georgian": "ნინო ბერიძე",
    "Armenian": "Արամ Հովհաննիսյան",
    "Chinese, simplified": "王小丽 张伟",
    "Chinese, traditional": "陳麗華 張偉",
    "Japanese": "さくら 田中 ケンジ",
    "Korean": "김서연 이준호",
    "Khmer": "ស្រីមុំ ចាន់",
    "Burmese": "အောင်စန်း မြင့်",
    "Tibetan": "བསྟན་འཛིན",
}
LONG = "We walk to school together each morning and write down how it went. " * 8


def sheet_of(stars: ParentStars, *agreed: Agreed, **values: object) -> TakeHomeSheet:
    """A sheet of 10 April 2019, with no name and no staff."""
    sheet = TakeHomeSheet(
        name="",
        days=tuple(star.completed_on for star in (stars.start, stars.latest) if star),
        alone=False,
        picture=draw_talk_star(stars, narrow=True),
        picture_size=measure_talk_star(stars, narrow=True),
        alt=describe_talk_star(stars),
        words=describe_star(stars),
        agreed=agreed,
        next_due_on=date(2019, 7, 5),
        today=date(2019, 4, 10),
        worked_with="",
    )
    return replace(sheet, **values)  # type: ignore[arg-type] # each test gives what the field takes


def read_page(data: bytes) -> str:
    """What the one page says, in one line."""
    reader = pypdf.PdfReader(io.BytesIO(data))
    [page] = reader.pages
    assert (round(page.mediabox.width), round(page.mediabox.height)) == A4_POINTS
    return " ".join(page.extract_text().replace("\u200b", "").split())


@pytest.mark.parametrize("module", [star_words, agreements, permissions, sheet_fonts, take_home])
def test_examples_of_the_star_words_hold(module: ModuleType) -> None:
    result = doctest.testmod(module)
    assert result.attempted
    assert not result.failed


def test_pdf_is_one_complete_page_of_a4() -> None:
    said = read_page(build_take_home_pdf(sheet_of(BOTH, ROUTINE)))
    for words in (
        "Your Star",
        "Completed on 10 January 2019 and 5 April 2019.",
        "Family routine went from 5 to 9",
        "Since your first Star, on 10 January 2019.",
        "Your well-being: you see it go from 5 to 6, your worker sees it go from 5 to 4",
        "Your own value, 5 April 2019",
        "Family routine. Bed at half past seven, with a story Who: Mum. By 1 May 2019.",
        "We plan to do your next Star with you around July 2019.",
        "© Triangle Consulting Social Enterprise Limited",
    ):
        assert words in said
    assert "You work with" not in said


def test_the_pdf_has_a_title_a_language_and_words_for_the_picture_and_is_the_same_every_day() -> None:
    sheet = sheet_of(BOTH, ROUTINE)
    data = build_take_home_pdf(sheet)
    assert data == build_take_home_pdf(sheet)
    reader = pypdf.PdfReader(io.BytesIO(data))
    assert reader.metadata is not None
    assert reader.metadata.title == "Your Star"
    assert reader.metadata.creation_date is None
    assert reader.metadata.author is None
    assert str(reader.root_object["/Lang"]) == "en-GB"
    catalogue: Any = reader.root_object
    assert catalogue["/MarkInfo"]["/Marked"]
    assert b"pdfuaid" in catalogue["/Metadata"].get_object().get_data()
    objects: list[Any] = [reader.get_object(number) for number in range(1, len(reader.xref[0]) + 1)]
    figures = [entry for entry in objects if isinstance(entry, dict) and entry.get("/S") == "/Figure"]
    assert [str(figure["/Alt"]) for figure in figures] == [sheet.alt]


@pytest.mark.parametrize("name", ["Łucja", "Zoë", "Ngọzi", "İpek", "Siân", "Ольга", "王小丽", "김서연"])
def test_names_of_many_languages_are_shown(name: str) -> None:
    assert name in read_page(build_take_home_pdf(sheet_of(BOTH, name=name)))


def test_every_language_that_parents_are_named_in_has_its_letters() -> None:
    assert {language: missing for language, name in NAMES.items() if (missing := find_unprintable([name]))} == {}


def test_a_letter_that_no_font_has_is_named_and_left_to_be_written_by_hand() -> None:
    action = "A smile \N{GRINNING FACE} and an owl \N{EGYPTIAN HIEROGLYPH G017} at bedtime \N{GRINNING FACE}"
    sheet = sheet_of(
        BOTH, replace(ROUTINE, action=action, by_whom='"Q" \N{PRIVATE USE TWO} \\ \U0010ffff'), name="فاطمة"
    )
    assert find_unprintable(sheet.typed) == ["\N{GRINNING FACE}", "\N{EGYPTIAN HIEROGLYPH G017}", "\x92", "\U0010ffff"]
    data = build_take_home_pdf(sheet)
    said = read_page(data)
    assert "A smile ____ and an owl ____ at bedtime ____" in said
    assert 'Who: "Q" ____ \\ ____.' in said
    assert_no_box(data)


def test_a_name_from_right_to_left_turns_nothing_beside_it_around() -> None:
    sheet = sheet_of(BOTH, replace(ROUTINE, by_whom="דנה (2)"), name="فاطمة 5")
    assert sheet.agreed[0].who_and_when == "Who: \u2068דנה (2)\u2069. By 1 May 2019."
    assert_no_box(build_take_home_pdf(sheet))


def assert_no_box(data: bytes) -> None:
    """Every glyph of the page stands for a letter: 0, .notdef, is drawn nowhere."""
    page: Any = pypdf.PdfReader(io.BytesIO(data)).pages[0]
    for font in page["/Resources"]["/Font"].values():
        assert font.get_object()["/Subtype"] == "/Type0", "its glyphs are written as two bytes each"
    operations = pypdf.generic.ContentStream(page.get_contents(), page.pdf).operations
    strings = [each for operands, operator in operations if operator in (b"Tj", b"TJ") for each in operands]
    pieces = [piece for each in strings for piece in (each if isinstance(each, list) else [each])]
    glyphs = b"".join(piece.original_bytes for piece in pieces if hasattr(piece, "original_bytes"))
    assert len(glyphs) > 200
    assert 0 not in [int.from_bytes(glyphs[place : place + 2]) for place in range(0, len(glyphs), 2)]


def test_what_people_write_is_never_read_as_markup() -> None:
    action = '#read("/etc/passwd") *b* _i_ $x$ @y <z> \\ // = "quoted" #[x]'
    assert action in read_page(build_take_home_pdf(sheet_of(BOTH, replace(ROUTINE, action=action))))


@pytest.mark.parametrize(
    ("text", "is_cut"),
    [(LONG[:500], False), (LONG[:300].upper(), False), (LONG[:500].upper(), True), ("W" * 500, True)],
    ids=["long", "capitals", "long capitals", "one word"],
)
def test_sheet_is_one_page_however_much_was_agreed(text: str, is_cut: bool) -> None:
    agreed = [Agreed(LABELS[area], text, text[:60], date(2019, 5, 1)) for area in AREAS[:3]]
    said = read_page(build_take_home_pdf(sheet_of(BOTH, *agreed, name=text[:60], worked_with=text[:60])))
    assert "under licence." in said, "the end of the page"
    assert ("…" in said) == is_cut


def test_the_text_is_large_unless_much_was_agreed() -> None:
    def size_of(*agreed: Agreed) -> float:
        sizes: list[float] = []
        page = pypdf.PdfReader(io.BytesIO(build_take_home_pdf(sheet_of(BOTH, *agreed)))).pages[0]
        page.extract_text(
            visitor_text=lambda text, _cm, _tm, _font, size: sizes.append(size) if "Completed" in text else None
        )
        return sizes[0]

    assert size_of(ROUTINE, ROUTINE, ROUTINE) >= 13
    assert 11 <= size_of(*[replace(ROUTINE, action=LONG[:500])] * 3) < 13


def test_next_star_is_given_by_its_month() -> None:
    sheet = sheet_of(BOTH)
    assert (
        replace(sheet, next_due_on=date(2019, 4, 10)).next_star == "We would like to do your next Star with you soon."
    )
    assert replace(sheet, next_due_on=date(2019, 4, 30)).next_star.endswith("around April 2019.")
    assert replace(sheet, next_due_on=None).next_star == ""
    assert "What comes next" not in read_page(build_take_home_pdf(replace(sheet, next_due_on=None)))


def test_sheet_shows_a_star_completed_alone_and_the_worker() -> None:
    alone = sheet_of(ParentStars(None, LATEST, LABELS), alone=True, worked_with="Demo practitioner")
    said = read_page(build_take_home_pdf(alone))
    assert "You completed this Star on your own on 5 April 2019." in said
    assert "You work with Demo practitioner." in said


def test_the_page_that_is_printed_has_smaller_letters_for_more_and_cuts_at_last() -> None:
    def sheet_with(length: int, by_whom: str = "") -> TakeHomeSheet:
        return sheet_of(BOTH, *[Agreed("Family routine", LONG[:length], by_whom, None)] * 3)

    assert [sheet_with(length).text_size for length in (100, 250, 500)] == ["large", "medium", "small"]
    assert sheet_with(500).agreed_to_print == sheet_with(500).agreed
    differs = replace(LATEST, parent_values=dict.fromkeys(AREAS, 1))
    told = sheet_of(ParentStars(START, differs, LABELS, between=(differs,)), ROUTINE)
    assert told.text_size == "small", "the Star's own words take room too"
    assert told.agreed_to_print == told.agreed
    shouted = [agreed.action for agreed in sheet_with(500, "W" * 100).agreed_to_print]
    assert all(action.endswith("…") and len(action) < 500 for action in shouted)


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        (Agreement(action="Bed at 8"), "area_2", "Choose the area"),
        (Agreement(area="finances", action="Bed at 8"), "area_2", "Choose the area"),
        (Agreement(area="family_routine", action="Bed at 8"), "area_2", "already"),
        (Agreement(area="home_and_money", action=" \n"), "action_2", "Write what was agreed"),
        (Agreement(area="home_and_money", by_whom="Mum"), "action_2", "Write what was agreed"),
        (Agreement(area="home_and_money", action="x" * 501), "action_2", "at most 500 characters; these are 501"),
        (Agreement(area="home_and_money", action="A\u200bB"), "action_2", "cannot be seen"),
        (Agreement(area="home_and_money", action="x", by_whom="x" * 101), "by_whom_2", "at most 100 characters"),
        (
            Agreement(area="home_and_money", action="x", by_when=date(2019, 4, 4)),
            "by_when_2",
            "5 April 2019, the day of this Star, or after",
        ),
    ],
)
def test_agreement_that_cannot_be_stored_is_refused_at_its_field(typed: Agreement, field: str, words: str) -> None:
    first = Agreement(area="family_routine", action="Tea at 5", by_when=date(2019, 4, 5))
    [fault] = list_faults([first, typed, Agreement()], completed_on=date(2019, 4, 5))
    assert fault.field == field
    assert words.replace("already", "there already") in fault.message


def test_large_print_takes_the_pages_that_it_needs() -> None:
    agreed = [Agreed(LABELS[area], LONG[:500], "Mum", None) for area in AREAS[:3]]
    sheet = sheet_of(BOTH, *agreed, is_large=True)
    assert (sheet.text_size, sheet.agreed_to_print) == ("huge", sheet.agreed)
    pages = read_paper(build_take_home_pdf(sheet))
    assert len(pages) > 1
    said = " ".join(pages)
    assert said.count("write down how it went") >= 3
    assert "under licence." in said


def test_sheet_says_what_was_typed_for_it_alone_with_or_without_a_star() -> None:
    typed = {"phone": "07700 900123", "next_visit": "Tuesday 16 April at 10.", "worked_with": "Sam"}
    for picture in (b"", None):
        values = {**typed, "picture": None} if picture is None else typed
        sheet = sheet_of(BOTH, ROUTINE, **values)
        said = read_page(build_take_home_pdf(sheet))
        assert "We see you next: Tuesday 16 April at 10. You work with Sam. You can ring 07700 900123." in said
        assert ("First time, 10 January 2019" in said) == (picture is not None)


def test_sheet_in_welsh_has_no_english_but_what_was_typed_and_the_licence() -> None:
    welsh = get_language("cy")
    stars = replace(BOTH, labels=get_edition("first").areas_in("cy"))
    sheet = replace(
        sheet_of(stars, replace(ROUTINE, area="Trefn y teulu", language=welsh), name="নাসরিন", phone="07700 900123"),
        language=welsh,
        picture=draw_talk_star(stars, language=welsh, narrow=True),
        words=describe_star(stars, language=welsh),
    )
    data = build_take_home_pdf(sheet)
    said = read_page(data)
    for words in (
        "Eich Seren",
        "Wedi’i llenwi ar 10 Ionawr 2019 a 5 Ebrill 2019.",
        "Y tro cyntaf, 10 Ionawr 2019",
        "Pwy: Mum. Erbyn 1 Mai 2019.",
        "Rydym yn bwriadu gwneud eich Seren nesaf gyda chi tua Gorffennaf 2019.",
        "Gallwch ffonio 07700 900123.",
    ):
        assert words in said
    assert not re.search(r"\b(went|stayed|your|first|time|April)\b", said)
    catalogue: Any = pypdf.PdfReader(io.BytesIO(data)).root_object
    assert str(catalogue["/Lang"]) == "cy-GB"


def test_at_most_three_areas() -> None:
    four = [Agreement(area=area, action="x") for area in AREAS[:4]]
    assert [fault.message for fault in list_faults(four, completed_on=date(2019, 4, 5))] == ["Choose up to 3 areas"]
    assert list_faults(four[:3], completed_on=date(2019, 4, 5)) == []


def test_the_sheet_names_no_reference() -> None:
    """It has no field for one."""
    assert not [name for name in TakeHomeSheet.__dataclass_fields__ if re.search("ref|family|pod", name)]
