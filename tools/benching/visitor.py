"""Somebody with a browser: keep-alive connection, cookies, links and forms. Standard library only."""

from __future__ import annotations

import http.client
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Answer:
    """What came back, and how long after asking its last byte was here."""

    path: str
    status: int
    headers: Mapping[str, str]
    text: str
    seconds: float

    @property
    def is_page(self) -> bool:
        return self.headers.get("content-type", "").startswith("text/html")

    @property
    def said(self) -> str:
        """The problems or the sentence of a refusal, for people who read the table."""
        problems = re.findall(r"govuk-error-summary__list.*?</ul>", self.text, re.DOTALL)
        body = problems[0] if problems else "".join(re.findall(r"<main.*?</main>", self.text, re.DOTALL))
        return " ".join(re.sub(r"<[^>]+>", " ", body).split())[:200]


@dataclass
class Form:
    """A form of a page as it would be sent untouched."""

    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    choices: dict[str, list[str]] = field(default_factory=dict)
    is_post: bool = False

    def filled(self, **values: object) -> list[tuple[str, str]]:
        """The fields with some of them answered; a list answers a question with several ticks."""
        kept = [(name, value) for name, value in self.fields if name not in values]
        given = {name: value if isinstance(value, list) else [value] for name, value in values.items()}
        return kept + [(name, str(one)) for name, several in given.items() for one in several]


class _Reader(HTMLParser):
    """Collects the links and forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select = self._textarea = ""
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "form":
            self._form = Form(given.get("action", ""), is_post=given.get("method", "").lower() == "post")
            self.forms.append(self._form)
        elif self._form is not None:
            self._in_form(self._form, tag, given)

    def _in_form(self, form: Form, tag: str, given: dict[str, str]) -> None:
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "input" and name:
            if given.get("type") in {"radio", "checkbox"}:
                form.choices.setdefault(name, []).append(value)
                if "checked" in given:
                    form.fields.append((name, value))
            elif given.get("type") not in {"submit", "file", "button"}:
                form.fields.append((name, value))
        elif tag == "select" and name:
            self._select = name
        elif tag == "option" and self._select:
            form.choices.setdefault(self._select, []).append(value)
            if "selected" in given:
                form.fields.append((self._select, value))
        elif tag == "textarea" and name:
            self._textarea, self._text = name, ""

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea" and self._form is not None:
            self._form.fields.append((self._textarea, self._text.strip()))
            self._textarea = ""


class Visitor:
    """One person's browser on one site."""

    def __init__(self, port: int, name: str = "nobody") -> None:
        self.port, self.name = port, name
        self.cookies: dict[str, str] = {}
        self._connection: http.client.HTTPConnection | None = None

    def get(self, path: str) -> Answer:
        return self._send("GET", path)

    def post(self, path: str, fields: list[tuple[str, str]]) -> Answer:
        return self._send("POST", path, urlencode(fields).encode())

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _send(self, method: str, path: str, body: bytes | None = None) -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://{HOST}:{self.port}"}
        started_at = time.perf_counter()
        try:
            answer, content = self._exchange(method, path, body, headers)
        except (http.client.RemoteDisconnected, ConnectionError):  # the server closed the idle connection
            self.close()
            started_at = time.perf_counter()
            answer, content = self._exchange(method, path, body, headers)
        seconds = time.perf_counter() - started_at
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        told = {name.lower(): value for name, value in answer.headers.items()}
        return Answer(path, answer.status, told, content.decode(errors="replace"), seconds)

    def _exchange(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[http.client.HTTPResponse, bytes]:
        if self._connection is None:
            self._connection = http.client.HTTPConnection(HOST, self.port, timeout=30)
            self._connection.connect()
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        return answer, answer.read()

    def sign_in(self, email: str, password: str) -> Answer:
        """The answer to the form that was sent; 303 where it worked."""
        form = forms_of(self.get("/sign-in"))[-1]
        return self.post("/sign-in", form.filled(email=email, password=password))


def links_of(answer: Answer) -> list[str]:
    """The addresses within the site that a page links to, without fragments."""
    reader = _Reader()
    reader.feed(answer.text)
    found = []
    for link in reader.links:
        parts = urlsplit(urljoin(f"http://{HOST}{answer.path}", link))
        if parts.scheme == "http" and parts.netloc == HOST:
            found.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return list(dict.fromkeys(found))


def forms_of(answer: Answer) -> list[Form]:
    """The forms of a page that change something, with where they go to."""
    reader = _Reader()
    reader.feed(answer.text)
    here = answer.path
    found = []
    for form in reader.forms:
        if form.is_post:
            parts = urlsplit(urljoin(f"http://{HOST}{here}", form.action))
            address = parts.path + (f"?{parts.query}" if parts.query else "")
            found.append(Form(address, form.fields, form.choices, is_post=True))
    return found
