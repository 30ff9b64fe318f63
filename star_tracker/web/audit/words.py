"""Audit entries in plain words: "read the family page of F1"."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from star_tracker.domain.days import long_date
from star_tracker.domain.looks import COLLIDED, DOWNLOAD, READ, REFUSED, SEARCH
from star_tracker.domain.scales import Kind
from star_tracker.models import AuditEntry
from star_tracker.queries.audit.audit import FOR_BOTH
from star_tracker.queries.audit.audit_names import AuditNames
from star_tracker.web.audit.changes import Change
from star_tracker.web.audit.lists import LISTS, describe_choice, describe_search
from star_tracker.web.audit.requests import describe_asking, describe_request
from star_tracker.web.audit.vocabulary import ACCOUNT_ACTIONS, COLUMNS, PAGES, THINGS, VERBS


@dataclass(frozen=True)
class AuditLine:
    """An entry as a page shows it: ``who`` ``did`` something; ``email`` is "" if it is the same as ``who``."""

    number: int
    who: str
    email: str
    did: str
    at: datetime
    place: str
    changes: list[Change]


def describe_entry(entry: AuditEntry, names: AuditNames, changes: list[Change]) -> AuditLine:
    """The entry in words, with what it changed."""
    who = names.people_by_email.get(entry.actor, entry.actor) or "Somebody"
    return AuditLine(
        number=entry.id,
        who=who,
        email=entry.actor if who != entry.actor else "",
        did=describe_action(entry, names),
        at=entry.at,
        place=describe_place(entry.source),
        changes=changes,
    )


def describe_place(source: str) -> str:
    """From where something was done.

    >>> describe_place("192.0.2.7"), describe_place("command line"), describe_place("")
    ('from 192.0.2.7', 'on the command line', 'place not known')
    """
    if source == "command line":
        return "on the command line"
    return f"from {source}" if source else "place not known"


def describe_action(entry: AuditEntry, names: AuditNames) -> str:
    """What was done, as a sentence without its subject."""
    said: dict[str, Any] = entry.after or {}
    if entry.action == SEARCH:
        return describe_search(said, names)
    if entry.action == DOWNLOAD:
        return _describe_download(entry, said, names)
    if entry.action == READ:
        return f"read {_describe_page(entry, str(said.get('page', '')), names)}"
    if entry.action == REFUSED:
        return f"was refused {_describe_page(entry, str(said.get('page', '')), names)}"
    if entry.action == COLLIDED:
        return f"typed the {COLUMNS[said['column']]} of {_family(entry, names)}, which they may not see"
    if entry.action == "import" and entry.entity == "star_file":
        return f"imported the file {said.get('source', '')}"
    if entry.action == "import":
        return f"filled blanks of {describe_record(entry, names)} from a file"
    if (entry.action, entry.entity) == ("record", "signedreturn"):
        return "signed off a return"
    if (entry.action, entry.entity) == ("record", "accountrequest"):
        return describe_asking(entry, names)
    if entry.action in ACCOUNT_ACTIONS:
        return ACCOUNT_ACTIONS[entry.action]
    if entry.action in VERBS:
        return f"{VERBS[entry.action]} {describe_record(entry, names)}"
    return f"did this to {describe_record(entry, names)}: {entry.action}"


def describe_record(entry: AuditEntry, names: AuditNames) -> str:
    """The record that an entry is about."""
    number, family = entry.entity_id or 0, _family(entry, names)
    if entry.entity == "family":
        return f"the family {family}" if number in names.families else family
    if entry.entity == "parent":
        return f"the parent {names.parents[number]} of {family}" if number in names.parents else f"a parent of {family}"
    if entry.entity == "registration":
        return f"the part that {_parent(entry, names)} takes in an intervention of {family}"
    if entry.entity == "intervention" and number in names.interventions:
        pod, started_on = names.interventions[number]
        return f"the intervention of {long_date(started_on)} in {pod} of {family}"
    if entry.entity == "star" and number in names.stars:
        kind, completed_on, _ref = names.stars[number]
        return f"the {Kind(kind).label.lower()} Star of {long_date(completed_on)} of {_parent(entry, names)}, {family}"
    if entry.entity == "priority":
        area, parent = names.priorities.get(number, ("", "a parent"))
        return f"what was agreed with {parent}, {family}" + (f", about {area.lower()}" if area else "")
    if entry.entity in FOR_BOTH:
        return describe_request(entry, names)
    if entry.entity == "user":
        return names.people.get(number, "a person" if entry.entity_id else "people")
    if entry.entity == "council":
        return f"the council {names.councils[number]}" if number in names.councils else "a council"
    if entry.entity == "pod":
        return f"the pod {names.pods[number]}" if number in names.pods else "a pod"
    thing = THINGS.get(entry.entity, f"the {entry.entity.replace('_', ' ')}")
    return f"{thing} of {family}" if entry.family_id else thing


def _describe_download(entry: AuditEntry, said: Mapping[str, Any], names: AuditNames) -> str:
    if "form" in said and entry.entity == "star":
        return f"downloaded the take-home sheet of {describe_record(entry, names)}, as {said['form']}"
    if "form" in said:
        return f"downloaded the star chart of {_parent(entry, names)}, {_family(entry, names)}, as {said['form']}"
    if entry.entity == "backup":
        return f"copied the whole record to {said.get('file', 'a file')}"
    every = "every family and Star as " if entry.entity == "star_file" else ""
    version = f", version {said['version']} as it was signed off" if "version" in said else ""
    chosen = f" ({describe_choice(said, names)})" if said.get("chosen") else ""
    return f"downloaded {every}{said.get('file', 'a file')}{version}{chosen}"


def _describe_page(entry: AuditEntry, page: str, names: AuditNames) -> str:
    family = _family(entry, names)
    if entry.action == READ and entry.entity in LISTS:
        return LISTS[entry.entity](entry.after or {}, names)
    if page in PAGES:
        record, parent = describe_record(entry, names), _parent(entry, names)
        return PAGES[page].format(family=family, record=record, parent=parent)
    return f"a page about {family} ({page})" if entry.family_id else describe_record(entry, names)


def _family(entry: AuditEntry, names: AuditNames) -> str:
    number = entry.family_id or (entry.entity_id if entry.entity == "family" else None)
    return names.families.get(number or 0, "a family")


def _parent(entry: AuditEntry, names: AuditNames) -> str:
    number = entry.entity_id or 0
    if entry.entity == "star" and number in names.stars:
        return names.stars[number][2]
    return names.parents_in.get(number, "a parent")
