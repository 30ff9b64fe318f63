"""The command line, ``star-tracker``. ``files`` imports and exports Stars, ``figures`` prints cohorts and writes
returns, ``service`` runs the demonstration and the server.

Every command ends with status 0, or with status 1 and one clear line on standard error (2 for wrong arguments).
"""

import sys

import click
from flask.cli import ScriptInfo
from flask_migrate.cli import db as db_commands
from sqlalchemy.exc import ArgumentError, OperationalError, ProgrammingError

from star_tracker import create_app
from star_tracker.cli.figures import cohort_command, return_command
from star_tracker.cli.files import export_command, import_command
from star_tracker.cli.service import demo_command, serve_command
from star_tracker.config import SettingsError
from star_tracker.domain.errors import DomainError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="star-tracker", message="%(version)s")
@click.pass_context
def star_tracker(context: click.Context) -> None:
    """Record Family Star Plus scalings, see how a cohort changed, make the council's return."""
    context.obj = ScriptInfo(create_app=lambda: create_app(web=False))


for command in (
    demo_command,
    serve_command,
    import_command,
    export_command,
    cohort_command,
    return_command,
    db_commands,
):
    star_tracker.add_command(command)


def main() -> None:
    """Run the command line; an error that a person can mend is one line, not a traceback."""
    try:
        star_tracker(prog_name="star-tracker")
    except (SettingsError, DomainError) as error:
        sys.exit(f"Error: {error}")
    except ArgumentError as error:
        sys.exit(f"Error: STAR_TRACKER_DATABASE_URL is no address of a database ({error})")
    except (OperationalError, ProgrammingError) as error:
        sys.exit(
            f"Error: the database cannot be used ({error.orig}). "
            "Check STAR_TRACKER_DATABASE_URL, and run star-tracker db upgrade"
        )
