"""`flask organisations add`: the first organisation of a new installation is the council itself."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from community_book.base.actor import system
from community_book.base.errors import HouseError
from community_book.organisations import actions

group = AppGroup("organisations", help="Bodies the site knows.")


@group.command("add")
@click.argument("name")
@click.option("--council", is_flag=True, help="It is the council, whose people can hold council roles.")
def add(name: str, *, council: bool) -> None:
    """Adds an organisation and prints its reference."""
    try:
        click.echo(actions.add_organisation(system("command line"), name, is_council=council))
    except HouseError as refused:
        raise click.ClickException(str(refused.message)) from refused
