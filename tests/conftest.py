"""Fixtures of the two kinds of test of data (house decision 15), each on SQLite and on PostgreSQL.

*Rolled back*: `reading`, `client` and acts run inside one connection whose transaction is undone.
*Committed*: `committed` copies a template database per module, for races, worker, browser and commands.
"""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import make_url

from app import create_app
from community_book.base import files, registers, work
from community_book.base import settings as chosen
from community_book.base.settings import ROOT, Settings
from community_book.web.database import db
from tests.support import grounds, postgres
from tests.support.statements import share_statements
from tests.support.touched import Touched
from tests.support.wanted import go_without

# A test makes and drops thousands of rows: looking for rubbish after every 700 of them took a quarter of all time.
gc.set_threshold(50_000, 20, 50)
os.environ.setdefault("APP_ENV", "test")
work.sqlite_synchronous = "OFF"
work.statements_kept = 2_000  # a test process asks everything there is
DATABASES = ("sqlite", "postgresql")
_folder = ROOT / "var" / "compiled"
_folder.mkdir(parents=True, exist_ok=True)
COMPILED = FileSystemBytecodeCache(str(_folder))
"""Templates as one test process compiled them, for the applications of all others."""
_numbers = count()


def test_settings(data_dir: Path, database_url: str) -> Settings:
    """Settings of one test database; password hashing made cheap."""
    from_environment = chosen.from_environment
    os.environ.update(DATA_DIR=str(data_dir), DATABASE_URL=database_url, SECRET_KEY="t" * 64, APP_ENV="test")
    try:
        return replace(from_environment(), argon2_memory_kib=64, public_url="http://localhost", mail_rhythm="at_once")
    finally:
        for name in ("DATA_DIR", "DATABASE_URL", "SECRET_KEY"):
            os.environ.pop(name, None)


test_settings.__test__ = False  # type: ignore[attr-defined]


class Template:
    """A database with the schema in it, copied for each test module that commits."""

    def __init__(self, kind: str, folder: Path, server: Any | None) -> None:
        self.kind, self.folder, self.server, self.count = kind, folder, server, 0
        # A process may come back to a kind when it takes over tests of another: its second template has its own name.
        self.name = f"tmpl_{os.getpid()}_{next(_numbers)}"
        if kind == "sqlite":
            self.url = f"sqlite:///{folder / 'template.sqlite3'}"
        else:
            assert server is not None
            self.url = server.create(self.name)
        lay_schema(self.url)

    @contextmanager
    def copy(self, of: str | None = None) -> Iterator[str]:
        """The URL of a fresh copy, dropped at the end; `of` is the URL of one to copy in the template's place."""
        self.count += 1
        url = make_url(of or self.url)
        assert url.database
        if self.kind == "sqlite":
            path = self.folder / f"copy{self.count}.sqlite3"
            shutil.copyfile(url.database, path)
            yield f"sqlite:///{path}"
        else:
            assert self.server is not None
            name = f"{self.name}_copy_{self.count}"
            yield self.server.create(name, template=url.database)
            self.server.drop(name)


