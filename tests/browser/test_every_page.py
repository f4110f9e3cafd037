"""Every page, for everybody who may open it: fits a telephone, is silent in the console, and axe has nothing to say."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Page
from werkzeug.exceptions import HTTPException

from community_book.base.actor import Role
from tests.browser.conftest import WIDE, OpenPage
from tests.support.databases import ON_SQLITE
from tests.support.looking import accessible, axe_violations, no_overflow, overflow, sign_in, widest
from tests.support.people import everybody
from tests.support.site import Site, running

pytestmark = [pytest.mark.browser, pytest.mark.committed, ON_SQLITE]
NO_PAGES = {"static", "health.live", "health.ready"}
ADDRESSES_OF_ONE_VIEW = 1
ELEMENT = re.compile(r"<(\w+)([^>]*)>(\s*<)?")
KEPT = re.compile(r"\b(?:class|role|type)=\"[^\"]*\"")
IN_A_ROW = 3
LINK = re.compile(r"<a\b[^>]*\shref=\"([^\"#]+)")


@pytest.fixture(scope="module")
def people(committed: Flask) -> dict[Role, str]:
    return everybody(committed)


@pytest.fixture(scope="module")
def site(committed: Flask, people: dict[Role, str]) -> Iterator[Site]:
    """As in conftest, with somebody of every role there before it opens."""
    with running(committed) as served:
        yield served
        assert served.faults == []


@dataclass
class Checked:
    """What was looked at: the skeletons, and what decides their colours."""

    bones: set[tuple[str, ...]] = field(default_factory=set)
    colours: set[str] = field(default_factory=set)


@pytest.fixture(scope="module")
def checked() -> Checked:
    return Checked()


def pages_without_arguments(site: Site) -> list[str]:
    """The address of every view that shows something and needs no argument."""
    return sorted(
        rule.rule
        for rule in site.app.url_map.iter_rules()
        if not rule.arguments and "GET" in (rule.methods or ()) and rule.endpoint not in NO_PAGES
    )


def view_of(site: Site, address: str) -> str | None:
    """The view an address leads to; None where it leads out of the site or nowhere."""
    parts = urlsplit(address)
    if parts.netloc and parts.netloc != urlsplit(site.url).netloc:
        return None
    try:
        endpoint, _ = site.app.url_map.bind("localhost").match(parts.path, method="GET")
    except HTTPException:
        return None
    return None if endpoint in NO_PAGES else endpoint


def skeleton(page_text: str) -> set[tuple[str, ...]]:
    """Every few elements of a page that follow each other, without words: one made of the same needs no second look.

    A list of five is made as a list of three is; a button more, or in another place, makes another page.
    """
    elements = [
        f"{tag}{''.join(KEPT.findall(attributes))}{bool(empty)}"
        for tag, attributes, empty in ELEMENT.findall(page_text)
    ]
    return {tuple(elements[at : at + IN_A_ROW]) for at in range(max(1, len(elements) - IN_A_ROW + 1))}


class Walk:
    """Goes from page to page along the links, to a few addresses of each view, and writes down what is wrong."""

    def __init__(self, site: Site, page: Page, checked: Checked) -> None:
        self.site, self.page, self.checked = site, page, checked
        self.typed = pages_without_arguments(site)
        self.waiting = deque(self.typed)
        self.visits: dict[str, int] = {}
        self.seen: dict[str, int] = {}
        self.wrong: list[str] = []

    def walk(self) -> None:
        while self.waiting:
            address = self.waiting.popleft()
            view = view_of(self.site, address)
            if view is None or address in self.seen or self.visits.get(view, 0) >= ADDRESSES_OF_ONE_VIEW:
                continue
            self.visits[view] = self.visits.get(view, 0) + 1
            self.visit(address)

    def visit(self, address: str) -> None:
        answer = self.page.context.request.get(address, max_redirects=0)
        self.seen[address] = answer.status
        allowed = {403, 404} if address in self.typed else set()  # typed by hand; a link must lead somewhere
        if answer.status >= 400 and answer.status not in allowed:
            self.wrong.append(f"{address}: {answer.status}")
        if answer.status >= 300 or "text/html" not in answer.headers.get("content-type", ""):
            return
        text = answer.text()
        self.waiting.extend(urljoin(address, unescape(link)) for link in LINK.findall(text))
        bones = skeleton(text)
        if not bones <= self.checked.bones:
            self.checked.bones |= bones
            self.look(address)

    def look(self, address: str) -> None:
        self.page.goto(address)
        page_wide, screen_wide = overflow(self.page)
        if page_wide > screen_wide:
            self.wrong.append(f"{self.page.url}: {page_wide} px wide: {widest(self.page)}")
        self.wrong += axe_violations(self.page, known_colours=self.checked.colours)


SEE_LESS_THAN_THEIR_LEADS = {Role.GROUP_MEMBER, Role.PROVIDER_MEMBER}


@pytest.mark.parametrize(
    "role", [None, *(role for role in Role if role not in SEE_LESS_THAN_THEIR_LEADS)], ids=lambda role: role or "nobody"
)
def test_every_page_is_fit_to_be_read_on_a_telephone(
    site: Site, page: Page, people: dict[Role, str], checked: Checked, role: Role | None
) -> None:
    if role is not None:
        sign_in(page, people[role])
    walk = Walk(site, page, checked)
    walk.walk()
    assert not walk.wrong, "\n".join(walk.wrong)
    assert 200 in walk.seen.values()


def test_a_page_that_is_not_there_and_one_that_is_refused_are_fit_to_be_read(
    page: Page, people: dict[Role, str]
) -> None:
    sign_in(page, people[Role.GROUP_MEMBER])
    for address, status in (("/nowhere", 404), ("/people", 403)):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == status
        no_overflow(page)
        accessible(page)


def test_a_form_with_problems_is_fit_to_be_read(page: Page) -> None:
    page.goto("/sign-in")
    page.locator("main form button[type=submit]").click()
    page.locator(".govuk-error-summary").wait_for()
    no_overflow(page)
    accessible(page)


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("width", [320, WIDE])
def test_somebody_can_sign_in_and_out(
    open_page: OpenPage, people: dict[Role, str], width: int, javascript: bool
) -> None:
    page = open_page(width=width, javascript=javascript)
    sign_in(page, people[Role.OFFICER])
    page.goto("/desk")
    page.locator(".cb-header__button").click()
    page.goto("/desk")
    assert urlsplit(page.url).path == "/sign-in"
