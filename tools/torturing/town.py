"""A small made-up town for torture: its database, its people with browsers, and the site that serves it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from tools.benching.running import environment
from tools.benching.visitor import Visitor
from tools.torturing.site import SECRET, Site

if TYPE_CHECKING:
    from flask import Flask

    from community_book.base.actor import Actor


@dataclass
class Findings:
    """What was tried and found: a line for each, printed at once."""

    kind: str
    passed: int = 0
    failed: int = 0
    notes: list[str] = field(default_factory=list)

    def say(self, kept: bool, tried: str, found: str) -> None:
        self.passed, self.failed = self.passed + kept, self.failed + (not kept)
        print(f"{'ok    ' if kept else 'FAILED'} {self.kind}: {tried}: {found}", flush=True)


class Town:
    """The data of one kind of database. Makers and acts work in this process, past the site's own processes."""

    def __init__(self, kind: str, folder: Path, database_url: str) -> None:
        import os

        self.kind, self.folder, self.database_url = kind, folder, database_url
        given = environment(folder, DATABASE_URL=database_url, SECRET_KEY=SECRET, APP_ENV="development")
        os.environ.update(given)
        from app import create_app
        from tests.conftest import lay_schema

        lay_schema(database_url)
        self.app: Flask = create_app()

    def site(self, more: Mapping[str, str] | None = None) -> Site:
        return Site(self.folder, self.database_url, more)

    def browser(self, site: Site, actor: Actor, cookies: dict[str, str] | None = None) -> Visitor:
        """A browser signed in as somebody; `cookies` of the same person may be used again."""
        visitor = Visitor(site.port, actor.name)
        visitor.cookies = dict(cookies or self.cookies(actor))
        return visitor

    def cookies(self, actor: Actor) -> dict[str, str]:
        """Signs somebody in without asking for a password."""
        from community_book.base import work
        from community_book.base.actor import system
        from community_book.base.clock import now_utc
        from community_book.people.queries import token_hash
        from community_book.people.tables import SignInSession

        token = secrets.token_urlsafe(24)
        assert actor.person_id is not None  # noqa: S101 - the town's actors are people
        with work.bookkeeping(system("torture")) as session:
            session.add(
                SignInSession(
                    token_hash=token_hash(token),
                    person_id=actor.person_id,
                    acting_organisation_id=actor.organisation_id,
                    started_at_utc=now_utc(),
                    last_seen_at_utc=now_utc(),
                )
            )
        from flask.sessions import SecureCookieSessionInterface

        signer = SecureCookieSessionInterface().get_signing_serializer(self.app)
        assert signer is not None  # noqa: S101 - there is a secret key
        kept = signer.dumps({"_user_id": token, "_fresh": True, "csrf": secrets.token_urlsafe(24), "_permanent": True})
        return {str(self.app.config["SESSION_COOKIE_NAME"]): str(kept)}

    def ask(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        """Reads the database past the site."""
        from community_book.base import work

        with work.reading() as reading:
            return [tuple(row) for row in reading.execute(text(statement), values)]
