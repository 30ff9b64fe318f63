"""Handing a return over: once it is signed off or withdrawn, its council's people are told by e-mail."""

from star_tracker.domain.hand_over import HandOver, News, write_hand_over
from star_tracker.domain.quarters import Quarter
from star_tracker.mail import send_to_each
from star_tracker.models import SignedReturn
from star_tracker.queries.returns.hand_overs import list_addresses_to_tell
from star_tracker.records.returns.hand_over import begin_hand_over, note_not_told
from star_tracker.records.transactions import release_connection
from star_tracker.web.auth.access import current_context, current_settings


def hand_over(signed: SignedReturn, quarter: Quarter, news: News = News.SIGNED_OFF) -> HandOver:
    """E-mail the council's people that this version is there, or is no more, once, and say who was told.

    Nobody is told if e-mail is not set up. The lead waits for the mail server, ten seconds at most if it does not
    answer; the version is signed off or withdrawn before, whatever comes of it.
    """
    settings = current_settings()
    signed_id, addresses = signed.id, list_addresses_to_tell(signed.council_id)
    if settings.mail is None or not addresses:
        return HandOver()
    text = write_hand_over(
        service_name=settings.service_name,
        quarter=quarter,
        profile=signed.profile,
        version=signed.version,
        address=settings.address,
        news=news,
    )
    context = current_context()
    if not begin_hand_over(context, signed_id=signed_id, addresses=addresses, news=news):
        return HandOver()
    release_connection()
    if failed := send_to_each(settings.mail, addresses, news.subject, text):
        note_not_told(context, signed_id=signed_id, addresses=failed, news=news)
    return HandOver([address for address in addresses if address not in failed], failed)
