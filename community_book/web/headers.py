"""Security headers of every answer: a strict content policy, the template's one script allowed by hash."""

from __future__ import annotations

import base64
import hashlib
import re

from flask import Flask, request
from werkzeug.wrappers import Response

from community_book.base.settings import settings
from community_book.web.access import actor, request_id


def inline_script_hash(app: Flask) -> str:
    """The CSP hash of the one inline script in GOV.UK's page template (it marks that scripts run)."""
    source = app.jinja_env.loader.get_source(  # type: ignore[union-attr]
        app.jinja_env, "govuk_frontend_jinja/template.html"
    )[0]
    found = re.search(r"<script[^>]*>(document\.body[^<]+)</script>", re.sub(r"\{%.*?%\}", "", source))
    if found is None:
        raise RuntimeError("the page template has lost its inline script")
    return "sha256-" + base64.b64encode(hashlib.sha256(found[1].encode()).digest()).decode()


def install(app: Flask) -> None:
    script = inline_script_hash(app)
    policy = (
        f"default-src 'none'; script-src 'self' '{script}'; style-src 'self'; img-src 'self'; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )

    @app.after_request
    def add(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", policy)
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=()"
        headers["X-Request-ID"] = request_id()
        if settings().is_production:
            headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        if request.endpoint == "static":
            headers["Cache-Control"] = "public, max-age=31536000, immutable" if "v" in request.args else "no-cache"
        elif "immutable" not in headers.get("Cache-Control", ""):  # the colour is everybody's, at an address of its own
            private = actor().is_signed_in or "Set-Cookie" in headers or response.status_code >= 400
            headers["Cache-Control"] = "no-store" if private else headers.get("Cache-Control", "no-cache")
        return response
