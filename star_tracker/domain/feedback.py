"""What families and those who work with them say about the service: by whom, and names that must not leave it."""

import re
from collections.abc import Iterable

from star_tracker.domain.scales import Labelled
from star_tracker.domain.texts import fold_name

LONGEST_WORDS = 2000
"""The most characters that somebody's words may have."""

LEAST_LETTERS = 3
"""A part of a name with fewer letters is not looked for: "Al" or "Jo" would be found by chance."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")

_ALPHANUMERIC = re.compile(r"[^\W_]+")


class SaidBy(Labelled):
    """Whose words they are, with what stands beside them: never who it was."""

    PARENT = "parent", "A parent"
    CHILD = "child", "A child or young person"
    PROFESSIONAL = "professional", "A professional"


def find_names(text: str, *, names: Iterable[str] = (), refs: Iterable[str] = ()) -> list[str]:
    """The words of a text that are, or belong to, one of these names or references, as the text writes them.

    Names are compared word by word as R13 compares them, also with 's behind; references as a whole.

    Args:
        text: what somebody said.
        names: the names of a family and its people; only capitalised words of them count.
        refs: references that stand for them.

    Returns:
        Each found word once, in the order of the text, then references as they are recorded.

    >>> find_names("Rowan's mum and rowan ash", names=["Rowan Ash", "Demo family Elm"])
    ["Rowan's", 'rowan', 'ash']
    >>> find_names("We call her demo 340, here", refs=["DEMO-340"])
    ['DEMO-340']
    >>> find_names("The family is glad", names=["Demo family Elm"])
    []
    """
    wanted = {
        fold_name(word)
        for name in names
        for word in _WORD.findall(name)
        if len(word) >= LEAST_LETTERS and word.istitle()
    }
    found = [word for word in _WORD.findall(text) if fold_name(word).removesuffix("'s") in wanted]
    found += [ref for ref in refs if ref.strip() and _spell_out(ref) in _spell_out(text)]
    return list(dict.fromkeys(found))


def _spell_out(text: str) -> str:
    """The folded text as words with a space on each side, whatever stands between them."""
    return f" {' '.join(_ALPHANUMERIC.findall(fold_name(text)))} "
