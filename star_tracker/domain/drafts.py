"""A Star in progress, field by field: the names of its fields, and whose answer counts when two people write.

An answer is a text, "" if there is none yet. Whoever changes a field sends what they saw there before: if somebody else
has changed it since, the person is shown both answers and asked, so that nobody's work is overwritten.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from star_tracker.domain.agreements import MOST_AREAS
from star_tracker.domain.scales import AREAS

NOTE, PARENT_VALUE, JUMP_REASON = "note_", "parent_", "jump_"
"""The prefixes of an area's code in the names of its fields; the code alone is the value or the reason."""

ABOUT = ("kind", "completed_on", "completed_by", "retrospective", "unplanned")
"""The fields about the Star as a whole."""

AGREED = "agreed_"
"""The prefix of what was agreed with a parent before the Star was recorded, without a connection."""

AGREED_FIELDS = tuple(
    f"{AGREED}{name}_{place}" for place in range(1, MOST_AREAS + 1) for name in ("area", "action", "by_whom", "by_when")
)
"""The fields of each of up to three agreements (``domain.agreements``), which the talk after the Star takes over."""

FIELDS = frozenset(
    [*ABOUT, *AGREED_FIELDS, *(prefix + area for prefix in ("", NOTE, PARENT_VALUE, JUMP_REASON) for area in AREAS)]
)
"""Every field of a draft."""

LONGEST_ANSWER = 2000


class StarLayout(StrEnum):
    """How a practitioner likes to score: ten areas on one page, or one area at a time."""

    PAGE = "page"
    AREA = "area"


@dataclass(frozen=True)
class FieldChange:
    """A change to a field: ``was`` is what the person saw there, ``now`` what they want there."""

    was: str
    now: str


@dataclass(frozen=True)
class MergedChanges:
    """The changes that were made, and those that met somebody else's answer (``refused``), by field."""

    accepted: Mapping[str, str]
    refused: Mapping[str, str]


def merge_changes(current: Mapping[str, str], changes: Mapping[str, FieldChange]) -> MergedChanges:
    """Which changes may be made to a draft as it is now.

    A field that was left as it was seen is not changed, nor one that already has the new answer: it was sent a second
    time because the response to the first was lost.

    >>> merge_changes({"family_routine": "4"}, {"family_routine": FieldChange("", "6")})
    MergedChanges(accepted={}, refused={'family_routine': '6'})
    >>> merge_changes({"family_routine": "4"}, {"family_routine": FieldChange("4", "6")})
    MergedChanges(accepted={'family_routine': '6'}, refused={})
    >>> merge_changes({"family_routine": "4"}, {"family_routine": FieldChange("", "4")})
    MergedChanges(accepted={}, refused={})
    >>> merge_changes({"family_routine": "4"}, {"family_routine": FieldChange("6", "6")})
    MergedChanges(accepted={}, refused={})
    """
    accepted: dict[str, str] = {}
    refused: dict[str, str] = {}
    for name, change in changes.items():
        answer = current.get(name, "")
        if change.now in (answer, change.was):
            continue
        (accepted if answer == change.was else refused)[name] = change.now
    return MergedChanges(accepted, refused)
