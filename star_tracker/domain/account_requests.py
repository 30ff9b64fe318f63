"""Steps by which somebody could take another's account over, and the request that a second person answers first."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

LASTS = timedelta(days=7)
"""A request waits so long for an answer, and after somebody agreed so long to be carried out."""


class AccountStep(StrEnum):
    """What is asked for: with both together somebody signs in as the account's owner."""

    LINK = "link"
    RESET = "reset"


STEP_LABELS: Mapping[AccountStep, str] = MappingProxyType(
    {AccountStep.LINK: "a new link", AccountStep.RESET: "a reset of the second step"}
)


class RequestState(StrEnum):
    """How a request stands. A reset is done when somebody agrees; a link is made afterwards, by who asked."""

    OPEN = "open"
    AGREED = "agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    DONE = "done"


PENDING = (RequestState.OPEN, RequestState.AGREED)
"""Of one step on one account there is one such request at a time."""

TOO_LATE: Mapping[RequestState, str] = MappingProxyType(
    {
        RequestState.OPEN: "Nobody answered this request in time: it can be made again",
        RequestState.AGREED: "Somebody else agreed to this already",
        RequestState.REFUSED: "Somebody else refused this already",
        RequestState.WITHDRAWN: "This request was withdrawn",
        RequestState.EXPIRED: "Nobody answered this request in time: it can be made again",
        RequestState.DONE: "Somebody else agreed to this already",
    }
)
"""Why a request cannot be answered any more."""
