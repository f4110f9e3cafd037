"""Composes the site: the two houses and the stair between them. Nothing else lives here."""

from __future__ import annotations

from flask import Flask

from community_book import wiring as lower
from community_book.base import registers
from community_book.base import settings as chosen
from community_book.base.settings import Settings
from community_book.web import install


def create_app(settings: Settings | None = None, *, cwb: bool = True) -> Flask:
    """The application. `cwb=False` opens the lower house alone and answers every page of it."""
    if settings is not None:
        chosen.use(settings)
    app = Flask("app", static_folder="static", template_folder="templates")
    registers.clear()
    install.install(app, chosen.settings())
    lower.wire(app)
    if cwb:
        from cwb import wiring as upper

        upper.wire(app)
    install.check_marks(app)
    return app
