"""What to do where this machine lacks something a test needs: in CI that is a failure, elsewhere a skip."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def in_ci() -> bool:
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def go_without(reason: str) -> NoReturn:
    """Skips the test with the one line, or fails it where CI is true."""
    if in_ci():
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
