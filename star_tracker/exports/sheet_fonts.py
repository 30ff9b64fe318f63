"""The fonts of what Typst prints, such as the sheet that a parent takes home, and the letters that are in none of them.

The build puts the fonts beside the style sheet (``Makefile``). All are under the SIL Open Font License 1.1.
"""

import json
import re
from collections.abc import Iterable
from functools import cache

import typst

from star_tracker import paths

FONT = "Arimo"
"""Its letters are as wide as those of Liberation Sans, which the charts use."""

BLANK = "____"
"""Replaces a letter that cannot be printed, to be written by hand."""

_PROBE = b"""#set document(title: "Letters")
#set text(font: json(bytes(sys.inputs.fonts)))
#sys.inputs.text"""
_MISSING = re.compile(r'the text `"(.+)"` could not be displayed', re.DOTALL)
_CHART_FONTS = re.compile(r'font-family="[^"]*"')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)")
_SURE_TO_BE_THERE = re.compile(r"[\t\n\r\x20-\x7e\xa0-\u017f\u2010-\u2026]*")


@cache
def load_fonts() -> typst.Fonts:
    """The fonts that the build puts beside the style sheet.

    Raises:
        RuntimeError: they are not there.
    """
    folder = paths.STATIC_FOLDER / "build" / "fonts"
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[folder])
    if FONT not in fonts.families():
        raise RuntimeError(f"{folder} has no {FONT}: run make setup")
    return fonts


def list_families() -> list[str]:
    """The fonts' names, in the order in which a letter is looked for in them; those that Typst brings come last.

    It is the same on every machine.
    """
    return sorted(load_fonts().families(), key=lambda name: (name != FONT, not name.startswith("Noto "), name))


def use_font(picture: bytes) -> str:
    """A chart as SVG whose letters are of the font that the sheet has."""
    return _CHART_FONTS.sub(f'font-family="{FONT}"', picture.decode())


def find_unprintable(texts: Iterable[str]) -> list[str]:
    """What no font has of these texts, each once: letters, or groups of characters that make one sign.

    >>> find_unprintable(["Łucja", "A smile 😀 at bedtime"])
    ['😀']
    """
    text = "\n".join(text for text in texts if not _SURE_TO_BE_THERE.fullmatch(text))
    found: list[str] = []
    while text.strip() and (missing := _find_first_missing(text)):
        found.append(missing)
        text = text.replace(missing, " ")
    return found


def leave_blank(text: str, unprintable: Iterable[str]) -> str:
    """The text with blanks, to be filled in by hand, for what cannot be printed."""
    for missing in unprintable:
        text = text.replace(missing, BLANK)
    return text


def _find_first_missing(text: str) -> str:
    inputs = {"fonts": json.dumps(list_families()), "text": text}
    try:
        typst.compile(
            _PROBE,
            font_paths=load_fonts(),
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs=inputs,
            pdf_standards=["ua-1"],
        )
    except typst.TypstError as error:
        if not (found := _MISSING.search(str(error))):
            raise
        return _ESCAPED.sub(lambda escape: chr(int(escape[1], 16)) if escape[1] else escape[2], found[1])
    return ""
