"""The return as an accessible workbook: Cover, Contents, Notes, one table a sheet, two charts, and the cohort star."""

from io import BytesIO

from xlsxwriter.image import Image

from star_tracker.analysis.disclosure import SUPPRESSED
from star_tracker.domain.figures import write_count
from star_tracker.domain.texts import upper_first
from star_tracker.exports.definitions import CHANGE_NOTE, LICENCE, WORDS, profile_text
from star_tracker.exports.returns.content import Return
from star_tracker.exports.returns.in_short import say_in_short
from star_tracker.exports.returns.narrative import NARRATIVE, NARRATIVE_TITLE, NOBODY_NAMED, write_section
from star_tracker.exports.returns.summary import SUMMARY
from star_tracker.exports.returns.versions import label_note
from star_tracker.exports.workbook_sheets import SHORTHAND, AccessibleWorkbook

PICTURE_SHEET = "cohort_star"

_PICTURE_ROW = 4
_PICTURE_HEIGHT = 540  # pixels of the screen, at 96 to the inch; a row can have 545


def build_workbook(return_: Return) -> bytes:
    """The return as an .xlsx file; the same return gives the same bytes."""
    workbook = AccessibleWorkbook(
        title=return_.title,
        subject=f"Quarterly return for {return_.council_name}",
        author=return_.service_name,
        comments=" ".join([*return_.status_lines, _profile_text(return_)]),
        made_for=return_.as_at,
        status=f"Signed off, {return_.status}" if return_.signing else "Draft",
        more={"SHA-256 of the figures": return_.fingerprint},
        footer=upper_first(f"{return_.kind}, {return_.status}: {return_.council_name}, {return_.quarter.label}"),
    )
    _write_summary(workbook, return_)
    _write_cover(workbook, return_)
    sheets = {
        SUMMARY: "What this return says, in short",
        "Cover": "What this return is",
        "Notes": "What its words, columns and marks mean",
    }
    sheets |= {table.name: table.title for table in return_.sheet_tables}
    if return_.narrative:
        sheets[NARRATIVE] = NARRATIVE_TITLE
    workbook.write_contents(sheets | {PICTURE_SHEET: return_.picture_title})
    rules = {**return_.rules, "R9": _profile_text(return_)}
    workbook.write_notes(
        marks=return_.marks,
        words={**WORDS, **{f"Rule {number}": rule for number, rule in rules.items()}},
        tables=[return_.summary, *return_.sheet_tables],
        csv=" In the CSV files: {mark}.",
    )
    subtitle = f"{return_.service_name}, {return_.kind} return, {return_.status}"
    for table in return_.sheet_tables:
        drawn = return_.drawn_tables.get(table.name)
        chart = drawn.chart if drawn else None
        workbook.write_table(table, subtitle=subtitle, marks=return_.marks, places=return_.places, chart=chart)
    _write_narrative(workbook, return_)
    _write_picture(workbook, return_)
    return workbook.finish()


def _write_summary(workbook: AccessibleWorkbook, return_: Return) -> None:
    """The first sheet: status, what the figures say in sentences, links, and the headline indicators."""
    in_short = say_in_short(return_)
    workbook.write_table(
        return_.summary,
        subtitle=f"{return_.service_name}, {return_.kind} return, {return_.status}",
        marks=return_.marks,
        places=return_.places,
        lines=[
            *return_.status_lines,
            *(line for line in (in_short.headline, *in_short.notes, *in_short.sentences) if line),
            CHANGE_NOTE,
            {"What this return is, and for whom: sheet Cover": "Cover"},
            {"Every sheet, with a link to each: sheet Contents": "Contents"},
        ],
    )


def _profile_text(return_: Return) -> str:
    return profile_text(return_.profile, return_.threshold, SHORTHAND[SUPPRESSED])


def _write_cover(workbook: AccessibleWorkbook, return_: Return) -> None:
    signing = return_.signing
    note = [f"{label_note(signing)}: {signing.note}"] if signing and signing.note else []
    workbook.write_cover(
        return_.title,
        intro=[
            f"Made by {return_.service_name} for {return_.council_name}.",
            f"Quarter: {return_.quarter.label} ({return_.quarter}). Every figure stands as at {return_.as_at_words}.",
            _profile_text(return_),
            *return_.status_lines,
            *note,
            f"SHA-256 of the figures: {return_.fingerprint}. It stands in metadata.json and on the return's page too: "
            "where it is the same, so is every figure.",
        ],
        about=[
            "Parents complete a Family Star Plus with their worker at the start of an intervention, every "
            f"{write_count(return_.timings.interim_months, 'month')} and at closure. The return says whom the service "
            "worked with, whether Stars were completed in time, and how parents' readings changed.",
            CHANGE_NOTE,
            "The sheet Notes explains every word and column. The same figures are in the CSV files that come with "
            "this workbook, with the rules in metadata.json.",
            LICENCE,
            f"Written by Star Tracker {return_.software_version}.",
        ],
    )


def _write_narrative(workbook: AccessibleWorkbook, return_: Return) -> None:
    """The words of the return, if it has any: a line for each heading, paragraph, quote and reading."""
    if return_.narrative:
        lines = [
            line
            for section in return_.narrative.sections
            for line in (section.heading, *write_section(section, return_.edition.areas))
        ]
        workbook.write_lines(NARRATIVE, NARRATIVE_TITLE, [NOBODY_NAMED, *lines])


def _write_picture(workbook: AccessibleWorkbook, return_: Return) -> None:
    """The cohort star with its alternative text, or why there is none."""
    lines = [return_.picture_text]
    if return_.picture is not None:
        lines = ["This worksheet contains one picture. Its figures are in the sheet averages.", *lines, LICENCE]
    sheet = workbook.write_lines(PICTURE_SHEET, return_.picture_title, lines)
    sheet.fit_to_pages(1, 1)
    if return_.picture is None:
        return
    # In one cell: a picture that spans cells is squashed by programs that make them higher or wider.
    sheet.set_row_pixels(_PICTURE_ROW, _PICTURE_HEIGHT + 5)
    picture = Image(BytesIO(return_.picture))
    scale = _PICTURE_HEIGHT / picture.height * picture.y_dpi / 96
    sheet.insert_image(
        _PICTURE_ROW, 0, picture, {"description": return_.picture_text, "x_scale": scale, "y_scale": scale}
    )
