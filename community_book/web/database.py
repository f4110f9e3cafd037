"""Flask-SQLAlchemy supplies the engine; each request has at most one Reading, ended before any act."""

from __future__ import annotations

from flask import Flask, g, has_app_context
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

from community_book.base import work
from community_book.base.settings import ROOT
from community_book.base.tables import Base

db = SQLAlchemy(model_class=Base)


def install(app: Flask, database_url: str) -> None:
    """Puts the engine into use for this process and closes each request's Reading at its end."""
    app.config["SQLALCHEMY_DATABASE_URI"] = database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = work.engine_options(database_url)
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"))
    with app.app_context():
        work.prepare(db.engine)
        work.use_engine(db.engine)
    work.before_work(end_reading)
    app.teardown_appcontext(lambda _error: end_reading())


def reading() -> work.Reading:
    """The request's Reading; opened at first use, opened anew after an act."""
    if "reading" not in g:
        g.reading = work.new_reading()
    found: work.Reading = g.reading
    return found


def end_reading() -> None:
    """Ends the request's Reading, if one is open, so that the act that follows sees the latest."""
    if has_app_context() and "reading" in g:
        g.pop("reading").close()
