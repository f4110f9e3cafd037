"""What must be so before the site starts in production, and what else `flask deploy-check` looks at.

Every check is made, whatever the others say, so that one start tells everything there is to put right.
"""

from __future__ import annotations

import os
import shutil
import socket
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from community_book.base import dispatcher, starting, work
from community_book.base.clock import now_utc
from community_book.base.file_checking.scanner import scanner_answers
from community_book.base.settings import Settings, settings
from community_book.base.site import EXAMPLE_DATA, is_example, site
from community_book.base.tables import AuditEntry, SiteFact
from community_book.web.health import PULSE_SECONDS, newest_migration

KEY_AT_LEAST = 32
DIFFERENT_LETTERS_AT_LEAST = 10
PLACEHOLDERS = ("change-me", "changeme", "change_me", "example", "secret-key", "secret_key", "placeholder", "your-")
NOT_PUBLIC = {"", "localhost", "127.0.0.1", "::1", "0.0.0.0"}  # noqa: S104 - names no address to listen at
FREE_AT_LEAST = 0.10
BACKUP_AT_MOST = timedelta(hours=26)
MAIL_SECONDS = 5


@dataclass(frozen=True)
class Finding:
    """One check: what it is about, what is wrong ("" when nothing is), and what to do about it."""

    about: str
    wrong: str
    to_do: str
    stops: bool = True

    @property
    def is_ok(self) -> bool:
        return not self.wrong


def key(given: Settings) -> str:
    if not given.secret_key:
        return "no SECRET_KEY is given"
    if any(word in given.secret_key.lower() for word in PLACEHOLDERS):
        return "SECRET_KEY is one from an example"
    if len(given.secret_key) < KEY_AT_LEAST:
        return f"SECRET_KEY has {len(given.secret_key)} characters, where {KEY_AT_LEAST} are needed"
    if len(set(given.secret_key)) < DIFFERENT_LETTERS_AT_LEAST:
        return "SECRET_KEY repeats a few characters and can be guessed"
    return ""


def debug(_given: Settings) -> str:
    return "FLASK_DEBUG is on" if os.environ.get("FLASK_DEBUG", "0").lower() not in {"", "0", "false", "no"} else ""


def public_url(given: Settings) -> str:
    try:
        parts = urlsplit(given.public_url)
        host = parts.hostname or ""
    except ValueError:
        return "PUBLIC_URL is no address"
    if host in NOT_PUBLIC and not os.environ.get("PUBLIC_URL"):
        return "no PUBLIC_URL is given"
    if parts.scheme != "https":
        return "PUBLIC_URL does not begin with https://"
    if host in NOT_PUBLIC or host.startswith("127."):
        return "PUBLIC_URL is an address of this machine alone"
    if parts.path.strip("/") or parts.query or parts.username:
        return "PUBLIC_URL is more than https:// and a host"
    return ""


def data_dir(given: Settings) -> str:
    try:
        here = [given.data_dir, *sorted(given.data_dir.iterdir())]
        open_to_all = [path.name for path in here if not path.is_symlink() and path.stat().st_mode & stat.S_IWOTH]
    except OSError as fault:
        return f"DATA_DIR cannot be read ({fault.strerror})"
    if not os.access(given.data_dir, os.W_OK):
        return "DATA_DIR cannot be written to by the user the site runs as"
    return f"anybody on this machine may write to {', '.join(open_to_all[:3])} in DATA_DIR" if open_to_all else ""


def database(_given: Settings) -> str:
    return "" if work.database_answers() else "the database does not answer"


def tables(_given: Settings) -> str:
    try:
        with work.reading() as reading:
            at = reading.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    except DBAPIError:
        return "the database has no tables"
    newest = newest_migration()
    return "" if at == newest else f"the tables are at migration {at or 'none'}, the code wants {newest}"


def sqlite_mode(_given: Settings) -> str:
    try:
        with work.reading() as reading:
            if reading.get_bind().dialect.name != "sqlite":
                return ""
            mode = reading.execute(text("PRAGMA journal_mode")).scalar()
    except DBAPIError:
        return ""
    return "" if mode == "wal" else f"SQLite works in mode {mode}: is DATA_DIR on a network disk?"


def example_data(_given: Settings) -> str:
    try:
        with work.reading() as reading:
            return "the made-up borough is loaded" if reading.get(SiteFact, EXAMPLE_DATA) else ""
    except DBAPIError:
        return ""


def proxy(given: Settings) -> str:
    if given.public_url.startswith("https://") and not given.proxy_hops:
        return "PROXY_HOPS is 0: behind a proxy everybody would have the proxy's address"
    return ""


def disk(given: Settings) -> str:
    place = shutil.disk_usage(given.data_dir if given.data_dir.exists() else Path("/"))
    free = place.free / place.total
    return "" if free >= FREE_AT_LEAST else f"{free:.0%} of the disk is free"


