"""Audit entries in plain words: "read the family page of F1"."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from star_tracker.domain.looks import COLLIDED, DOWNLOAD, READ, REFUSED, SEARCH
from star_tracker.domain.periods import long_date
from star_tracker.domain.scales import Kind
from star_tracker.models import AuditEntry
from star_tracker.queries.audit.audit import FOR_BOTH
from star_tracker.queries.audit.audit_names import AuditNames
from star_tracker.web.audit.changes import Change
from star_tracker.web.audit.lists import LISTS, describe_choice, describe_search
from star_tracker.web.audit.requests import REQUEST_ACTIONS, REQUEST_VERBS, describe_asking, describe_request

ACTIONS: Mapping[str, str] = {
    READ: "Read a page",
    SEARCH: "Searched families",
    DOWNLOAD: "Downloaded a file",
    REFUSED: "Was refused a page",
    COLLIDED: "Typed a reference of a family they may not see",
    "record": "Recorded something new",
    "close": "Closed something",
    "replace": "Replaced a Star by a correction",
    "withdraw": "Withdrew something",
    "import": "Imported a file",
    "rotate": "Changed the encryption key",
    "seal": "Sealed the audit trail",
    "mend": "Derived standings again",
    "rename": "Changed a family's names",
    "restrict": "Restricted a family",
    "lift": "Lifted a restriction",
    "sign in": "Signed in",
    "fail to sign in": "Failed to sign in",
    "lock": "Locked an account by wrong tries",
    "sign out": "Signed out",
    "ask for a link": "Asked for a link by e-mail",
    "choose password": "Chose a password by a link",
    "change password": "Changed a password",
    "set up authenticator": "Set up an authenticator app",
    "add passkey": "Added a passkey",
    "remove passkey": "Removed a passkey",
    "make recovery codes": "Made recovery codes",
    "use recovery code": "Used a recovery code",
    "invite": "Invited a person",
    "change": "Changed something",
    "make a link for": "Made a link for a person",
    "unlock": "Unlocked an account",
    "reset second factor of": "Reset a second factor",
    "deactivate": "Closed an account",
    "reactivate": "Opened an account again",
    "reopen": "Opened something again",
    "merge": "Merged two pods",
    "write in": "Wrote in a Star in progress",
    "discard": "Threw a Star in progress away",
    "move": "Moved an intervention",
    "move to parent": "Moved a Star to another parent",
    "review": "Said what came of an agreement",
    "take back": "Took back an outcome",
    "carry over": "Carried something over to a corrected Star",
    "remove": "Removed something",
    "transfer": "Transferred an intervention",
    "put right": "Put right how an intervention began",
    "correct": "Put feedback right",
    "end": "Ended leave cover early",
    "remind": "Was sent a weekly reminder",
    "fail to remind": "Could not be sent a weekly reminder",
    "make": "Made a calendar address",
    **REQUEST_ACTIONS,
}
"""Labels of actions for the filter."""

FAMILY_ACTIONS = frozenset(
    {SEARCH, DOWNLOAD, COLLIDED, "replace", "withdraw", "import", "rename", "restrict", "lift", "move", "write in"}
    | {"move to parent", "discard", "mend", "review", "take back", "carry over", "remove", "transfer", "put right"}
    | {"correct", "end"}
)
"""Actions that are never about people, pods or settings."""

VERBS: Mapping[str, str] = {
    READ: "read",
    DOWNLOAD: "downloaded",
    "record": "recorded",
    "close": "closed",
    "replace": "replaced",
    "withdraw": "withdrew",
    "import": "imported",
    "rotate": "changed",
    "seal": "sealed",
    "mend": "derived again the standing of",
    "rename": "changed the names of",
    "restrict": "restricted who may see",
    "lift": "lifted the restriction of",
    "invite": "invited",
    "change": "changed",
    "make a link for": "made a link for",
    "unlock": "unlocked the account of",
    "reset second factor of": "reset the second factor of",
    "deactivate": "closed the account of",
    "reactivate": "opened again the account of",
    "reopen": "opened again",
    "merge": "merged away",
    "write in": "wrote in",
    "discard": "threw away",
    "move": "moved to another pod",
    "move to parent": "moved to another parent",
    "review": "said what came of",
    "take back": "took back what came of",
    "carry over": "carried over to the corrected Star",
    "remove": "removed",
    "transfer": "transferred",
    "put right": "put right",
    "correct": "put right",
    "end": "ended early",
    "remind": "sent",
    "fail to remind": "could not send",
    "make": "made",
    **REQUEST_VERBS,
}

ACCOUNT_ACTIONS: Mapping[str, str] = {
    "sign in": "signed in",
    "fail to sign in": "failed to sign in",
    "lock": "tried wrongly so often that the account is locked",
    "sign out": "signed out everywhere",
    "ask for a link": "asked for a link by e-mail",
    "choose password": "chose a password by a link",
    "change password": "changed the password",
    "set up authenticator": "set up an authenticator app",
    "add passkey": "added a passkey",
    "remove passkey": "removed a passkey",
    "make recovery codes": "made new recovery codes",
    "use recovery code": "used a recovery code",
}
"""Actions on one's own account."""

