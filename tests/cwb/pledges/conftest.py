"""Pledges alone: steps are tried without the commitments that call them in the running site."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import Connection

from community_book.base import work
from cwb.pledges.queries import check_drawn


@pytest.fixture
def alone(app: Flask) -> Iterator[Flask]:
    """The application, where a test draws on pledges without commitments.

    What must be true of pledges is checked at the end; then all is undone before commitments, which rightly miss
    their own, are looked at.
    """
    connection = work.engine()
    assert isinstance(connection, Connection)
    point = connection.begin_nested()
    yield app
    with work.reading() as reading:
        breaches = check_drawn(reading)
    point.rollback()
    assert breaches == []
