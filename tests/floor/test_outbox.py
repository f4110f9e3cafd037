"""Events reach every subscriber exactly once in effect, however often a subscriber fails or the worker dies."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from community_book.base import clock, dispatcher, registers, work
from community_book.base.actor import system
from community_book.base.outbox import Event
from community_book.base.registered import InTwoSteps
from community_book.base.tables import Attempt, OutboxDelivery, OutboxEvent
from tests.makers import make_person


@pytest.fixture
def subscribed(app: Flask) -> Iterator[None]:
    yield from _subscribed()


def _subscribed() -> Iterator[None]:
    """Two subscribers of "TestHappened" that each write a row, the second only after as many failures as wanted."""
    registers.subscribe("TestHappened", "test.first", lambda session, event: note(session, "first", event))
    registers.subscribe("TestHappened", "test.second", second)
    FAILS.clear()
    yield
    for name in ("test.first", "test.second"):
        registers.held().subscribers.pop(name)
    registers.held().subscriptions.pop("TestHappened")


FAILS: list[Exception] = []


def note(session: Any, who: str, event: Event) -> None:
    session.add(Attempt(purpose=f"test {who}", who=str(event.payload["number"])))
    session.flush()


def second(session: Any, event: Event) -> None:
    note(session, "second", event)
    if FAILS:
        raise FAILS.pop()


def tell(*numbers: int) -> None:
    with work.bookkeeping(system("test")) as session:
        for number in numbers:
            session.tell("TestHappened", number=number)


def effects() -> list[tuple[str, str]]:
    with work.reading() as reading:
        return [
            (row.purpose, row.who)
            for row in reading.query(Attempt).order_by(Attempt.purpose, Attempt.id)
            if row.purpose.startswith("test ")
        ]


@pytest.mark.usefixtures("subscribed")
def test_each_subscriber_hears_of_each_event_once_in_order() -> None:
    tell(1, 2, 3)
    assert dispatcher.dispatch_all() == 6
    assert dispatcher.dispatch_all() == 0
    assert effects() == [(f"test {who}", str(n)) for who in ("first", "second") for n in (1, 2, 3)]


@pytest.mark.usefixtures("subscribed")
def test_an_act_that_failed_told_nothing() -> None:
    with suppress(ZeroDivisionError), work.work(system("test")) as session:
        session.record("test.act", "need:N-234567")
        session.tell("TestHappened", number=1)
        raise ZeroDivisionError
    assert dispatcher.dispatch_all() == 0


@pytest.mark.usefixtures("subscribed")
def test_a_subscriber_that_fails_is_asked_again_and_its_half_work_is_gone(reading: work.Reading) -> None:
    FAILS.extend([RuntimeError("once"), RuntimeError("twice")])
    tell(1)
    assert dispatcher.dispatch_all() == 1
    assert effects() == [("test first", "1")]
    row = reading.query(OutboxDelivery).filter_by(subscriber="test.second").one()
    assert (row.tries, row.last_error) == (1, "RuntimeError: twice")
    moment = clock.now_utc()
    for seconds, done in ((3, 0), (10, 1), (20, 0)):
        with clock.held_at(moment + timedelta(seconds=seconds)):
            assert dispatcher.dispatch_all() == done
    assert effects() == [("test first", "1"), ("test second", "1")]


@pytest.mark.usefixtures("subscribed")
def test_one_that_always_fails_is_left_alone_after_eight_tries(reading: work.Reading) -> None:
    tell(1)
    moment = clock.now_utc()
    for hour in range(12):
        FAILS[:] = [RuntimeError("always")]
        with clock.held_at(moment + timedelta(hours=hour)):
            dispatcher.dispatch_all()
    assert reading.query(OutboxDelivery).filter_by(subscriber="test.second").one().tries == dispatcher.TRIES
    assert dispatcher.waiting_count(reading) == 1


@pytest.mark.usefixtures("subscribed")
def test_what_a_subscriber_tells_is_handed_on_too() -> None:
    registers.subscribe("TestFollowed", "test.third", lambda session, event: note(session, "third", event))
    registers.subscribe(
        "TestHappened", "test.teller", lambda session, event: session.tell("TestFollowed", **event.payload)
    )
    try:
        tell(7)
        assert dispatcher.dispatch_all() == 4
    finally:
        registers.held().subscriptions.pop("TestFollowed")
        for name in ("test.third", "test.teller"):
            registers.held().subscribers.pop(name)
    assert ("test third", "7") in effects()


@pytest.mark.parametrize(("holds_at", "times"), [(1, 1), (3, 3), (99, dispatcher.FIND_AT_MOST)])
def test_what_holds_no_more_is_found_again_and_written_once(app: Flask, holds_at: int, times: int) -> None:
    """Finding may take long: it is done while others write, and with everybody waiting only when that never ends."""
    found: list[int] = []

    def find(_reading: Any, _event: Event) -> int:
        found.append(len(found) + 1)
        return found[-1]

    subscriber = InTwoSteps(
        find,
        lambda session, event, which: note(session, f"found {which}", event),
        lambda _session, which: which >= holds_at,
    )
    registers.subscribe("TestHappened", "test.found", subscriber)
    try:
        tell(5)
        dispatcher.dispatch_once()
    finally:
        registers.held().subscribers.pop("test.found")
        registers.held().subscriptions.pop("TestHappened")
    assert found == list(range(1, times + 1))
    assert effects() == [(f"test found {times}", "5")]


def test_of_what_waits_about_the_same_thing_only_the_last_is_followed_up(app: Flask) -> None:
    subscriber = InTwoSteps(
        lambda _reading, event: event.payload["number"],
        lambda session, event, number: note(session, f"found {number}", event),
        about=lambda event: event.payload["number"] % 10,
    )
    registers.subscribe("TestHappened", "test.found", subscriber)
    try:
        tell(1, 2, 11, 21)
        assert dispatcher.dispatch_once() == 4
        assert dispatcher.dispatch_once() == 0
        tell(31)
        dispatcher.dispatch_once()
    finally:
        registers.held().subscribers.pop("test.found")
        registers.held().subscriptions.pop("TestHappened")
    assert sorted(effects()) == [("test found 2", "2"), ("test found 21", "21"), ("test found 31", "31")]


def test_an_errand_is_run_outside_any_transaction_and_its_fault_stops_nothing(app: Flask) -> None:
    ran: list[str] = []

    def broken() -> int:
        ran.append("broken")
        raise RuntimeError("an errand's fault")

    def works() -> int:
        ran.append("works")
        return 0

    registers.add_errand("a test broken", broken)
    registers.add_errand("b test works", works)
    try:
        dispatcher.dispatch_all()
    finally:
        for name in ("a test broken", "b test works"):
            registers.held().errands.pop(name)
    assert ran == ["broken", "works"]


@pytest.mark.committed
def test_several_dispatchers_at_once_have_each_effect_once(committed: Flask) -> None:
    for _ in _subscribed():
        tell(*range(20))
        together = threading.Barrier(4)

        def dispatch(together: threading.Barrier = together) -> None:
            together.wait()
            dispatcher.dispatch_all()

        threads = [threading.Thread(target=dispatch) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        dispatcher.dispatch_all()
        found = effects()
        assert len(found) == len(set(found)) == 40


@pytest.mark.committed
def test_the_worker_writes_its_pulse(committed: Flask) -> None:
    make_person()
    dispatcher.pulse()
    dispatcher.pulse()
    with work.reading() as reading:
        assert dispatcher.worker_seen_within(reading, 5)
        with clock.held_at(clock.now_utc() + timedelta(minutes=1)):
            assert not dispatcher.worker_seen_within(reading, 45)


def test_an_event_nobody_listens_to_waits_for_nobody(app: Flask, reading: work.Reading) -> None:
    with work.bookkeeping(system("test")) as session:
        session.tell("NobodyListens", number=1)
    assert reading.query(OutboxEvent).filter_by(name="NobodyListens").count() == 1
    assert reading.query(OutboxDelivery).count() == 0
