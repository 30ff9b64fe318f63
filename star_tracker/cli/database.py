"""Commands about the database: the migrations, by Flask-Migrate, and the check of what is derived from the record."""

from typing import Any

import click
from flask import current_app
from flask.cli import ScriptInfo, with_appcontext
from flask_migrate.cli import db as migration_commands

from star_tracker.domain.figures import write_count
from star_tracker.domain.permissions import COMMAND_LINE
from star_tracker.migrating import create_migrating_app
from star_tracker.records.derived import check_standings

MOST_NAMED = 10


@click.group("db", params=migration_commands.params, commands=dict(migration_commands.commands))
@click.pass_context
def db_commands(context: click.Context, /, **options: Any) -> None:
    """Migrate the tables, and check what is derived from the record."""
    context.obj = ScriptInfo(create_app=create_migrating_app)
    context.invoke(migration_commands.callback, **options)


@db_commands.command("check-derived")
@click.option("--mend", is_flag=True, help="Derive again what is wrong.")
@with_appcontext
def check_derived_command(mend: bool) -> None:
    """Check that the standings, which cohorts are counted from, agree with the Stars, while the service goes on."""
    checked = check_standings(current_app.extensions["star_tracker"].context_of(COMMAND_LINE), mend=mend)
    checked_all = write_count(checked.registrations, "registration")
    if not checked.wrong:
        click.echo(f"Checked {checked_all}: all standings agree with the Stars")
        return
    named = ", ".join(map(str, checked.wrong[:MOST_NAMED])) + (", …" if len(checked.wrong) > MOST_NAMED else "")
    found = f"Checked {checked_all}: the standings of {len(checked.wrong):,} did not agree with the Stars (ids {named})"
    if not mend:
        raise click.ClickException(f"{found}. Run star-tracker db check-derived --mend to derive them again")
    click.echo(f"{found}, and were derived again")