def backup_age(given: Settings) -> str:
    try:
        made_at_utc = datetime.fromisoformat(given.last_backup_note.read_text().strip())
        age = now_utc() - made_at_utc
    except OSError:
        return "no backup was ever made"
    except (ValueError, TypeError):
        return "nothing is known"
    return "" if age <= BACKUP_AT_MOST else f"the last backup is {age.days} days and {age.seconds // 3600} hours old"


def worker(_given: Settings) -> str:
    try:
        with work.reading() as reading:
            seen = dispatcher.worker_seen_within(reading, PULSE_SECONDS)
    except DBAPIError:
        return "nothing is known"
    return "" if seen else f"the worker was not seen for {PULSE_SECONDS} seconds"


def mail(given: Settings) -> str:
    if not given.smtp_url:
        return "no SMTP_URL is given: mail is written to files and reaches nobody"
    if given.mail_from.endswith(".example"):
        return "MAIL_FROM is an example"
    try:
        server = urlsplit(given.smtp_url)
        port = server.port or (465 if server.scheme == "smtps" else 25)
        socket.create_connection((server.hostname or "", port), MAIL_SECONDS).close()
    except (OSError, ValueError):
        return "the mail server does not answer"
    return ""


def scanner(given: Settings) -> str:
    """Files are taken unscanned where no scanner is set: that is for the council to decide."""
    return "" if not given.clamd or scanner_answers(given.clamd) else "the virus scanner at CLAMD does not answer"


def names(_given: Settings) -> str:
    said = site()
    left = [
        name
        for name, is_left in (
            ("the contact address", not said.contact_email or is_example(said.contact_email)),
            ("the safeguarding number", not said.safeguarding_phone or is_example(said.safeguarding_phone)),
            ("the council's name", not said.council_name or is_example(said.council_name)),
        )
        if is_left
    ]
    return f"still an example: {', '.join(left)}" if left else ""


def clock(_given: Settings) -> str:
    july = datetime(2026, 7, 1, 12, tzinfo=UTC).astimezone(ZoneInfo("Europe/London"))
    if july.utcoffset() != timedelta(hours=1):
        return "this machine does not know England's time"
    try:
        with work.reading() as reading:
            newest = reading.execute(select(func.max(AuditEntry.at_utc))).scalar()
    except DBAPIError:
        return ""
    if newest is not None and newest > now_utc() + timedelta(minutes=2):
        return "the clock is behind: the last act was written down in the future"
    return ""


Check = Callable[[Settings], str]
STOPPING: tuple[tuple[str, Check, str], ...] = (
    ("secret key", key, 'set SECRET_KEY: python3 -c "import secrets; print(secrets.token_hex(32))"'),
    ("debug", debug, "take FLASK_DEBUG out of the environment"),
    ("public address", public_url, "set PUBLIC_URL, such as https://book.borough.gov.uk"),
    ("data folder", data_dir, "chown it to the user the site runs as, and chmod -R o-w"),
    ("database", database, "look at DATABASE_URL, and whether the server runs"),
    ("tables", tables, "flask db upgrade"),
    ("SQLite", sqlite_mode, "keep DATA_DIR on a disk of this machine, or use PostgreSQL"),
    ("example data", example_data, "start with an empty database"),
)
FURTHER: tuple[tuple[str, Check, str], ...] = (
    ("proxy", proxy, "set PROXY_HOPS to the number of your proxies, usually 1"),
    ("disk", disk, "make room, or a larger disk"),
    ("backup", backup_age, "flask backup FILE, and the timer of docs/operating.md"),
    ("worker", worker, "start the worker: systemctl start community-book-worker"),
    ("mail", mail, "set SMTP_URL and MAIL_FROM; ask whether this machine may reach the server"),
    ("virus scanner", scanner, "start clamd, or look at CLAMD; until then no file is taken"),
    ("names", names, "fill in the steps of /set-up"),
    ("clock", clock, "let the machine keep its time (timedatectl), and install tzdata"),
)


def stopping() -> Iterator[Finding]:
    """What keeps the site from starting in production."""
    given = settings()
    for about, check, to_do in STOPPING:
        yield Finding(about, check(given), to_do)
    for about, of_room in sorted(starting.start_checks().items()):
        try:
            with work.reading() as reading:
                wrong = of_room(reading)
        except DBAPIError:
            wrong = ""  # the tables are missing, which is told already
        yield Finding(about, wrong, "start with an empty database")


def further() -> Iterator[Finding]:
    """What should be so while the site runs."""
    given = settings()
    for about, check, to_do in FURTHER:
        yield Finding(about, check(given), to_do, stops=False)


def reasons() -> list[str]:
    """One line for each thing that keeps this site from starting: none outside production."""
    if not settings().is_production:
        return []
    return [f"Not started: {found.wrong}. To put it right: {found.to_do}" for found in stopping() if not found.is_ok]
