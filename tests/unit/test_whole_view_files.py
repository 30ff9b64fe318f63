"""What is taken away of a cohort's view: the workbook, the slide and the PDF, opened as the recipient opens them.

Twelve pairs went from 3 to 5 in Your well-being and ten from 4 to 3 in Physical health. In Family routine three went
from 2 to 9: too few to show how they changed where people look, and exact in the tables.
"""

import io
import struct
from datetime import date
from typing import Any

import openpyxl
import pypdf
import pytest
from defusedxml.ElementTree import fromstring

from star_tracker.analysis.cohorts import Cohort, CohortFilter
from star_tracker.analysis.frames import CHANGES, build_frame
from star_tracker.analysis.headlines import write_headline
from star_tracker.analysis.key_figures import KeyFigures, Share
from star_tracker.analysis.pictures import caption_cohort_picture, describe_cohort_picture, get_cohort_picture
from star_tracker.analysis.slide import get_slide
from star_tracker.analysis.summaries import CohortChart, CohortSummary, summarise_cohort
from star_tracker.domain.days import Span
from star_tracker.domain.scales import ACKNOWLEDGEMENT, AREAS, Exclusion, get_edition
from star_tracker.exports.cohorts.view import CohortView, build_cohort_pdf
from star_tracker.exports.cohorts.workbook import build_cohort_workbook
from tests.support.pages import read_paper

SVG = "{http://www.w3.org/2000/svg}"
EDITION = get_edition("first")
CHOSEN = CohortFilter(as_at=date(2019, 4, 10), status="closed")
WORDS = "every pod; closed interventions"
ROWS = [("family_routine", 2, 9, 3), ("physical_health", 4, 3, 10), ("your_wellbeing", 3, 5, 12)]
EXCLUDED = {Exclusion.NO_COUNTED_STAR: 4, Exclusion.ONE_STAR_ONLY: 1}
NUMBERS = "As at 10 April 2019. n = 15 pairs of Stars; 3 to 12 in each area."
SENTENCE = (
    "Average scaling rose in 1 of the 2 areas with 10 pairs or more and fell in 1. It rose in Your well-being, from "
    "3.0 to 5.0 (12 parents), and fell in Physical health, from 4.0 to 3.0 (10 parents)."
)


def summary_of(*rows: tuple[str, int, int, int], pairs: int = 15) -> CohortSummary:
    changes = build_frame(CHANGES, rows)
    return summarise_cohort(Cohort(selected_by=CHOSEN, pairs=pairs, excluded=EXCLUDED, changes=changes))


# The workbook


def build_tables() -> bytes:
    return build_cohort_workbook(
        summary_of(*ROWS), EDITION, words=WORDS, service_name="Demo service", software_version="1.2.3"
    )


def read_table(book: Any, name: str) -> dict[tuple[Any, ...], list[Any]]:
    """The rows of the sheet's one table after its headings, by area, its code, and the stages if there are any."""
    (table,) = book[name].tables.values()
    _head, *rows = [[cell.value for cell in row] for row in book[name][table.ref]]
    keys = 4 if name == "stages" else 1
    return {tuple(row[:keys]): row[keys:] for row in rows}


def test_workbook_says_first_what_it_is() -> None:
    book = openpyxl.load_workbook(io.BytesIO(build_tables()))
    assert book.sheetnames == ["Cover", "averages", "change", "outcomes", "stages", "Notes"]
    said = " ".join(str(row[0].value) for row in book["Cover"].rows)
    for words in (
        "Demo service: Family Star Plus cohort as at 10 April 2019",
        "Who is in it: Every pod; closed interventions.",
        NUMBERS,
        "4 with no counted Star, 1 with one Star only",
        "unrounded: a cell shows two decimals of a measure and holds ten",
        "Source: Demo service, Star Tracker 1.2.3.",
        "© Triangle Consulting Social Enterprise",
        "there is no comparison group",
    ):
        assert words in said
    assert (book.properties.title, book.properties.language) == (
        "Demo service: Family Star Plus cohort as at 10 April 2019",
        "en-GB",
    )
    assert {book[name]["A1"].style for name in book.sheetnames} == {"Heading 1"}
    assert [book[name]["A2"].value for name in ("averages", "stages")] == ["Demo service"] * 2
    assert build_tables() == build_tables()


def test_workbooks_tables_are_exact_with_areas_in_words_beside_their_codes() -> None:
    book = openpyxl.load_workbook(io.BytesIO(build_tables()))
    assert read_table(book, "averages")["Your well-being",] == ["your_wellbeing", 12, 3, 5, 3, 5]
    assert read_table(book, "change")["Family routine",] == ["family_routine", 3, 7, 7, 7, 0, 1]
    assert read_table(book, "change")["Home and money",] == ["home_and_money", 0, *["[z]"] * 5]
    assert read_table(book, "outcomes")["Physical health",] == ["physical_health", 10, 0, 0, 10, 0, 10, 0]
    assert list(read_table(book, "stages").items()) == [
        (("Physical health", "physical_health", "Accepting help", "Accepting help"), [10]),
        (("Your well-being", "your_wellbeing", "Accepting help", "Trying"), [12]),
        (("Family routine", "family_routine", "Stuck", "Effective parenting"), [3]),
    ]


