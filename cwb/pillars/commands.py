"""`flask pillars load-pack [FILE]`: measures from a table; without a file, those that come with the site."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from community_book.base.actor import system
from community_book.base.errors import HouseError, Refused
from cwb.pillars import actions
from cwb.pillars.rules import read_pack

group = AppGroup("pillars", help="The five pillars and their measures.")
BYTES_AT_MOST = 5 * 1024 * 1024


@group.command("load-pack")
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path), default=None
)
@click.option("--dry-run", is_flag=True, help="Say what would change and save nothing.")
def load_pack(file: Path | None, *, dry_run: bool) -> None:
    """Loads a pack of measures, all or nothing. The same pack again changes nothing."""
    path = file or actions.STARTER_PACK
    if path.stat().st_size > BYTES_AT_MOST:
        raise click.ClickException(f"{path.name} has more than {BYTES_AT_MOST >> 20} MB: it is no pack of measures.")
    read = read_pack(path.read_bytes())
    if read.bad:
        for row in read.bad:
            click.echo(str(row.says()), err=True)
        raise click.ClickException(f"Nothing was loaded: {len(read.bad)} things are wrong in {path.name}.")
    try:
        done = actions.load_measures(system("command line"), read.rows, path.stem, dry_run=dry_run)
    except Refused as refused:
        for problem in refused.problems:
            click.echo(str(problem.message), err=True)
        raise click.ClickException("Nothing was loaded.") from refused
    except HouseError as refused:
        raise click.ClickException(str(refused.message)) from refused
    for word, codes in (("added", done.added), ("changed", done.changed)):
        for code in codes:
            click.echo(f"{word}: {code}")
    would = "would be " if dry_run else ""
    click.echo(
        f"{len(done.added)} {would}added, {len(done.changed)} {would}changed, {len(done.same)} as they were"
        + (" (a dry run: nothing was saved)" if dry_run else "")
    )
