"""A production site that is not ready for it does not start, and what it writes down says nothing about anybody."""

from __future__ import annotations

import io
import json
import logging
import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from community_book.base import settings as chosen
from community_book.base import work
from community_book.base.actor import Role, system
from community_book.base.settings import ROOT, settings
from community_book.base.tables import SiteFact
from community_book.web import access, logs, start
from tests.makers import make_person, send
from tests.makers_people import PASSWORD, council, sign_in, with_password

GOOD_KEY = secrets.token_hex(32)
LISTENS = """
import os, sys

class Listens:
    def find_spec(self, name, *_):
        if name == "numpy":
            print(os.environ["OPENBLAS_NUM_THREADS"])

sys.meta_path.insert(0, Listens())
import app, community_book.search.texts
"""
"""What a process is told of cores when it first reads the library of numbers."""


@pytest.fixture
def production(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., list[str]]]:
    """The reasons a production site with these settings would not start for: all in order but what is given."""
    for name in ("FLASK_DEBUG", "PUBLIC_URL"):
        monkeypatch.delenv(name, raising=False)
    before = settings()
    tmp_path.chmod(0o700)
    good = replace(
        before,
        app_env="production",
        secret_key=GOOD_KEY,
        public_url="https://book.borough.gov.uk",
        proxy_hops=1,
        data_dir=tmp_path,
    )

    def reasons(**differing: Any) -> list[str]:
        chosen.use(replace(good, **differing))
        return start.reasons()

    yield reasons
    chosen.use(before)


def test_a_site_in_order_starts(production: Callable[..., list[str]]) -> None:
    assert production() == []


@pytest.mark.parametrize(
    ("differing", "said"),
    [
        ({"secret_key": ""}, "no SECRET_KEY"),
        ({"secret_key": "dev"}, "3 characters"),
        ({"secret_key": "x" * 64}, "repeats"),
        ({"secret_key": "change-me-change-me-change-me-0123456789"}, "example"),
        ({"public_url": "http://127.0.0.1:8000"}, "no PUBLIC_URL"),
        ({"public_url": "http://book.borough.gov.uk"}, "https"),
        ({"public_url": "https://localhost"}, "PUBLIC_URL"),
        ({"public_url": "https://book.borough.gov.uk/book"}, "more than"),
        ({"public_url": "https://[::1"}, "no address"),
        ({"data_dir": Path("/nowhere/at/all")}, "DATA_DIR cannot be read"),
    ],
)
def test_each_fault_of_the_settings_is_told_in_a_line_of_its_own(
    production: Callable[..., list[str]], differing: dict[str, Any], said: str
) -> None:
    reasons = production(**differing)
    assert len(reasons) == 1
    assert said in reasons[0]
    assert "To put it right: " in reasons[0]
    assert "\n" not in reasons[0]


