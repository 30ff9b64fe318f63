"""Every check of a return, in the order in which people read them."""

from collections.abc import Iterable, Mapping
from itertools import islice

from star_tracker.exports.returns.checks import adding, pairs, reading
from star_tracker.exports.returns.checks.result import Check
from star_tracker.exports.returns.content import Return

MOST = 5
"""How many faults of one check are told; one is enough to look for the cause."""


def list_checks(return_: Return, files: Mapping[str, bytes]) -> list[Check]:
    """Every check of a return and its finished files, passed or not.

    Args:
        return_: the return.
        files: what ``bundle.build_files`` built of it, by relative path.
    """
    report = reading.read_report(return_, files)
    found: dict[str, Iterable[str]] = {
        "Each CSV file has the figures of its table, cell by cell": reading.find_csv_faults(return_, files),
        "Each sheet of the workbook has the same figures": reading.find_workbook_faults(return_, files),
        "The return’s page has the same figures": reading.find_page_faults(return_),
        "The tables of the report (PDF) have the same figures": reading.find_report_faults(return_, report),
        "The charts draw the figures of the tables": reading.find_chart_faults(return_),
        "The data package describes each CSV file as it is, and every file names the same SHA-256 of the figures": (
            reading.find_naming_faults(return_, files, report)
        ),
        "Improved, maintained and declined add up to the pairs; so do up a stage, same stage and down a stage": (
            adding.find_outcome_faults(return_)
        ),
        "The moves between stages add up to the same pairs": adding.find_stage_faults(return_),
        "Averages and change rest on the same pairs, and the change is the difference of the averages": (
            adding.find_average_faults(return_)
        ),
        "Open at start + started − closed = open at end": adding.find_activity_faults(return_),
        "No part is larger than its whole, and each rate is the one number divided by the other": (
            adding.find_part_faults(return_)
        ),
        "All pods agree with the pods, and all reasons with the reasons": adding.find_total_faults(return_),
        "The headline indicators are those of the tables": adding.find_indicator_faults(return_),
        "No number is smaller than the return’s profile lets anybody see": adding.find_small_numbers(return_),
    }
    if return_.pairs is not None:
        found = found | {
            "The row-level file has a row for each pair but those of restricted families, with the readings that are "
            "counted": pairs.find_pair_faults(return_, files)
        }
    return [Check(claim, tuple(islice(faults, MOST))) for claim, faults in found.items()]
