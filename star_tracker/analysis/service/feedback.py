"""How much feedback there was in a quarter, by whom."""

from collections import Counter
from collections.abc import Mapping

import pandas as pd

from star_tracker.analysis.frames import TEXT, WHOLE, build_frame
from star_tracker.analysis.service.record import ServiceRecord
from star_tracker.domain.feedback import SaidBy
from star_tracker.domain.scales import ALL_PODS

FEEDBACK: Mapping[str, str] = {"pod": TEXT, "said_by": TEXT, "number": WHOLE, "quotable": WHOLE}


def feedback_frame(record: ServiceRecord) -> pd.DataFrame:
    """A frame of ``FEEDBACK``: for each pod and all, a row for each kind of person, also if none said anything."""
    number, quotable = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for one in record.feedback:
        for scope in (one.pod, ALL_PODS):
            number[scope, one.said_by] += one.number
            quotable[scope, one.said_by] += one.quotable
    rows = [
        (scope, said_by.value, number[scope, said_by.value], quotable[scope, said_by.value])
        for scope in record.scopes
        for said_by in SaidBy
    ]
    return build_frame(FEEDBACK, rows)
