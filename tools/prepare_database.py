"""Bring the database to the newest migration and, where it is empty, load the made-up borough (or another SIZE).

With DEMO=0, and in production, nothing made up is loaded: the address is printed where a council begins.

A process of its own, so that what it needs is given back before the site starts. Where nothing is to be done,
which is nearly always, it finds that out with two small queries and without importing the application.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

ROOT = Path(__file__).resolve().parent.parent
MIGRATIONS = ROOT / "migrations"
NEWEST = "SELECT version_num FROM alembic_version"
SOMEBODY = "SELECT 1 FROM people LIMIT 1"
sys.path.insert(0, str(ROOT))


def newest_migration() -> str:
    """Its number, with which the name of its file starts."""
    return max((path.stem.split("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py")), default="")


def state_of(database_url: str) -> tuple[str, bool]:
    """The migration a database is at, and whether it holds anybody; ("", False) where that cannot be told."""
    kind, _, rest = database_url.partition("://")
    if kind == "sqlite":
        path = Path(rest.removeprefix("/").partition("?")[0])
        if not path.is_file():
            return "", False
        try:
            with closing(sqlite3.connect(path, timeout=5)) as database:
                return database.execute(NEWEST).fetchone()[0], database.execute(SOMEBODY).fetchone() is not None
        except (sqlite3.Error, TypeError):
            return "", False
    import psycopg

    try:
        with psycopg.connect(f"postgresql://{rest}", connect_timeout=5) as server:
            found = server.execute(NEWEST).fetchone()
            return (found[0] if found else ""), server.execute(SOMEBODY).fetchone() is not None
    except psycopg.Error:
        return "", False


def is_prepared() -> bool:
    from community_book.base.settings import settings

    return state_of(settings().database_url) == (newest_migration(), True)


def wants_example_data() -> bool:
    return os.environ.get("DEMO", "1") != "0" and os.environ.get("APP_ENV") != "production"


def print_first_address(app: Flask) -> None:
    """Where nobody has an account yet: the one-time address where a council begins."""
    from flask.cli import ScriptInfo

    if state_of(app.config["SQLALCHEMY_DATABASE_URI"])[1]:
        return
    set_up = app.cli.commands["set-up"]
    with set_up.make_context("set-up", ["address"], obj=ScriptInfo(create_app=lambda: app)) as context:
        set_up.invoke(context)
    sys.stdout.flush()


def prepare() -> None:
    """Migrates, then runs `flask demo load --size borough --if-empty` (or another SIZE), both on one application."""
    from flask.cli import ScriptInfo
    from flask_migrate import upgrade

    from app import create_app

    app = create_app()
    with app.app_context():
        print("Bringing the database up to date", flush=True)
        upgrade(directory=str(MIGRATIONS))
    if not wants_example_data():
        print_first_address(app)
        return
    demo = app.cli.commands.get("demo")
    if demo is None:
        return
    arguments = ["load", "--size", os.environ.get("SIZE") or "borough", "--if-empty"]
    with demo.make_context("demo", arguments, obj=ScriptInfo(create_app=lambda: app)) as context:
        demo.invoke(context)


def main() -> int:
    if is_prepared():
        return 0
    import click

    try:
        prepare()
    except click.ClickException as refused:
        print(refused.format_message(), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
