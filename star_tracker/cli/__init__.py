"""The command line, ``star-tracker``.

``files`` imports and exports Stars, ``cohort`` prints a cohort's figures, ``returns`` writes a return, ``audit`` checks
the audit trail, ``database`` migrates the tables and checks what is derived, ``backup`` copies the whole record,
``keys`` manages encryption keys, ``people`` adds the first person, ``service`` has the commands that serve pages, and
``serving`` the server; ``new_files`` writes files for the others.

Every command exits with status 0, or with status 1 and one clear line on standard error (2 for wrong arguments).
"""

import sys
from importlib import import_module

import click
from flask.cli import ScriptInfo
from sqlalchemy.exc import DBAPIError

from star_tracker import create_app
from star_tracker.config import SettingsError
from star_tracker.databases import UPGRADE, describe_failure, lacks_tables
from star_tracker.domain.errors import DomainError
from star_tracker.keys import WrongKeyError

COMMANDS = {
    "audit": "star_tracker.cli.audit:audit_commands",
    "backup": "star_tracker.cli.backup:backup_command",
    "cohort": "star_tracker.cli.cohort:cohort_command",
    "db": "star_tracker.cli.database:db_commands",
    "demo": "star_tracker.cli.service:demo_command",
    "export": "star_tracker.cli.files:export_command",
    "import": "star_tracker.cli.files:import_command",
    "keys": "star_tracker.cli.keys:keys_commands",
    "return": "star_tracker.cli.returns:return_command",
    "serve": "star_tracker.cli.service:serve_command",
    "user": "star_tracker.cli.people:user_group",
}
"""Where each command is. It is imported when it is used: importing Stars need not wait for SciPy and Altair."""


class LazyGroup(click.Group):
    """The group of ``COMMANDS``."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(import_module(module), name)
        return command


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="star-tracker", message="%(version)s")
@click.pass_context
def star_tracker(context: click.Context) -> None:
    """Record Family Star Plus scalings, see how a cohort changed, make the council's return."""
    context.obj = ScriptInfo(create_app=lambda: create_app(web=False))


def main() -> None:
    """Run the command line; an error that the user can fix is one line, not a traceback."""
    try:
        star_tracker(prog_name="star-tracker")
    except (SettingsError, DomainError, WrongKeyError) as error:
        sys.exit(f"Error: {error}")
    except DBAPIError as error:
        if lacks_tables(error):
            sys.exit(f"Error: there is no record here yet, or an older one: {UPGRADE}")
        if words := describe_failure(error):
            sys.exit(f"Error: {words}")
        raise
    except OSError as error:
        if error.filename is None:
            raise
        sys.exit(f"Error: {error.filename} cannot be used: {error.strerror}")
