"""`flask set-up address`: the one-time address of the first administrator."""

from __future__ import annotations

import click
from flask import current_app, url_for
from flask.cli import AppGroup, with_appcontext
from sqlalchemy.exc import DBAPIError

from community_book.base.actor import system
from community_book.base.errors import HouseError
from community_book.base.settings import settings
from community_book.setting_up import actions

group = AppGroup("set-up", help="From an empty database to an open site.")


@group.command("address")
@with_appcontext
def address() -> None:
    """Prints the address where the first administrator begins; an earlier one opens nothing any more."""
    try:
        token = actions.make_first_link(system("command line"))
    except HouseError as refused:
        raise click.ClickException(str(refused.message)) from refused
    except DBAPIError as fault:
        raise click.ClickException("The database has no tables yet. First run: flask db upgrade") from fault
    with current_app.test_request_context(base_url=settings().public_url):
        path = url_for("setting_up.begin", token=token)
    click.echo("The database is empty. Begin here; the address works once, until there is an administrator:")
    click.echo(f"\n  {settings().public_url}{path}\n")
