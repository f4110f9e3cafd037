"""`flask people add`, `flask people set-password`: accounts before anybody can invite anybody."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from community_book.base.actor import Role, system
from community_book.base.errors import HouseError, NotThere
from community_book.people import actions
from community_book.people.schemas import SignIn
from community_book.web.fields import Fault

group = AppGroup("people", help="Accounts and roles.")


def _address(typed: str) -> str:
    try:
        return str(SignIn().fields["email"].deserialize(typed))
    except Fault as fault:
        raise click.ClickException(f"{typed}: {fault.says}") from fault


@group.command("add")
@click.argument("email")
@click.argument("name")
@click.option("--organisation", "reference", required=True, help="The reference of the organisation, like O-7K2M9Q.")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
def add(email: str, name: str, *, reference: str, role: str) -> None:
    """Gives an address an account, if it has none, and a role in an organisation."""
    try:
        made = actions.add_person(
            system("command line"), name, _address(email), organisation_reference=reference, role=Role(role)
        )
    except NotThere as nowhere:
        raise click.ClickException(
            f"There is no organisation {reference}. Add it with `flask organisations add`."
        ) from nowhere
    except HouseError as refused:
        raise click.ClickException(str(refused.message)) from refused
    click.echo(f"{made} is {role} in {reference}. Next: flask people set-password {email}")


@group.command("set-password")
@click.argument("email")
@click.password_option(help="Asked for when it is not given.")
def set_password(email: str, password: str) -> None:
    """Sets somebody's password and signs them out everywhere."""
    try:
        actions.set_password(system("command line"), _address(email), password)
    except NotThere as nowhere:
        raise click.ClickException(f"Nobody has the address {email}. Add them with `flask people add`.") from nowhere
    except HouseError as refused:
        raise click.ClickException(str(refused.message)) from refused
    click.echo("The password is set; every session of theirs has ended.")
