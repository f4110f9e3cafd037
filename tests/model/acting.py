"""How the model chooses what an act is about, tries it, and begins and ends a life."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from community_book.base import clock, registers, work
from community_book.base.actor import Actor
from community_book.base.errors import HouseError
from tests.model.amounts import Book, Part, Pledge, Promise
from tests.model.world import (
    World,
    lay_need,
    lay_pledge,
)

ANY = st.integers(0, 999)
MINUTES = st.integers(1, 720)
READY = {"confirmed", "confirmed_in_part", "unanswered", "upheld"}
STILL_ASKED = {"open", "paused", "promised"}
OUTCOME = {"verify": "verified", "verify_in_part": "verified_in_part", "reject": "rejected"}
OTHER = {"provider": "group", "group": "provider"}


class Borough(RuleBasedStateMachine):
    """What every life begins with, a pledge and two needs, and how its acts are tried; undone at its end."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.undo = ExitStack()
        connection = work.engine()
        point = connection.begin_nested()  # type: ignore[union-attr]
        self.undo.callback(point.rollback)
        self.book = Book()
        self.book.pledges.append(lay_pledge(self.world, 900))
        self.book.parts += [lay_need(self.world, 0, 720), lay_need(self.world, 1, 500)]
        self.is_suspended = False
        self.closed_groups: set[int] = set()

    def teardown(self) -> None:
        try:
            with work.reading() as reading:
                assert [str(b) for check in registers.invariants().values() for b in check(reading)] == []
        finally:
            self.undo.close()

    # --- choosing and trying ------------------------------------------------------------------------

    def one(self, things: list[Any], pick: int, *, where: Callable[[Any], bool] = lambda _: True) -> Any:
        """Mostly one an act is for; now and then any."""
        fitting = [thing for thing in things if where(thing)]
        chosen = things if pick % 10 == 9 or not fitting else fitting
        return chosen[pick // 10 % len(chosen)]

    def actor(self, side: str, promise: Promise) -> Actor:
        if side == "provider":
            return self.world.provider.actor
        return self.world.groups[promise.part.group].lead if side == "group" else self.world.council.officer

    def attempt(self, deed: Callable[[], Any], *, must: bool | None = None) -> Any:
        """What a deed gives, None where it is refused. `must` says what the book expects; None where it cannot know."""
        try:
            given = deed()
        except HouseError as refused:
            if must is True:
                raise AssertionError(f"refused, though nothing stands against it: {refused}") from refused
            return None
        assert must is not False, "went through, though the book says that it must not"
        return given or True

    def fits(self, pledge: Pledge, part: Part, amount: int) -> bool:
        """Whether both sides still have so much, the need being open to promises."""
        return (
            pledge.state == "offered"
            and pledge.last_day >= clock.today()
            and amount <= self.book.free(pledge)
            and amount <= self.book.wanted(part)
            and part.need_state in STILL_ASKED
        )
