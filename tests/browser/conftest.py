"""A site of its own for each module, and pages of a real Chromium to look at it with.

Put `ON_SQLITE` on a module that need not run on both databases: pytestmark = [pytest.mark.browser, ON_SQLITE].
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from tests.support.looking import Console, no_console_errors
from tests.support.site import Site, running

NARROW, WIDE, HIGH = 320, 1280, 800


class OpenPage(Protocol):
    """Makes a browser of its own, with its own cookies: open_page(width=1280, javascript=False)."""

    def __call__(self, *, width: int = NARROW, javascript: bool = True) -> Page: ...


@pytest.fixture(scope="module")
def site(committed: Flask) -> Iterator[Site]:
    """The site on its own copy of the database, served on a free port; it must have logged no error at the end."""
    with running(committed) as served:
        yield served
        assert served.faults == []


@pytest.fixture
def open_page(chromium: Browser, site: Site) -> Iterator[OpenPage]:
    """Opens pages; at the end of the test none of them may have complained in its console."""
    console = Console()
    contexts = []

    def open_one(*, width: int = NARROW, javascript: bool = True) -> Page:
        context = chromium.new_context(
            base_url=site.url, viewport={"width": width, "height": HIGH}, java_script_enabled=javascript
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        console.watch(page)
        return page

    yield open_one
    for context in contexts:
        context.close()
    no_console_errors(console)


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """A telephone's page, 320 px wide."""
    return open_page()


@pytest.fixture
def wide_page(open_page: OpenPage) -> Page:
    """A desk's page, 1280 px wide."""
    return open_page(width=WIDE)


@pytest.fixture
def plain_page(open_page: OpenPage) -> Page:
    """A telephone's page without JavaScript."""
    return open_page(javascript=False)
