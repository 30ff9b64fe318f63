"""From which stage to which parents moved, as a table of five rows and five columns for each area: for people to read.

It follows from the moves that a return lists and from the pairs that it shows, so it tells nothing that these do not
(R9).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from star_tracker.analysis.disclosure import SUPPRESSED, Figure
from star_tracker.domain.scales import STAGES, Edition
from star_tracker.exports.tables import Column, NamedTable

MATRIX = "stages_matrix"
"""The name of the sheet."""

COHORT = "all_to_date"
"""The cohort of which it is; the others' moves are in the long list."""


@dataclass(frozen=True)
class StageMatrix:
    """One area of one pod.

    Attributes:
        pod: the pod's name, or that of all.
        area: the area's code.
        pairs: how many pairs are measured in it, as the return shows it.
        rows: for each stage at the start, lowest first, how many pairs went to each stage.
    """

    pod: str
    area: str
    pairs: Figure
    rows: tuple[tuple[Figure, ...], ...]


def list_matrices(moves: Sequence[Mapping[str, Figure]], change: Sequence[Mapping[str, Figure]]) -> list[StageMatrix]:
    """A matrix for each pod and area with pairs, in the order of ``change``.

    Where no move is listed, each cell is hidden; elsewhere a move that is not listed is 0.

    Args:
        moves: the rows of a return's table ``stages``.
        change: those of its table ``change``.
    """
    found: defaultdict[tuple[Figure, Figure], dict[tuple[Figure, Figure], Figure]] = defaultdict(dict)
    for cells in moves:
        if cells["cohort"] == COHORT:
            found[cells["pod"], cells["area"]][cells["from_stage"], cells["to_stage"]] = cells["pairs"]
    return [
        StageMatrix(
            str(cells["pod"]),
            str(cells["area"]),
            cells["n"],
            _arrange(found[cells["pod"], cells["area"]]),
        )
        for cells in change
        if cells["cohort"] == COHORT and cells["n"] != 0
    ]


def _arrange(listed: Mapping[tuple[Figure, Figure], Figure]) -> tuple[tuple[Figure, ...], ...]:
    otherwise = 0 if listed else SUPPRESSED
    return tuple(tuple(listed.get((start, latest), otherwise) for latest in STAGES) for start in STAGES)


def build_matrix_table(stages: NamedTable, change: NamedTable, edition: Edition) -> NamedTable:
    """The matrices as one table of a sheet: a row for each pod, area and stage at the start."""
    kept = {column.name: column for column in stages.columns}
    latest = tuple(
        Column(code, f"To {edition.stages[code]}", "How many of these pairs were at that stage at the latest Star.")
        for code in STAGES
    )
    columns = (kept["pod"], kept["area"], kept["from_stage"], *latest)
    rows = [
        (matrix.pod, matrix.area, start, *cells)
        for matrix in list_matrices(stages.list_records(), change.list_records())
        for start, cells in zip(STAGES, matrix.rows, strict=True)
    ]
    return NamedTable(
        name=MATRIX,
        title="From which stage to which, all pairs to date, by pod and area",
        scope=stages.scope,
        source=stages.source,
        columns=columns,
        frame=pd.DataFrame(rows, columns=[column.name for column in columns], dtype=object),
        notes=(
            "A row for each stage at the start, a column for each stage at the latest Star.",
            "Areas without pairs are left out.",
            "The sheet stages lists every move, in each cohort.",
        ),
    )
