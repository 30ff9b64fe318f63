"""The row-level file, read back, and held against the tables that count the same pairs."""

from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO

from python_calamine import load_workbook

from star_tracker.domain.figures import write_count
from star_tracker.domain.scales import ALL_PODS
from star_tracker.exports.returns.bundle import Part, names_of, parts_of
from star_tracker.exports.returns.checks.reading import compare_rows, read_sheet
from star_tracker.exports.returns.content import Return

_NEAR = 1e-9


def find_pair_faults(return_: Return, files: Mapping[str, bytes]) -> Iterator[str]:
    """Cells of the row-level workbook that are not those of its table; areas whose rows are not the pairs counted."""
    table = return_.pairs_table
    if table is None or return_.pairs is None:
        return
    if Part.PAIRS in parts_of(return_):
        with load_workbook(BytesIO(files[names_of(return_).name_of(Part.PAIRS)]), load_tables=True) as book:
            yield from compare_rows(f"sheet {table.name}", table, table.list_rows(), read_sheet(book, table))
    scored: Mapping[str, Sequence[tuple[int, int]]] = {
        area: [
            (start, latest)
            for start, latest in (row.readings[place] for row in return_.pairs.rows)
            if start is not None and latest is not None
        ]
        for place, area in enumerate(return_.edition.areas)
    }
    for counted in return_.list_records("change", cohort="all_to_date", pod=ALL_PODS):
        pairs, n = scored[str(counted["area"])], int(counted["n"] or 0)
        if not n - return_.pairs.left_out <= len(pairs) <= n:
            rows = write_count(len(pairs), "row")
            yield f"{table.name}: {counted['area']} has {rows} with both readings, and {n} pairs are counted"
        elif len(pairs) == n > 0:
            mean = sum(latest - start for start, latest in pairs) / n
            if abs(mean - float(counted["mean_change"] or 0)) > _NEAR:
                yield f"{table.name}: {counted['area']} changes by {mean} in the rows, not by {counted['mean_change']}"
