"""Many at once want the last of a part, or post the last need a group may have: exactly the right number win."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from random import Random
from threading import Barrier
from typing import Any

import pytest

from community_book.base import registers, work
from community_book.base.actor import system
from community_book.base.amounts import Kind
from community_book.base.clock import today
from community_book.base.errors import Refused
from community_book.base.settings import settings
from community_book.needs import actions, queries
from community_book.needs.rules import NeedState
from community_book.needs.tables import Need, NeedPart
from tests.makers_needs import MadeNeed, make_listed_group, make_need, new_need

THREADS = 16


@pytest.fixture(autouse=True)
def _alone(committed: Any) -> None:
    committed.extensions["test_invariants"] = "needs."


def at_once(attempt: Callable[[int], Any], count: int = THREADS) -> Counter[str]:
    """Runs an attempt in many threads that start together; counts who was done and who was refused."""
    start = Barrier(count)

    def one(number: int) -> str:
        start.wait()
        try:
            attempt(number)
        except Refused:
            return "refused"
        return "done"

    with ThreadPoolExecutor(count) as pool:
        return Counter(pool.map(one, range(count)))


def act(step: Callable[[work.Work], Any]) -> None:
    with work.work(system("test")) as session:
        step(session)
        session.record("test.step", "need:N-TEST22")


def _draw(part_id: int, amount: int, session: work.Work) -> None:
    actions.draw_on_part(session, part_id, amount, {})


def _give_back(part_id: int, amount: int, session: work.Work) -> None:
    actions.give_back_to_part(session, part_id, amount, {})


def figures(made: MadeNeed) -> tuple[str, int, int | None]:
    with work.reading() as reading:
        part = reading.get_one(NeedPart, made.part_id)
        return reading.get_one(Need, made.need_id).state, part.committed, part.amount


def test_of_sixteen_who_want_the_last_of_a_part_exactly_as_many_win_as_it_holds(committed: Any) -> None:
    made = make_need(make_listed_group().lead, amount=500)
    result = at_once(lambda _: act(lambda session: actions.draw_on_part(session, made.part_id, 100, {})))
    assert result == {"done": 5, "refused": 11}
    assert figures(made) == (NeedState.PROMISED, 500, 500)


def test_of_sixteen_who_want_the_same_session_one_wins(committed: Any) -> None:
    days = [(today() + timedelta(days=n), 600, 720) for n in (1, 8)]
    made = make_need(make_listed_group().lead, kind=Kind.VEHICLE, sessions=days)
    session_id = made.session_ids[0]
    result = at_once(lambda _: act(lambda session: actions.draw_on_part(session, made.part_id, 120, {session_id: 1})))
    assert result == {"done": 1, "refused": 15}
    assert figures(made) == (NeedState.OPEN, 120, 240)


def test_a_group_that_was_not_sure_gets_its_amount_from_one_only(committed: Any) -> None:
    made = make_need(make_listed_group().lead, amount=None)
    result = at_once(lambda n: act(lambda session: actions.draw_on_part(session, made.part_id, 100 + n, {})))
    assert result == {"done": 1, "refused": 15}
    state, promised, needed = figures(made)
    assert state == NeedState.PROMISED
    assert promised == needed


def test_however_draws_and_returns_mix_the_figures_hold(committed: Any) -> None:
    made = make_need(make_listed_group().lead, amount=1000)
    balance: Counter[int] = Counter()

    def mixed(number: int) -> None:
        random = Random(number)
        for _ in range(6):
            amount = random.randint(1, 300)
            try:
                act(partial(_draw, made.part_id, amount))
            except Refused:
                continue
            balance[number] += amount
            if random.random() < 0.5:
                act(partial(_give_back, made.part_id, amount))
                balance[number] -= amount

    at_once(mixed, 8)
    state, promised, needed = figures(made)
    assert promised == sum(balance.values()) <= 1000
    assert state == (NeedState.PROMISED if promised == needed else NeedState.OPEN)
    with work.reading() as reading:
        own = [check for name, check in registers.invariants().items() if name.startswith("needs.")]
        breaches = [breach for check in own for breach in check(reading)]
    assert own
    assert breaches == []


def test_of_many_posts_at_once_a_group_gets_no_more_than_it_may_have(committed: Any) -> None:
    group = make_listed_group(trusted=False)
    result = at_once(lambda n: actions.post_need(group.lead, new_need(title=f"Need number {n}")), 8)
    assert result == {"done": settings().open_needs_at_most, "refused": 8 - settings().open_needs_at_most}
    assert group.lead.organisation_id is not None
    with work.reading() as reading:
        assert len(queries.counted_needs(reading, group.lead.organisation_id)) == settings().open_needs_at_most
