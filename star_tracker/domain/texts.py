"""Which references and names are allowed, which of them are the same (R13), and how a CSV guards them."""

import re
from collections.abc import Callable, Iterable
from itertools import count
from unicodedata import bidirectional, normalize

LONGEST = 100

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
_UNSEEN = re.compile(r"[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_IGNORABLE = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff"
    r"\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Characters that programs do not show. Some join letters of names, so they are allowed, but not compared."""
_ACCENTS = re.compile(r"[\u0300-\u036f]")
_STROKES = str.maketrans("łøđħŧı", "lodhti")
_APOSTROPHES = re.compile(r"[\u2018\u2019\u201b\u02b9\u02bb-\u02bf\u02c8\u2032\u00b4\u0060\u05f3\uff07]")
_BETWEEN_WORDS = re.compile(r"[-_./\\\u2010-\u2015\u2212\ufe58\ufe63\uff0d\s]+")
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
    r"""Refuse a text that is too long, has control or invisible characters, or is a spreadsheet's error value.

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
    """What went wrong where a spreadsheet wrote this; "" if it is not an error value."""
    if _ERROR_NUMBER.fullmatch(text):
        return "could not work something out"
    return _ERROR_VALUES.get(text.upper(), "")


def isolate(text: str) -> str:
    r"""The text, marked so that right-to-left letters in it do not turn around the text beside it.

    >>> isolate("Zoë"), isolate("דנה (2)")
    ('Zoë', '\u2068דנה (2)\u2069')
    """
    if text.isascii():  # nearly every name, of which a page has dozens
        return text
    return f"\u2068{text}\u2069" if any(bidirectional(letter) in ("R", "AL") for letter in text) else text


def ref_and_name(ref: str, name: str) -> str:
    """A reference as pages show it, with the name if there is one.

    >>> ref_and_name("F-1042", "Ada"), ref_and_name("F-1042", "")
    ('F-1042 (Ada)', 'F-1042')
    """
    return f"{ref} ({isolate(name)})" if name else ref


def name_and_ref(ref: str, name: str) -> str:
    """The same, with the name first: where somebody looks for a person they know.

    >>> name_and_ref("F-1042", "Ada"), name_and_ref("F-1042", "")
    ('Ada (F-1042)', 'F-1042')
    """
    return f"{isolate(name)} ({ref})" if name else ref


def fold_text(text: str) -> str:
    r"""A reference or a pod's name as it is compared: the same for all that look alike (R13).

    That is after NFC and case folding, without invisible characters and spaces at the ends, and with each run of spaces
    of any kind as one.

    >>> fold_text(" LCS\u00a0 9 ") == fold_text("lcs 9") == fold_text("L\u200dCS 9")
    True
    """
    if text.isascii():
        return " ".join(text.casefold().split())
    return normalize("NFC", tidy(normalize("NFD", text).casefold()))


def tidy(text: str) -> str:
    r"""The text without invisible characters and spaces at the ends, and with each run of spaces as one.

    >>> tidy(" a\u200b\u00a0\u00a0b")
    'a b'
    """
    return " ".join(_IGNORABLE.sub("", text).split())


def fold_name(name: str) -> str:
    """A name as it is searched and compared: as ``fold_text``, and without accents, all apostrophes and dashes alike.

    >>> fold_name("Siân O’Brien-Łoś"), fold_name("sian o'brien los")
    ("sian o'brien los", "sian o'brien los")
    """
    plain = _ACCENTS.sub("", normalize("NFD", fold_text(name))).translate(_STROKES)
    return _BETWEEN_WORDS.sub(" ", _APOSTROPHES.sub("'", normalize("NFC", plain))).strip()


def file_name_part(text: str, longest: int = 40) -> str:
    """A text as a part of a file's name: plain small letters, digits and hyphens; "" if it has no such letters.

    >>> file_name_part("Siân & O’Brien Borough Council (2)")
    'sian-o-brien-borough-council-2'
    """
    return re.sub("[^a-z0-9]+", "-", fold_name(text))[:longest].strip("-")


def build_matcher(wanted: str) -> Callable[[str, str], bool]:
    """A function of a reference and a name that says whether either contains what is wanted.

    In references, spaces and dashes are ignored.

    >>> [build_matcher(wanted)("DEMO-340", "Siân") for wanted in ("demo 340", "o340", "sian", "-")]
    [True, True, True, False]
    """
    folded = fold_name(wanted)
    joined = folded.replace(" ", "")

    def matches(ref: str, name: str) -> bool:
        return bool(folded) and (joined in fold_name(ref).replace(" ", "") or folded in fold_name(name))

    return matches


def propose_parent_ref(taken: Iterable[str]) -> str:
    """The next reference for a parent of a family in which these are taken.

    >>> propose_parent_ref([]), propose_parent_ref(["p1", "Mum"])
    ('P1', 'P2')
    """
    folded = {fold_text(ref) for ref in taken}
    return next(ref for number in count(1) if fold_text(ref := f"P{number}") not in folded)


def guard_text(text: str) -> str:
    """The text as a CSV holds it: with an apostrophe before what a spreadsheet would take for a formula.

    A text that begins with apostrophes and then like a formula gets one more, so that ``unguard_text`` restores every
    text.

    >>> guard_text("=F12"), guard_text("'=F12"), guard_text("F=12")
    ("'=F12", "''=F12", 'F=12')
    """
    return f"'{text}" if _FORMULA.match(text) else text


def unguard_text(text: str) -> str:
    """The text that ``guard_text`` guarded; one without a guard, ``=F12``, stays as it is.

    >>> unguard_text("'=F12"), unguard_text("=F12"), unguard_text("'F12")
    ('=F12', '=F12', "'F12")
    """
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def upper_first(text: str) -> str:
    """The text as a sentence begins.

    >>> upper_first("closed interventions")
    'Closed interventions'
    """
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    """A label within a sentence.

    >>> lower_first("A child became looked after")
    'a child became looked after'
    """
    return text[:1].lower() + text[1:]
