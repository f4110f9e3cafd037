"""`create_app(cwb=False)`: the lower house opens and answers every page of its own without the upper one."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from flask import Flask

from app import create_app
from community_book.base import registers, work
from community_book.base.actor import COUNCIL_ROLES, Role
from community_book.base.settings import ROOT, settings
from community_book.web import access
from community_book.web.database import db
from tests.conftest import use_app
from tests.makers import client_of, make_organisation, make_person

ALONE = """
import sys, app
app.create_app(cwb=False)
print([name for name in sys.modules if name.split(".")[0] == "cwb"])
"""
pytestmark = pytest.mark.committed


@pytest.fixture(scope="module")
def alone(committed: Flask) -> Iterator[Flask]:
    """The lower house alone, on the same database."""
    app = create_app(settings(), cwb=False)
    app.testing = True
    app.extensions["test_settings"] = settings()
    app.extensions["test_registers"] = registers.held()
    yield app
    with app.app_context():
        db.engine.dispose()
    use_app(committed)
    with committed.app_context():
        work.use_engine(db.engine)


@pytest.fixture(autouse=True)
def _in_use(alone: Flask, _in_use_again: None) -> None:
    use_app(alone)
    with alone.app_context():
        work.use_engine(db.engine)


def pages(app: Flask) -> list[str]:
    return [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static" and "GET" in (rule.methods or ()) and not rule.arguments
    ]


def test_it_has_pages_of_its_own_and_none_of_the_upper_house(alone: Flask) -> None:
    assert len(pages(alone)) > 10
    assert {view.__module__.split(".")[0] for view in alone.view_functions.values()} <= {
        "community_book",
        "flask",
    }
    assert access.unmarked(alone) == []


def test_it_imports_nothing_of_the_upper_house() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", ALONE],
        cwd=ROOT,
        env={"PATH": "", "DATA_DIR": str(settings().data_dir), "SECRET_KEY": "t" * 64},
        capture_output=True,
        text=True,
    )
    assert loaded.stdout.strip() == "[]", loaded.stderr


def test_everybody_may_open_its_public_pages(alone: Flask) -> None:
    browser = alone.test_client()
    for url in pages(alone):
        assert browser.get(url).status_code in ({200, 503} if url == "/ready" else {200, 303}), url


@pytest.mark.parametrize("role", list(Role))
def test_each_role_opens_its_pages_and_no_link_on_them_leads_up(alone: Flask, role: Role) -> None:
    place = make_organisation(is_council=role in COUNCIL_ROLES)
    browser = client_of(alone, make_person(belongs_to=place, role=role).id, place.id)
    adapter = alone.url_map.bind("localhost")
    for url in pages(alone):
        answer = browser.get(url)
        fine = {200, 503} if url == "/ready" else {200, 303, 403, 404}
        assert answer.status_code in fine, (url, answer.status_code)
        if answer.status_code == 200 and answer.mimetype == "text/html":
            for link in set(re.findall(r'href="(/[^"#?]*)', answer.get_data(as_text=True))):
                if not link.startswith("/static/"):
                    assert adapter.test(link, method="GET"), f"{url} links to {link}"
