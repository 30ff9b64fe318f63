"""The lines that the process writes."""

import json
import sys
from collections.abc import Sequence


def write_message(message: object) -> None:
    """Write a message as one line of JSON."""
    sys.stdout.write(json.dumps(message) + "\n")


def choose_sheet(names: Sequence[str], is_visible: Sequence[bool]) -> int:
    """The place of the first visible sheet; writes its name, and those of the hidden ones before it."""
    place = is_visible.index(True)
    write_message({"sheet": names[place], "hidden": list(names[:place])})
    return place