def test_a_cell_holds_ten_decimals_and_shows_two() -> None:
    summary = summary_of(("your_wellbeing", 3, 5, 2), ("your_wellbeing", 4, 5, 1))
    data = build_cohort_workbook(summary, EDITION, words=WORDS, service_name="Demo service", software_version="1")
    sheet = openpyxl.load_workbook(io.BytesIO(data))["averages"]
    [row] = [row for row in sheet.rows if row[0].value == "Your well-being"]
    assert row[3].value == pytest.approx(10 / 3, abs=1e-9)
    assert row[3].number_format.startswith("0.00;")


# The slide


def draw_slide(form: str, *rows: tuple[str, int, int, int]) -> bytes:
    summary = summary_of(*rows)
    return get_slide(
        summary,
        EDITION.areas,
        form,
        headline=write_headline(summary.shown, EDITION.areas),
        words=WORDS,
        service_name="Demo <service>",
    )


def test_slide_says_what_the_figures_show_and_whose_they_are() -> None:
    drawn = fromstring(draw_slide("svg", *ROWS))
    assert (drawn.get("width"), drawn.get("height")) == ("1600", "900")
    title, description = (element.text or "" for element in list(drawn)[:2])
    assert [element.tag for element in drawn][:2] == [f"{SVG}title", f"{SVG}desc"]
    assert title == SENTENCE
    written = " ".join("".join(text.itertext()) for text in drawn.iter(f"{SVG}text"))
    for words in (
        "Fewer than 10 pairs, and not compared: Family routine.",
        "Every pod; closed interventions",
        NUMBERS,
        "Source: Demo <service>, Star Tracker. There is no comparison group.",
        ACKNOWLEDGEMENT,
    ):
        assert words in description
        assert words in written
    for words in (SENTENCE, "Average at the start", "Mean change, with its 95% interval", "3.0 → 5.0", "+2.0", "−1.0"):
        assert words in written
    assert "Chart of the mean change" in description, "the alternative text of both charts"


def test_slide_is_wide_enough_for_everything_on_it() -> None:
    """Whatever its lines are: the charts give way, and the last line stays above the lower edge."""
    summary = summary_of(*ROWS)
    drawn = fromstring(
        get_slide(
            summary,
            EDITION.areas,
            "svg",
            headline=write_headline(summary.shown, EDITION.areas),
            words="Crewe; " * 120,
            service_name="Demo service",
        )
    )
    lines = [element for element in drawn if element.tag == f"{SVG}text"]
    tops = [float(line.get("y", "nan")) for line in lines]
    assert tops == sorted(tops)
    assert len(set(tops)) == len(tops)
    assert tops[-1] < 900
    last_above = max(top for line, top in zip(lines, tops, strict=True) if line.get("font-size") == "20")
    places = [element.get("transform", "") for element in drawn if element.tag == f"{SVG}g"]
    assert all(float(place.split(",")[1].split(")")[0]) > last_above for place in places)


def test_slide_as_a_picture_has_two_pixels_for_each_of_the_drawings() -> None:
    picture = draw_slide("png", *ROWS)
    assert picture.startswith(b"\x89PNG")
    assert struct.unpack(">II", picture[16:24]) == (3200, 1800)


def test_slide_needs_an_area_that_may_show_its_change() -> None:
    with pytest.raises(ValueError, match="needs an area with a mean change"):
        draw_slide("svg", ROWS[0])


# The PDF

BEFORE = CohortFilter(as_at=date(2018, 4, 10), status="closed")
FIGURES = KeyFigures(
    selected_by=CHOSEN,
    period=Span(date(2018, 4, 11), date(2019, 4, 10)),
    paired=Share(15, 20),
    improved=Share(5, 9),
    on_time=Share(1204, 2000),
    successful=Share(0, 0),
    re_referred=Share(1, 16),
)
FIGURES_BEFORE = KeyFigures(
    selected_by=BEFORE,
    period=Span(date(2017, 4, 11), date(2018, 4, 10)),
    paired=Share(6, 12),
    improved=Share(0, 0),
    on_time=Share(0, 0),
    successful=Share(0, 0),
    re_referred=Share(0, 0),
)


