"""`flask groups load-tags [FILE]`: activity tags from a table; without a file, those that come with the site."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from community_book.base.actor import system
from community_book.base.errors import HouseError
from community_book.groups import actions
from community_book.groups.rules import read_tags

group = AppGroup("groups", help="The Community Book.")
BYTES_AT_MOST = 5 * 1024 * 1024
OUR_TAGS = Path(__file__).parent / "activity_tags.csv"


@group.command("load-tags")
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path), default=None
)
def load_tags(file: Path | None) -> None:
    """Adds the tags of FILE and changes those known, all or nothing. Columns: code and label, or UK-CAT's own."""
    path = file or OUR_TAGS
    if path.stat().st_size > BYTES_AT_MOST:
        raise click.ClickException(f"{path.name} has more than {BYTES_AT_MOST >> 20} MB: it is no list of tags.")
    read = read_tags(path.read_bytes())
    if read.bad:
        for row in read.bad:
            click.echo(str(row.says()), err=True)
        raise click.ClickException(f"Nothing was loaded: {len(read.bad)} things are wrong in {path.name}.")
    try:
        added, changed = actions.load_tags(system("command line"), read.tags, path.stem[:60])
    except HouseError as refused:
        raise click.ClickException(str(refused.message)) from refused
    click.echo(f"{added} added, {changed} changed, {len(read.tags) - added - changed} as they were")
