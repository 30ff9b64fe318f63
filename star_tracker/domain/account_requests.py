"""The steps that could take over an account, and the request that a second person must agree to first."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

REQUEST_LIFETIME = timedelta(days=7)
"""How long a request waits for an answer, and then, if somebody agreed, to be carried out."""


class AccountStep(StrEnum):
    """What is asked for. Both steps together let somebody sign in as the account's owner."""

    LINK = "link"
    RESET = "reset"


STEP_LABELS: Mapping[AccountStep, str] = MappingProxyType(
    {AccountStep.LINK: "a new link", AccountStep.RESET: "a reset of the second step"}
)


class RequestState(StrEnum):
    """The state of a request. A reset is done when somebody agrees; a link is made afterwards, by the asker."""

    OPEN = "open"
    AGREED = "agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    DONE = "done"


PENDING = (RequestState.OPEN, RequestState.AGREED)
"""There is at most one such request at a time for a step on an account."""

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
"""Why a request can no longer be answered."""
