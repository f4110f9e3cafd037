"""Forms that were sent after a session had ended: kept for an hour, for the browser they came from alone.

Whoever signs in again there finds what was typed in the form it was typed into. Nothing says whose it was, so nothing
of it is shown anywhere else, and passwords and codes are never among it.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from community_book.base import work
from community_book.base.actor import Actor, system
from community_book.base.clock import now_utc
from community_book.base.tables import KeptForm

MINUTES = 60
FIELDS_AT_MOST, LETTERS_AT_MOST, PATH_AT_MOST = 200, 60_000, 500
SECRETS = ("password", "code", "token")
Fields = Sequence[tuple[str, str]]


def keep(actor: Actor, path: str, fields: Fields) -> str | None:
    """Keeps what was typed into the form at a path; the token it is found by, None where it is too much to keep."""
    kept = [[name, typed] for name, typed in fields if not any(secret in name.lower() for secret in SECRETS)]
    letters = sum(len(name) + len(typed) for name, typed in kept)
    if not kept or len(kept) > FIELDS_AT_MOST or letters > LETTERS_AT_MOST or len(path) > PATH_AT_MOST:
        return None
    token = secrets.token_urlsafe(24)
    with work.bookkeeping(actor) as session:
        session.add(KeptForm(token_hash=_hash_of(token), path=path, fields=kept))
    return token


def kept(reading: Session, token: str, path: str) -> list[tuple[str, str]] | None:
    """What was typed at that path; None where nothing is kept under the token, or not any more."""
    since = now_utc() - timedelta(minutes=MINUTES)
    found = reading.execute(
        select(KeptForm.fields).where(
            KeptForm.token_hash == _hash_of(token), KeptForm.path == path, KeptForm.at_utc >= since
        )
    ).scalar_one_or_none()
    return None if found is None else [(name, typed) for name, typed in found]


def throw_away_old() -> int:
    """Throws away what nobody came back for."""
    with work.bookkeeping(system("housekeeping")) as session:
        old = KeptForm.at_utc < now_utc() - timedelta(minutes=MINUTES)
        return work.changed(session, delete(KeptForm).where(old))


def _hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
