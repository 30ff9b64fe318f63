"""Commands that import and export Stars as files."""

import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from star_tracker.cli.new_files import OVERWRITE, new_file, overwrite_option, refuse_to_overwrite
from star_tracker.cli.progress import progress_bar
from star_tracker.domain.figures import write_count
from star_tracker.domain.looks import DOWNLOAD, READ
from star_tracker.domain.permissions import COMMAND_LINE
from star_tracker.queries.starfile import ROWS_AT_A_TIME, count_left_out, count_star_rows, list_star_rows
from star_tracker.records.access_log import log_access
from star_tracker.records.imports.import_result import ImportResult
from star_tracker.records.imports.importing import check_import, import_rows
from star_tracker.starfile.checking import check_rows
from star_tracker.starfile.errors import StarFileError
from star_tracker.starfile.limits import MAX_FILE_BYTES
from star_tracker.starfile.reading import read_cells
from star_tracker.starfile.rows import Fault, StarRow
from star_tracker.starfile.sheets import Progress
from star_tracker.starfile.writing import get_writer

MOST_FAULTS = 200
MOST_WARNINGS = 20


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Check the file against the record, and write nothing.")
@click.option("--all-warnings", is_flag=True, help=f"Print every warning, not the first {MOST_WARNINGS} alone.")
@with_appcontext
def import_command(file: Path, dry_run: bool, all_warnings: bool) -> None:
    """Import Stars from a .csv, .xlsx, .xls or .ods file: all of it, or nothing if anything is wrong."""
    settings = current_app.extensions["star_tracker"]
    try:
        data = _read_content(file)
        with progress_bar("Reading") as progress:
            cells = read_cells((file.name, io.BytesIO(data)), progress)
        if cells.note:
            click.echo(cells.note)
        with progress_bar("Checking") as progress:
            checked = check_rows(cells, today=settings.today(), progress=progress)
        if checked.faults:
            raise StarFileError(checked.faults)
        if not checked.rows:
            click.echo(f"{file.name} has no rows below its header: nothing to import")
            return
        source = f"{file.name} (SHA-256 {hashlib.sha256(data).hexdigest()})"
        # Faults and warnings reveal what the record holds, so the comparison is logged.
        log_access(
            settings.context_of(COMMAND_LINE),
            action=READ,
            entity="star_file",
            details={"source": source},
        )
        with progress_bar("Comparing" if dry_run else "Importing") as progress:
            if dry_run:
                result = check_import(checked.rows, progress=progress)
            else:
                result = import_rows(
                    settings.context_of(COMMAND_LINE),
                    checked.rows,
                    edition=settings.edition.code,
                    source=source,
                    progress=progress,
                )
    except StarFileError as error:
        raise _refusal(file, error) from error
    _print_result(result, dry_run=dry_run, most_warnings=len(result.warnings) if all_warnings else MOST_WARNINGS)


@click.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@overwrite_option
@with_appcontext
def export_command(file: Path, *, overwrite: bool) -> None:
    """Export every registration and Star to a .csv or .xlsx file, which import takes again."""
    try:
        write = get_writer(file.name)
        if not overwrite:
            refuse_to_overwrite([file], OVERWRITE)
        log_access(
            current_app.extensions["star_tracker"].context_of(COMMAND_LINE),
            action=DOWNLOAD,
            entity="star_file",
            details={"file": file.name},
        )
        number = count_star_rows()
        with (
            new_file(file, OVERWRITE, overwrite=overwrite) as made,
            made.open("wb") as stream,
            progress_bar("Exporting") as progress,
        ):
            write(_with_progress(list_star_rows(), number, progress), stream)
    except StarFileError as error:
        raise click.ClickException(error.faults[0].allowed) from error
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror}") from error
    click.echo(f"Exported to {file}")
    left_out = [f"{name} {number:,}" for name, number in count_left_out().items() if number]
    if left_out:
        click.echo(f"Left out, because no parent is registered in an intervention: {', '.join(left_out)}", err=True)


def _read_content(file: Path) -> bytes:
    """The file's content, or enough of it to be refused as too large."""
    with file.open("rb") as stream:
        return stream.read(MAX_FILE_BYTES + 1)


def _with_progress(rows: Iterable[StarRow], number: int, progress: Progress) -> Iterator[StarRow]:
    for done, row in enumerate(rows):
        if done % ROWS_AT_A_TIME == 0:
            progress(done / max(number, 1))
        yield row


def _refusal(file: Path, error: StarFileError) -> click.ClickException:
    """Print a file's faults, and return the exception with the one line for standard error."""
    number = len(error.faults)
    _print_some(error.faults, MOST_FAULTS)
    return click.ClickException(f"{file.name} has {write_count(number, 'fault')}, and nothing was imported")


def _print_result(result: ImportResult, *, dry_run: bool, most_warnings: int) -> None:
    counts = ", ".join(f"{name.replace('_', ' ')} {number:,}" for name, number in result.counts.items() if number)
    click.echo(f"{'Would import' if dry_run else 'Imported'}: {counts or 'nothing, all of it is recorded already'}")
    if result.unchanged_stars:
        click.echo(f"Recorded before and left as they are: stars {result.unchanged_stars:,}")
    for label, names in (("New pods", result.pods), ("New people", result.people)):
        if names:
            click.echo(f"{label}: {', '.join(names)}")
    if result.warnings:
        click.echo(f"{write_count(len(result.warnings), 'warning')}:")
        # After an import, only a dry run prints the warnings again.
        _print_some(result.warnings, most_warnings, advice=": star-tracker import --dry-run --all-warnings prints them")


def _print_some(faults: Sequence[Fault], most: int, advice: str = "") -> None:
    for fault in faults[:most]:
        click.echo(f"  {fault}")
    if len(faults) > most:
        click.echo(f"  … and {len(faults) - most:,} more{advice}")
