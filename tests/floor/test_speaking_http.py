"""How both houses speak HTTP: headers, tokens, refusals."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from community_book.base.actor import Role
from tests.makers import client_of, make_organisation, send
from tests.makers_people import browser_of, lead


@pytest.mark.parametrize("url", ["/", "/sign-in", "/nowhere", "/live", "/account"])
def test_every_answer_carries_the_headers_that_protect_its_reader(client: FlaskClient, url: str) -> None:
    headers = client.get(url).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert len(headers["X-Request-ID"]) >= 8
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert re.fullmatch(r"'self' 'sha256-[A-Za-z0-9+/=]{44}'", policy["script-src"])
    assert "unsafe" not in headers["Content-Security-Policy"]


def test_the_one_script_in_the_page_is_the_one_allowed(client: FlaskClient) -> None:
    import base64
    import hashlib

    answer = client.get("/sign-in")
    scripts = re.findall(r"<script(?![^>]*src=)[^>]*>([^<]*)</script>", answer.get_data(as_text=True))
    hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    assert len(hashes) == 1
    assert f"'sha256-{hashes[0]}'" in answer.headers["Content-Security-Policy"]


def test_no_page_carries_a_style_or_a_handler(client: FlaskClient) -> None:
    page = client.get("/sign-in").get_data(as_text=True)
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style", page)


def test_what_a_signed_in_person_sees_is_kept_by_no_cache(app: Flask, client: FlaskClient) -> None:
    browser = browser_of(app, Role.GROUP_LEAD)
    for url in ("/account", "/", "/desk", "/notices"):
        assert browser.get(url).headers["Cache-Control"] == "no-store"
    assert client.get("/nowhere").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("given", "is_kept"), [("abcdef-123456", True), ("short", False), ("x" * 65, False), ("a b c d e f g h", False)]
)
def test_a_request_is_named_by_the_proxy_where_it_names_it_well(client: FlaskClient, given: str, is_kept: bool) -> None:
    named = client.get("/live", headers={"X-Request-ID": given}).headers["X-Request-ID"]
    assert (named == given) == is_kept


def test_the_cookie_is_for_http_alone_and_for_this_site_alone(client: FlaskClient) -> None:
    cookie = client.get("/sign-in").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.fixture
def editing(app: Flask) -> tuple[FlaskClient, str, dict[str, str]]:
    """A browser, the address of a form, and what a good sending of it holds."""
    group = make_organisation()
    browser = client_of(app, lead(group).id, group.id)
    url = f"/organisations/{group.reference}/edit"
    page = browser.get(url).get_data(as_text=True)
    token = re.search(r'name="_token" value="([^"]+)"', page)
    assert token is not None
    return browser, url, {"_token": token[1], "description": "Changed", "version": "1"}


def described(browser: FlaskClient, url: str) -> bool:
    return "Changed" in browser.get(url).get_data(as_text=True)


@pytest.mark.parametrize("token", [None, "", "x", "é", "0" * 64])
def test_a_form_without_the_token_of_the_page_does_nothing(
    editing: tuple[FlaskClient, str, dict[str, str]], token: str | None
) -> None:
    browser, url, data = editing
    data.pop("_token")
    if token is not None:
        data["_token"] = token
    refused = browser.post(url, data=data)
    assert refused.status_code == 403
    assert "open the page again" in refused.get_data(as_text=True)
    assert not described(browser, url)


def test_the_token_of_another_browser_does_nothing(
    app: Flask, editing: tuple[FlaskClient, str, dict[str, str]]
) -> None:
    browser, url, data = editing
    other = app.test_client()
    page = other.get("/sign-in").get_data(as_text=True)
    theirs = re.search(r'name="_token" value="([^"]+)"', page)
    data["_token"] = theirs[1] if theirs else ""
    assert browser.post(url, data=data).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_a_form_from_another_site_does_nothing_even_with_the_token(
    editing: tuple[FlaskClient, str, dict[str, str]], headers: dict[str, str]
) -> None:
    browser, url, data = editing
    refused = browser.post(url, data=data, headers=headers)
    assert refused.status_code == 403
    assert "came from another site" in refused.get_data(as_text=True)
    assert not described(browser, url)


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/xml"])
def test_a_token_counts_only_in_a_form(editing: tuple[FlaskClient, str, dict[str, str]], kind: str) -> None:
    import json

    browser, url, data = editing
    assert browser.post(url, data=json.dumps(data), content_type=kind).status_code == 403


def test_a_form_from_here_goes_through(editing: tuple[FlaskClient, str, dict[str, str]]) -> None:
    browser, url, data = editing
    assert browser.post(url, data=data, headers={"Origin": "http://localhost"}).status_code == 303
    assert described(browser, url)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE"])
def test_methods_a_page_does_not_know_do_nothing(editing: tuple[FlaskClient, str, dict[str, str]], method: str) -> None:
    browser, url, data = editing
    answer = browser.open(url, method=method, data=data)
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}
    for name in ("X-HTTP-Method-Override", "X-HTTP-Method"):
        assert browser.get(url, headers={name: "POST"}).status_code == 200
    assert browser.post(url, data={**data, "_method": "DELETE"}).status_code == 422


@pytest.mark.parametrize(
    "path",
    [
        "/.git/config",
        "/.env",
        "/console",
        "/sign-in/",
        "/SIGN-IN",
        "/sign-in/..",
        "/static/../app.py",
        "/;",
    ],
)
def test_paths_that_are_none_of_ours_are_not_there(client: FlaskClient, path: str) -> None:
    answer: Any = client.get("/", environ_overrides={"PATH_INFO": path})
    assert answer.status_code in {404, 308}
    if answer.status_code == 308:
        assert answer.location.startswith("http://localhost/")


@pytest.mark.parametrize(
    ("status", "url", "method"), [(404, "/nowhere", "GET"), (405, "/live", "POST"), (403, "/people", "GET")]
)
def test_a_refusal_is_a_page_that_says_what_to_do_and_nothing_of_the_machine(
    app: Flask, status: int, url: str, method: str
) -> None:
    browser = browser_of(app, Role.GROUP_LEAD)
    page = browser.get("/account").get_data(as_text=True)
    token = re.search(r'name="_token" value="([^"]+)"', page)
    answer = browser.open(url, method=method, data={"_token": token[1]} if token and method == "POST" else None)
    text = answer.get_data(as_text=True)
    assert answer.status_code == status
    assert "<h1" in text
    assert not re.search(r"Traceback|werkzeug|sqlalchemy|/site-packages|\.py", text, re.IGNORECASE)


def test_a_fault_of_ours_is_a_page_too(app: Flask) -> None:
    browser = browser_of(app, Role.GROUP_LEAD)
    app.testing = False
    broken, app.view_functions["people.account"] = app.view_functions["people.account"], _broken
    try:
        answer = browser.get("/account")
    finally:
        app.testing = True
        app.view_functions["people.account"] = broken
    assert answer.status_code == 500
    text = answer.get_data(as_text=True)
    assert "Something went wrong on our side" in text
    assert "secret detail" not in text


def _broken() -> str:
    raise RuntimeError("secret detail")


from community_book.web.access import public  # noqa: E402 - the mark a view needs, put on the broken one

public(_broken)


def test_too_much_is_refused_before_it_is_read(client: FlaskClient) -> None:
    page = client.get("/sign-in").get_data(as_text=True)
    token = re.search(r'name="_token" value="([^"]+)"', page)
    data = {"_token": token[1] if token else "", "email": "a@b.example", "password": "x"}
    assert client.post("/sign-in", data={**data, "password": "x" * 1_100_000}).status_code == 413
    large = many_parts({**data, "password": "x" * 600_000})
    assert client.post("/sign-in", data=large, content_type="multipart/form-data; boundary=b").status_code == 413
    many = many_parts({**data, **{f"f{number}": "x" for number in range(1_100)}})
    assert client.post("/sign-in", data=many, content_type="multipart/form-data; boundary=b").status_code == 413


def many_parts(fields: dict[str, str]) -> bytes:
    """A form with parts, as a browser sends one with files."""
    parts = [
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()
    ]
    return ("".join(parts) + "--b--\r\n").encode()


def test_the_process_lives_without_a_database_and_is_ready_with_a_worker_only(client: FlaskClient) -> None:
    assert client.get("/live").status_code == 200
    from community_book.base import dispatcher

    waiting = client.get("/ready")
    assert (waiting.status_code, "worker" in waiting.get_data(as_text=True)) == (503, True)
    dispatcher.pulse()
    assert client.get("/ready").status_code == 200


def test_a_page_shown_again_keeps_what_was_typed_but_never_its_markup(app: Flask) -> None:
    browser = browser_of(app, Role.ADMINISTRATOR)
    answer = send(browser, f"/organisations/{make_organisation().reference}/name", name='"><script>' + "x" * 200)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "&#34;&gt;&lt;script&gt;xxx" in page
    assert page.startswith("<!DOCTYPE html>")
    assert "<title>Error: " in re.sub(r"\s+", " ", page)
