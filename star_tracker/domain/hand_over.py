"""E-mails that tell a council's people that a return is signed off or withdrawn: no figure and no person's name."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from star_tracker.domain.figures import write_count
from star_tracker.domain.quarters import Quarter


class News(StrEnum):
    """What is told, by the action that the audit trail has for it."""

    SIGNED_OFF = "tell"
    WITHDRAWN = "tell of withdrawal of"

    @property
    def failure(self) -> str:
        """The action that the audit trail has where not everybody could be told."""
        return f"fail to {self}"

    @property
    def subject(self) -> str:
        """The subject of the e-mail."""
        return f"Star Tracker: a return is {'ready' if self is News.SIGNED_OFF else 'withdrawn'}"


@dataclass(frozen=True)
class HandOver:
    """To whom of the council an e-mail about a version was sent, and to whom it could not be; by their addresses."""

    told: Collection[str] = ()
    not_told: Collection[str] = ()

    def __str__(self) -> str:
        """What the lead reads of it; "" if there was nobody to tell.

        >>> str(HandOver(told=["a@example.org"]))
        'An e-mail told 1 person of the council.'
        >>> str(HandOver(not_told=["a@example.org", "b@example.org"]))
        'No e-mail could be sent to a@example.org and b@example.org: tell them yourself.'
        """
        told = f"An e-mail told {write_count(len(self.told), 'person', 'people')} of the council." if self.told else ""
        addresses = " and ".join(self.not_told)
        not_told = f"No e-mail could be sent to {addresses}: tell them yourself." if self.not_told else ""
        return " ".join(part for part in (told, not_told) if part)


def write_hand_over(
    *, service_name: str, quarter: Quarter, profile: str, version: int, address: str, news: News = News.SIGNED_OFF
) -> str:
    """The text of the e-mail.

    Args:
        service_name: which service signed it off.
        quarter: its quarter.
        profile: "restricted" or "published".
        version: its number.
        address: where the pages are.
        news: what is told.
    """
    what = f"The {profile} return of {service_name} for {quarter.label}"
    if news is News.WITHDRAWN:
        said = f"{what}, version {version}, is withdrawn: do not use its figures or files."
        then = "Sign in to read why"
    else:
        newer = f" It is version {version}: do not use an earlier one." if version > 1 else ""
        said, then = f"{what} is signed off.{newer}", "Sign in to read it and to take its files"
    return (
        f"{said}\n\n{then}: {address}/returns\n\n"
        "This e-mail holds no figure and needs no answer. You get it because you read these returns.\n"
    )