def test_debug_open_folders_and_made_up_data_keep_it_from_starting_all_told_at_once(
    production: Callable[..., list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail").chmod(0o777)
    make_person(email="officer@borough.example")
    with work.bookkeeping(system("test")) as session:
        session.add(SiteFact(name="example data", value={}))
    told = "\n".join(production(secret_key="dev"))
    for words in ("SECRET_KEY", "FLASK_DEBUG", "write to mail", "made-up borough", "made-up addresses"):
        assert words in told
    assert told.count("Not started: ") == 5


def test_tables_of_another_migration_keep_it_from_starting(
    production: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start, "newest_migration", lambda: "9999")
    assert "wants 9999" in production()[0]


def test_outside_production_nothing_is_refused(app: Flask) -> None:
    assert start.reasons() == []


COMMANDS = {
    "web": ["gunicorn", "-c", "gunicorn.conf.py", "app:create_app()"],
    "worker": ["flask", "worker", "run"],
    "clocks": ["flask", "clocks", "run"],
    "check": ["flask", "deploy-check"],
}


@pytest.mark.committed
@pytest.mark.parametrize("command", COMMANDS)
def test_web_server_worker_and_clocks_end_with_1_and_every_reason(command: str, tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    name, *arguments = COMMANDS[command]
    ended = subprocess.run(
        [Path(sys.executable).parent / name, *arguments],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "APP_ENV": "production",
            "DATA_DIR": str(tmp_path),
            "SECRET_KEY": "dev",
            "PORT": "0",
        },
        capture_output=True,
        text=True,
        timeout=60,
    )
    told = ended.stdout + ended.stderr
    assert ended.returncode == 1, told
    assert "Traceback" not in told
    for words in ("3 characters", "no PUBLIC_URL", "no tables", "anybody on this machine"):
        assert words in told


def test_in_production_the_site_answers_to_its_own_name_only(
    production: Callable[..., list[str]], client: FlaskClient
) -> None:
    production()
    assert client.get("/sign-in", headers={"Host": "book.borough.gov.uk"}).status_code == 200
    assert client.get("/live", headers={"Host": "127.0.0.1:8000"}).status_code == 200
    assert client.get("/sign-in", headers={"Host": "evil.example"}).status_code == 400
    answer = client.get("/sign-in", headers={"Host": "book.borough.gov.uk"})
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


# --- the log ---------------------------------------------------------------------------------------


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that is logged, as production writes it."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logs.JsonLines())
    root, before = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield written
    root.removeHandler(handler)
    root.setLevel(before)


def test_the_log_holds_no_address_name_token_or_word_that_anybody_typed(
    app: Flask, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = app.test_client()
    person = with_password("Philippa Secretname", belongs_to=council(), role=Role.ADMINISTRATOR)
    assert sign_in(browser, person.email or "", "wrong words here").status_code == 422
    assert sign_in(browser, person.email or "").status_code == 303
    headers = {"X-Forwarded-For": "203.0.113.77", "User-Agent": "Secretbrowser"}
    browser.get("/needs?q=secret+words", headers=headers)
    browser.get("/nowhere/secret-path", headers=headers)
    browser.get("/invitation/" + "secrettoken" * 4, headers=headers)
    form = {"council_name": "Secret council", "site_name": "Secret site", "contact_email": "secret@person.gov.uk"}
    assert send(browser, "/set-up/names", **form, contact_telephone="020 7946 0123").status_code == 303

    def fails() -> str:
        try:
            raise ValueError(f"cannot read secret@person.gov.uk of {person.name}")
        except ValueError as fault:
            raise RuntimeError("Secret words of a database: Key (email)=(secret@person.gov.uk)") from fault

    monkeypatch.setitem(app.view_functions, "desks.help_page", access.public(fails))
    app.testing = False
    try:
        assert browser.get("/help", headers=headers).status_code == 500
    finally:
        app.testing = True
    logging.getLogger("somebodys.library").warning("cannot reach %s for %s", "203.0.113.77", "secret@person.gov.uk")
    logging.getLogger("somebodys.library").warning("refused 203.0.113.77: Secret words")
    logging.getLogger("community_book.notices").error("mail to %s failed %s", "secret@person.gov.uk", 3)
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    told = log.getvalue().lower()
    for secret in ("secret", "philippa", person.email or "", PASSWORD, "203.0.113", "020 7946", "127.0.0.1"):
        assert secret.lower() not in told.replace("test_production", ""), secret
    fault = next(line for line in lines if "through" in line)
    assert fault["error"] == "RuntimeError < ValueError"
    assert any("test_production.py" in step for step in fault["through"])
    seen = [line for line in lines if line["message"] == "request"]
    assert {"/sign-in", "/needs", "/invitation/<token>", "/set-up/names", "/help", "none"} <= {
        line["route"] for line in seen
    }
    assert any(line["actor"] == person.pseudonym for line in seen)
    allowed = {"at", "level", "logger", "message", "request", "method", "route", "status", "ms", "actor"}
    assert all(line.keys() <= allowed for line in seen)


def test_a_line_break_in_what_is_logged_stays_one_line(log: io.StringIO) -> None:
    logging.getLogger("community_book").error('a\n{"level":"critical"}\x1b[31m')
    assert len(log.getvalue().splitlines()) == 1


def test_numbers_are_multiplied_on_one_core_unless_the_operator_says_otherwise() -> None:
    """What the library is told after it was read changes nothing: it looks once."""
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    for given, told in (({}, "1"), ({"OPENBLAS_NUM_THREADS": "2"}, "2")):
        asked = [sys.executable, "-c", LISTENS]
        said = subprocess.run(asked, check=True, capture_output=True, text=True, cwd=ROOT, env={**environment, **given})
        assert said.stdout.split() == [told]
