"""Many people at once: each with a browser of their own, sending their form at the same moment."""

from __future__ import annotations

import http.client
import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlencode

from tools.benching.visitor import HOST, Answer, Form, Visitor, forms_of

KEPT = 303


def visitor(port: int, cookies: Mapping[str, str], name: str) -> Visitor:
    """A browser that is signed in already."""
    made = Visitor(port, name)
    made.cookies = dict(cookies)
    return made


def form_to(answer: Answer, ending: str) -> Form:
    """The form of a page that goes to an address. Raises LookupError with what the page said."""
    for form in forms_of(answer):
        if form.action.partition("?")[0].endswith(ending):
            return form
    raise LookupError(f"{answer.path} ({answer.status}) has no form to …{ending}: {answer.said}")


@dataclass(frozen=True)
class Sending:
    """A form somebody is about to send, each time under a key of its own."""

    visitor: Visitor
    form: Form
    values: Mapping[str, object]

    def send(self, key: str = "") -> Answer:
        filled = self.form.filled(**self.values, _key=key or secrets.token_urlsafe(24))
        return self.visitor.post(self.form.action, filled)


def all_at_once(deeds: Sequence[Callable[[], Answer | None]]) -> list[Answer | None]:
    """Does all at the same moment; None where the connection broke."""
    barrier = threading.Barrier(len(deeds))

    def one(deed: Callable[[], Answer | None]) -> Answer | None:
        barrier.wait()
        try:
            return deed()
        except (OSError, http.client.HTTPException):
            return None

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(one, deeds))


def send_once(visitor: Visitor, path: str, fields: Sequence[tuple[str, str]]) -> Answer | None:
    """Sends a form on a new connection without trying again; None where no answer came.

    A browser that tries again by itself would make it unknowable which sending was answered.
    """
    connection = http.client.HTTPConnection(HOST, visitor.port, timeout=30)
    headers = {
        "Cookie": "; ".join(f"{name}={value}" for name, value in visitor.cookies.items()),
        "Content-Type": "application/x-www-form-urlencoded",
        "Origin": f"http://{HOST}:{visitor.port}",
    }
    started_at = time.perf_counter()
    try:
        connection.request("POST", path, urlencode(list(fields)).encode(), headers)
        answer = connection.getresponse()
        content = answer.read().decode(errors="replace")
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
    told = {name.lower(): value for name, value in answer.headers.items()}
    return Answer(path, answer.status, told, content, time.perf_counter() - started_at)
