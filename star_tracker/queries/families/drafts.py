"""Stars in progress, and what was scored before them."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import joinedload

from star_tracker.analysis.parent_stars import StarValues
from star_tracker.extensions import db
from star_tracker.models import Draft, Intervention, Registration
from star_tracker.queries.figures.parent_stars import list_current_stars, read_star_values


def get_draft(draft_id: int) -> Draft | None:
    """The draft with this id, whether in progress or completed, with its intervention and family."""
    intervention = joinedload(Draft.registration).joinedload(Registration.intervention)
    return db.session.get(Draft, draft_id, options=[intervention.joinedload(Intervention.family)])


@dataclass(frozen=True)
class EarlierStars:
    """What a parent's counted Stars in this intervention say before a day: the start, and the last (R1, R2's order)."""

    start: StarValues | None
    last: StarValues | None

    @property
    def values(self) -> dict[str, int | None]:
        """The last one's values, by area."""
        return self.last.values if self.last else {}

    def listed(self) -> list[StarValues]:
        """Those there are, once each."""
        return [
            star for place, star in enumerate((self.start, self.last)) if star and (place == 1 or star != self.last)
        ]


def get_earlier_stars(registration: Registration, *, until: date) -> EarlierStars:
    """The parent's earlier Stars as at the day of a Star in progress."""
    stars = [read_star_values(star) for star in list_current_stars(registration.id, until=until) if star.is_counted]
    return EarlierStars(stars[0], stars[-1]) if stars else EarlierStars(None, None)
