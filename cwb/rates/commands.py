"""`flask rates load FILE`: living-wage rates from a table."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from community_book.base.actor import system
from community_book.base.errors import HouseError, Refused
from cwb.rates import actions
from cwb.rates.rules import read_rates

group = AppGroup("rates", help="Rates of pay: the National and the Real Living Wage.")
BYTES_AT_MOST = 1024 * 1024


@group.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would change and save nothing.")
def load(file: Path, *, dry_run: bool) -> None:
    """Takes in a table of one living wage, all or nothing; the same table again changes nothing."""
    if file.stat().st_size > BYTES_AT_MOST:
        raise click.ClickException(f"{file.name} has more than {BYTES_AT_MOST >> 20} MB: it is no table of rates.")
    read = read_rates(file.read_bytes())
    if read.bad:
        for row in read.bad:
            click.echo(str(row.says()), err=True)
        raise click.ClickException(f"Nothing was loaded: {len(read.bad)} things are wrong in {file.name}.")
    try:
        done = actions.load_rates(system("command line"), read.rows, dry_run=dry_run)
    except Refused as refused:
        for problem in refused.problems:
            click.echo(str(problem.message), err=True)
        raise click.ClickException("Nothing was loaded.") from refused
    except HouseError as refused:
        raise click.ClickException(str(refused.message)) from refused
    would = "would be " if dry_run else ""
    click.echo(
        f"{done.added} {would}added, {done.changed} {would}changed, {done.same} as they were; "
        f"{done.asked} answers {would}asked of providers" + (" (a dry run: nothing was saved)" if dry_run else "")
    )
