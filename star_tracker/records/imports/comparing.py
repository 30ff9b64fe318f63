"""A Star CSV compared with the record, which locks nothing: what an import must add, and whether that is still so."""

from collections.abc import Sequence
from itertools import islice

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from star_tracker.domain.looks import LOOKS
from star_tracker.domain.texts import fold_text
from star_tracker.models import (
    AuditEntry,
    Council,
    Family,
    Intervention,
    Parent,
    Pod,
    Registration,
    Reopening,
    Star,
    Transfer,
    User,
)
from star_tracker.queries.figures.service import list_known_keys
from star_tracker.queries.recorded import (
    RecordedFamily,
    RecordedIntervention,
    list_council_refs,
    list_recorded_families,
)
from star_tracker.records.audit import CODES
from star_tracker.records.bulk import BulkWriter
from star_tracker.records.imports.import_plan import ImportPlan
from star_tracker.records.imports.import_result import ImportResult
from star_tracker.records.imports.planned_rows import give_ids
from star_tracker.records.imports.spelling import spell_as_recorded
from star_tracker.starfile.errors import StarFileError
from star_tracker.starfile.rows import Fault, StarRow
from star_tracker.starfile.sheets import Progress

FAMILIES_AT_A_TIME = 1_000

_OF_ALL = frozenset(("star_file", "record_key"))
_OF_A_FAMILY = frozenset(
    CODES[model] for model in (Family, Parent, Intervention, Registration, Star, Transfer, Reopening)
)
"""The audit trail's codes of what is compared; a change of the first may concern every family."""


class ChangedMeanwhileError(Exception):
    """Somebody else changed what the file was compared with."""


