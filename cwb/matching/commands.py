"""`flask matching rebuild`."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from community_book.base.actor import system
from cwb.matching import actions

group = AppGroup("matching", help="Suggestions: which pledges fit which needs.")


@group.command("rebuild")
def rebuild() -> None:
    """Computes every suggestion anew, after an import or a change of the engine."""
    click.echo(f"{actions.rebuild(system('matching'))} suggestions")
