"""`flask pillars load-pack [FILE]`: measures from a table; without a file, those that come with the site."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from community_book.base.actor import system
from community_book.web.table_commands import A_FILE, read_file, refusals_said
from cwb.pillars import actions
from cwb.pillars.rules import read_pack

group = AppGroup("pillars", help="The five pillars and their measures.")


@group.command("load-pack")
@click.argument("file", required=False, type=A_FILE, default=None)
@click.option("--dry-run", is_flag=True, help="Say what would change and save nothing.")
def load_pack(file: Path | None, *, dry_run: bool) -> None:
    """Loads a pack of measures, all or nothing. The same pack again changes nothing."""
    path = file or actions.STARTER_PACK
    read = read_file(path, read_pack, what="pack of measures", megabytes=5)
    with refusals_said():
        done = actions.load_measures(system("command line"), read.rows, path.stem, dry_run=dry_run)
    for word, codes in (("added", done.added), ("changed", done.changed)):
        for code in codes:
            click.echo(f"{word}: {code}")
    would = "would be " if dry_run else ""
    click.echo(
        f"{len(done.added)} {would}added, {len(done.changed)} {would}changed, {len(done.same)} as they were"
        + (" (a dry run: nothing was saved)" if dry_run else "")
    )
