"""Many at once: exactly as many win as there is, nothing goes over, ledger and columns agree."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from community_book.base import work
from community_book.base.actor import system
from community_book.base.clock import held_at
from community_book.base.errors import HouseError, Refused, WrongState
from cwb.ledger.queries import sum_of
from cwb.pledges import actions
from cwb.pledges.queries import check_drawn
from cwb.pledges.tables import PledgeSession
from tests.makers_pledges import MadePledge, make_admitted_provider, make_pledge, pledge_row

THREADS = 32


def at_once(count: int, act: Callable[[int], None]) -> Counter[str]:
    """Runs an act in so many threads at the same moment; counts how each ended."""
    gate, ended, lock = threading.Barrier(count), Counter[str](), threading.Lock()

    def run(number: int) -> None:
        gate.wait()
        try:
            act(number)
            how = "won"
        except HouseError as refused:
            how = type(refused).__name__
        with lock:
            ended[how] += 1

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return ended


def stands(pledge: MadePledge) -> tuple[int | None, int, int, int]:
    row = pledge_row(pledge.reference)
    with work.reading() as reading:
        return row.amount, row.held, row.committed, sum_of(reading, "pledged", pledge_id=pledge.id)


def give_all_back(pledge: MadePledge) -> None:
    """Afterwards nothing is drawn, so that the check of commitments finds what it knows."""
    row = pledge_row(pledge.reference)
    with work.reading() as reading:
        assert check_drawn(reading) == []
        held = {one: reading.get_one(PledgeSession, one).held for one in pledge.session_ids}
        committed = {one: reading.get_one(PledgeSession, one).committed for one in pledge.session_ids}
    with work.bookkeeping(system("test")) as session:
        if row.held:
            actions.release_hold(session, pledge.id, row.held, {one: n for one, n in held.items() if n})
        if row.committed:
            booked = {one: n for one, n in committed.items() if n}
            actions.give_back_to_pledge(session, pledge.id, row.committed, booked)


@pytest.mark.committed
def test_of_32_who_take_the_last_ten_hours_exactly_ten_get_one(committed: Flask) -> None:
    pledge = make_pledge(make_admitted_provider().actor, "PO7", amount=10 * 60)

    def take(number: int) -> None:
        with work.work(system("test")) as session:
            if number % 2:
                actions.hold_on_pledge(session, pledge.id, 60, {})
            else:
                actions.draw_from_pledge(session, pledge.id, 60, {}, from_hold=False)
            session.record("test.take", f"pledge:{pledge.reference}")

    ended = at_once(THREADS, take)
    assert ended == {"won": 10, "Refused": THREADS - 10}
    amount, held, drawn, pledged = stands(pledge)
    assert (amount, held + drawn, pledged) == (600, 600, 600)
    give_all_back(pledge)


@pytest.mark.committed
def test_of_32_who_book_one_minibus_one_gets_it(committed: Flask) -> None:
    with held_at(date(2026, 10, 1)):
        pledge = make_pledge(
            make_admitted_provider().actor, "LA3", first_day=date(2026, 10, 6), last_day=date(2026, 10, 13)
        )
    one, two = pledge.session_ids

    def book(number: int) -> None:
        with held_at(date(2026, 10, 1)), work.work(system("test")) as session:
            actions.draw_from_pledge(session, pledge.id, 240, {one: 1} if number % 2 else {two: 1}, from_hold=False)
            session.record("test.book", f"pledge:{pledge.reference}")

    ended = at_once(THREADS, book)
    assert ended == {"won": 2, "Refused": THREADS - 2}
    assert stands(pledge) == (480, 0, 480, 480)
    give_all_back(pledge)


@pytest.mark.committed
def test_a_cut_and_draws_at_the_same_moment_never_leave_more_promised_than_pledged(committed: Flask) -> None:
    provider = make_admitted_provider()
    pledge = make_pledge(provider.actor, "PO7", amount=600)

    def either(number: int) -> None:
        if number % 8 == 0:
            actions.cut_pledge(provider.actor, pledge.reference, 300, "")
            return
        with work.work(system("test")) as session:
            actions.draw_from_pledge(session, pledge.id, 60, {}, from_hold=False)
            session.record("test.take", f"pledge:{pledge.reference}")

    at_once(THREADS, either)
    amount, held, drawn, pledged = stands(pledge)
    assert amount in {300, 600}
    assert held + drawn <= (amount or 0)
    assert pledged == amount
    give_all_back(pledge)


@pytest.mark.committed
def test_the_same_thing_posted_twice_at_the_same_moment_is_offered_once(committed: Flask) -> None:
    provider = make_admitted_provider()
    make_pledge(provider.actor, "PO7")

    def post(_number: int) -> None:
        make_pledge(provider.actor, "LA3", thing="the only minibus")

    ended = at_once(4, post)
    assert ended == {"won": 1, "Refused": 3}


@pytest.mark.parametrize("seed", range(3))
def test_a_long_walk_of_draws_keeps_the_sums_right(alone: Flask, seed: int) -> None:
    """Any order of holding, drawing, releasing, giving back and losing, against sums kept beside it."""
    chance = random.Random(seed)
    pledge = make_pledge(make_admitted_provider().actor, "PO7", amount=1000)
    amount, held, drawn = 1000, 0, 0
    for _ in range(120):
        step = chance.choice(["hold", "release", "draw", "turn", "back", "lose"])
        part = chance.randint(1, 250)
        possible = {
            "hold": held + drawn + part <= amount,
            "draw": held + drawn + part <= amount,
            "release": part <= held,
            "turn": part <= held,
            "back": part <= drawn,
            "lose": part <= drawn,
        }[step]
        try:
            with work.bookkeeping(system("test")) as session:
                match step:
                    case "hold":
                        actions.hold_on_pledge(session, pledge.id, part, {})
                    case "release":
                        actions.release_hold(session, pledge.id, part, {})
                    case "draw":
                        actions.draw_from_pledge(session, pledge.id, part, {}, from_hold=False)
                    case "turn":
                        actions.draw_from_pledge(session, pledge.id, part, {}, from_hold=True)
                    case "back":
                        actions.give_back_to_pledge(session, pledge.id, part, {})
                    case "lose":
                        actions.lose_from_pledge(session, pledge.id, part)
            assert possible, step
        except (Refused, WrongState):
            assert not possible, step
            continue
        held += {"hold": part, "release": -part, "turn": -part}.get(step, 0)
        drawn += {"draw": part, "turn": part, "back": -part, "lose": -part}.get(step, 0)
        amount -= part if step == "lose" else 0
    assert stands(pledge) == (amount, held, drawn, amount)
