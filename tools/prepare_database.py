"""Bring the database to the newest migration and, where it is empty, load the small made-up borough.

A process of its own, so that what it needs is given back before the site starts, and one process for both,
so that the application is imported once.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask.cli import ScriptInfo
from flask_migrate import upgrade

ROOT = Path(__file__).resolve().parent.parent
MIGRATIONS = ROOT / "migrations"
sys.path.insert(0, str(ROOT))


def is_at_newest_migration(app: Flask) -> bool:
    """Asks the database itself; much faster than letting Alembic run to find that nothing is to be done."""
    newest = set(ScriptDirectory(str(MIGRATIONS)).get_heads())
    engine = app.extensions["sqlalchemy"].engine
    with engine.connect() as connection:
        return set(MigrationContext.configure(connection).get_current_heads()) == newest


def load_example(app: Flask) -> None:
    """Runs `flask demo load --size small --if-empty` in this process."""
    demo = app.cli.commands.get("demo")
    if demo is None:
        return
    with demo.make_context(
        "demo", ["load", "--size", "small", "--if-empty"], obj=ScriptInfo(create_app=lambda: app)
    ) as context:
        demo.invoke(context)


def main() -> int:
    from app import create_app

    app: Flask = create_app()
    try:
        with app.app_context():
            if not is_at_newest_migration(app):
                print("Bringing the database up to date", flush=True)
                upgrade(directory=str(MIGRATIONS))
        if os.environ.get("APP_ENV") != "production":
            load_example(app)
    except click.ClickException as refused:
        print(refused.format_message(), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
