"""The command that copies the whole record while the service runs."""

import shlex
import sqlite3
from dataclasses import replace
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from star_tracker.app import create_app
from star_tracker.cli.new_files import new_file, refuse_to_overwrite
from star_tracker.config import Settings
from star_tracker.domain.errors import DomainError
from star_tracker.domain.figures import write_count
from star_tracker.domain.looks import DOWNLOAD
from star_tracker.domain.permissions import COMMAND_LINE
from star_tracker.extensions import db
from star_tracker.queries.audit.audit_chain import ChainEnd, verify_chain
from star_tracker.queries.backups import copy_sqlite_file, finish_sqlite_copy, get_address
from star_tracker.records.access_log import log_access

ANOTHER_NAME = "choose another name"

KEEP_THE_KEYS_APART = (
    "The encryption keys are not in it. Keep them apart from it: without them nobody reads the names, and beside it "
    "they protect nothing."
)


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_appcontext
def backup_command(file: Path) -> None:
    """Copy the whole record to a new file, which is checked; the service may go on meanwhile.

    For a record in a SQLite file. Where it is in PostgreSQL, this says which command copies it.
    """
    settings: Settings = current_app.extensions["star_tracker"]
    _refuse_postgresql(file)
    refuse_to_overwrite([file], ANOTHER_NAME)
    log_access(
        settings.context_of(COMMAND_LINE),
        action=DOWNLOAD,
        entity="backup",
        details={"file": file.name},
    )
    try:
        with new_file(file, ANOTHER_NAME) as copied:
            copy_sqlite_file(copied)
            end, trail_fault = _verify(copied, settings)
            if fault := finish_sqlite_copy(copied):
                raise click.ClickException(f"nothing was written: the copy is damaged ({fault})")
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise click.ClickException(f"{file} cannot be written: {reason}") from error
    click.echo(KEEP_THE_KEYS_APART, err=True)
    if end is None:
        raise click.ClickException(
            f"{file} was written as the record is, and its audit trail has a fault: {trail_fault}"
        )
    click.echo(f"Copied the whole record to {file}: {file.stat().st_size:,} bytes")
    entries = write_count(end.entries, "entry", "entries")
    click.echo(f"Its audit trail has {entries}, all as they were written; the last hash is {end.hash}")


def _refuse_postgresql(file: Path) -> None:
    address = get_address()
    if address.get_backend_name() != "sqlite":
        plain = address._replace(drivername="postgresql", password=None).render_as_string()
        command = shlex.join(["pg_dump", "--format=custom", f"--file={file}", plain])
        raise click.ClickException(f"the record is in PostgreSQL, which copies it by itself: (umask 077; {command})")


def _verify(copied: Path, settings: Settings) -> tuple[ChainEnd | None, str]:
    """The end of the audit trail in the copy and ""; or None and what is wrong with it."""
    app = create_app(replace(settings, database_url=f"sqlite:///{copied.resolve()}"), web=False)
    with app.app_context():
        try:
            return verify_chain(), ""
        except DomainError as error:
            return None, error.message
        finally:
            db.engine.dispose()
