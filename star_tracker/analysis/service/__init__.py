"""The figures of a quarterly return, as numeric frames: one function for each of its tables.

``record`` is what they all read: a quarter and the service's frames as at its last day. ``families`` counts families,
parents and children; ``indicators`` gives the headline rates; ``feedback`` counts what was said; ``completion`` counts
due dates (R7); ``cohorts`` gives R5's measures for each cohort and pod. Every frame has its rows for each pod, in name
order, and after them the same rows for ``ALL_PODS``, counted from the data and not added up from the pods. No figure is
hidden here: ``disclosure`` does that (R9).
"""

from star_tracker.analysis.service.cohorts import (
    all_changes,
    averages_frame,
    change_frame,
    exclusions_frame,
    measured_frame,
    stages_frame,
)
from star_tracker.analysis.service.completion import completion_frame
from star_tracker.analysis.service.families import (
    activity_frame,
    closures_frame,
    re_referrals_frame,
    served_frame,
)
from star_tracker.analysis.service.feedback import feedback_frame
from star_tracker.analysis.service.indicators import TO_BE_LOW, Indicator, Period, indicators_frame
from star_tracker.analysis.service.record import COHORTS, TO_DATE, UNITS, FeedbackCount, Referral, ServiceRecord

__all__ = [
    "COHORTS",
    "TO_BE_LOW",
    "TO_DATE",
    "UNITS",
    "FeedbackCount",
    "Indicator",
    "Period",
    "Referral",
    "ServiceRecord",
    "activity_frame",
    "all_changes",
    "averages_frame",
    "change_frame",
    "closures_frame",
    "completion_frame",
    "exclusions_frame",
    "feedback_frame",
    "indicators_frame",
    "measured_frame",
    "re_referrals_frame",
    "served_frame",
    "stages_frame",
]
