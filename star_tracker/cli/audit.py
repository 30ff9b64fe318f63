"""The command that checks the audit trail and the signed returns."""

import re

import click
from flask.cli import with_appcontext

from star_tracker.domain.figures import write_count
from star_tracker.queries.audit.audit_chain import verify_chain
from star_tracker.queries.returns.altered_returns import check_signed_returns


@click.group("audit")
def audit_commands() -> None:
    """Check the audit trail."""


def _read_hash(_context: click.Context, _option: click.Parameter, text: str | None) -> str:
    if text and not re.fullmatch(r"[0-9a-f]{64}", text.strip().lower()):
        raise click.BadParameter("a hash is 64 of the characters 0 to 9 and a to f, as audit verify printed it")
    return (text or "").strip().lower()


@audit_commands.command("verify")
@click.option(
    "--expect",
    metavar="HASH",
    callback=_read_hash,
    help="A last hash that was printed earlier and kept elsewhere: it must still be in the chain.",
)
@with_appcontext
def verify_command(expect: str) -> None:
    """Check that every entry is as it was written, in its place, none is missing, and signed returns are unchanged."""
    end = verify_chain(expected=expect)
    returns = check_signed_returns()
    click.echo(f"{write_count(end.entries, 'entry', 'entries')}, all as they were written; the last hash is {end.hash}")
    if end.expected_is_old:
        click.echo("The expected hash is from before the trail had a key, and fits: note the last hash anew")
    if returns:
        click.echo(f"Signed returns, all as they were signed off: {returns:,}")
