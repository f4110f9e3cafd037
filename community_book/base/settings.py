"""What the environment says, read once. Defaults are safe on a laptop; production sets its own."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from datetime import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Settings:
    """One installation's settings. Days are working days of England where the name says so."""

    app_env: str
    data_dir: Path
    database_url: str
    secret_key: str
    public_url: str
    smtp_url: str
    mail_from: str
    site_name: str
    council_name: str
    safeguarding_phone: str
    safeguarding_hours: str
    proxy_hops: int
    argon2_memory_kib: int
    contact_email: str = "community-book@borough.example"
    contact_telephone: str = "01632 960 100"
    answer_working_days: int = 5
    lapse_working_days: int = 10
    confirm_working_days: int = 10
    committee_working_days: int = 30
    stuck_working_days: int = 10
    end_short_working_days: int = 30
    batch_tolerance_basis_points: int = 0
    batch_frozen_working_days: int = 20
    freshness_days: int = 180
    freshness_grace_days: int = 60
    open_needs_at_most: int = 3
    open_offers_to_one_group: int = 3
    file_bytes_at_most: int = 25 * 1024 * 1024
    files_per_delivery: int = 20
    clamd: str = ""
    session_idle_minutes: int = 12 * 60
    session_idle_minutes_council: int = 60
    link_days: int = 30
    sign_in_link_minutes: int = 30
    invitation_days: int = 14
    undo_days: int = 14
    mail_rhythm: str = "daily"
    mail_time: time = time(7, 30)
    matching_weights: tuple[tuple[str, int], ...] = ()
    erased_list_at: Path | None = None
    council_address: str = "Town Hall, 1 Market Square, Example Borough, EX1 1AA"

    @property
    def is_production(self) -> bool:
        return self.app_env == "production"

    @property
    def evidence_dir(self) -> Path:
        return self.data_dir / "evidence"

    @property
    def last_backup_note(self) -> Path:
        """Says when `flask backup` last wrote one: beside the database, so that a copy is what it is a copy of."""
        return self.data_dir / "last-backup"

    @property
    def erased_list(self) -> Path:
        """Names who was erased by reference: outside the database, so that a restore does not bring them back."""
        return self.erased_list_at or self.data_dir / "erased-people"

    @property
    def mail_dir(self) -> Path:
        return self.data_dir / "mail"


def _kept_secret(data_dir: Path) -> str:
    """A key made at the first start and kept beside the data, so that sessions survive a restart."""
    path = data_dir / "secret-key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"secret-key.{os.getpid()}")
        fresh.write_text(secrets.token_hex(32))
        fresh.chmod(0o600)
        try:
            os.link(fresh, path)  # the first of several processes wins; the others read its key
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text().strip()


def _rhythm(given: str) -> str:
    if given not in {"at_once", "daily", "weekly"}:
        raise ValueError(f"MAIL_RHYTHM is at_once, daily or weekly, not {given!r}")
    return given


def _basis_points(name: str, given: str) -> int:
    """A share in hundredths of a percent: 500 is 5%."""
    if not (given.isascii() and given.isdigit() and int(given) <= 10_000):
        raise ValueError(f"{name} is a whole number of basis points, 0 to 10000, not {given!r}")
    return int(given)


def _clamd(given: str) -> str:
    """Where a virus scanner listens: host:port, or the path of a Unix socket; "" for none."""
    path = given.removeprefix("unix:")
    host, _, port = given.rpartition(":")
    is_port = port.isascii() and port.isdigit() and 0 < int(port) < 65_536
    if given and not path.startswith("/") and not (host and is_port):
        raise ValueError(f"CLAMD is host:port or the path of a socket, not {given!r}")
    return path if path.startswith("/") else given


def _weights(given: str) -> tuple[tuple[str, int], ...]:
    """ "text=300, near=150 …": what a score is made of; whether they are the right ones matching says."""
    pairs = (piece.partition("=") for piece in given.replace(",", " ").split())
    try:
        return tuple((name.strip(), int(most)) for name, _, most in pairs)
    except ValueError:
        raise ValueError(f"MATCHING_WEIGHTS is like text=300,near=150, not {given!r}") from None


def from_environment() -> Settings:
    """Reads APP_ENV, DATA_DIR, DATABASE_URL, SECRET_KEY, PUBLIC_URL, SMTP_URL and the names shown."""
    get = os.environ.get
    data_dir = Path(get("DATA_DIR") or ROOT / "var").resolve()
    port = get("PORT", "8000")
    database_url = get("DATABASE_URL") or f"sqlite:///{data_dir / 'borough.sqlite3'}"
    if database_url.startswith(("postgres://", "postgresql://")):
        database_url = "postgresql+psycopg://" + database_url.split("://", 1)[1]
    return Settings(
        app_env=get("APP_ENV", "development"),
        data_dir=data_dir,
        database_url=database_url,
        secret_key=get("SECRET_KEY") or ("" if get("APP_ENV") == "production" else _kept_secret(data_dir)),
        public_url=get("PUBLIC_URL", f"http://127.0.0.1:{port}").rstrip("/"),
        smtp_url=get("SMTP_URL", ""),
        mail_from=get("MAIL_FROM", "community-book@borough.example"),
        site_name=get("SITE_NAME", "Community Book"),
        council_name=get("COUNCIL_NAME", "Example Borough Council"),
        safeguarding_phone=get("SAFEGUARDING_PHONE", "01632 960 999"),
        safeguarding_hours=get("SAFEGUARDING_HOURS", "every day, 8am to 8pm"),
        proxy_hops=int(get("PROXY_HOPS", "0")),
        contact_email=get("CONTACT_EMAIL", "community-book@borough.example"),
        contact_telephone=get("CONTACT_TELEPHONE", "01632 960 100"),
        argon2_memory_kib=int(get("ARGON2_MEMORY_KIB", "65536")),
        batch_tolerance_basis_points=_basis_points("BATCH_TOLERANCE", get("BATCH_TOLERANCE", "0")),
        clamd=_clamd(get("CLAMD", "").strip()),
        mail_rhythm=_rhythm(get("MAIL_RHYTHM", "daily")),
        mail_time=time.fromisoformat(get("MAIL_TIME", "07:30")),
        matching_weights=_weights(get("MATCHING_WEIGHTS", "")),
        erased_list_at=Path(get("ERASED_LIST", "")).resolve() if get("ERASED_LIST") else None,
        council_address=get("COUNCIL_ADDRESS", "Town Hall, 1 Market Square, Example Borough, EX1 1AA"),
    )


_current: Settings | None = None


def settings() -> Settings:
    """The settings of this process; read from the environment at first use."""
    global _current
    if _current is None:
        _current = from_environment()
    return _current


def use(chosen: Settings) -> None:
    """Puts given settings in force: tests and `create_app`."""
    global _current
    _current = chosen
