"""Commands that add the first person, or let one back in; everybody else is invited on the pages."""

import click
from flask import current_app
from flask.cli import with_appcontext

from star_tracker.config import Settings
from star_tracker.domain.permissions import COMMAND_LINE
from star_tracker.domain.roles import Role
from star_tracker.queries.accounts.people import get_user_by_email, list_pods_named
from star_tracker.queries.councils import get_council_named
from star_tracker.records.accounts.links import INVITATION_LASTS
from star_tracker.records.accounts.people import PersonDetails, invite_person, make_new_link
from star_tracker.records.accounts.people import reset_second_factor as forget_second_factor


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
@click.option("--pod", "pods", multiple=True, help="A pod's name; a practitioner needs at least one.")
@click.option(
    "--council", "councils", multiple=True, help="For the role council: a council's name, if there are several."
)
@with_appcontext
def add_command(
    email: str, name: str, roles: tuple[str, ...], pods: tuple[str, ...], councils: tuple[str, ...]
) -> None:
    """Add a person, or let one who is known sign in, and print the link by which they choose a password.

    Without --role they are an administrator, who invites everybody else.
    """
    settings = _settings_with_address()
    user, secret = invite_person(
        settings.context_of(COMMAND_LINE),
        email=email,
        details=PersonDetails(
            name=name,
            roles=[Role(role) for role in roles],
            pod_ids=[pod.id for pod in list_pods_named(pods)],
            council_ids=[get_council_named(council).id for council in councils],
        ),
    )
    _print_link(settings, user.email, secret)


@user_group.command("link")
@click.argument("email")
@click.option(
    "--reset-second-factor", is_flag=True, help="Forget their authenticator, passkeys and recovery codes too."
)
@with_appcontext
def link_command(email: str, reset_second_factor: bool) -> None:
    """Print a new link by which a person chooses a password: the way back for an administrator who is locked out."""
    settings = _settings_with_address()
    user = get_user_by_email(email)
    if user is None or not user.roles:
        raise click.ClickException(f"nobody can sign in as {email!r}: star-tracker user add lets them")
    context = settings.context_of(COMMAND_LINE)
    if reset_second_factor:
        forget_second_factor(context, user_id=user.id)
    _user, secret = make_new_link(context, user_id=user.id)
    _print_link(settings, user.email, secret)


def _settings_with_address() -> Settings:
    settings: Settings = current_app.extensions["star_tracker"]
    if not settings.address:
        raise click.ClickException("set STAR_TRACKER_ADDRESS to where people find the pages: the link begins with it")
    return settings


def _print_link(settings: Settings, email: str, secret: str) -> None:
    click.echo(f"{email} may choose a password here, once, within {INVITATION_LASTS.days} days:")
    click.echo(f"{settings.address}/link/{secret}")
