"""Grounds to begin on: what makers make first in many tests is made once in a process and kept in a database.

A test whose first word to the database is such a call begins on a copy where it was made already, inside a
transaction that is undone like any other; and where its next word is such a call again, about what stands there, on
a copy of that copy with both. Making a pledge and a need that fit takes some two hundred statements, agreeing on
them as many again; doing so in each of two thousand tests took a quarter of the time.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import date
from functools import wraps
from typing import Any, ParamSpec, Protocol, TypeVar

from sqlalchemy import Connection, Engine

from community_book.base import clock, work
from tests.support.statements import share_statements
from tests.support.touched import Touched

P = ParamSpec("P")
R = TypeVar("R")
Key = tuple[Any, ...]
WORTH_KEEPING = 4
"""Asked for so often by one process, a ground is laid: laying one takes as long as making it twice."""
PLAIN = (str, int, bool, date, type(None))


class NotPlain(Exception):
    """Somebody gave a maker a thing no ground can be found by."""


class Lay(Protocol):
    """Gives a context with the URL of a copy of a database, the empty one where none is named."""

    def __call__(self, of: str | None = None) -> Any: ...


@dataclasses.dataclass(frozen=True)
class Ground:
    """A database in which the calls of `key` were made, and what they gave, the first first."""

    key: Key
    url: str
    engine: Engine
    things: tuple[Any, ...]


class Grounds:
    """The grounds of one application of tests that roll back."""

    def __init__(self, lay: Lay, touched: Touched, stay: ExitStack) -> None:
        self._lay, self._touched, self._stay = lay, touched, stay
        self._asked = Counter[Key]()
        self._kept: dict[Key, Ground] = {}
        self._stands_on: Ground | None = None
        self._connection: Connection | None = None
        self._is_free = False

    def begin(self, *, free: bool) -> None:
        """A test begins on its empty database; `free` where it may begin on another ground instead."""
        self._is_free = free

    def leave(self) -> None:
        """The test has ended: what it did on its ground is undone."""
        self._is_free = False
        self._step_off()

    def made(self, name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any], make: Callable[[], Any]) -> Any:
        """What `make` makes: kept from before where this is the next thing a test does, else made now."""
        if not self._is_free or self._touched.was_spoken_to or clock.is_held():
            self._is_free = False
            return make()
        before = self._stands_on
        known = dict(_parts_of(before.things if before else ()))
        try:
            call = (name, _word(args, known), _word(dict(kwargs), known))
        except NotPlain:
            return make()
        key = (*(before.key if before else (clock.today(),)), call)
        self._asked[key] += 1
        ground = self._kept.get(key)
        if ground is None:
            if self._asked[key] < WORTH_KEEPING:
                return make()
            ground = self._kept[key] = self._keep(key, before, make)
        self._step_on(ground)
        return ground.things[-1]

    def _step_on(self, ground: Ground) -> None:
        self._step_off()
        self._stands_on = ground
        self._connection = ground.engine.connect()
        self._connection.begin()
        work.use_engine(self._connection)
        self._touched.forget()

    def _step_off(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = self._stands_on = None

    def _keep(self, key: Key, before: Ground | None, make: Callable[[], Any]) -> Ground:
        used_before = work.engine()
        if before is not None:
            self._step_off()
            before.engine.dispose()  # a database can only be copied while nobody is connected
        url = self._stay.enter_context(self._lay(before.url if before else None))
        engine = share_statements(work.make_engine(url))
        self._stay.callback(engine.dispose)
        self._is_free = False
        work.use_engine(engine)
        try:
            self._touched.listen_to(engine)
            self._touched.forget()
            thing = make()
            assert self._touched.breaches() == []
        finally:
            work.use_engine(used_before)
            self._is_free = True
            if before is not None:
                self._step_on(before)
        return Ground(key, url, engine, (*(before.things if before else ()), thing))


def _parts_of(things: tuple[Any, ...]) -> Iterator[tuple[int, str]]:
    """Where each thing, and each thing within it that is no plain value, stands: by its identity."""
    for place, thing in enumerate(things):
        waiting = [(thing, str(place))]
        while waiting:
            one, path = waiting.pop()
            if isinstance(one, PLAIN):
                continue
            yield id(one), path
            if dataclasses.is_dataclass(one):
                waiting += [
                    (getattr(one, field.name), f"{path}.{field.name}") for field in reversed(dataclasses.fields(one))
                ]


def _word(value: Any, known: Mapping[int, str]) -> Any:
    """A value as a part of a key: itself where it is plain, its place where it stands on the ground."""
    if isinstance(value, PLAIN):
        return (type(value), value)
    if id(value) in known:
        return ("stands there", known[id(value)])
    if isinstance(value, list | tuple):
        return tuple(_word(one, known) for one in value)
    if isinstance(value, frozenset):
        return frozenset(_word(one, known) for one in value)
    if isinstance(value, dict):
        return tuple((name, _word(value[name], known)) for name in sorted(value))
    raise NotPlain


_grounds: Grounds | None = None


def use(grounds: Grounds | None) -> None:
    """Says which grounds the tests of this process begin on."""
    global _grounds
    _grounds = grounds


def kept(make: Callable[P, R]) -> Callable[P, R]:
    """A maker whose things may be kept when it is called with plain values or with what stands on the ground."""

    @wraps(make)
    def made(*args: P.args, **kwargs: P.kwargs) -> R:
        if _grounds is None:
            return make(*args, **kwargs)
        name = f"{make.__module__}.{make.__name__}"
        thing: R = _grounds.made(name, args, kwargs, lambda: make(*args, **kwargs))
        return thing

    return made
