"""A label in lines, for pictures, which do not wrap text themselves."""

import textwrap


def wrap_label(label: str, width: int) -> list[str]:
    """The label in lines of at most ``width`` characters, a longer word on its own.

    >>> wrap_label("Keeping your children safe", 16)
    ['Keeping your', 'children safe']
    """
    return textwrap.wrap(label, width, break_long_words=False, break_on_hyphens=False)
