"""Stars in progress, and what was scored before them."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from star_tracker.analysis.parent_stars import StarValues
from star_tracker.extensions import db
from star_tracker.models import Draft, Intervention, Registration
from star_tracker.queries.figures.parent_stars import list_current_stars, read_star_values


def get_draft(draft_id: int) -> Draft | None:
    """The draft with this id, whether in progress or completed, with its intervention and family."""
    return db.session.scalar(_WITH_FAMILY, {"draft_id": draft_id})


_WITH_FAMILY = (
    select(Draft)
    .where(Draft.id == bindparam("draft_id"))
    .options(joinedload(Draft.registration).joinedload(Registration.intervention).joinedload(Intervention.family))
)


def get_agreed_answers(star_id: int) -> dict[str, str]:
    """What was agreed in the draft of a Star, by the fields' names, as long as no talk was saved; {} if nothing was."""
    draft = db.session.scalar(select(Draft).where(Draft.star_id == star_id))
    return draft.values if draft else {}


@dataclass(frozen=True)
class EarlierStars:
    """A parent's first and last counted Star in an intervention up to a day (R1, in the order of R2)."""

    start: StarValues | None
    last: StarValues | None

    @property
    def values(self) -> dict[str, int | None]:
        """The last Star's values by area; {} if there is none."""
        return self.last.values if self.last else {}

    def listed(self) -> list[StarValues]:
        """The Stars that exist, each once."""
        stars = [self.last] if self.start == self.last else [self.start, self.last]
        return [star for star in stars if star]


def get_earlier_stars(registration: Registration, *, until: date) -> EarlierStars:
    """The parent's Stars up to the day of a Star in progress."""
    stars = [read_star_values(star) for star in list_current_stars(registration.id, until=until) if star.is_counted]
    return EarlierStars(stars[0], stars[-1]) if stars else EarlierStars(None, None)
