"""The record's spelling in a file's rows: texts that look the same are the same (R13)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from star_tracker.domain.texts import fold_text
from star_tracker.queries.recorded import RecordedFamily
from star_tracker.starfile.rows import StarRow


def spell_as_recorded(
    rows: Sequence[StarRow], recorded: RecordedFamily | None, pods: Mapping[str, str]
) -> list[StarRow]:
    """A family's rows with references and pod names spelled as in the record (R13).

    Args:
        rows: the rows of one family.
        recorded: that family, or None if it is new.
        pods: the names of the recorded pods, by folded name.
    """
    parents = {fold_text(ref): ref for ref in recorded.parents} if recorded else {}
    council = {fold_text(recorded.council_ref): recorded.council_ref} if recorded else {}
    spelled = []
    for row in rows:
        family_ref = recorded.ref if recorded else row.family_ref
        council_ref = council.get(fold_text(row.council_ref), row.council_ref)
        parent_ref = parents.get(fold_text(row.parent_ref), row.parent_ref)
        pod = pods.get(fold_text(row.pod), row.pod)
        if (family_ref, council_ref, parent_ref, pod) != (row.family_ref, row.council_ref, row.parent_ref, row.pod):
            row = replace(row, family_ref=family_ref, council_ref=council_ref, parent_ref=parent_ref, pod=pod)
        spelled.append(row)
    return spelled
