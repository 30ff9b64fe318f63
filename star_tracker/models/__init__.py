"""The tables, each rule of R6 that a database can hold written as a named constraint.

A family has parents and interventions; a *registration* says that a parent takes part in an intervention, and Stars
belong to it. Readings are one row each. Nothing that has been a figure in a return is ever updated in place, except an
intervention's pod, practitioner and end, whose history is in ``intervention_changes``: a corrected Star is a new row
that replaces the old one. A Star in progress is a draft, in no figure.
"""

from star_tracker.models.account_requests import AccountRequest
from star_tracker.models.audit import AuditChain, AuditEntry
from star_tracker.models.base import Model, key_ring
from star_tracker.models.contacts import Contact
from star_tracker.models.councils import Council, CouncilYear
from star_tracker.models.covers import Cover
from star_tracker.models.drafts import Draft
from star_tracker.models.families import Family, Intervention, Parent, Registration, family_people
from star_tracker.models.feedback import Feedback, NarrativeDraft, Target
from star_tracker.models.intervention_changes import Reopening, Transfer
from star_tracker.models.people import (
    SHOWN_OF_PERSON,
    SIGN_IN_SECRETS,
    KeptForm,
    Passkey,
    PasswordLink,
    Pod,
    ServerSession,
    Tally,
    TypedForm,
    User,
    UserRole,
    user_councils,
    user_pods,
)
from star_tracker.models.priorities import Priority
from star_tracker.models.pseudonyms import Pseudonym
from star_tracker.models.reminders import CalendarAddress, Reminder
from star_tracker.models.returns import SignedReturn
from star_tracker.models.safety_answers import SafetyAnswer
from star_tracker.models.saved_cohorts import SavedCohort
from star_tracker.models.service import RecordKey, ServiceSetting
from star_tracker.models.standings import Standing
from star_tracker.models.stars import DRAWN_OF_READING, Reading, Star

__all__ = [
    "DRAWN_OF_READING",
    "SHOWN_OF_PERSON",
    "SIGN_IN_SECRETS",
    "AccountRequest",
    "AuditChain",
    "AuditEntry",
    "CalendarAddress",
    "Contact",
    "Council",
    "CouncilYear",
    "Cover",
    "Draft",
    "Family",
    "Feedback",
    "Intervention",
    "KeptForm",
    "Model",
    "NarrativeDraft",
    "Parent",
    "Passkey",
    "PasswordLink",
    "Pod",
    "Priority",
    "Pseudonym",
    "Reading",
    "RecordKey",
    "Registration",
    "Reminder",
    "Reopening",
    "SafetyAnswer",
    "SavedCohort",
    "ServerSession",
    "ServiceSetting",
    "SignedReturn",
    "Standing",
    "Star",
    "Tally",
    "Target",
    "Transfer",
    "TypedForm",
    "User",
    "UserRole",
    "family_people",
    "key_ring",
    "user_councils",
    "user_pods",
]
