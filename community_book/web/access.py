"""Who may open which view: every view carries one of three marks, and this module enforces them.

`@requires(permission)`, `@public`, `@by_link(act)`. A view without a mark stops the start of the site.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

from flask import Flask, g, redirect, request, url_for
from werkzeug.wrappers import Response

from community_book.base.actor import Actor, Permission, anybody
from community_book.base.errors import NotAllowed
from community_book.base.messages import Message
from community_book.web import coming_back

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Mark:
    """How a view may be reached: kind is "requires", "public" or "link"."""

    kind: str
    permission: Permission | None = None
    act: str = ""


def requires(permission: Permission) -> Callable[[View], View]:
    """The view is for those whose acting organisation's roles carry the permission."""

    def marked(view: View) -> View:
        view.mark = Mark("requires", permission=permission)  # type: ignore[attr-defined]
        return view

    return marked


def public(view: View) -> View:
    """The view is for everybody."""
    view.mark = Mark("public")  # type: ignore[attr-defined]
    return view


def by_link(act: str) -> Callable[[View], View]:
    """The view is for the holder of a signed link for this act; its URL has a `token`.

    GET shows, POST does. The view gets the link-holder as `access.actor()` with `link_subject` set.
    """

    def marked(view: View) -> View:
        view.mark = Mark("link", act=act)  # type: ignore[attr-defined]
        return view

    return marked


def mark_of(app: Flask, endpoint: str) -> Mark | None:
    """The mark of an endpoint's view function."""
    return getattr(app.view_functions[endpoint], "mark", None)


def link_endpoint(app: Flask, act: str) -> str | None:
    """The page that takes signed links for an act; None where no page does."""
    for endpoint in app.view_functions:
        mark = mark_of(app, endpoint)
        if mark is not None and mark.kind == "link" and mark.act == act:
            return endpoint
    return None


class SessionReader(Protocol):
    """What `web` must know of people; handed in by wiring."""

    def actor_of_session(self, token: str) -> Actor | None: ...
    def actor_of_link(self, token: str, act: str) -> Actor: ...


_people: SessionReader | None = None


def use_people(reader: SessionReader) -> None:
    """Says who knows sessions and links."""
    global _people
    _people = reader


def people() -> SessionReader:
    if _people is None:
        raise RuntimeError("nobody knows the sessions yet")
    return _people


def actor() -> Actor:
    """Who sends this request; for a form, with its form key."""
    if "actor" not in g:
        from community_book.web.sign_in import actor_of_request

        g.actor = actor_of_request() or anybody(request_id())
    found: Actor = g.actor
    return found


def request_id() -> str:
    """The id of this request: the proxy's where it is well formed, else our own."""
    if "request_id" not in g:
        given = request.headers.get("X-Request-ID", "")
        fits = 8 <= len(given) <= 64 and given.isascii() and given.replace("-", "").isalnum()
        g.request_id = given if fits else anybody().request_id
    found: str = g.request_id
    return found


def forget_actor() -> None:
    """After signing in or out, or changing the acting organisation, within the same request."""
    g.pop("actor", None)


def install(app: Flask) -> None:
    """Enforces the marks before each view."""

    @app.before_request
    def enforce() -> Response | None:
        if request.endpoint is None or request.endpoint == "static":
            return None
        mark = mark_of(app, request.endpoint)
        if mark is None:
            raise RuntimeError(f"the view {request.endpoint} has no access mark")
        if mark.kind == "public":
            return None
        if mark.kind == "link":
            token = str((request.view_args or {}).get("token", ""))
            link_holder = people().actor_of_link(token, mark.act)
            g.actor = replace(link_holder, request_id=request_id())
            return None
        who = actor()
        if not who.is_signed_in:
            return _sign_in_first(who)
        if mark.permission is None or not who.may(mark.permission):
            raise NotAllowed(
                Message(
                    "You act as %(who)s here, and that role may not open this page or do this.",
                    who=who.acting_as,
                )
            )
        if request.method == "POST":
            coming_back.forget()
        return None


def _sign_in_first(who: Actor) -> Response:
    from community_book.web import form_keys

    if request.method == "GET":
        return redirect(url_for("people.sign_in", next=request.full_path.rstrip("?")), 303)
    kept = coming_back.to_the_form(who) if form_keys.is_from_here() else None
    return kept or redirect(url_for("people.sign_in"), 303)


def unmarked(app: Flask) -> list[str]:
    """Endpoints whose view carries no mark: must be empty."""
    return sorted(
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static" and not mark_of(app, rule.endpoint)
    )
