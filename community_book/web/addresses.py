"""What an address may hold: numbers a database can keep, and no character that none can."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, abort, request
from werkzeug.routing import IntegerConverter, Map

from community_book.base.settings import settings

LARGEST_KEY = 2**63 - 1


class KeyConverter(IntegerConverter):
    """`<int:…>` in a route: a key, so a number that no key can be is not there."""

    # One longer is no match at all: where two routes share an address, the other would be said to take only GET.
    regex = rf"\d{{1,{len(str(LARGEST_KEY))}}}"

    def __init__(self, url_map: Map, *args: int, **limits: int) -> None:
        limits.setdefault("max", LARGEST_KEY)
        super().__init__(url_map, *args, **limits)  # type: ignore[arg-type]


def install(app: Flask) -> None:
    app.url_map.converters["int"] = KeyConverter

    @app.before_request
    def under_its_own_name() -> None:
        """In production the site answers to its public name, and to this machine, which asks whether it is ready."""
        if settings().is_production:
            ours = {urlsplit(settings().public_url).hostname, "localhost", "127.0.0.1"}
            if request.host.rpartition("@")[2].partition(":")[0].lower() not in ours:
                abort(400)

    @app.before_request
    def without_nul() -> None:
        """PostgreSQL takes no NUL in a text. Forms say so field by field; an address with one leads nowhere."""
        if "\0" in request.path:
            abort(404)
        if any("\0" in part for pair in request.args.items(multi=True) for part in pair):
            abort(400)
