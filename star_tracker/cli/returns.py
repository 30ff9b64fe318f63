"""The command that writes a quarter's return."""

from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext

from star_tracker.analysis.disclosure import Profile
from star_tracker.domain.periods import Quarter
from star_tracker.exports.bundle import build_files
from star_tracker.queries.returns import get_return

PROFILES = [profile.value for profile in Profile]


class QuarterOption(click.ParamType[Any]):
    """A quarter of a financial year, as 2018-19-Q3."""

    name = "quarter"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Quarter:
        """Read it, or say what is wrong."""
        try:
            return value if isinstance(value, Quarter) else Quarter.parse(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


@click.command("return")
@click.argument("quarter", type=QuarterOption())
@click.option("--profile", type=click.Choice(PROFILES), default="restricted", show_default=True)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="The folder to write to.")
@with_appcontext
def return_command(quarter: Quarter, profile: str, out: Path) -> None:
    """Write a quarter's return: a workbook, and a folder of CSV files with the same figures."""
    settings = current_app.extensions["star_tracker"]
    made = get_return(quarter, Profile(profile), settings, today=settings.today())
    if made.is_provisional:
        click.echo(f"{quarter} has not ended: this {profile} return is provisional", err=True)
    try:
        for name, data in build_files(made).items():
            path = out / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            click.echo(path)
    except OSError as error:
        raise click.ClickException(f"{out} cannot be written to: {error.strerror}") from error
