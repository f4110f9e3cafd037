"""`flask groups load-tags [FILE]`: activity tags from a table; without a file, those that come with the site."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from community_book.base.actor import system
from community_book.groups import actions
from community_book.groups.rules import read_tags
from community_book.web.table_commands import A_FILE, read_file, refusals_said

group = AppGroup("groups", help="The Community Book.")
OUR_TAGS = Path(__file__).parent / "activity_tags.csv"


@group.command("load-tags")
@click.argument("file", required=False, type=A_FILE, default=None)
def load_tags(file: Path | None) -> None:
    """Adds the tags of FILE and changes those known, all or nothing. Columns: code and label, or UK-CAT's own."""
    path = file or OUR_TAGS
    read = read_file(path, read_tags, what="list of tags", megabytes=5)
    with refusals_said():
        added, changed = actions.load_tags(system("command line"), read.tags, path.stem[:60])
    click.echo(f"{added} added, {changed} changed, {len(read.tags) - added - changed} as they were")
