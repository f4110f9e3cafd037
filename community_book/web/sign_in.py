"""Flask-Login, touched here only: the cookie holds a random token, the session itself lies in the database."""

from __future__ import annotations

from datetime import timedelta

import flask_login
from flask import Flask, session

from community_book.base.actor import Actor
from community_book.web import access, coming_back


class SignedIn(flask_login.UserMixin):
    """What Flask-Login keeps of a person: the session's token, and the actor read from its row."""

    def __init__(self, token: str, actor: Actor | None = None) -> None:
        self.id = token
        self.actor = actor


def install(app: Flask, *, secure: bool) -> None:
    app.config.update(
        SESSION_COOKIE_NAME="__Host-cb" if secure else "cb",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=30),
    )
    manager = flask_login.LoginManager(app)
    manager.session_protection = None  # the row decides, and it is read at every request

    @manager.user_loader
    def load(token: str) -> SignedIn | None:
        actor = access.people().actor_of_session(token)
        return SignedIn(token, actor) if actor else None


def actor_of_request() -> Actor | None:
    """The signed-in actor of this request, or None."""
    user = flask_login.current_user
    return user.actor if isinstance(user, SignedIn) else None


def session_token() -> str | None:
    """The token of this browser's session."""
    user = flask_login.current_user
    return user.id if isinstance(user, SignedIn) else None


def start(token: str) -> None:
    """Begins a session in this browser, with nothing left of what was there before (fixation) but what was typed."""
    kept = coming_back.carried()
    session.clear()
    coming_back.carry(kept)
    flask_login.login_user(SignedIn(token))
    session.permanent = True
    access.forget_actor()


def end() -> None:
    flask_login.logout_user()
    session.clear()
    access.forget_actor()
