"""Reading and writing: the two sessions of the house (decisions 2 and 3).

A `Reading` is deferred and ended before any act. A `Work` is one act: its first statement opens the
transaction as IMMEDIATE on SQLite, and its last statements are form key, outbox and audit entries.
Both are plain SQLAlchemy sessions; whoever starts the process says which engine they use.
"""

from __future__ import annotations

import errno
import random
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

from sqlalchemy import Connection, CursorResult, Engine, UpdateBase, create_engine, event, select, text
from sqlalchemy.exc import DBAPIError, DisconnectionError, IntegrityError, OperationalError
from sqlalchemy.orm import Session

from community_book.base import audit, outbox
from community_book.base.actor import Actor
from community_book.base.errors import AlreadyDone, Busy, HouseError, NoRoom, Refused, WrongState
from community_book.base.messages import Message, Problem
from community_book.base.tables import FormKey

BUSY_SECONDS = 5
UNUSED_SECONDS = 10
statements_kept = 200
"""So many questions a process keeps as SQL once they were written, at least: each takes about 90 KB of memory."""


class Reading(Session):
    """A session that only reads."""


class Work(Session):
    """One act in progress. `record` its audit entry and `tell` its events; both are written at the end."""

    def __init__(self, bind: Engine | Connection, actor: Actor, **options: Any) -> None:
        super().__init__(bind, **options)
        self.actor = actor
        self.entries: list[audit.Entry] = []
        self.events: list[outbox.Event] = []

    def record(
        self,
        act: str,
        *subjects: str,
        facts: Mapping[str, Any] | None = None,
        texts: Mapping[str, str | None] | None = None,
    ) -> None:
        """Notes the audit entry of an act: subjects as "need:N-7K2M9Q", the one it made or changed first.

        `facts` are plain numbers, codes and references; personal or free text goes into `texts`, whose
        content stays outside the hash.
        """
        self.entries.append(
            audit.Entry(
                act=act,
                subjects=tuple(subjects),
                facts=dict(facts or {}),
                texts={name: value for name, value in (texts or {}).items() if value},
                actor=self.actor,
            )
        )

    def tell(self, event_name: str, **payload: Any) -> None:
        """Notes an event (past tense, "NeedPosted") with ids and plain values for its subscribers."""
        self.events.append(outbox.Event(event_name, payload))


_engine: Engine | Connection | None = None
_before_work: list[Callable[[], None]] = []
_saved = 0


def use_engine(engine: Engine | Connection) -> None:
    """Says which database this process works on (a Connection in tests that roll everything back)."""
    global _engine
    _engine = engine


def engine() -> Engine | Connection:
    """The database in use. Raises RuntimeError before `use_engine`."""
    if _engine is None:
        raise RuntimeError("no database is in use yet")
    return _engine


def saved() -> int:
    """How often this process has saved something: what a reading was told may be old when it has grown since."""
    return _saved


def before_work(hook: Callable[[], None]) -> None:
    """Registers something to do before any act starts: `web` ends the request's Reading with it."""
    if hook not in _before_work:
        _before_work.append(hook)


def make_engine(url: str) -> Engine:
    """An engine set up as the house wants it. Flask-SQLAlchemy's engine gets the same through `prepare`."""
    made = create_engine(url, **engine_options(url))
    prepare(made)
    return made


def engine_options(url: str) -> dict[str, Any]:
    """Options for create_engine: SQLite leaves BEGIN to us, PostgreSQL gives up on a lock after 5 s."""
    kept = {"query_cache_size": statements_kept}
    if url.startswith("sqlite"):
        connect = {"timeout": BUSY_SECONDS, "isolation_level": None, "check_same_thread": False}
        return {**kept, "connect_args": connect}
    limits = f"-c lock_timeout={BUSY_SECONDS}s -c statement_timeout=30s -c idle_in_transaction_session_timeout=30s"
    return {**kept, "connect_args": {"options": limits + " -c timezone=utc"}}


sqlite_synchronous = "FULL"
"""A commit waits for the disk (domain.md 5.7); the tests, whose databases end with them, do not."""


