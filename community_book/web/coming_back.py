"""Somebody sends a form and is signed out: they sign in again and find what they typed."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app, flash, g, redirect, request, session, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from community_book.base import kept_forms
from community_book.base.actor import Actor
from community_book.base.errors import TooMany
from community_book.base.messages import N_, Message
from community_book.base.throttle import count_try
from community_book.web.database import reading
from community_book.web.words import say

OUR_OWN = {"_token", "_key", "_act"}
COOKIE = "kept"
KEPT_AT_MOST, WITHIN_MINUTES = 30, 60
KEPT = Message(
    N_("You were signed out before this was sent. Sign in again: what you typed is kept for %(minutes)s minutes."),
    minutes=kept_forms.MINUTES,
)
NOT_KEPT = Message(N_("You were signed out before this was sent, so nothing was saved. Sign in again."))
HERE_AGAIN = Message(N_("This was not sent yet. What you typed is here again: look it over, then send it."))
CHOOSE_FILES = Message(N_("Files could not be kept: choose them again."))


def to_the_form(actor: Actor) -> Response | None:
    """What answers a form that cannot be taken because its sender signed in or out meanwhile.

    Its words are kept, and the answer leads to the page it stands on, by way of signing in where that is needed. None
    where no such page can be told. Only for requests that a page of this site has sent.
    """
    page = _page_of_the_form()
    if page is None:
        return None
    is_kept = _keep(actor, page)
    if actor.is_signed_in:
        return redirect(page, 303) if is_kept else None
    flash(say(KEPT if is_kept else NOT_KEPT), "success")
    return redirect(url_for("people.sign_in", next=page), 303)


def typed_before() -> MultiDict[str, str] | None:
    """What was typed on this page before its sender was signed out; None nearly always. Says so once a request."""
    if "typed_before" not in g:
        g.typed_before = _typed_before()
    found: MultiDict[str, str] | None = g.typed_before
    return found


def forget() -> None:
    """The form was sent again: what was kept of it is not needed any more."""
    if session.get(COOKIE, [None, None])[1] == request.path:
        session.pop(COOKIE)


def carried() -> list[object] | None:
    """What has to outlive signing in, which leaves nothing else of what the browser had."""
    return session.get(COOKIE)


def carry(kept: list[object] | None) -> None:
    if kept is not None:
        session[COOKIE] = kept


def _keep(actor: Actor, page: str) -> bool:
    typed = [(name, value) for name, value in request.form.items(multi=True) if name not in OUR_OWN]
    try:
        count_try(actor, "kept form", request.remote_addr or "", at_most=KEPT_AT_MOST, within_minutes=WITHIN_MINUTES)
    except TooMany:
        return False
    token = kept_forms.keep(actor, page, typed)
    if token is None:
        return False
    session[COOKIE] = [token, page, any(file.filename for file in request.files.values())]
    return True


def _typed_before() -> MultiDict[str, str] | None:
    cookie = session.get(COOKIE)
    if request.method != "GET" or not cookie or cookie[1] != request.path:
        return None
    found = kept_forms.kept(reading(), str(cookie[0]), request.path)
    if found is None:
        session.pop(COOKIE)
        return None
    flash(say(HERE_AGAIN), "success")
    if cookie[2]:
        flash(say(CHOOSE_FILES), "success")
    return MultiDict(found)


def _page_of_the_form() -> str | None:
    if _opens(request.path):
        return request.path
    page = urlsplit(request.headers.get("Referer", ""))
    return page.path if page.netloc == request.host and _opens(page.path) else None


def _opens(path: str) -> bool:
    try:
        current_app.url_map.bind("localhost").match(path, method="GET")
    except HTTPException:
        return False
    return True
