"""What an import did, or would do."""

from dataclasses import dataclass

from star_tracker.starfile.rows import Fault


@dataclass(frozen=True, kw_only=True)
class ImportResult:
    """The changes in numbers, and what is worth checking.

    Attributes:
        pods: names of the pods that it added.
        people: e-mail addresses of the practitioners that it added; they cannot sign in until they have a role.
        families, parents, interventions, registrations, stars: how many it added.
        updated_families, updated_interventions: how many had blanks that it filled.
        unchanged_stars: how many Stars were recorded already.
        warnings: what is allowed but worth checking.
    """

    pods: tuple[str, ...]
    people: tuple[str, ...]
    families: int
    parents: int
    interventions: int
    registrations: int
    stars: int
    updated_families: int
    updated_interventions: int
    unchanged_stars: int
    warnings: tuple[Fault, ...]

    @property
    def counts(self) -> dict[str, int]:
        """The number of changes, by name; all zero for a file that was imported before."""
        return {
            "pods": len(self.pods),
            "people": len(self.people),
            "families": self.families,
            "parents": self.parents,
            "interventions": self.interventions,
            "registrations": self.registrations,
            "stars": self.stars,
            "updated_families": self.updated_families,
            "updated_interventions": self.updated_interventions,
        }
