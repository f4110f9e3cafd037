"""`flask matching rebuild` and `flask matching bench`."""

from __future__ import annotations

import json
from pathlib import Path

import click
from flask.cli import AppGroup

from community_book.base import work as transactions
from community_book.base.actor import system
from community_book.base.amounts import Kind
from community_book.base.clock import today
from community_book.places.queries import schemes_in_use
from cwb.matching import actions
from cwb.matching.actions import rounds
from cwb.matching.rules.rounds import KINDS_OF_A_ROUND, NewRound

group = AppGroup("matching", help="Suggestions: which pledges fit which needs.")


@group.command("rebuild")
def rebuild() -> None:
    """Computes every suggestion anew, after an import or a change of the engine."""
    click.echo(f"{actions.rebuild(system('matching'))} suggestions")


@group.command("bench")
@click.option("--pledges", type=click.IntRange(1), default=3_000, show_default=True, help="How many are on offer.")
@click.option("--needs", type=click.IntRange(1), default=3_000, show_default=True, help="How many are open.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed makes the same region.")
@click.option("--solve/--no-solve", default=True, help="Whether the round is solved too.")
@click.option("--one/--all", "one_by_one", default=False, help="One need and one pledge at a time instead.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def measure(pledges: int, needs: int, seed: int, solve: bool, one_by_one: bool, as_json: bool) -> None:
    """Measures matching on a made-up region in memory; the database is not touched."""
    from community_book.search.texts import meaning
    from cwb.matching.measuring.bench import bench, one_at_a_time

    figures = (
        one_at_a_time(pledges, needs, seed, meaning())
        if one_by_one
        else bench(pledges, needs, seed, meaning(), solve=solve)
    )
    if as_json:
        click.echo(json.dumps(figures))
    else:
        for name, value in figures.items():
            click.echo(f"{name}: {value}")


@group.command("round")
@click.option("--dry-run", is_flag=True, help="Computes a plan and writes nothing; officers start real rounds.")
@click.option("--scheme", default="", help="Reference of the division of the borough; otherwise the newest in use.")
@click.option("--kind", "kinds", multiple=True, type=click.Choice([str(one) for one in KINDS_OF_A_ROUND]))
@click.option("--json", "as_json", is_flag=True, help="One JSON object: figures and lines.")
def plan(dry_run: bool, scheme: str, kinds: tuple[str, ...], as_json: bool) -> None:
    """What a round would plan now: needs reached, shares of zones, gap, beside the greedy plan and today."""
    if not dry_run:
        raise click.UsageError("Officers start rounds on the site. Add --dry-run to see what one would plan now.")
    with transactions.reading() as reading:
        schemes = schemes_in_use(reading, today())
    chosen = [one for one in schemes if not scheme or one.reference == scheme.upper()]
    if not chosen:
        raise click.ClickException("No such division of the borough is in use." if scheme else "No zones are in use.")
    new = NewRound(chosen[0].id, tuple(Kind(one) for one in kinds))
    figures, lines = rounds.dry_run(system("matching"), new.scheme_id, new.all_kinds)
    if as_json:
        click.echo(json.dumps({**figures, "lines": lines}))
        return
    for name in ("plan", "greedy", "today"):
        one = figures[name]
        click.echo(
            f"{name}: {one['needs_reached']} of {one['needs']} needs, {one['groups_first']} groups for the first time, "
            f"worst zone {one['worst_basis_points'] / 100:.0f}%, score {one['total']}"
        )
    click.echo(f"{len(lines)} pairs; {figures['of_bound_basis_points'] / 100:.2f}% of the most any plan could have")


@group.command("evaluate")
@click.argument("path", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def evaluate(path: Path) -> None:
    """Says as one JSON object for what share of needs the answer is among the first 1, 5 and 20 pledges by text.

    FILE is a JSON object: "needs" of id, title, text, answer, and "pledges" of id, title, text.
    """
    from community_book.search.texts import meaning
    from cwb.matching.measuring import evaluating

    try:
        figures = evaluating.evaluate(path, meaning())
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise click.ClickException(f"{path} cannot be read: {fault}") from fault
    click.echo(json.dumps(figures))
