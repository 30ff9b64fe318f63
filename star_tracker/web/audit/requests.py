"""Audit entries about account requests, and about who is an administrator or lead, in plain words."""

from collections.abc import Mapping

from star_tracker.domain.account_requests import STEP_LABELS, AccountStep, RequestState
from star_tracker.models import AuditEntry
from star_tracker.queries.audit.audit_names import AuditNames

REQUEST_ACTIONS: Mapping[str, str] = {
    "agree": "Agreed to a request about an account",
    "turn down": "Refused a request about an account",
    "call off": "Withdrew a request about an account",
    "carry out": "Carried out a request about an account",
    "acknowledge": "Read what was done to their account",
}
"""Labels for the filter."""

REQUEST_VERBS: Mapping[str, str] = {
    "agree": "agreed to",
    "turn down": "refused",
    "call off": "withdrew",
    "carry out": "carried out",
    "expire": "found no answer to",
    "acknowledge": "read what came of",
}


def describe_asking(entry: AuditEntry, names: AuditNames) -> str:
    """A request that was made, or a step that was done because there was nobody to ask."""
    is_open = (entry.after or {}).get("state") == RequestState.OPEN
    return f"{'asked for' if is_open else 'did, with nobody else to ask,'} {_describe(entry, names)}"


def describe_request(entry: AuditEntry, names: AuditNames) -> str:
    """The request that an entry is about, or the person who became or ceased to be an administrator or lead."""
    if entry.entity == "overseer":
        return f"who administers or leads: {names.people.get(entry.entity_id or 0, 'a person')}"
    return f"the request for {_describe(entry, names)}"


def _describe(entry: AuditEntry, names: AuditNames) -> str:
    step, user_id = names.requests[entry.entity_id or 0]
    return f"{STEP_LABELS[AccountStep(step)]} for {names.people.get(user_id, 'a person')}"
