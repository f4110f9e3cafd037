"""CSRF tokens and one-time form keys: every form carries both, with or without JavaScript."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from urllib.parse import urlsplit

from flask import Flask, current_app, g, request, session
from werkzeug.wrappers import Response

from community_book.base.errors import NotAllowed
from community_book.base.messages import Message
from community_book.base.settings import settings
from community_book.web import access, coming_back

KEY_SHAPE = re.compile(r"^[A-Za-z0-9_-]{22,64}$")
TOKEN_SHAPE = re.compile(r"[0-9a-f]{64}\Z")


def csrf_token() -> str:
    """The token of this browser: bound to a random value in its cookie, which changes at sign-in."""
    if "csrf" not in session:
        session["csrf"] = secrets.token_urlsafe(24)
    return hmac.new(settings().secret_key.encode(), str(session["csrf"]).encode(), hashlib.sha256).hexdigest()


def new_form_key() -> str:
    """A key for one form. A form shown again after a refusal keeps the key it was sent with."""
    sent = request.form.get("_key", "") if request.method == "POST" else ""
    return sent if KEY_SHAPE.match(sent) else secrets.token_urlsafe(24)


def _has_our_token() -> bool:
    token = request.form.get("_token", "")
    return "csrf" in session and hmac.compare_digest(token.encode(), csrf_token().encode())


def _has_an_older_token() -> bool:
    """A form of a page of ours, opened before its reader signed in or out: the browser says where it comes from."""
    mark = access.mark_of(current_app, request.endpoint) if request.endpoint else None
    origin = urlsplit(request.headers.get("Origin", ""))
    return (
        TOKEN_SHAPE.match(request.form.get("_token", "")) is not None
        and origin.netloc == request.host
        and mark is not None
        and mark.kind == "requires"
    )


def is_from_here() -> bool:
    """Whether a page of this site sent the request: it has this browser's token, or an older one and says so."""
    return _has_our_token() or _has_an_older_token()


def install(app: Flask) -> None:
    """Checks origin and token of everything that changes something."""

    @app.before_request
    def check() -> Response | None:
        if request.method in {"GET", "HEAD", "OPTIONS"}:
            return None
        origin = request.headers.get("Origin")
        if origin is not None and origin != "null" and urlsplit(origin).netloc != request.host:
            raise NotAllowed(Message("This form came from another site, so nothing was done."))
        if origin == "null" and request.headers.get("Sec-Fetch-Site") not in {None, "same-origin"}:
            raise NotAllowed(Message("This form came from another site, so nothing was done."))
        if not _has_our_token():
            again = coming_back.to_the_form(access.actor()) if _has_an_older_token() else None
            if again is None:
                raise NotAllowed(
                    Message(
                        "This form is out of date, perhaps because you signed in or out meanwhile. "
                        "Nothing was saved. Go back, open the page again and send it once more."
                    )
                )
            return again
        key = request.form.get("_key", "")
        if KEY_SHAPE.match(key):
            g.actor = access.actor().for_form(key)
        return None

    app.jinja_env.globals.update(csrf_token=csrf_token, new_form_key=new_form_key)
