"""What a reference or a name may be made of: the same on a page and in a file, so that an export can come back."""

import re

LONGEST = 100

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
_UNSEEN = re.compile(r"[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_FAILED_FORMULA = re.compile(r"#(N/A|REF!|NAME\?|VALUE!|DIV/0!|NULL!|NUM!)|Err:\d+")


def check_text(text: str, longest: int = LONGEST) -> None:
    r"""Refuse a text that is too long, that two readers could take for different ones, or that a spreadsheet left.

    Raises:
        ValueError: a clause that says what is allowed.

    >>> check_text("=F12")
    >>> check_text("F1\u200b2")
    Traceback (most recent call last):
    ValueError: text without characters that cannot be seen: type it again
    """
    if len(text) > longest:
        raise ValueError(f"at most {longest} characters; these are {len(text)}")
    if _CONTROL.search(text):
        raise ValueError("text in one line, without line breaks or other control characters")
    if _UNSEEN.search(text):
        raise ValueError("text without characters that cannot be seen: type it again")
    if _FAILED_FORMULA.fullmatch(text):
        raise ValueError("a spreadsheet formula failed here: mend it, or type what belongs in this cell")
