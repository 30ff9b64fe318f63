"""The command that serves the demonstration."""

import secrets
import stat
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import click
from flask_migrate import upgrade

from star_tracker.app import create_app
from star_tracker.cli.service import address_options
from star_tracker.cli.serving import find_free_address, serve
from star_tracker.config import Settings, read_settings
from star_tracker.migrating import create_migrating_app
from star_tracker.seed import seed_demonstration, sign_off_demonstration


@click.command("demo")
@address_options
def demo_command(host: str, port: int) -> None:
    """Serve the demonstration service, with invented families; made at the first start.

    It keeps to a database of its own, whatever STAR_TRACKER_DATABASE_URL says: nobody may click their way into a real
    one.
    """
    address = find_free_address(host, port)
    settings = read_settings()
    settings.instance.mkdir(parents=True, exist_ok=True)
    settings = replace(
        settings,
        demo=True,
        database_url=f"sqlite:///{settings.instance.resolve() / 'demo.db'}",
        secret_key=_demo_secret(settings.instance / "demo.key"),
    )
    _fill_demo(settings)
    _sign_off_demo_elsewhere(settings)
    click.echo(f"Star Tracker's demonstration is at http://{host}:{port}")
    click.echo("Sign in with one click as a practitioner, the service lead, the council or an administrator.")
    click.echo("Every family in it is invented. Press Ctrl-C to stop.")
    serve(partial(create_app, settings), settings, address, port)


def _fill_demo(settings: Settings) -> None:
    with create_migrating_app(settings).app_context():
        upgrade()
        if seed_demonstration(anchor=settings.today(), now=settings.now()):
            click.echo("The demonstration's families were made.")


def _sign_off_demo_elsewhere(settings: Settings) -> None:
    """Sign off the demonstration's returns in another process: drawing pictures here would make a later fork unsafe.

    Raises:
        ClickException: it failed there; its error was printed.
    """
    signing = get_context("fork").Process(target=_sign_off_demo, args=[settings])
    signing.start()
    signing.join()
    if signing.exitcode:
        raise click.ClickException("the demonstration's returns could not be signed off")


def _sign_off_demo(settings: Settings) -> None:
    with create_app(settings, web=False).app_context():
        if sign_off_demonstration(anchor=settings.today(), now=settings.now(), settings=settings):
            click.echo("The last quarters' returns were signed off.")


def _demo_secret(path: Path) -> str:
    """A secret that is the same at each start, readable by its owner alone."""
    if not path.exists():
        path.touch(mode=stat.S_IRUSR | stat.S_IWUSR)
        path.write_text(secrets.token_urlsafe(32))
    return path.read_text()
