"""Statements written once for all databases of a kind.

SQLAlchemy keeps what it has turned into SQL by engine, and a test process has an engine for each database it begins
on: the same statements were written anew for each of them, which took a fourteenth of the time.
"""

from __future__ import annotations

from sqlalchemy import Engine

_first: dict[tuple[str, str], Engine] = {}


def share_statements(engine: Engine) -> Engine:
    """Gives an engine the dialect of the first of its kind, and with it the statements that one has written."""
    first = _first.setdefault((engine.dialect.name, engine.dialect.driver), engine)
    if first is engine:
        with engine.connect():  # the first connection tells the dialect what kind of server it speaks to
            return engine
    engine.dialect = engine.pool._dialect = first.dialect
    engine._compiled_cache = first._compiled_cache
    return engine
