"""`flask search …`: make the index anew, and measure how well it finds."""

from __future__ import annotations

import json
from pathlib import Path

import click
from flask.cli import AppGroup

from community_book.base.actor import system
from community_book.search import actions

group = AppGroup("search", help="The search index.")


@group.command("rebuild")
def rebuild() -> None:
    """Makes a new index beside the one in use and puts it in its place."""
    count = actions.rebuild(system("search"), lambda kind, many: click.echo(f"{kind}: {many}"))
    click.echo(f"{count} things can be found.")


@group.command("texts")
def texts() -> None:
    """Makes the next generation of texts: what words tell, and what each text means."""
    number = actions.remake_texts(system("search"))
    click.echo(f"Generation {number} is in use." if number else "Another process is making one.")


@group.command("evaluate")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--ranking", type=click.Choice(["search", "match"]), default="search", help="Of the page, or of matches.")
def evaluate(folder: Path, ranking: str) -> None:
    """Runs the documents and questions of FOLDER as the site would and prints one JSON object.

    FOLDER holds docs.jsonl {id, title, text}, queries.jsonl {id, text} and qrels.tsv (question, document, grade).
    """
    from community_book.search import evaluating  # numbers and a model, which other commands do not load

    try:
        figures = evaluating.evaluate(folder, ranking)
    except (OSError, ValueError, KeyError) as fault:
        raise click.ClickException(f"{folder} cannot be read: {fault}") from fault
    click.echo(json.dumps(figures))
