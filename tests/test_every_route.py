"""Every route and method has a mark, and the mark holds: signed out, in every role, with and without a token."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import AnyConverter, IntegerConverter, Rule, UUIDConverter

from community_book.base.actor import COUNCIL_ROLES, Role
from community_book.web import access, install
from tests.makers import client_of, make_organisation, make_person
from tests.support.databases import ON_SQLITE

NOBODYS = {"token": "x" * 43, "reference": "ZZ-ZZZZZZ"}
"""What stands for an argument of a route: a thing nobody has."""
METHODS = {"GET", "HEAD", "OPTIONS", "POST"}


def rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def address(app: Flask, rule: Rule) -> str:
    """The route's address for a thing that is not there."""
    values: dict[str, Any] = {}
    for name in rule.arguments:
        converter = rule._converters[name]
        if isinstance(converter, AnyConverter):
            values[name] = min(converter.items)
        elif isinstance(converter, UUIDConverter):
            values[name] = UUID(int=7)
        else:
            values[name] = 2**40 if isinstance(converter, IntegerConverter) else NOBODYS.get(name, "ZZ-ZZZZZZ")
    return str(app.url_map.bind("localhost").build(rule.endpoint, values))


def mark(app: Flask, rule: Rule) -> access.Mark:
    found = access.mark_of(app, rule.endpoint)
    assert found is not None
    return found


@cache
def tokens() -> dict[int, str]:
    return {}


def token_of(browser: FlaskClient) -> str:
    """The token of a browser's forms, read once from a page of its own."""
    known = tokens()
    if id(browser) not in known:
        page = browser.get("/account").get_data(as_text=True)
        found = re.search(r'name="_token" value="([^"]+)"', page)
        known[id(browser)] = found[1] if found else ""
    return known[id(browser)]


@pytest.fixture(scope="module")
def browsers(committed: Flask) -> dict[Role, FlaskClient]:
    """A signed-in browser of each role."""
    found = {}
    for role in Role:
        place = make_organisation(is_council=role in COUNCIL_ROLES)
        found[role] = client_of(committed, make_person(belongs_to=place, role=role).id, place.id)
    return found


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    yield
    tokens().clear()


pytestmark = pytest.mark.committed


def test_every_route_has_a_mark_and_only_methods_the_site_knows(committed: Flask) -> None:
    assert access.unmarked(committed) == []
    for rule in rules(committed):
        assert rule.methods is not None
        assert rule.methods <= METHODS, rule
        found = mark(committed, rule)
        assert found.kind in {"requires", "public", "link"}, rule
        assert (found.permission is not None) == (found.kind == "requires"), rule
        assert ("token" in rule.arguments) == (found.kind == "link"), rule


def test_a_view_without_a_mark_stops_the_start_of_the_site(committed: Flask) -> None:
    committed.view_functions["unmarked"] = lambda: "nobody decided"
    committed.url_map.add(Rule("/unmarked", endpoint="unmarked", build_only=True))
    try:
        with pytest.raises(RuntimeError, match="unmarked"):
            install.check_marks(committed)
    finally:
        committed.view_functions["unmarked"] = access.public(lambda: "everybody")
    install.check_marks(committed)


def test_every_address_is_typed_by_hand_once(committed: Flask) -> None:
    """Two routes with one address and one method would hide each other."""
    seen: dict[tuple[str, str], str] = {}
    for rule in rules(committed):
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            shape = re.sub(r"<[^>]+>", "<>", rule.rule)
            assert (shape, method) not in seen, f"{rule.endpoint} and {seen[shape, method]}"
            seen[shape, method] = rule.endpoint


def test_who_is_not_signed_in_is_sent_to_sign_in_and_back(committed: Flask) -> None:
    browser = committed.test_client()
    for rule in rules(committed):
        if mark(committed, rule).kind == "requires" and "GET" in (rule.methods or ()):
            url = address(committed, rule)
            answer = browser.get(url)
            assert answer.status_code == 303, rule
            assert answer.location.startswith("/sign-in?next="), rule
            assert browser.head(url).status_code == 303, rule


def test_an_invented_link_is_not_there(committed: Flask) -> None:
    browser = committed.test_client()
    for rule in rules(committed):
        if mark(committed, rule).kind == "link":
            for method in ("GET", "HEAD"):
                assert browser.open(address(committed, rule), method=method).status_code == 404, rule


def test_nothing_is_changed_by_who_is_not_signed_in(committed: Flask) -> None:
    browser = committed.test_client()
    page = browser.get("/sign-in").get_data(as_text=True)
    found = re.search(r'name="_token" value="([^"]+)"', page)
    for rule in rules(committed):
        if "POST" not in (rule.methods or ()):
            continue
        url, kind = address(committed, rule), mark(committed, rule).kind
        without = browser.post(url)
        with_token = browser.post(url, data={"_token": found[1] if found else ""})
        if kind == "requires":
            assert [without.status_code, with_token.status_code] == [303, 303], rule
            assert with_token.location.partition("?")[0] == "/sign-in", rule
        elif kind == "public":
            assert without.status_code == 403, rule
            assert with_token.status_code in {404, 422, 303, 409, 429}, rule
        else:
            assert {without.status_code, with_token.status_code} <= {403, 404}, rule


