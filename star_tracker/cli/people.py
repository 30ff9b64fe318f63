"""The command that lets the first person in; everybody else is invited on the pages."""

import click
from flask import current_app
from flask.cli import with_appcontext

from star_tracker.domain.errors import DomainError
from star_tracker.domain.permissions import COMMAND_LINE, Role
from star_tracker.records.people import PersonDetails, invite
from star_tracker.records.sign_in import INVITED_FOR


@click.group("user")
def user_group() -> None:
    """People who may sign in."""


@user_group.command("add")
@click.argument("email")
@click.option("--name", default="", help="What the person is called.")
@click.option(
    "--role",
    "roles",
    type=click.Choice([role.value for role in Role]),
    multiple=True,
    default=[Role.ADMINISTRATOR.value],
)
@with_appcontext
def add_command(email: str, name: str, roles: tuple[str, ...]) -> None:
    """Add a person, or let one who is known sign in, and print the link by which they choose a password.

    Without --role they are an administrator, who invites everybody else.
    """
    settings = current_app.extensions["star_tracker"]
    if not settings.address:
        raise click.ClickException("set STAR_TRACKER_ADDRESS to where people find the pages: the link begins with it")
    try:
        _user, secret = invite(
            email=email,
            details=PersonDetails(name=name, roles=[Role(role) for role in roles]),
            actor=COMMAND_LINE,
            now=settings.now(),
        )
    except DomainError as error:
        raise click.ClickException(error.message) from error
    click.echo(f"{email} may choose a password here, once, within {INVITED_FOR.days} days:")
    click.echo(f"{settings.address}/link/{secret}")