def lay_schema(url: str) -> None:
    """Brings an empty database to the newest migration."""
    engine = work.make_engine(url)
    config = Config(str(ROOT / "migrations" / "alembic.ini"))
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["engine"] = engine
    command.upgrade(config, "head")
    if url.startswith("sqlite"):
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Any]:
    try:
        with postgres.postgres_server() as server:
            yield server
    except postgres.NoPostgres as reason:
        go_without(str(reason))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The one browser of a process: Playwright does not start a second beside it."""
    from tests.support.chromium import NoChromium, chromium_browser

    try:
        with chromium_browser() as browser:
            yield browser
    except NoChromium as reason:
        go_without(str(reason))


_templates: dict[str, Template] = {}


@pytest.fixture(scope="session", params=DATABASES)
def template(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """Made once a process, though the process may leave a kind and come back to it for tests of another."""
    kind = request.param
    server = request.getfixturevalue("postgres_server") if kind == "postgresql" else None
    made = _templates.get(kind)
    if made is None or made.server is not server:
        made = _templates[kind] = Template(kind, tmp_path_factory.mktemp(kind), server)
    return made


@pytest.fixture(scope="session")
def rolled_back_app(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """One application a session and database kind, for tests whose transaction is undone."""
    with template.copy() as url:
        settings = test_settings(tmp_path_factory.mktemp("data"), url)
        app = create_app(settings)
        app.jinja_env.bytecode_cache = COMPILED
        app.testing = True
        app.extensions["test_settings"] = settings
        app.extensions["test_registers"] = registers.held()
        with app.app_context():
            engine = share_statements(db.engine)
        use_app(app)
        work.use_engine(engine)
        touched = app.extensions["test_touched"] = Touched(engine)
        with ExitStack() as stay:
            app.extensions["test_grounds"] = grounds.Grounds(template.copy, touched, stay)
            gc.freeze()  # an application is no rubbish: it need not be looked through again
            yield app
            grounds.use(None)
        engine.dispose()


@pytest.fixture
def app(rolled_back_app: Flask, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The application inside one connection whose transaction is undone at the end."""
    with rolled_back_app.app_context():
        engine = db.engine
    use_app(rolled_back_app)
    connection = engine.connect()
    transaction = connection.begin()
    work.use_engine(connection)
    touched: Touched = rolled_back_app.extensions["test_touched"]
    touched.forget()
    ground: grounds.Grounds = rolled_back_app.extensions["test_grounds"]
    grounds.use(ground)
    ground.begin(free="reading" not in request.fixturenames)
    try:
        yield rolled_back_app
        assert touched.breaches() == []
    finally:
        ground.leave()
        work.use_engine(engine)
        transaction.rollback()
        connection.close()
        for mail in chosen.settings().mail_dir.glob("*.eml"):
            mail.unlink()


def use_app(app: Flask) -> None:
    """Puts an application's settings, registers and file store in force again (several live in one process)."""
    chosen.use(app.extensions["test_settings"])
    registers.hold(app.extensions["test_registers"])
    files.use_store(files.FolderStore(chosen.settings().evidence_dir))


def check_invariants(of: str = "") -> None:
    """Everything that must always be true.

    `of` is how the names of the rules asked begin: a test of one room with made-up ids asks that room's alone.
    """
    with work.reading() as reading:
        breaches = [
            breach for name, check in registers.invariants().items() if name.startswith(of) for breach in check(reading)
        ]
    assert breaches == []


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def reading(app: Flask) -> Iterator[work.Reading]:
    with work.reading() as session:
        yield session


@contextmanager
def site_on(url: str, data_dir: Path) -> Iterator[Flask]:
    """An application on a database of its own, in use until the end."""
    settings = test_settings(data_dir, url)
    app = create_app(settings)
    app.jinja_env.bytecode_cache = COMPILED
    app.testing = True
    app.extensions["test_settings"] = settings
    app.extensions["test_registers"] = registers.held()
    with app.app_context():
        engine = share_statements(db.engine)
    put_in_use(app)
    try:
        yield app
    finally:
        engine.dispose()


def put_in_use(app: Flask) -> None:
    """As `use_app`, with the application's own database, where acts commit."""
    use_app(app)
    with app.app_context():
        work.use_engine(db.engine)


@pytest.fixture(scope="module")
def committed(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application on its own copy of the template, where acts really commit."""
    with template.copy() as url, site_on(url, tmp_path_factory.mktemp("data")) as app:
        yield app
        put_in_use(app)
        with app.app_context():
            check_invariants(of=app.extensions.get("test_invariants", ""))


@pytest.fixture(autouse=True)
def _in_use_again(request: pytest.FixtureRequest) -> None:
    """Puts the committed application back in use after a rolled-back test of the same module had its own."""
    if "committed" in request.fixturenames and "app" not in request.fixturenames:
        put_in_use(request.getfixturevalue("committed"))


@pytest.fixture
def signed_in(app: Flask) -> Callable[..., FlaskClient]:
    """A browser signed in as a person acting as an organisation: signed_in(person_id, organisation_id)."""
    from tests.makers import client_of

    return lambda person_id, organisation_id=None: client_of(app, person_id, organisation_id)
