"""The command that writes a quarter's return."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from star_tracker.analysis.disclosure import Profile
from star_tracker.cli.new_files import overwrite_option, refuse_to_overwrite
from star_tracker.domain.looks import DOWNLOAD
from star_tracker.domain.periods import Quarter
from star_tracker.domain.permissions import COMMAND_LINE
from star_tracker.exports.bundle import build_files, return_file_names
from star_tracker.queries.figures.service import get_settings
from star_tracker.queries.returns.returns import get_return
from star_tracker.records.access_log import log_access

PROFILES = [profile.value for profile in Profile]


@click.command("return")
@click.argument("quarter", metavar="QUARTER")
@click.option("--profile", type=click.Choice(PROFILES), default="restricted", show_default=True)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="The folder to write to.")
@overwrite_option
@with_appcontext
def return_command(quarter: str, profile: str, out: Path, *, overwrite: bool) -> None:
    """Write a quarter's return: a workbook, and a folder of CSV files with the same figures."""
    settings = get_settings(current_app.extensions["star_tracker"])
    try:
        wanted = Quarter.parse(quarter, settings.year_starts_in)  # a quarter of the service's own year (R8)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="'QUARTER'") from error
    made = get_return(wanted, Profile(profile), settings, today=settings.today())
    files = {out / name: data for name, data in build_files(made).items()}
    if not overwrite:
        refuse_to_overwrite(files, "choose another folder, or add --overwrite")
    if made.is_provisional:
        click.echo(f"{wanted} has not ended: this {profile} return is provisional", err=True)
    log_access(
        settings.context_of(COMMAND_LINE),
        action=DOWNLOAD,
        entity="return",
        details={"file": return_file_names(wanted, made.profile).workbook},
    )
    try:
        for path, data in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            click.echo(path)
    except OSError as error:
        raise click.ClickException(f"{out} cannot be written to: {error.strerror}") from error
