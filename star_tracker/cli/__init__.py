"""The command line, ``star-tracker``.

``files`` imports and exports Stars, ``cohort`` prints a cohort's figures, ``returns`` writes and verifies returns,
``audit`` checks the audit trail, ``database`` migrates the tables and checks what is derived, ``backup`` copies the
whole record, ``keys`` manages encryption keys, ``people`` adds the first person, ``remind`` sends weekly e-mails,
``service`` serves the pages and ``demo`` the demonstration, both with the server of ``serving``; ``new_files`` writes
files for the others, ``progress`` shows how far they have come, and ``errors`` says what an error means.

Every command exits with status 0, or with status 1 and one clear line on standard error (2 for wrong arguments).
"""

import ast
import sys
from importlib import import_module
from pathlib import Path

import click

COMMANDS = {
    "audit": "star_tracker.cli.audit:audit_commands",
    "backup": "star_tracker.cli.backup:backup_command",
    "cohort": "star_tracker.cli.cohort:cohort_command",
    "db": "star_tracker.cli.database:db_commands",
    "demo": "star_tracker.cli.demo:demo_command",
    "export": "star_tracker.cli.files:export_command",
    "import": "star_tracker.cli.files:import_command",
    "keys": "star_tracker.cli.keys:keys_commands",
    "remind": "star_tracker.cli.remind:remind_command",
    "return": "star_tracker.cli.returns:return_commands",
    "serve": "star_tracker.cli.service:serve_command",
    "user": "star_tracker.cli.people:user_group",
}
"""Where each command is. It is imported when it is used: importing Stars need not wait for SciPy and Altair.

Nor does this module import Flask or the database, which ``--version`` and ``--help`` do without.
"""


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

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List them with their help, which is read, not loaded: loading all of them takes seconds."""
        room = formatter.width - 6 - max(map(len, COMMANDS))  # as click's own list has it
        with formatter.section("Commands"):
            formatter.write_dl(
                [
                    (name, click.Command(name, help=_read_docstring(place)).get_short_help_str(room))
                    for name, place in COMMANDS.items()
                ]
            )


def _read_docstring(place: str) -> str | None:
    """The docstring of a function, without importing its module."""
    module, name = place.rpartition(".")[2].split(":")
    source = Path(__file__).with_name(f"{module}.py").read_text("utf-8")
    functions = {node.name: node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}
    return ast.get_docstring(functions[name])


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="star-tracker", message="%(version)s")
@click.pass_context
def star_tracker(context: click.Context) -> None:
    """Record Family Star Plus scalings, see how a cohort changed, make the council's return."""
    from flask.cli import ScriptInfo  # noqa: PLC0415 - --version and --help do without

    from star_tracker.app import create_app  # noqa: PLC0415 - as above

    context.obj = ScriptInfo(create_app=lambda: create_app(web=False))


def main() -> None:
    """Run the command line; an error that the user can fix is one line, not a traceback."""
    try:
        star_tracker(prog_name="star-tracker")
    except Exception as error:
        from star_tracker.cli.errors import describe_error  # noqa: PLC0415 - as above

        if words := describe_error(error):
            sys.exit(f"Error: {words}")
        raise