def prepare(made: Engine) -> None:
    """Adds the listeners: on SQLite pragmas and our own BEGIN, on PostgreSQL a look at connections long unused."""
    if made.dialect.name != "sqlite":
        _look_at_unused(made)
        return

    @event.listens_for(made, "connect")
    def _pragmas(connection: sqlite3.Connection, _record: Any) -> None:
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            f"synchronous={sqlite_synchronous}",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_SECONDS * 1000}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(made, "begin")
    def _begin(connection: Connection) -> None:
        if connection.get_execution_options().get("sqlite_begin") == "IMMEDIATE":
            _begin_to_write(connection)
        else:
            connection.exec_driver_sql("BEGIN DEFERRED")


def _look_at_unused(made: Engine) -> None:
    """A connection that nobody used for a while may have lost its server: it is asked before it is given out.

    Asking each time, as `pool_pre_ping` does, costs every act a round trip or two.
    """

    @event.listens_for(made, "checkin")
    def _used(_connection: Any, record: Any) -> None:
        record.info["used_at"] = time.monotonic()

    @event.listens_for(made, "checkout")
    def _look(connection: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info.get("used_at", time.monotonic()) < UNUSED_SECONDS:
            return
        try:
            made.dialect.do_ping(connection)
        except made.dialect.loaded_dbapi.Error as lost:
            raise DisconnectionError from lost


def _begin_to_write(connection: Connection) -> None:
    """Waits for the one place there is to write, asking often: every 1 to 4 ms, for as long as is bearable.

    SQLite's own waiting asks ever more seldom, up to ten times a second, so that who came first comes last: with
    eight writers the slowest act took 2.9 s. Raises OperationalError ("locked") when the time is over.
    """
    give_up_at = time.monotonic() + BUSY_SECONDS
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - this listener is SQLite's alone
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while time.monotonic() < give_up_at:
            try:
                driver.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                    break  # a disk that is read-only, say: waiting does not help
            time.sleep(random.uniform(0.001, 0.004))  # noqa: S311 - so that nobody's turn is always the same
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # the last time, told as SQLAlchemy tells it
    finally:
        driver.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")


def _bound(**options: Any) -> Engine | Connection:
    """The bind of a new session: a Connection (rolled-back tests) is used as it is."""
    bind = engine()
    return bind.execution_options(**options) if isinstance(bind, Engine) and options else bind


def new_reading() -> Reading:
    """A session for reading; the caller closes it."""
    return Reading(_bound(), autoflush=False)


@contextmanager
def reading() -> Iterator[Reading]:
    """A Reading for commands, the worker and tests. Pages use `web.reading()`."""
    session = new_reading()
    try:
        yield session
    finally:
        session.close()


@contextmanager
def _transaction(actor: Actor) -> Iterator[Work]:
    global _saved
    for hook in _before_work:
        hook()
    options: dict[str, Any] = {"join_transaction_mode": "create_savepoint"}
    session = Work(_bound(sqlite_begin="IMMEDIATE"), actor, expire_on_commit=False, **options)
    try:
        yield session
        session.commit()
        _saved += 1
    except (OperationalError, DBAPIError) as error:
        session.rollback()
        if is_busy(error):
            raise Busy from error
        if is_without_room(error):
            raise NoRoom from error
        raise
    except OSError as error:
        session.rollback()
        if is_without_room(error):
            raise NoRoom from error
        raise
    except BaseException:
        session.rollback()
        raise
    finally:
        session.close()


@contextmanager
def together() -> Iterator[None]:
    """Makes every act inside one transaction: all of them are saved at the end, or none.

    Each act keeps its own audit entry and can still be refused by itself (it is a savepoint). For the
    made-up borough, which plays many people one after the other; never for a request.
    """
    real = engine()
    if not isinstance(real, Engine):
        yield  # already inside one connection, as in a test that is rolled back
        return
    with real.execution_options(sqlite_begin="IMMEDIATE").begin() as connection:
        use_engine(connection)
        try:
            yield
        finally:
            use_engine(real)


def is_busy(error: DBAPIError) -> bool:
    """Whether the database refused because others held it: locked, lock timeout, deadlock, serialisation."""
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return state in {"55P03", "40P01", "40001", "57014"}
    return isinstance(error, OperationalError) and (
        "database is locked" in str(error.orig) or "database table is locked" in str(error.orig)
    )


_NOT_WRITTEN = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG})
"""What a file system says that is full, has a limit that is reached, or is read-only."""
_SQLITE_NOT_WRITTEN = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY})


