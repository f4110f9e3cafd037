"""`flask places …`: loading postcodes and zones from files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from community_book.base.actor import system
from community_book.base.errors import Refused
from community_book.places import actions
from community_book.places.rules import read_zones_geojson

places = AppGroup("places", help="Postcodes and zones of the borough.")

A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _fail(refused: Refused) -> None:
    for problem in refused.problems:
        click.echo(str(problem.message), err=True)
    click.echo("Nothing was saved.", err=True)
    raise SystemExit(1)


def _lines(path: Path) -> Callable[[], Iterator[str]]:
    def read() -> Iterator[str]:
        with path.open(encoding="utf-8", errors="replace", newline="") as file:
            yield from file

    return read


@places.command("load-postcodes")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=A_FILE)
@click.option("--district", "districts", multiple=True, help="Only postcodes of this district (E08000010); may repeat.")
def load_postcodes(files: tuple[Path, ...], districts: tuple[str, ...]) -> None:
    """Loads postcodes from ONS lookups (with headings) or Code-Point Open (without). Loading again is safe.

    A file is taken whole or not at all; each bad line is named.
    """
    for path in files:
        try:
            done = actions.load_postcodes(system("import"), _lines(path), districts=districts, name=path.name)
        except Refused as refused:
            click.echo(f"{path.name}:", err=True)
            _fail(refused)
            return
        click.echo(
            f"{path.name}: {done.postcodes} postcodes kept, {done.without_point} without a known point, "
            f"{done.elsewhere} of other districts left out, {done.placed} places found their zone"
        )


@places.command("import-zones")
@click.argument("file", type=A_FILE)
@click.option("--scheme", "name", required=True, help="What the division is called.")
@click.option(
    "--from", "first_day", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The first day it holds: 2026-10-06."
)
@click.option("--source", default="", help="Publisher and licence, shown under the map.")
@click.option("--code-property", default=None, help="Property with each zone's code, where it is not found.")
@click.option("--name-property", default=None, help="Property with each zone's name, where it is not found.")
@click.option("--dry-run", is_flag=True, help="Read the file and say what would be imported.")
def import_zones(
    file: Path,
    name: str,
    first_day: datetime,
    source: str,
    code_property: str | None,
    name_property: str | None,
    dry_run: bool,
) -> None:
    """Imports the zones of a GeoJSON file as a new division: all of them or none."""
    try:
        zones = read_zones_geojson(
            file.read_text(encoding="utf-8", errors="replace"),
            code_property=code_property,
            name_property=name_property,
        )
        if dry_run:
            for zone in zones:
                click.echo(f"{zone.code}  {zone.name}")
            click.echo(f"{len(zones)} zones are in order. Nothing was saved.")
            return
        day: date = first_day.date()
        reference = actions.import_zones(system("import"), name, day, zones, source)
    except Refused as refused:
        _fail(refused)
        return
    click.echo(f"{reference}: {len(zones)} zones of {name} from {day}")
