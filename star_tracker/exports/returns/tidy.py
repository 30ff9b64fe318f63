"""The return as tidy CSV files for programs, in codes, with a metadata.json that explains them."""

import json
from collections.abc import Iterable, Sequence

from star_tracker.analysis.disclosure import Figure, Profile
from star_tracker.exports.csv_files import build_csv
from star_tracker.exports.definitions import CHANGE_NOTE, LICENCE, UNDEFINED
from star_tracker.exports.returns.content import Return
from star_tracker.exports.returns.narrative import write_section
from star_tracker.exports.tables import NamedTable

METADATA = "metadata.json"


def build_csv_files(return_: Return) -> dict[str, bytes]:
    """The files by name: ``served.csv`` and so on, a file for each table, and ``metadata.json``.

    UTF-8, lines end with a line feed, headers in lower_snake_case, undefined figures ``z`` and suppressed ones ``c``,
    as the Department for Education writes them. The same return gives the same bytes.
    """
    files = {
        f"{table.name}.csv": build_csv([column.name for column in table.columns], _fill(table.list_rows()))
        for table in return_.file_tables
    }
    files[METADATA] = (json.dumps(_metadata(return_), indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()
    return files


def _fill(rows: Iterable[Sequence[Figure]]) -> list[list[Figure]]:
    return [[UNDEFINED if figure is None else figure for figure in row] for row in rows]


def _metadata(return_: Return) -> dict[str, object]:
    published = return_.profile is Profile.PUBLISHED
    signing = return_.signing
    return {
        "title": return_.title,
        "status": "signed off" if signing else "draft",
        "version": signing.version if signing else None,
        "signed_by": signing.signed_by if signing else None,
        "signed_at": signing.signed_at.isoformat(timespec="seconds") if signing else None,
        "replaces_version": signing.replaces if signing else None,
        "note": signing.note if signing else "",
        "sha256_of_figures": return_.fingerprint,
        "provisional": return_.is_provisional,
        "service": return_.service_name,
        "council": return_.council_name,
        "quarter": str(return_.quarter),
        "from": return_.quarter.starts_on.isoformat(),
        "as_at": return_.as_at.isoformat(),
        "profile": return_.profile.value,
        "profile_means": return_.profile_text,
        "threshold": return_.threshold if published else None,
        "rules": dict(return_.rules),
        "marks": dict(return_.marks),
        "text": "A text that begins with = + - @ or a control character, or with apostrophes and then one of these, "
        "has an apostrophe put before it, so that no spreadsheet computes it; it is not part of the text.",
        "change": CHANGE_NOTE,
        "licence": LICENCE,
        "edition": return_.edition.name,
        "software": {"name": "Star Tracker", "version": return_.software_version},
        "narrative": [
            {"heading": section.heading, "text": write_section(section, return_.edition.areas)}
            for section in return_.narrative.sections
        ],
        "tables": {table.name: _describe(table) for table in return_.file_tables},
    }


def _describe(table: NamedTable) -> dict[str, object]:
    return {
        "file": f"{table.name}.csv",
        "title": table.title,
        "scope": table.scope,
        "source": table.source,
        "notes": list(table.notes),
        "columns": [
            {
                "name": column.name,
                "heading": column.heading,
                "definition": column.definition,
                "holds": column.role.value,
                **({"codes": dict(column.labels)} if column.labels else {}),
            }
            for column in table.columns
        ],
    }
