"""A Star in progress, field by field: what its fields are called, and whose answer stands when two people write.

An answer is a text, "" where there is none yet. Whoever changes a field says what they saw there before: if somebody
else has changed it since, both answers are kept and the person is asked, so that nobody's work is overwritten.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from star_tracker.domain.scales import AREAS

NOTE, PARENT_VALUE, JUMP_REASON = "note_", "parent_", "jump_"
"""What stands before an area's code in the names of its other fields; the code alone is the value or the reason."""

ABOUT = ("kind", "completed_on", "completed_by", "retrospective", "unplanned")
"""The fields about the Star as a whole."""

FIELDS = frozenset([*ABOUT, *(prefix + area for prefix in ("", NOTE, PARENT_VALUE, JUMP_REASON) for area in AREAS)])
"""Every field of a draft."""

LONGEST_ANSWER = 2000


class StarLayout(StrEnum):
    """How a practitioner likes to score: ten areas on one page, or one area at a time."""

    PAGE = "page"
    AREA = "area"


@dataclass(frozen=True)
class FieldChange:
    """What somebody did to a field: ``was`` is what they saw there, ``now`` what they want there."""

    was: str
    now: str


@dataclass(frozen=True)
class MergedChanges:
    """What becomes of changes: those that stand, and those that met somebody else's answer (``refused``)."""

    accepted: Mapping[str, str]
    refused: Mapping[str, str]


def merge_changes(current: Mapping[str, str], changes: Mapping[str, FieldChange]) -> MergedChanges:
    """Which changes may be made to a draft as it is now.

    What somebody left as they saw it is no change, and one that is there already, sent a second time because the answer
    to the first was lost, needs none.

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
        stands = current.get(name, "")
        if change.now in (stands, change.was):
            continue
        (accepted if stands == change.was else refused)[name] = change.now
    return MergedChanges(accepted, refused)
