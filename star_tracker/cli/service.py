"""The command that serves the pages."""

from functools import partial

import click

from star_tracker.app import create_app
from star_tracker.cli.serving import find_free_address, serve
from star_tracker.config import PORTS, check_production, read_settings
from star_tracker.extensions import db
from star_tracker.queries.figures.service import check_may_serve, list_known_keys


def address_options(command: click.decorators.FC) -> click.decorators.FC:
    """The options of commands that serve pages."""
    command = click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")(command)
    port = click.option(
        "--port",
        type=click.IntRange(PORTS[0], PORTS[-1]),
        default=5000,
        show_default=True,
        help="The port to listen on.",
    )
    return port(command)


@click.command("serve")
@address_options
def serve_command(host: str, port: int) -> None:
    """Serve the pages; refuses where that would not be safe, and says what is missing."""
    address = find_free_address(host, port)
    settings = read_settings()
    check_production(settings)
    with create_app(settings).app_context():
        check_may_serve()
        list_known_keys(db.session.connection())
        db.engine.dispose()
    serve(partial(create_app, settings), settings, address, port)
