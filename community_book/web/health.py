"""/live says the process runs; /ready says it can do its work."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from community_book.base import dispatcher
from community_book.base.file_checking.scanner import scanner_answers
from community_book.base.settings import ROOT, settings
from community_book.web.access import public
from community_book.web.database import reading

blueprint = Blueprint("health", __name__)
PULSE_SECONDS = 45


def newest_migration(folder: Path = ROOT / "migrations" / "versions") -> str:
    """The number of the newest migration in the code; files are named 0001_…py."""
    return max((path.stem.split("_")[0] for path in folder.glob("[0-9]*.py")), default="")


def faults() -> list[str]:
    """What stands in the way of working: empty when ready."""
    try:
        session = reading()
        current = session.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
        worker = dispatcher.worker_seen_within(session, PULSE_SECONDS)
    except DBAPIError:
        return ["database"]
    found = []
    if current != newest_migration():
        found.append("migrations")
    if not worker:
        found.append("worker")
    if settings().clamd and not scanner_answers(settings().clamd):
        found.append("scanner")
    return found


@blueprint.get("/live")
@public
def live() -> Response:
    return Response("alive\n", content_type="text/plain")


@blueprint.get("/ready")
@public
def ready() -> Response:
    found = faults()
    if found:
        return Response("waiting for: " + ", ".join(found) + "\n", 503, content_type="text/plain")
    return Response("ready\n", content_type="text/plain")
