"""`flask frameworks import FILE` and `flask frameworks load-seed`."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from community_book.base.actor import system
from community_book.web.table_commands import A_FILE, refusals_said
from cwb.frameworks import actions
from cwb.frameworks.rules.files import BYTES_AT_MOST

group = AppGroup("frameworks", help="Frameworks, their lots and providers.")


@group.command("import")
@click.argument("file", type=A_FILE)
@click.option("--name", default="", help="The framework a CSV table is of, or another name for a notice's framework.")
@click.option("--dry-run", is_flag=True, help="Say what would change and save nothing.")
def import_file(file: Path, *, name: str, dry_run: bool) -> None:
    """Takes in a CSV table or an OCDS release package, told apart by content; all of it or nothing."""
    with file.open("rb") as opened:
        content = opened.read(BYTES_AT_MOST + 1)
    with refusals_said("Nothing was imported.", hints={"name": "Use --name."}):
        done = actions.import_file(system("command line"), content, name=name, dry_run=dry_run)
    for message in done.changes:
        click.echo(str(message))
    for message in done.warnings:
        click.echo(f"Mind: {message}", err=True)
    would = "would change" if dry_run else "changed"
    click.echo(f"{len(done.changes)} things {would}" + (" (a dry run: nothing was saved)" if dry_run else ""))


@group.command("load-seed")
def load_seed() -> None:
    """Loads the real framework this site began with: its lots, zones and published history."""
    with refusals_said():
        done = actions.load_seed(system("command line"))
    click.echo(f"{done.reference}: {done.lots_added} lots added, {done.facts_changed} facts added or changed")