PAGES: Mapping[str, str] = {
    "audit.readers": "who has looked at {family}",
    "contacts.show": "the visits in {record}",
    "drafts.begin": "the form that begins a Star of {parent}, {family}",
    "drafts.check": "the answers of {record}",
    "drafts.discard": "the form that throws away {record}",
    "drafts.show": "{record}",
    "families.add_parent": "the form that adds a parent to {family}",
    "families.rename": "the form that changes the names of {family}",
    "families.show": "the family page of {family}",
    "feedback.add": "the form that records feedback of {family}",
    "feedback.correct": "the form that puts {record} right",
    "feedback.withdraw": "the form that withdraws {record}",
    "interventions.add": "the form that adds an intervention to {family}",
    "interventions.close": "the form that closes {record}",
    "interventions.put_right": "the form that puts {record} right",
    "interventions.reopen": "the form that opens again {record}",
    "interventions.transfer": "the form that transfers {record}",
    "offline.take": "what scoring a Star of {parent}, {family}, needs, and took it onto a device",
    "restrictions.lift": "the form that lifts the restriction of {family}",
    "restrictions.restrict": "the form that restricts who may see {family}",
    "safety.answer": "the form that says what is done to keep the children safe, beside {record}",
    "stars.correct": "the form that corrects {record}",
    "stars.download_parent": "the drawing of the star chart of {parent}, {family}",
    "stars.move": "the form that moves {record} to another parent",
    "stars.show": "{record}",
    "stars.show_parent": "the star chart of {parent}, {family}",
    "stars.withdraw": "the form that withdraws {record}",
    "talks.download_calendar": "the days agreed after {record}, as a calendar file",
    "talks.picture": "the drawing of {record}",
    "talks.show": "the talk about {record}",
    "talks.sheet": "the take-home sheet of {record}",
    "talks.download_sheet": "the take-home sheet of {record}",
}
"""What each page about a family is called."""

THINGS: Mapping[str, str] = {
    "activity": "what they have done",
    "audit_chain": "the audit trail with a key",
    "calendaraddress": "a private calendar address",
    "contact": "a visit",
    "cover": "leave cover",
    "draft": "a Star in progress",
    "family_audit": "the audit of families",
    "people_audit": "the audit of people, pods and settings",
    "feedback": "feedback",
    "narrative": "the narrative of a return",
    "page": "a page that is not theirs to see, or is not there",
    "record_key": "the encryption key",
    "reminder": "a weekly reminder by e-mail",
    "reopening": "a reopening of an intervention",
    "safetyanswer": "what is done to keep the children safe",
    "savedcohort": "a saved cohort",
    "servicesetting": "the service's settings",
    "signedreturn": "a signed return",
    "target": "a target of an indicator",
    "transfer": "a transfer of an intervention",
}
"""Names of entities other than named records."""

_COLUMNS: Mapping[str, str] = {"ref": "reference", "council_ref": "council reference"}
"""Labels of a family's references."""


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
        return f"typed the {_COLUMNS[said['column']]} of {_family(entry, names)}, which they may not see"
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