@ON_SQLITE
@pytest.mark.parametrize("role", list(Role))
def test_a_role_opens_what_its_permissions_name_and_nothing_else(
    committed: Flask, browsers: dict[Role, FlaskClient], role: Role
) -> None:
    for rule in rules(committed):
        found = mark(committed, rule)
        if "GET" not in (rule.methods or ()) or found.kind == "link":
            continue
        status = browsers[role].get(address(committed, rule)).status_code
        if not may(found, role):
            assert status in {403, 404}, (rule, status)
        elif rule.arguments:
            assert status in {303, 403, 404, 409}, (rule, status)
        else:
            assert status in {200, 303, 404} or rule.rule == "/ready", (rule, status)


@ON_SQLITE
@pytest.mark.parametrize("role", list(Role))
def test_a_role_does_what_its_permissions_name_and_nothing_else(
    committed: Flask, browsers: dict[Role, FlaskClient], role: Role
) -> None:
    token = token_of(browsers[role])
    for rule in rules(committed):
        found = mark(committed, rule)
        if "POST" not in (rule.methods or ()) or found.kind == "link" or rule.endpoint == "people.sign_out":
            continue
        status = browsers[role].post(address(committed, rule), data={"_token": token}).status_code
        if not may(found, role):
            assert status in {403, 404}, (rule, status)
        elif rule.arguments:
            assert status in {303, 403, 404, 409, 422}, (rule, status)
        else:
            assert status in {200, 303, 403, 404, 409, 422, 429}, (rule, status)


def may(found: access.Mark, role: Role) -> bool:
    return found.permission is None or role in found.permission.roles


def somebody_able(app: Flask, rule: Rule, browsers: dict[Role, FlaskClient]) -> FlaskClient:
    """A browser of the first role that may open the route."""
    return next(browsers[role] for role in Role if may(mark(app, rule), role))


@ON_SQLITE
def test_a_head_request_is_answered_as_a_get_without_its_body(
    committed: Flask, browsers: dict[Role, FlaskClient]
) -> None:
    for rule in rules(committed):
        if "GET" in (rule.methods or ()):
            browser, url = somebody_able(committed, rule, browsers), address(committed, rule)
            got, head = browser.get(url), browser.head(url)
            assert got.status_code < 500 or rule.rule == "/ready", rule
            assert (head.status_code, head.get_data()) == (got.status_code, b""), rule


def test_nothing_is_done_without_the_token_of_the_page(committed: Flask, browsers: dict[Role, FlaskClient]) -> None:
    for rule in rules(committed):
        if "POST" in (rule.methods or ()):
            browser = somebody_able(committed, rule, browsers)
            status = browser.post(address(committed, rule), data={"_token": "not this one"}).status_code
            assert status in ({403, 404} if mark(committed, rule).kind == "link" else {403}), (rule, status)


TOO_LARGE, TOO_LONG = "9" * 30, "x" * 2000
JUNK = [
    *(("postgresql", junk) for junk in ("%00", "%27%20OR%201=1%F0%9F%A6%8A", TOO_LONG, TOO_LARGE)),
    *(("sqlite", junk) for junk in ("..%2f..%2fetc%2fpasswd", TOO_LARGE)),
]
"""What a database may choke on: PostgreSQL on more than SQLite; what is read before either is asked of one."""


@pytest.mark.parametrize(("template", "junk"), JUNK, indirect=["template"], scope="session")
def test_no_address_a_person_can_type_is_a_fault_of_ours(
    committed: Flask, browsers: dict[Role, FlaskClient], junk: str
) -> None:
    for rule in rules(committed):
        if rule.arguments:
            typed, browser = re.sub(r"<[^>]+>", junk, rule.rule), somebody_able(committed, rule, browsers)
            answer = browser.get(typed) if "GET" in (rule.methods or ()) else posted(browser, typed)
            assert answer.status_code in {303, 308, 400, 403, 404, 409, 422}, (rule, answer.status_code)


def posted(browser: FlaskClient, url: str) -> Any:
    return browser.post(url, data={"_token": token_of(browser)})


QUESTIONS = [
    "page=-1&sort=nothing&direction=up&words=%25%00",
    "page=99999999999999999999&kind=nothing&state=nothing&zone=nothing&lot=nothing&pillar=nothing&words=%25",
    "kind=%F0%9F%A6%8A&zone=99999999999999999999:1&state=%27--&q=*a*&words=" + "x" * 3000,
    "zone=1:99999999999999999999&framework=F-ZZZZZZ&measure=0&year=0&quarter=9999-Q9&from=2026-02-31&as=csv",
]


QUERIES = [*(("postgresql", question) for question in QUESTIONS), ("sqlite", QUESTIONS[1]), ("sqlite", QUESTIONS[-1])]


@pytest.mark.parametrize(("template", "query"), QUERIES, indirect=["template"], scope="session")
def test_no_question_a_person_can_ask_is_a_fault_of_ours(
    committed: Flask, browsers: dict[Role, FlaskClient], query: str
) -> None:
    for rule in rules(committed):
        if "GET" in (rule.methods or ()) and not rule.arguments:
            answer = somebody_able(committed, rule, browsers).get(f"{rule.rule}?{query}")
            is_fine = answer.status_code in {200, 303, 400, 403, 404, 422} or rule.rule == "/ready"
            assert is_fine, (rule, answer.status_code)