def is_without_room(error: DBAPIError | OSError) -> bool:
    """Whether something could not be written because the disk is full or read-only: nothing of it was saved."""
    if isinstance(error, OSError):
        return error.errno in _NOT_WRITTEN
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return state in {"53100", "58030", "25006"}  # disk full, input or output error, read-only transaction
    code = getattr(error.orig, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in _SQLITE_NOT_WRITTEN  # the low byte: the rest says which call it was


@contextmanager
def work(actor: Actor) -> Iterator[Work]:
    """One act: steps run inside, at least one `record` is made, and everything is saved or nothing.

    Raises AlreadyDone when the actor's form key was used before, Busy after five seconds of waiting, NoRoom where
    the disk is full or read-only.
    """
    with _transaction(actor) as session:
        if actor.form_key is not None:
            _refuse_second_sending(session, actor.form_key)
        yield session
        session.flush()
        if not session.entries:
            raise AssertionError("an act leaves an audit entry")
        if actor.form_key is not None:
            kind, _, reference = session.entries[0].subjects[0].partition(":")
            session.add(FormKey(key=actor.form_key, subject_kind=kind, subject_reference=reference))
            try:
                session.flush()
            except IntegrityError:
                session.rollback()
                _refuse_second_sending(session, actor.form_key)
                raise
        outbox.write(session, session.events)
        audit.write(session, session.entries)


@contextmanager
def attempt(work: Work) -> Iterator[None]:
    """Inside an act: steps that may be refused by themselves. Refused, they leave nothing: no row, event or entry.

    For acts over many things of which some may not be possible any more. The refusal is raised; the caller notes it.
    """
    events, entries = list(work.events), list(work.entries)
    noted = {key: dict(value) if isinstance(value, dict) else value for key, value in work.info.items()}
    try:
        with work.begin_nested():
            yield
    except HouseError:
        work.events[:], work.entries[:] = events, entries
        work.info.clear()
        work.info.update(noted)
        work.expire_all()
        raise


def _refuse_second_sending(session: Session, form_key: str) -> None:
    used = session.execute(select(FormKey).where(FormKey.key == form_key)).scalar_one_or_none()
    if used is not None:
        raise AlreadyDone(used.subject_kind, used.subject_reference)


@contextmanager
def bookkeeping(actor: Actor) -> Iterator[Work]:
    """A small write that is no act of domain.md: sessions, throttling, notices, stored suggestions."""
    with _transaction(actor) as session:
        yield session
        session.flush()
        outbox.write(session, session.events)
        audit.write(session, session.entries)


def changed(session: Session, statement: UpdateBase) -> int:
    """Runs a conditional UPDATE or DELETE and says how many rows it changed: 0 means the condition failed."""
    result = session.execute(statement, execution_options={"synchronize_session": False})
    return cast(CursorResult[Any], result).rowcount


def lock_row(session: Session, row: Any) -> None:
    """Takes the row's lock in the house's order (decision 3). On SQLite the whole Work holds it already."""
    if session.get_bind().dialect.name == "postgresql":
        session.refresh(row, with_for_update=True)
    else:
        session.refresh(row)


def require_version(row: Any, version: int | None) -> None:
    """Refuses a stale edit with 409 and counts the version up otherwise. None skips the comparison."""
    if version is not None and row.version != version:
        raise WrongState(
            Message("Somebody changed this while you were writing. Look at it as it is now, then change it again.")
        )
    row.version += 1


def refuse(field: str, template: str, /, **values: Any) -> Refused:
    """Short for raising one problem: `raise refuse("amount", N_("Only %(left)s is left"), left=...)`."""
    return Refused(Problem(field, Message(template, **values)))


def database_answers() -> bool:
    """Whether the database can be read just now."""
    try:
        with reading() as session:
            session.execute(text("SELECT 1"))
    except DBAPIError:
        return False
    return True
