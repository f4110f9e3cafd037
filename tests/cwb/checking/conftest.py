"""Browsers."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from community_book.base.actor import Actor
from cwb.checking import rules

Browser = Callable[[Actor], FlaskClient]


@pytest.fixture
def browser(signed_in: Callable[..., FlaskClient]) -> Browser:
    """A browser signed in as an actor: browser(actor)."""
    return lambda actor: signed_in(actor.person_id, actor.organisation_id)


@pytest.fixture
def three_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three checked reports in place of 59, so that a batch of six leaves three to be accepted."""
    monkeypatch.setattr(rules, "NEEDED", 3)


def text(answer: Any) -> str:
    """What an answer's page says, its white space squeezed."""
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))
