"""Runs the migrations on the application's engine, or on the one handed over (tests)."""

from __future__ import annotations

import sqlite3
from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection, Engine, text
from sqlalchemy.types import TypeEngine

from community_book.base.tables import BIG, Base, UtcDateTime


def engine() -> Engine:
    given = context.config.attributes.get("engine")
    if given is not None:
        return given  # type: ignore[no-any-return]
    from flask import current_app

    return current_app.extensions["sqlalchemy"].engine  # type: ignore[no-any-return]


def render_item(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """Writes our own types into a migration as what they are in the database."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, TypeEngine) and item is BIG:
        return "sa.BigInteger().with_variant(sa.Integer(), 'sqlite')"
    return False


def foreign_keys(connection: Connection, state: str) -> None:
    """Turns them on or off through the driver: inside a transaction, which SQLAlchemy begins, SQLite heeds neither."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - asked for on SQLite alone
    driver.execute(f"PRAGMA foreign_keys={state}")


def run() -> None:
    with engine().connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:  # a batch rebuilds a table; foreign keys would delete its children meanwhile
            foreign_keys(connection, "OFF")
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            render_item=render_item,
            compare_type=True,
        )
        with context.begin_transaction():
            if not sqlite:
                connection.execute(text("SET LOCAL lock_timeout = '4s'"))
            context.run_migrations()
        connection.commit()
        if sqlite:
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            connection.rollback()
            foreign_keys(connection, "ON")
            if broken:
                raise RuntimeError(f"a migration left rows without their parents: {broken[:5]}")


run()
