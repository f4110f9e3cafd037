"""Grounds to begin on: what a maker makes first in many tests is made once in a process and kept in a database.

A test whose first word to the database is such a call begins on a copy where it was made already, inside a
transaction that is undone like any other. Making a pledge and a need that fit takes some two hundred statements;
doing so in each of two thousand tests took a quarter of the time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine

from community_book.base import clock, work
from tests.support.touched import Touched

P = ParamSpec("P")
R = TypeVar("R")
WORTH_KEEPING = 4
"""Asked for so often by one process, a ground is laid: laying one takes as long as making it twice."""
PLAIN = (str, int, bool, type(None))


class Grounds:
    """The grounds of one application of tests that roll back; `lay` gives a context with the URL of an empty copy."""

    def __init__(self, lay: Callable[[], Any], touched: Touched, stay: ExitStack) -> None:
        self._lay, self._touched, self._stay = lay, touched, stay
        self._asked = Counter[tuple[Any, ...]]()
        self._kept: dict[tuple[Any, ...], tuple[Engine, Any]] = {}
        self._connection: Connection | None = None
        self._is_free = False

    def begin(self, *, free: bool) -> None:
        """A test begins on its empty database; `free` where it may begin on another ground instead."""
        self._is_free = free

    def leave(self) -> None:
        """The test has ended: what it did on its ground is undone."""
        self._is_free = False
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def made(self, key: tuple[Any, ...], make: Callable[[], Any]) -> Any:
        """What `make` makes: kept from before where this is the first thing a test does, else made now."""
        if not self._is_free or self._touched.was_spoken_to or clock.is_held():
            return make()
        key = (*key, clock.today())
        self._asked[key] += 1
        if key not in self._kept:
            if self._asked[key] < WORTH_KEEPING:
                return make()
            self._kept[key] = self._keep(make)
        engine, thing = self._kept[key]
        self._is_free = False
        self._connection = engine.connect()
        self._connection.begin()
        work.use_engine(self._connection)
        self._touched.forget()
        return thing

    def _keep(self, make: Callable[[], Any]) -> tuple[Engine, Any]:
        before = work.engine()
        engine = work.make_engine(self._stay.enter_context(self._lay()))
        self._stay.callback(engine.dispose)
        self._is_free = False
        work.use_engine(engine)
        try:
            self._touched.listen_to(engine)
            self._touched.forget()
            thing = make()
            assert self._touched.breaches() == []
        finally:
            work.use_engine(before)
        return engine, thing


_grounds: Grounds | None = None


def use(grounds: Grounds | None) -> None:
    """Says which grounds the tests of this process begin on."""
    global _grounds
    _grounds = grounds


def kept(make: Callable[P, R]) -> Callable[P, R]:
    """A maker whose things may be kept when it is called with plain words and numbers, or with nothing."""

    @wraps(make)
    def made(*args: P.args, **kwargs: P.kwargs) -> R:
        given = (*args, *kwargs.values())
        if _grounds is None or not all(isinstance(one, PLAIN) for one in given):
            return make(*args, **kwargs)
        key = (make.__module__, make.__name__, args, tuple(sorted(kwargs.items())))
        thing: R = _grounds.made(key, lambda: make(*args, **kwargs))
        return thing

    return made
