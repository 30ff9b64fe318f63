"""Commands about the encryption keys."""

import click
from flask import current_app
from flask.cli import with_appcontext

from star_tracker.domain.permissions import COMMAND_LINE
from star_tracker.keys import KeyRing
from star_tracker.records.key_rotation import rotate_keys

HOW_TO_USE = """
Set STAR_TRACKER_ENCRYPTION_KEYS to this key, or to "THIS_KEY,OLD_KEY" to change a key that is in use; restart the
service, then run star-tracker keys rotate. Keep a copy apart from the database and its backups: without the key
nobody can read the names, notes and council references, and beside them it protects nothing."""


@click.group("keys")
def keys_commands() -> None:
    """Make an encryption key, and change the one in use."""


@keys_commands.command("new")
def new_command() -> None:
    """Print a new key, and how to use it on standard error."""
    click.echo(KeyRing.new_key())
    click.echo(HOW_TO_USE.replace("\n", " ").strip(), err=True)


@keys_commands.command("rotate")
@with_appcontext
def rotate_command() -> None:
    """Encrypt everything with the newest key; the service may go on meanwhile, and it may be interrupted."""
    renewed = rotate_keys(current_app.extensions["star_tracker"].context_of(COMMAND_LINE))
    if not renewed:
        click.echo("Everything is encrypted with the newest key already")
        return
    counts = ", ".join(f"{table.replace('_', ' ')} {number:,}" for table, number in renewed.items())
    click.echo(f"Encrypted with the newest key: {counts}")
    click.echo(
        "Take the older keys out of STAR_TRACKER_ENCRYPTION_KEYS and restart the service. "
        "Backups from before still need them",
        err=True,
    )
