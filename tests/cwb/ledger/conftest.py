"""The ledger keeps plain ids, and here they are made up: of what must always be true, only its own rules apply."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from community_book.base import registers


def leave_only_its_own() -> None:
    held = registers.held()
    own = {name: check for name, check in held.invariants.items() if name.startswith("ledger.")}
    registers.hold(replace(held, invariants=own))


@pytest.fixture
def app(app: Flask) -> Iterator[Flask]:
    yield app
    leave_only_its_own()


@pytest.fixture(scope="module")
def committed(committed: Flask) -> Flask:
    committed.extensions["test_invariants"] = "ledger."
    return committed
