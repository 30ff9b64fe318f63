"""The commands that write a quarter's return, and tell whether a file is of a signed one."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from star_tracker.analysis.disclosure import Profile
from star_tracker.cli.new_files import overwrite_option, refuse_to_overwrite
from star_tracker.cli.progress import progress_bar
from star_tracker.config import Settings
from star_tracker.domain.days import long_moment
from star_tracker.domain.looks import DOWNLOAD
from star_tracker.domain.permissions import COMMAND_LINE
from star_tracker.exports.returns.checks.result import find_failed
from star_tracker.queries.councils import get_council_named
from star_tracker.queries.figures.service import get_settings
from star_tracker.queries.returns.signed_files import SignedFile, list_signed_files
from star_tracker.queries.returns.signed_returns import get_history_of
from star_tracker.records.access_log import log_access
from star_tracker.records.returns.making import make_whole_return

PROFILES = [profile.value for profile in Profile]

COUNTED, BUILT = 0.3, 0.7
"""How much of a large return is done, about, when its figures are counted, and when its files are built."""


class QuarterOrCommand(click.Group):
    """A group whose command ``write`` need not be named: ``return 2018-19-Q3`` writes that quarter's return."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put ``write`` before what names no command."""
        if not args or args[0] not in (*self.commands, *self.get_help_option_names(ctx)):
            args = ["write", *args]
        return super().parse_args(ctx, args)


@click.group("return", cls=QuarterOrCommand)
def return_commands() -> None:
    """Write a quarter's return, as a draft, or tell whether a file is what was signed off.

    A QUARTER alone writes: `return 2018-19-Q3 --out DIR`.
    """


@return_commands.command("write")
@click.argument("quarter", metavar="QUARTER")
@click.option("--council", metavar="NAME", help="The council; needed if the service works for several.")
@click.option("--profile", type=click.Choice(PROFILES), default="restricted", show_default=True)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="The folder to write to.")
@overwrite_option
@with_appcontext
def return_command(quarter: str, council: str | None, profile: str, out: Path, *, overwrite: bool) -> None:
    """Write a quarter's return, as a draft: workbook, report, one page, and CSV files with the same figures.

    A restricted one has the row-level file, if the settings allow it.

    The files are read back first: if they do not carry the same figures, or these do not add up, nothing is written.
    """
    settings = get_settings(current_app.extensions["star_tracker"])
    returned_to = get_council_named(council)
    try:
        wanted = returned_to.contract.read(quarter)  # a quarter of the council's own year (R8)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="'QUARTER'") from error
    context = settings.context_of(COMMAND_LINE)
    chosen = Profile(profile)
    with progress_bar("Making the return") as progress:
        made = make_whole_return(context, council=returned_to, quarter=wanted, profile=chosen, settings=settings)
        progress(COUNTED)
        files = {out / name: data for name, data in made.files.items()}
        progress(BUILT)
        failed = find_failed(made.checks)
    if failed:
        raise click.ClickException(f"nothing was written: the files of this return are at fault. {failed}")
    if not overwrite:
        refuse_to_overwrite(files, "choose another folder, or add --overwrite")
    if made.return_.is_provisional:
        click.echo(f"{wanted} has not ended: this {profile} return is provisional", err=True)
    log_access(
        context,
        action=DOWNLOAD,
        entity="return",
        details={"file": made.names.archive},
    )
    try:
        for path, data in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            click.echo(path)
    except OSError as error:
        raise click.ClickException(f"{out} cannot be written to: {error.strerror}") from error


@return_commands.command("verify")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@with_appcontext
def verify_command(file: Path) -> None:
    """Tell which signed return FILE is of, byte for byte: a .zip, or any file that is in it.

    It is compared by its SHA-256 with what is stored of every version, which is compared with the audit trail first.
    """
    settings = get_settings(current_app.extensions["star_tracker"])
    found = list_signed_files(file.read_bytes())
    if not found:
        raise click.ClickException(
            f"{file.name} is no file of a signed return: a draft, or changed since it was signed off"
        )
    for one in found:
        click.echo(_describe(one, settings))


def _describe(found: SignedFile, settings: Settings) -> str:
    """Which return a file is of, who signed it off and when, and whether it stands."""
    signed = found.signed
    history = get_history_of(signed)
    if signed.withdrawn_at:
        state = f"it was withdrawn on {long_moment(signed.withdrawn_at, settings.time_zone)}"
    elif signed.version == history.versions[0].version:
        state = "it stands"
    else:
        state = f"the newest is version {history.versions[0].version}"
    at = long_moment(signed.signed_at, settings.time_zone)
    return (
        f"{found.name}: version {signed.version} of the {signed.profile} return for {signed.council.name}, "
        f"{history.quarter.label}, signed off on {at} by {signed.signed_by.shown_as}; {state}"
    )
