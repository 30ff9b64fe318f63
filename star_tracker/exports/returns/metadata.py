"""What explains a return's CSV files: ``metadata.json``, and ``datapackage.json`` for what reads Frictionless data."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, time
from hashlib import sha256
from typing import Any

from star_tracker.analysis.disclosure import Profile
from star_tracker.exports.definitions import CHANGE_NOTE, LICENCE
from star_tracker.exports.returns.content import Return
from star_tracker.exports.returns.narrative import write_section
from star_tracker.exports.returns.tidy import OF_WHICH_RETURN, build_table_files, list_columns
from star_tracker.exports.tables import Column, NamedTable, Role

METADATA = "metadata.json"
DATA_PACKAGE = "datapackage.json"

_GUARDED = (
    "A text that begins with = + - @ or a control character, or with apostrophes and then one of these, has an "
    "apostrophe put before it, so that no spreadsheet computes it; it is not part of the text."
)

_TYPES: Mapping[Role, str] = {
    Role.CODE: "string",
    Role.NAME: "string",
    Role.NUMBER: "integer",
    Role.READING: "integer",
    Role.COUNT: "integer",
    Role.MEASURE: "number",
    Role.FIGURE: "string",
}
"""The type of a column in the data package; a FIGURE is of another kind from row to row."""


def build_csv_files(return_: Return) -> dict[str, bytes]:
    """The files of the CSV folder by name: one for each table, and the two that explain them.

    The same return gives the same bytes.
    """
    files = build_table_files(return_)
    files[METADATA] = _dump(_describe_return(return_), sort_keys=True)
    files[DATA_PACKAGE] = _dump(_describe_package(return_, files))
    return files


def _dump(content: Mapping[str, object], *, sort_keys: bool = False) -> bytes:
    return (json.dumps(content, indent=2, sort_keys=sort_keys, ensure_ascii=False) + "\n").encode()


def _describe_return(return_: Return) -> dict[str, object]:
    """The content of ``metadata.json``."""
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
        "text": _GUARDED,
        "change": CHANGE_NOTE,
        "licence": LICENCE,
        "edition": return_.edition.name,
        "software": {"name": "Star Tracker", "version": return_.software_version},
        "narrative": [
            {"heading": section.heading, "text": write_section(section, return_.edition.areas)}
            for section in return_.narrative.sections
        ],
        "tables": {table.name: _describe_table(table) for table in return_.file_tables},
    }


def _describe_table(table: NamedTable) -> dict[str, object]:
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
            for column in list_columns(table)
        ],
    }


def _describe_package(return_: Return, files: Mapping[str, bytes]) -> dict[str, object]:
    """The content of ``datapackage.json``: a tabular data package of the CSV files, which are ``files`` by name."""
    signing = return_.signing
    made_at = signing.signed_at if signing else datetime.combine(return_.as_at, time(), UTC)
    parts = ["star-return", str(return_.quarter), return_.profile.value, return_.status]
    return {
        "profile": "tabular-data-package",
        "name": "-".join(parts).lower().replace(" ", "-"),
        "title": return_.title,
        "description": " ".join([*return_.status_lines, return_.profile_text, CHANGE_NOTE, LICENCE, _GUARDED]),
        "created": made_at.isoformat(timespec="seconds"),
        "contributors": [{"title": return_.service_name, "role": "author"}],
        "sha256_of_figures": return_.fingerprint,
        "resources": [_describe_resource(return_, table, files[f"{table.name}.csv"]) for table in return_.file_tables],
    }


def _describe_resource(return_: Return, table: NamedTable, content: bytes) -> dict[str, object]:
    columns = list_columns(table)
    named = (Role.CODE, Role.NAME, Role.NUMBER)
    no_key = () if return_.signing else OF_WHICH_RETURN[-1:]  # a draft has no version
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": f"{table.name}.csv",
        "title": table.title,
        "description": " ".join([table.scope, *table.notes]),
        "sources": [{"title": table.source}],
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{sha256(content).hexdigest()}",
        "schema": {
            "fields": [_describe_field(column, return_.marks) for column in columns],
            "primaryKey": [column.name for column in columns if column.role in named and column not in no_key],
            "missingValues": [""],
        },
    }


def _describe_field(column: Column, marks: Mapping[str, str]) -> dict[str, Any]:
    """A column as a field; a mark stands for a missing value among figures; a blank, in words alone, is a fault."""
    constraints: dict[str, Any] = {}
    if column.holds_words:
        constraints["required"] = True
    if column.role is Role.COUNT:
        constraints["minimum"] = 0
    if column.role is Role.READING:
        constraints |= {"minimum": 1, "maximum": 10}
    if column.labels:
        constraints["enum"] = list(column.labels)
    described: dict[str, Any] = {
        "name": column.name,
        "type": _TYPES[column.role],
        "title": column.heading,
        "description": column.definition,
    }
    if constraints:
        described["constraints"] = constraints
    if not column.holds_words:
        described["missingValues"] = list(marks)
    return described
