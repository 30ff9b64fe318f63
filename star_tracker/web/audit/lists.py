"""Views other than families' pages, in plain words: lists of families, figures, and compared files."""

from collections.abc import Callable, Mapping
from typing import Any

from star_tracker.domain.caseload import CASE_STATE_LABELS, CaseState
from star_tracker.domain.cohort_choice import describe_choices
from star_tracker.domain.left_out import Group
from star_tracker.domain.preparing import Unready
from star_tracker.domain.record_checks import Check
from star_tracker.domain.scales import get_edition
from star_tracker.queries.audit.audit_names import AuditNames

Said = Mapping[str, Any]
"""An entry's details: what was chosen."""


def describe_search(said: Said, names: AuditNames) -> str:
    """A search of families, or a page of the list of all."""
    page = f", page {said['page_number']}" if "page_number" in said else ""
    if not said.get("text"):
        return f"read the list of families{page}"
    return f"searched the families for “{said['text']}”{page}" if names.of_families else f"searched the families{page}"


def _describe_caseload(said: Said, names: AuditNames) -> str:
    whose = str(said.get("whose", ""))
    chosen = [f"of {names.people_by_email.get(whose, whose)}" if "@" in whose else whose]
    chosen += [f"with that of {names.people_by_email.get(one, one)}" for one in said.get("covering", ())]
    chosen += [str(said["pod"])] if "pod" in said else []
    chosen += [CASE_STATE_LABELS[CaseState(said["state"])].lower()] if "state" in said else []
    chosen += [f"page {said['page_number']}"] if "page_number" in said else []
    return f"the caseload ({', '.join(chosen)})"


def _describe_overview(said: Said, _names: AuditNames) -> str:
    words = f"the caseloads of {said.get('pod', 'all pods')}"
    words += f", without a pair for longer than {said['longer_than']} months" if "longer_than" in said else ""
    return words + (f", page {said['page_number']}" if "page_number" in said else "")


_COHORT_PAGES: Mapping[str, str] = {
    "left_out.show": "who is not in {}",
    "quality.show": "the checks of the record of {}",
    "visits.show": "how often families are seen in {}",
    "worked_out.show": "how {} is worked out, with three parents as an example",
}
"""What pages about a cohort are called, by their codes; others are the cohort itself, or a list."""


def _describe_cohort(said: Said, names: AuditNames) -> str:
    cohort = f"the cohort of {describe_choice(said, names)}"
    page = f", page {said['page_number']}" if "page_number" in said else ""
    if "group" in said:
        return f"the families “{Group(said['group']).label}” of {cohort}{page}"
    if "check" in said:
        return f"the list “{Check(said['check']).label}” of {cohort}{page}"
    return _COHORT_PAGES.get(str(said.get("page")), "{}").format(cohort)


def describe_choice(said: Said, names: AuditNames) -> str:
    """A cohort's filter in words: "Crewe, open interventions"."""
    chosen: Mapping[str, list[str]] = said.get("chosen", {})
    people = [names.people_by_email.get(email, email) for email in chosen.get("practitioner", ()) if email]
    areas = get_edition("first").areas
    words = [" and ".join(chosen.get("pod", ())) or "every pod that they may see", *people]
    # Stored as in the address: with a hyphen, a value in a list, a day as it was typed.
    one = {name.replace("-", "_"): values[0] for name, values in chosen.items() if values and values[0]}
    if "quarter" in one:
        words.append(f"latest Star in {one['quarter']}")
    words += describe_choices(one, areas)
    if one.get("quarters_of") == "start":
        words.append("by quarter of the intervention's start")
    if (area := one.get("area", "")) in areas:
        words.append(f"stages in {areas[area]}")
    return ", ".join([*words, f"as at {one['as_at']}"] if "as_at" in one else words)


def _describe_return(said: Said, _names: AuditNames) -> str:
    table = f"the table “{said['table']}” of " if "table" in said else ""
    version = f"version {said['version']} of " if "version" in said else ""
    return f"{table}{version}the {said.get('profile', '')} return for {said.get('quarter', '')}{_for_council(said)}"


def _for_council(said: Said) -> str:
    """To whom a return goes; older entries do not say."""
    return f" to {said['council']}" if "council" in said else ""


def _describe_preparation(said: Said, _names: AuditNames) -> str:
    words = f"what is not ready for the return for {said.get('quarter', '')}{_for_council(said)}"
    page = f", page {said['page_number']}" if "page_number" in said else ""
    if "unready" in said:
        return f"the list “{Unready(said['unready']).label}” of {words}{page}"
    if "narrative" in said:
        return f"the narrative of the return for {said.get('quarter', '')}{_for_council(said)}, and what it can quote"
    return f"the list “{Check(said['check']).label}” of {words}{page}" if "check" in said else words


def _describe_file(said: Said, _names: AuditNames) -> str:
    return f"what the record says of the rows of {said.get('source', 'a file')}"


def _describe_feedback(said: Said, _names: AuditNames) -> str:
    page = f", page {said['page_number']}" if "page_number" in said else ""
    return f"the feedback of no family in particular{page}"


def _describe_falls(said: Said, _names: AuditNames) -> str:
    page = f", page {said['page_number']}" if "page_number" in said else ""
    return f"the Stars with a fall in keeping children safe, {'' if said.get('answered') else 'not '}answered{page}"


def _describe_calendar(_said: Said, _names: AuditNames) -> str:
    return "what is due on their caseload, by their private calendar address, for the first time that day"


LISTS: Mapping[str, Callable[[Said, AuditNames], str]] = {
    "calendar": _describe_calendar,
    "caseload": _describe_caseload,
    "caseload_overview": _describe_overview,
    "cohort": _describe_cohort,
    "feedback_list": _describe_feedback,
    "return": _describe_return,
    "return_preparation": _describe_preparation,
    "safety_falls": _describe_falls,
    "star_file": _describe_file,
}
"""Functions that describe these views, by the entry's ``entity``."""
