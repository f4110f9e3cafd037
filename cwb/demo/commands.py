"""`flask demo load`: the made-up borough."""

from __future__ import annotations

import sys
from datetime import datetime

import click
from flask.cli import AppGroup

from community_book.base import clock
from community_book.base.errors import WrongState

SIZES = ("small", "borough", "region")
group = AppGroup("demo", help="The made-up borough.")


@group.command("load")
@click.option("--size", type=click.Choice(SIZES), default="small", show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--as-of", "as_of", type=click.DateTime(["%Y-%m-%d"]), default=None, help="The borough's day (today).")
@click.option("--if-empty", is_flag=True, help="Do nothing where anybody has an account already.")
def load(size: str, seed: int, as_of: datetime | None, if_empty: bool) -> None:
    """Loads the borough into an empty database: the same for the same seed and day."""
    from cwb.demo import loading  # here, because every process of the site would read all stories at its start

    if if_empty and not loading.is_empty():
        return
    day = as_of.date() if as_of else clock.today()
    click.echo(f"Loading the made-up borough ({size}) of {day:%d %B %Y} …")
    try:
        if sys.stdout.isatty():
            with click.progressbar(length=100, label="Playing two years") as bar:
                handed_on = loading.load_and_hand_on(size, seed, day, lambda percent: bar.update(percent - bar.pos))
        else:
            handed_on = loading.load_and_hand_on(size, seed, day, loading.quietly)
    except WrongState as refused:
        raise click.ClickException(str(refused)) from refused
    there_are = ", ".join(f"{count:,} {name}" for name, count in loading.counted().items())
    click.echo(f"{there_are}; {handed_on} events handed on.")
