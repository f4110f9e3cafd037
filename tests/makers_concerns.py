"""Makers of concerns, through the room's own acts."""

from __future__ import annotations

from sqlalchemy import select

from community_book.base import work
from community_book.base.actor import Actor, Role, anybody
from community_book.concerns import actions
from community_book.concerns.rules import NewConcern
from community_book.concerns.tables import Concern
from tests.makers import actor_for, make_organisation


def make_safeguarding_officer() -> Actor:
    return actor_for(make_organisation(is_council=True), Role.SAFEGUARDING)


def make_concern(about: str = "need:N-7K2M9Q", *, stop: bool = False, what: str = "A stranger comes") -> str:
    """A concern somebody raised; its reference."""
    actions.raise_concern(anybody(), NewConcern(what=what, stop=stop, about=about))
    with work.reading() as reading:
        return reading.execute(select(Concern.reference).order_by(Concern.id.desc()).limit(1)).scalar_one()
