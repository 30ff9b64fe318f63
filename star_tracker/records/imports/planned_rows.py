"""What an import plans, as rows of the tables."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from star_tracker.domain.context import Context
from star_tracker.domain.scales import AREAS, HIGHEST, LOWEST, NotScored
from star_tracker.domain.standings import CountedStar, list_standings
from star_tracker.domain.texts import fold_text
from star_tracker.models import Family, Intervention, Model, Parent, Reading, Registration, Star, key_ring
from star_tracker.queries.recorded import RecordedRegistration
from star_tracker.records.bulk import BulkWriter
from star_tracker.records.imports.import_plan import ImportPlan
from star_tracker.records.standings import STANDING_COLUMNS

_VALUE_DIGITS: dict[int | NotScored, str] = {
    **{value: f"{value:x}" for value in range(LOWEST, HIGHEST + 1)},
    **dict.fromkeys(NotScored, "0"),
}
"""A reading as a digit of ``CountedStar.values``."""


def give_ids(bulk: BulkWriter, plan: ImportPlan) -> None:
    """Give everything that is new in a plan its id."""
    new: list[tuple[type[Model], list[Any]]] = [
        (Family, plan.families),
        (Parent, [parent for _, parent in plan.parents]),
        (Intervention, [intervention for _, intervention in plan.interventions]),
        (Registration, [registration for _, _, registration in plan.registrations]),
    ]
    for model, records in new:
        for record, new_id in zip(records, bulk.new_ids(model, len(records)), strict=True):
            record.id = new_id
    for new_id, (registration, star) in zip(bulk.new_ids(Star, len(plan.stars)), plan.stars, strict=True):
        registration.star_ids[star.identity] = new_id


def insert_rows(
    bulk: BulkWriter,
    plan: ImportPlan,
    *,
    context: Context,
    edition: str,
    pod_ids: Mapping[str, int],
    user_ids: Mapping[str, int],
    progress: Callable[[int], None],
) -> None:
    """Insert all that is new in a plan whose parts have their ids, in the order of the foreign keys.

    Args:
        bulk: where to.
        plan: what is new.
        context: the author of the new Stars, and when.
        edition: that of the new Stars.
        pod_ids: by name.
        user_ids: by e-mail address; an intervention whose practitioner is not among them gets none.
        progress: is told how many of the plan's Stars are done.
    """
    index = key_ring().index
    bulk.insert(
        (
            Family.id,
            Family.ref,
            Family.ref_folded,
            Family.name,
            Family.council_ref,
            Family.council_index,
            Family.restricted,
        ),
        (
            (family.id, family.ref, fold_text(family.ref), "", family.council_ref, index(family.council_ref), False)
            for family in plan.families
        ),
    )
    bulk.insert(
        (Parent.id, Parent.family_id, Parent.ref, Parent.ref_folded, Parent.name),
        ((parent.id, family.id, parent.ref, fold_text(parent.ref), "") for family, parent in plan.parents),
    )
    bulk.insert(
        (
            Intervention.id,
            Intervention.family_id,
            Intervention.pod_id,
            Intervention.practitioner_id,
            Intervention.referred_on,
            Intervention.started_on,
            Intervention.closed_on,
            Intervention.closure_reason,
            Intervention.children,
        ),
        (
            (
                new.id,
                family.id,
                pod_ids[new.pod],
                user_ids.get(new.practitioner),
                new.referred_on,
                new.started_on,
                new.closed_on,
                new.closure_reason,
                new.children,
            )
            for family, new in plan.interventions
        ),
    )
    bulk.insert(
        (Registration.id, Registration.family_id, Registration.intervention_id, Registration.parent_id),
        (
            (registration.id, family.id, intervention.id, registration.parent.id)
            for family, intervention, registration in plan.registrations
        ),
    )
    _insert_stars(bulk, plan, context=context, edition=edition, progress=progress)


def _insert_stars(
    bulk: BulkWriter, plan: ImportPlan, *, context: Context, edition: str, progress: Callable[[int], None]
) -> None:
    bulk.insert(
        (
            Star.id,
            Star.registration_id,
            Star.kind,
            Star.completed_on,
            Star.completed_by,
            Star.retrospective,
            Star.edition,
            Star.recorded_at,
            Star.recorded_by_id,
        ),
        (
            (
                registration.star_ids[star.identity],
                registration.id,
                star.kind,
                star.completed_on,
                star.completed_by,
                star.retrospective,
                edition,
                context.now,
                context.actor.user_id,
            )
            for registration, star in plan.stars
        ),
    )
    bulk.insert((Reading.star_id, Reading.area, Reading.value, Reading.reason, Reading.note), _readings(plan, progress))
    bulk.insert(
        STANDING_COLUMNS,
        (
            (registration.id, *standing)
            for registration in _list_affected(plan)
            for standing in list_standings(registration.started_on, _counted_stars(registration))
        ),
    )


def _list_affected(plan: ImportPlan) -> list[RecordedRegistration]:
    """The registrations that are new or get new Stars; they have their ids."""
    affected = {registration.id: registration for _, _, registration in plan.registrations}
    affected.update((registration.id, registration) for registration, _ in plan.stars)
    return list(affected.values())


def _counted_stars(registration: RecordedRegistration) -> list[CountedStar]:
    """Those that count (R1), in the order of R2: no two of a kind are of one day."""
    counted = [star for star in registration.stars if star.completed_by.is_counted]
    counted.sort(key=lambda star: (star.completed_on, star.kind.place))
    return [
        CountedStar(
            registration.star_ids[star.identity],
            star.kind,
            star.completed_on,
            "".join(map(_VALUE_DIGITS.__getitem__, star.readings)),
        )
        for star in counted
    ]


def _readings(plan: ImportPlan, progress: Callable[[int], None]) -> Iterator[tuple[Any, ...]]:
    for done, (registration, star) in enumerate(plan.stars):
        if done % 1_000 == 0:
            progress(done)
        star_id = registration.star_ids[star.identity]
        for area, reading in zip(AREAS, star.readings, strict=True):
            if isinstance(reading, int):
                yield star_id, area, reading, None, ""
            else:
                yield star_id, area, None, reading, ""
