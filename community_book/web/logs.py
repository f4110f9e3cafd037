"""What the site writes down while it runs: one JSON object a line, and nothing about anybody.

A line says when, where in the code and which route; whom it concerns only by the pseudonym of the audit chain. The
words of an error are left out, because databases and libraries quote in them what a person typed; its kind and the
lines of code it came through stay. Of other people's libraries only fixed sentences are kept.
"""

from __future__ import annotations

import json
import logging
import logging.config
import re
import time
import traceback
from datetime import UTC, datetime
from typing import Any

from flask import Flask, g, request
from werkzeug.wrappers import Response

from community_book.base.settings import ROOT
from community_book.web import access

OURS = ("community_book", "cwb", "app")
A_NAME_OF_CODE = re.compile(r"[a-z][a-z0-9]*([._ -][a-z0-9]+)*|[A-Z][A-Za-z]+(Error|Exception|Event)", re.ASCII)
A_FIXED_SENTENCE = re.compile(r"[A-Za-z][A-Za-z ,.:;()%-]*", re.ASCII)
FRAMES_AT_MOST = 12
LONGEST = 200

requests = logging.getLogger("community_book.requests")


class JsonLines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": message_of(record),
        }
        said |= getattr(record, "facts", {})
        if record.exc_info and record.exc_info[1] is not None:
            said |= fault_of(record.exc_info[1])
        return json.dumps({name: value for name, value in said.items() if value not in ("", None)}, ensure_ascii=True)


def message_of(record: logging.LogRecord) -> str:
    """What was said, with no value in it but numbers and names of code."""
    template, ours = str(record.msg), record.name.partition(".")[0] in OURS
    if record.args:
        given = record.args if isinstance(record.args, tuple) else (record.args,)
        try:
            return (template % tuple(_harmless(value, ours) for value in given))[:LONGEST]
        except (TypeError, ValueError, KeyError):
            return template[:LONGEST]
    if ours or A_FIXED_SENTENCE.fullmatch(template[:LONGEST]):
        return template[:LONGEST]
    return f"{record.module}:{record.lineno}"


def _harmless(value: object, ours: bool) -> object:
    if isinstance(value, bool | int | float):
        return value
    text = str(value)
    return text if ours and len(text) <= 60 and A_NAME_OF_CODE.fullmatch(text) else "…"


def fault_of(fault: BaseException) -> dict[str, Any]:
    """An error without its words: its kinds, from the outermost to its cause, and the code it came through."""
    kinds: list[str] = []
    one: BaseException | None = fault
    while one is not None and len(kinds) < 5:
        kinds.append(type(one).__name__)
        one = one.__cause__ or one.__context__
    frames = traceback.extract_tb(fault.__traceback__)[-FRAMES_AT_MOST:]
    root = f"{ROOT}/"
    return {
        "error": " < ".join(kinds),
        "through": [
            f"{frame.filename.removeprefix(root).rpartition('site-packages/')[2]}:{frame.lineno} {frame.name}"
            for frame in frames
        ],
    }


def configuration(level: str = "INFO") -> dict[str, Any]:
    """For `logging.config.dictConfig`, and for gunicorn: everything to standard error, as JSON lines."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": JsonLines}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stderr"}},
        "root": {"level": "WARNING", "handlers": ["stderr"]},
        "loggers": {
            "community_book": {"level": level},
            "cwb": {"level": level},
            "gunicorn.error": {"level": level, "handlers": [], "propagate": True},
            "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
        },
    }


def install(app: Flask, *, in_production: bool) -> None:
    """A line for each request: its route as a pattern, never its address; in production all of it as JSON."""
    if in_production:
        logging.config.dictConfig(configuration())

    @app.before_request
    def began() -> None:
        g.began_at = time.perf_counter()

    @app.after_request
    def note(response: Response) -> Response:
        if requests.isEnabledFor(logging.INFO) and request.endpoint not in {"static", "health.live", "health.ready"}:
            facts = {
                "request": access.request_id(),
                "method": request.method if request.method in {"GET", "HEAD", "POST", "OPTIONS"} else "other",
                "route": request.url_rule.rule if request.url_rule is not None else "none",
                "status": response.status_code,
                "ms": round((time.perf_counter() - g.get("began_at", time.perf_counter())) * 1000),
                "actor": g.actor.pseudonym if "actor" in g else "",
            }
            requests.info("request", extra={"facts": facts})
        return response
