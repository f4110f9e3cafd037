"""Composes the site: the two houses and the stair between them. Nothing else lives here."""

from __future__ import annotations

import gc
import os

# Numbers are multiplied on one core: a second thread waits busily, and took two to five times as long for the same.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# Starting makes a million things that stay: looking for rubbish among them is a fifth of the time it takes.
gc.disable()

from flask import Flask  # noqa: E402 - the lines above come first

from community_book import wiring as lower  # noqa: E402
from community_book.base import registers  # noqa: E402
from community_book.base import settings as chosen  # noqa: E402
from community_book.base.settings import Settings  # noqa: E402
from community_book.web import install  # noqa: E402


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
    gc.enable()
    return app
