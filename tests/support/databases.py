"""Marks that say on which database a test of data runs; without one it runs on both."""

from __future__ import annotations

import pytest

ON_SQLITE = pytest.mark.parametrize("template", ["sqlite"], indirect=True, scope="session")
"""For what does not depend on the database: how pages look, whether the console is silent."""

ON_POSTGRESQL = pytest.mark.parametrize("template", ["postgresql"], indirect=True, scope="session")
"""For what compares PostgreSQL with a database of SQLite's that it makes itself."""
