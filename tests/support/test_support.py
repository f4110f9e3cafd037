"""The real things the tests stand on are real: a PostgreSQL server and a Chromium."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlalchemy import create_engine, text

from tests.support.chromium import NoChromium, chromium_browser, chromium_path, chromium_reason
from tests.support.postgres import postgres_reason, postgres_server
from tests.support.wanted import go_without


@pytest.mark.postgres
def test_a_server_starts_copies_databases_and_leaves_nothing_behind() -> None:
    if reason := postgres_reason():
        go_without(reason)
    with postgres_server() as server:
        folder = server.folder.parent
        first = create_engine(server.create("first"))
        with first.begin() as connection:
            connection.execute(text("CREATE TABLE words (word text)"))
            connection.execute(text("INSERT INTO words VALUES ('hello')"))
        first.dispose()
        second = create_engine(server.create("second", template="first"))
        with second.connect() as connection:
            assert connection.scalar(text("SELECT word FROM words")) == "hello"
            server.drop("second")  # although somebody is connected
            server.drop("second")
            connection.invalidate()
        second.dispose()
    assert not folder.exists()


@pytest.mark.postgres
@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to step down")
def test_the_server_does_not_open_the_folders_of_root() -> None:
    if reason := postgres_reason():
        go_without(reason)
    before = Path.home().stat().st_mode
    with postgres_server() as server:
        assert (server.folder / "data").stat().st_uid != 0
    assert Path.home().stat().st_mode == before


@pytest.mark.browser
def test_the_browser_shows_a_page(chromium: Browser) -> None:
    page = chromium.new_page()
    page.set_content("<title>A page</title><h1>Hello</h1>")
    assert (page.title(), page.inner_text("h1")) == ("A page", "Hello")
    page.close()


def test_a_missing_browser_is_named_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    chromium_reason.cache_clear()
    try:
        assert chromium_path() is None
        reason = chromium_reason() or ""
        assert reason.startswith("No Chromium here")
        assert "\n" not in reason
        with pytest.raises(NoChromium), chromium_browser():
            pass
    finally:
        chromium_reason.cache_clear()


def test_what_is_missing_fails_in_ci_and_skips_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no server"):
        go_without("no server")
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception, match="no server"):
        go_without("no server")
