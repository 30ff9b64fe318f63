"""Entries of the audit trail in plain words; the tests of the pages show them where they stand."""

from datetime import UTC, datetime
from typing import Any

import pytest

from star_tracker.models import AuditEntry
from star_tracker.queries.audit.audit_names import AuditNames
from star_tracker.web.audit.words import describe_action

NAMES = AuditNames({7: "Ana"}, {}, {3: "Crewe"}, of_families=True, families={1: "F1"})


def entry(action: str, entity: str, entity_id: int | None = None, **values: Any) -> AuditEntry:
    return AuditEntry(
        at=datetime(2019, 4, 10, tzinfo=UTC), actor="x", action=action, entity=entity, entity_id=entity_id, **values
    )


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (entry("record", "user", 7), "recorded Ana"),
        (entry("record", "pod", 3), "recorded the pod Crewe"),
        (entry("close", "pod", 99), "closed a pod"),
        (entry("rotate", "record_key"), "changed the encryption key"),
        (entry("seal", "audit_chain"), "sealed the audit trail with a key"),
        (
            entry("mend", "registration", 99, family_id=1),
            "derived again the standing of the part that a parent takes in an intervention of F1",
        ),
        (entry("import", "star_file", after={"source": "stars.csv"}), "imported the file stars.csv"),
        (entry("import", "family", 1, family_id=1), "filled blanks of the family F1 from a file"),
        (entry("download", "star_file", after={"file": "all.csv"}), "downloaded every family and Star as all.csv"),
        (entry("download", "backup", after={"file": "copy.db"}), "copied the whole record to copy.db"),
        (
            entry("read", "star_file", after={"source": "stars.csv"}),
            "read what the record says of the rows of stars.csv",
        ),
        (entry("read", "cohort", after={"chosen": {}}), "read the cohort of every pod that they may see"),
        (
            entry(
                "read", "cohort", after={"chosen": {"pod": ["Crewe"], "closed-from": ["2019-02-01"], "status": [""]}}
            ),
            "read the cohort of Crewe, closed from 2019-02-01",
        ),
        (
            entry("collide", "family", 1, family_id=1, after={"column": "ref"}),
            "typed the reference of F1, which they may not see",
        ),
        (entry("search", "family", after={"text": "", "page_number": 2}), "read the list of families, page 2"),
        (
            entry("read", "family", 1, family_id=1, after={"page": "families.new"}),
            "read a page about F1 (families.new)",
        ),
        (entry("praise", "family", 1, family_id=1), "did this to the family F1: praise"),
        (entry("record", "star", 8, family_id=9), "recorded the star of a family"),
    ],
)
def test_every_logged_action_has_a_description(said: AuditEntry, words: str) -> None:
    assert describe_action(said, NAMES) == words
