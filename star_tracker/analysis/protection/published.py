"""Which figures of the tables of a published return are hidden besides those that R9 hides by themselves."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pandas as pd

from star_tracker.analysis.disclosure import Place, Spec
from star_tracker.analysis.protection.counts import KEYS, read_counts
from star_tracker.analysis.protection.hiding import hide_further
from star_tracker.analysis.protection.pairs import COLUMNS, Group, HiddenPairs, Layer, protect_pairs
from star_tracker.domain.scales import ALL_PODS, STAGES

_MEASURED = ("averages", "change")
_GROUP = ["cohort", "pod", "area"]


@dataclass(frozen=True)
class Protection:
    """What is hidden further.

    Attributes:
        counts: of the tables in ``KEYS``, by the label of their row in its frame and by their column.
        pairs: of averages, change and stages.
    """

    counts: Mapping[str, frozenset[Place]] = field(default_factory=dict)
    pairs: HiddenPairs = field(default_factory=lambda: HiddenPairs({}, frozenset()))

    def leave_out_moves(self, stages: pd.DataFrame) -> pd.DataFrame:
        """The moves between stages without those of the rows that list none."""
        silent = [
            Layer.MOVES in self.pairs.layers.get(group, ()) or (group, "n") in self.pairs.counts
            for group in _list_groups(stages)
        ]
        return stages[~pd.Series(silent, index=stages.index, dtype=bool)].reset_index(drop=True)

    def list_places(self, table: str, frame: pd.DataFrame) -> frozenset[Place]:
        """The figures to hide of a table's frame."""
        if table == "stages":
            numbers = {stage: number for number, stage in enumerate(STAGES, start=1)}
            moves = zip(frame["from_stage"].map(numbers), frame["to_stage"].map(numbers), strict=True)
            rows = zip(frame.index, _list_groups(frame), moves, strict=True)
            return frozenset((label, "pairs") for label, group, move in rows if (group, move) in self.pairs.counts)
        if table in _MEASURED:
            return self._list_measured(frame, _list_groups(frame))
        return self.counts.get(table, frozenset())

    def list_drawn_places(self, measures: pd.DataFrame, cohort: str) -> frozenset[Place]:
        """The figures to hide of a frame of ``frames.MEASURES`` of all pods."""
        return self._list_measured(measures, [Group(cohort, ALL_PODS, area) for area in measures["area"]])

    def _list_measured(self, frame: pd.DataFrame, groups: list[Group]) -> frozenset[Place]:
        return frozenset(
            (label, column)
            for label, group in zip(frame.index, groups, strict=True)
            for column in self._list_hidden(group)
            if column in frame
        )

    def _list_hidden(self, group: Group) -> Iterator[str]:
        for layer in self.pairs.layers.get(group, ()):
            yield from COLUMNS.get(layer, ())
        yield from (key for key in ("n", *COLUMNS[Layer.PARTS]) if (group, key) in self.pairs.counts)


def protect(
    frames: Mapping[str, pd.DataFrame], specs: Mapping[str, Spec], changes: Mapping[str, pd.DataFrame], threshold: int
) -> Protection:
    """Work out what is hidden further.

    Args:
        frames: the exact figures of each table of the return.
        specs: how R9 treats the columns of each.
        changes: the pairs of each cohort, frames of ``frames.CHANGES_BY_POD``.
        threshold: R9's t.
    """
    hidden = hide_further(read_counts(frames, specs), threshold)
    counts: dict[str, frozenset[Place]] = {}
    for table, keys in KEYS.items():
        frame = frames[table]
        labels = dict(zip(frame[list(keys)].itertuples(index=False, name=None), frame.index, strict=True))
        counts[table] = frozenset((labels[cell.row], cell.column) for cell in hidden if cell.table == table)
    return Protection(counts, protect_pairs(changes, threshold))


def _list_groups(frame: pd.DataFrame) -> list[Group]:
    return [Group(*row) for row in frame[_GROUP].itertuples(index=False, name=None)]
