"""`flask rates load FILE`: living-wage rates from a table."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from community_book.base.actor import system
from community_book.web.table_commands import A_FILE, read_file, refusals_said
from cwb.rates import actions
from cwb.rates.rules import read_rates

group = AppGroup("rates", help="Rates of pay: the National and the Real Living Wage.")


@group.command("load")
@click.argument("file", type=A_FILE)
@click.option("--dry-run", is_flag=True, help="Say what would change and save nothing.")
def load(file: Path, *, dry_run: bool) -> None:
    """Takes in a table of one living wage, all or nothing; the same table again changes nothing."""
    read = read_file(file, read_rates, what="table of rates", megabytes=1)
    with refusals_said():
        done = actions.load_rates(system("command line"), read.rows, dry_run=dry_run)
    would = "would be " if dry_run else ""
    click.echo(
        f"{done.added} {would}added, {done.changed} {would}changed, {done.same} as they were; "
        f"{done.asked} answers {would}asked of providers" + (" (a dry run: nothing was saved)" if dry_run else "")
    )
