"""Until a council opens its site, whoever is not signed in reads that it opens soon, and search engines stay away."""

from __future__ import annotations

from flask import Flask, render_template, request
from werkzeug.wrappers import Response

from community_book.base.errors import NotAllowed
from community_book.base.messages import N_, Message
from community_book.base.site import site
from community_book.web import access

ALWAYS_OPEN = {"static", "health", "theme"}


def leave_open(*places: str) -> None:
    """Names blueprints or endpoints that everybody may reach before the opening: signing in, saying what is wrong."""
    ALWAYS_OPEN.update(places)


def install(app: Flask) -> None:
    @app.before_request
    def opening_soon() -> str | None:
        endpoint = request.endpoint
        if endpoint is None or endpoint in ALWAYS_OPEN or endpoint.partition(".")[0] in ALWAYS_OPEN:
            return None
        mark = access.mark_of(app, endpoint)
        if mark is None or mark.kind != "public" or site().is_open or access.actor().is_signed_in:
            return None
        if request.method in {"GET", "HEAD"}:
            return render_template("web/opening.html")
        raise NotAllowed(Message(N_("This site is not open yet. Nothing was saved.")))

    @app.after_request
    def keep_out_of_search_engines(response: Response) -> Response:
        if request.endpoint not in {"static", "health.live"} and not site().is_open:
            response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response
