"""The tables, each rule of R6 that a database can hold written as a named constraint.

A family has parents and interventions; a *registration* says that a parent takes part in an intervention, and
Stars hang from it. Readings are one row each. Nothing here is ever updated in place once it has been a figure in a
return, except an intervention's end: a corrected Star is a new row that replaces the old one.
"""

from star_tracker.models.audit import AuditEntry
from star_tracker.models.base import Model
from star_tracker.models.families import Family, Intervention, Parent, Registration
from star_tracker.models.people import Pod, User, UserRole, user_pods
from star_tracker.models.stars import Reading, Star

__all__ = [
    "AuditEntry",
    "Family",
    "Intervention",
    "Model",
    "Parent",
    "Pod",
    "Reading",
    "Registration",
    "Star",
    "User",
    "UserRole",
    "user_pods",
]