def build_view(*rows: tuple[str, int, int, int], pairs: int = 15, reader: str = "", words: str = WORDS) -> bytes:
    summary = summary_of(*rows, pairs=pairs)
    pictures = {
        chart: (
            get_cohort_picture(
                chart,
                summary,
                EDITION.areas,
                "svg",
                caption=caption_cohort_picture(chart, summary, words=words, service_name="Demo service"),
            ),
            describe_cohort_picture(chart, summary, EDITION.areas),
        )
        for chart in summary.charts
    }
    return build_cohort_pdf(
        CohortView(
            summary=summary,
            headline=write_headline(summary.shown, EDITION.areas),
            figures=FIGURES,
            before=FIGURES_BEFORE,
            pictures=pictures,
            edition=EDITION,
            words=words,
            service_name="Demo service",
            reader=reader,
        )
    )


def test_pdf_shows_the_answer_on_one_page_and_the_tables_on_the_next() -> None:
    data = build_view(*ROWS)
    first, second = read_paper(data)
    for words in (
        "Cohort at a glance Every pod; closed interventions. " + NUMBERS,
        SENTENCE,
        "Fewer than 10 pairs, and not compared: Family routine.",
        "Parents with a pair 75% 15 of 20 parents Before: 50% (6 of 12)",
        "Improved in most areas 5 of 9 pairs Before: None",
        "Stars on time 60% 1,204 of 2,000 due",
        "Stars, closures and referrals: 11 April 2018 to 10 April 2019. Before: 11 April 2017 to 10 April 2018, and "
        "pairs as at 10 April 2018.",
        "Source: Demo service, Star Tracker. " + ACKNOWLEDGEMENT,
        "Page 1 of 2",
    ):
        assert words in first
    for words in (
        "Your well-being 12 3.0 5.0 +2.00 +2.00 to +2.00 0.00 +1.00",
        "Family routine 3 2.0 9.0 Home and money 0",
        "Physical health 10 0 0 10 0 10 0",
        "Parents with no pair are left out: 4 with no counted Star, 1 with one Star only.",
        "An area with fewer than 10 pairs shows its averages alone, and stands last.",
        "there is no comparison group",
        "Page 2 of 2",
    ):
        assert words in second
    assert second.index("Your well-being 12") < second.index("Physical health 10"), "by change"
    assert second.startswith("Cohort at a glance: Every pod; closed interventions. " + NUMBERS)
    assert "may see" not in second
    pages = pypdf.PdfReader(io.BytesIO(data)).pages
    assert {(round(page.mediabox.width), round(page.mediabox.height)) for page in pages} == {(842, 595)}


def test_pdf_is_tagged_has_words_for_its_pictures_and_is_the_same_every_day() -> None:
    data = build_view(*ROWS)
    assert data == build_view(*ROWS)
    reader = pypdf.PdfReader(io.BytesIO(data))
    assert reader.metadata is not None
    assert reader.metadata.title == "Cohort at a glance: Every pod; closed interventions"
    catalogue: Any = reader.root_object
    assert str(catalogue["/Lang"]) == "en-GB"
    assert catalogue["/MarkInfo"]["/Marked"]
    assert b"pdfuaid" in catalogue["/Metadata"].get_object().get_data()
    objects: list[Any] = [reader.get_object(number) for number in range(1, len(reader.xref[0]) + 1)]
    tags = [str(entry.get("/S")) for entry in objects if isinstance(entry, dict)]
    figures = [str(entry["/Alt"]) for entry in objects if isinstance(entry, dict) and entry.get("/S") == "/Figure"]
    summary = summary_of(*ROWS)
    assert sorted(figures) == sorted(
        describe_cohort_picture(chart, summary, EDITION.areas) for chart in (CohortChart.STAR, CohortChart.CHANGE)
    )
    assert (tags.count("/Table"), tags.count("/TH")) == (2, 16)


def test_pdf_of_a_small_cohort_has_one_chart_and_a_warning() -> None:
    first, second = read_paper(build_view(ROWS[0], pairs=3))
    assert "Too few pairs to say how average scaling changed: no area has 10." in first
    assert "This cohort is small: 3 pairs." in first
    assert "Change by area" not in first
    assert "+7" not in first + second


def test_pdf_has_two_pages_however_much_is_said_above_the_charts() -> None:
    """A long choice, a headline of two lines and two notes below it: the charts become smaller."""
    unsure = [(area, start, latest, 12) for area in AREAS[1:5] for start, latest in ((4, 5), (5, 4))]
    rows = [(AREAS[0], 4, 3, 12), *unsure, *((area, 3, 5, 12) for area in AREAS[5:9]), (AREAS[9], 2, 9, 3)]
    first, second = read_paper(build_view(*rows, words="; ".join(["closed from 1 January 2018 to 31 March 2018"] * 8)))
    assert "In 4 areas the change is uncertain" in first
    assert "Average at the start" in first
    assert "Mean change, with its 95% interval" in first
    assert "Page 2 of 2" in second


def test_pdf_names_whose_families_it_holds_and_never_reads_a_pods_name_as_markup() -> None:
    words = "#read('x') *b*; open interventions"
    first, second = read_paper(build_view(*ROWS, reader="Demo practitioner", words=words))
    assert words in first
    assert "All figures hold the families that Demo practitioner may see" in second
