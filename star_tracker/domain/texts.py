"""What a reference or a name may be made of, the same on a page and in a file, and how a CSV keeps it from harm."""

import re
from unicodedata import bidirectional

LONGEST = 100

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
_UNSEEN = re.compile(r"[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")
_ERROR_VALUES = {
    "#N/A": "found no value",
    "#REF!": "lost the cell that it referred to",
    "#NAME?": "did not know a name",
    "#VALUE!": "met the wrong kind of value",
    "#DIV/0!": "divided by nought",
    "#NULL!": "found no common cell",
    "#NUM!": "met an impossible number",
    "#SPILL!": "had no room",
    "#CALC!": "could not work something out",
}
_ERROR_NUMBER = re.compile(r"Err:\d+")


def check_text(text: str, longest: int = LONGEST) -> None:
    r"""Refuse a text that is too long, that two readers could take for different ones, or that a spreadsheet left.

    Raises:
        ValueError: a clause that says what is allowed.

    >>> check_text("=F12")
    >>> check_text("F1\u200b2")
    Traceback (most recent call last):
    ValueError: text without characters that cannot be seen: type it again
    >>> check_text("#N/A")
    Traceback (most recent call last):
    ValueError: what belongs here: #N/A is an error value, which a spreadsheet writes where it found no value
    """
    if len(text) > longest:
        raise ValueError(f"at most {longest} characters; these are {len(text)}")
    if _CONTROL.search(text):
        raise ValueError("text in one line, without line breaks or other control characters")
    if _UNSEEN.search(text):
        raise ValueError("text without characters that cannot be seen: type it again")
    if failure := _find_failure(text):
        raise ValueError(f"what belongs here: {text} is an error value, which a spreadsheet writes where it {failure}")


def _find_failure(text: str) -> str:
    """What went wrong where a spreadsheet wrote this; "" if it is no error value."""
    if _ERROR_NUMBER.fullmatch(text):
        return "could not work something out"
    return _ERROR_VALUES.get(text.upper(), "")


def isolate(text: str) -> str:
    r"""The text, so marked that letters from right to left in it turn nothing around that stands beside it.

    >>> isolate("Zoë"), isolate("דנה (2)")
    ('Zoë', '\u2068דנה (2)\u2069')
    """
    return f"\u2068{text}\u2069" if any(bidirectional(letter) in ("R", "AL") for letter in text) else text


def fold_reference(ref: str) -> str:
    """A council's reference as it is compared: however it is typed, it is one family's alone.

    >>> fold_reference(" LCS-9 ") == fold_reference("lcs-9")
    True
    """
    return ref.strip().casefold()


def guard_text(text: str) -> str:
    """The text as it stands in a CSV: an apostrophe before what a spreadsheet would take for a formula.

    A text that already begins with apostrophes and then like a formula gets one more, so that ``unguard_text`` gives
    back every text.

    >>> guard_text("=F12"), guard_text("'=F12"), guard_text("F=12")
    ("'=F12", "''=F12", 'F=12')
    """
    return f"'{text}" if _FORMULA.match(text) else text


def unguard_text(text: str) -> str:
    """What ``guard_text`` guarded; a text without a guard, ``=F12``, stays as it is.

    >>> unguard_text("'=F12"), unguard_text("=F12"), unguard_text("'F12")
    ('=F12', '=F12', "'F12")
    """
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
