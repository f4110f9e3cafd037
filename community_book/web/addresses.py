"""What an address may hold: numbers a database can keep, and no character that none can."""

from __future__ import annotations

from flask import Flask, abort, request
from werkzeug.routing import IntegerConverter, Map

LARGEST_KEY = 2**63 - 1


class KeyConverter(IntegerConverter):
    """`<int:…>` in a route: a key, so a number that no key can be is not there."""

    def __init__(self, url_map: Map, *args: int, **limits: int) -> None:
        limits.setdefault("max", LARGEST_KEY)
        super().__init__(url_map, *args, **limits)  # type: ignore[arg-type]


def install(app: Flask) -> None:
    app.url_map.converters["int"] = KeyConverter

    @app.before_request
    def without_nul() -> None:
        """PostgreSQL takes no NUL in a text. Forms say so field by field; an address with one leads nowhere."""
        if "\0" in request.path:
            abort(404)
        if any("\0" in part for pair in request.args.items(multi=True) for part in pair):
            abort(400)