class Comparison:
    """A file compared with the record: what is to be written, and whether the record is still what it was.

    Attributes:
        new: the plan for families that are not recorded yet.
        recorded: the plan for those that are.
        result: what an import of both does.
        outdated: ids of the recorded registrations that get new Stars.
        pod_ids, user_ids: by name and by address; those of new ones once ``give_ids`` has been called.
    """

    def __init__(self, session: Session, rows: Sequence[StarRow], progress: Progress) -> None:
        """Compare.

        Raises:
            StarFileError: the rows contradict the record.
            WrongKeyError: the record was encrypted with other keys.
        """
        list_known_keys(session.connection())
        self._last_entry = session.scalar(select(func.max(AuditEntry.id))) or 0
        self._known = _list_known(session)
        pods, people, self._council_ids = self._known
        self.pod_ids = {name: pod_id for pod_id, name in pods}
        self.user_ids = {email: user_id for user_id, email, _ in people}
        closed = {email for _, email, is_active in people if not is_active}
        self.new, self.recorded = self.plans = ImportPlan(closed), ImportPlan(closed)
        self._families = _by_family(rows)
        self._council_refs = {fold_text(row.council_ref) for row in rows if row.council_ref}
        self._add_families(progress)
        if faults := self.new.faults + self.recorded.faults + self._list_pods_of_no_council(rows):
            raise StarFileError(sorted(faults, key=lambda fault: fault.number))
        self.result = self._summarise()
        self.outdated = {registration.id for registration, _ in self.recorded.stars} - {0}

    def _add_families(self, progress: Progress) -> None:
        pods = {fold_text(name): name for name in self.pod_ids}
        refs = iter(self._families)
        done = 0
        while some := list(islice(refs, FAMILIES_AT_A_TIME)):
            recorded = list_recorded_families(some)
            council_refs = list_council_refs({row.council_ref for ref in some for row in self._families[ref]})
            for ref in some:
                family = recorded.get(fold_text(ref))
                plan = self.recorded if family else self.new
                plan.add_family(spell_as_recorded(self._families[ref], family, pods), family, council_refs)
            done += len(some)
            progress(done / len(self._families))

    def _list_pods_of_no_council(self, rows: Sequence[StarRow]) -> list[Fault]:
        """A fault for each new pod, at its first row, if there are several councils that it could work for."""
        if len(self._council_ids) == 1:
            return []
        known = {fold_text(name) for name in self.pod_ids}
        firsts = {fold_text(row.pod): row for row in reversed(rows)}
        allowed = "there is no such pod: add it on the page Pods first, where its council is chosen"
        return [Fault(row.number, "pod", row.pod, allowed) for name, row in firsts.items() if name not in known]

    def _summarise(self) -> ImportResult:
        named = [intervention for plan in self.plans for _, intervention in plan.interventions]
        filled = self.recorded.filled
        practitioners = {intervention.practitioner for intervention in named}
        practitioners |= {each.values["practitioner"] for each in filled if "practitioner" in each.values}
        return ImportResult(
            pods=tuple(sorted({intervention.pod for intervention in named} - self.pod_ids.keys())),
            people=tuple(sorted(practitioners - self.user_ids.keys() - {""})),
            families=len(self.new.families),
            parents=sum(len(plan.parents) for plan in self.plans),
            interventions=len(named),
            registrations=sum(len(plan.registrations) for plan in self.plans),
            stars=sum(len(plan.stars) for plan in self.plans),
            updated_families=sum(isinstance(each.record, RecordedFamily) for each in filled),
            updated_interventions=sum(isinstance(each.record, RecordedIntervention) for each in filled),
            unchanged_stars=self.recorded.unchanged_stars,
            warnings=tuple(sorted(self.new.warnings + self.recorded.warnings)),
        )

    def give_ids(self, bulk: BulkWriter) -> None:
        """Give everything new its id."""
        self.pod_ids.update(zip(self.result.pods, bulk.new_ids(Pod, len(self.result.pods)), strict=True))
        self.user_ids.update(zip(self.result.people, bulk.new_ids(User, len(self.result.people)), strict=True))
        for plan in self.plans:
            give_ids(bulk, plan)

    def add_pods_and_people(self, session: Session, bulk: BulkWriter) -> None:
        """Add the new ones with the ids that they were given."""
        session.add_all(
            Pod(id=bulk.final_id(Pod, self.pod_ids[name]), name=name, council_id=self._council_ids[0])
            for name in self.result.pods
        )
        session.add_all(User(id=bulk.final_id(User, self.user_ids[email]), email=email) for email in self.result.people)
        session.flush()

    def list_practitioners(self) -> dict[str, list[int]]:
        """The ids of the new families' interventions that have a practitioner, and the practitioners' ids."""
        pairs = [(new.id, self.user_ids[new.practitioner]) for _, new in self.new.interventions if new.practitioner]
        return {"ids": [id_ for id_, _ in pairs], "user_ids": [user_id for _, user_id in pairs]}

    def check_unchanged(self, session: Session) -> None:
        """Check, in a transaction that keeps it so, that a comparison would come to the same.

        Raises:
            ChangedMeanwhileError: it might not.
        """
        entries = (
            AuditEntry.id > self._last_entry,
            AuditEntry.action.not_in(LOOKS),
            AuditEntry.entity.in_(_OF_ALL | _OF_A_FAMILY),
        )
        entities = set(session.scalars(select(AuditEntry.entity).where(*entries).distinct()))
        concerned = session.execute(
            select(Family.ref_folded, Family.council_ref).where(
                Family.id.in_(select(AuditEntry.family_id).where(*entries))
            )
        ).all()
        refs = {fold_text(ref) for ref in self._families}
        if (
            not entities.isdisjoint(_OF_ALL)
            or self._list_others(session) != self._known
            or any(ref in refs or fold_text(council_ref) in self._council_refs for ref, council_ref in concerned)
        ):
            raise ChangedMeanwhileError

    def _list_others(self, session: Session) -> "_Known":
        """The pods and people without those that this import has added in the transaction, and the councils."""
        pods, people, councils = _list_known(session)
        own_pods = {self.pod_ids[name] for name in self.result.pods}
        own_people = {self.user_ids[email] for email in self.result.people}
        others = [pod for pod in pods if pod[0] not in own_pods]
        return others, [one for one in people if one[0] not in own_people], councils


def _by_family(rows: Sequence[StarRow]) -> dict[str, list[StarRow]]:
    families: dict[str, list[StarRow]] = {}
    for row in rows:
        families.setdefault(row.family_ref, []).append(row)
    return families


_Known = tuple[list[tuple[int, str]], list[tuple[int, str, bool]], list[int]]
"""Each pod's id and name; each person's id, address, and whether the account is open; ids of councils not closed."""


def _list_known(session: Session) -> _Known:
    pods = select(Pod.id, Pod.name).order_by(Pod.id)
    people = select(User.id, User.email, User.active).order_by(User.id)
    councils = select(Council.id).where(Council.closed_on.is_(None)).order_by(Council.id)
    return (
        [(*row,) for row in session.execute(pods)],
        [(*row,) for row in session.execute(people)],
        list(session.scalars(councils)),
    )
