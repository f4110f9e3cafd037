"""Each test of search has an index of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from community_book.base import settings as chosen
from community_book.base.actor import system
from community_book.search import actions, index


@pytest.fixture
def place(app: Flask, tmp_path: Path) -> Iterator[Path]:
    """Where this test's index lies; there is none yet."""
    before = chosen.settings()
    chosen.use(replace(before, data_dir=tmp_path))
    yield tmp_path / "search"
    index.close()
    chosen.use(before)


@pytest.fixture
def rebuild(place: Path) -> Callable[[], int]:
    return lambda: actions.rebuild(system("test"))
