"""The base of every table, and the floor's own: audit, outbox, files, throttling, form keys."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Connection,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    Uuid,
    insert,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry

from community_book.base.clock import now_utc
from community_book.base.references import new_uuid

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment in UTC on both databases (SQLite would hand it back without its zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


BIG = BigInteger().with_variant(Integer, "sqlite")
"""Amounts and keys: 64 bits on both databases (SQLite's INTEGER is 64 bits already)."""


class Base(DeclarativeBase):
    """Every table of both houses."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={
            datetime: UtcDateTime,
            dict[str, Any]: JSON,
            list[Any]: JSON,
            UUID: Uuid,
            bytes: LargeBinary,
        },
    )


class Row:
    """An integer key."""

    id: Mapped[int] = mapped_column(BIG, primary_key=True)


class PublicRow(Row):
    """A row people and other systems name: short reference, UUID, and a version that refuses stale edits."""

    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    version: Mapped[int] = mapped_column(default=1)
    created_at_utc: Mapped[datetime] = mapped_column(default=now_utc)


class AuditHead(Base):
    """One row: the end of the chain. Locked last in every act."""

    __tablename__ = "audit_head"
    id: Mapped[int] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(BIG)
    hash: Mapped[str] = mapped_column(String(64))


class AuditEntry(Base):
    """One act. `body` is the canonical JSON that was hashed, kept to the letter."""

    __tablename__ = "audit_entries"
    sequence: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=False)
    at_utc: Mapped[datetime] = mapped_column(index=True)
    act: Mapped[str] = mapped_column(String(60), index=True)
    actor: Mapped[str] = mapped_column(String(60), index=True)
    body: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class AuditSubject(Base):
    """What an entry is about, so that a record's history can be listed."""

    __tablename__ = "audit_subjects"
    sequence: Mapped[int] = mapped_column(ForeignKey("audit_entries.sequence"), primary_key=True)
    subject: Mapped[str] = mapped_column(String(60), primary_key=True, index=True)


class AuditText(Row, Base):
    """A personal or free-text field of an entry: outside the hash, destroyed on erasure with its salt."""

    __tablename__ = "audit_texts"
    sequence: Mapped[int] = mapped_column(ForeignKey("audit_entries.sequence"), index=True)
    field: Mapped[str] = mapped_column(String(40))
    salt: Mapped[bytes | None]
    text: Mapped[str | None] = mapped_column(Text)


class OutboxEvent(Row, Base):
    """Something that happened, written in the act's own transaction."""

    __tablename__ = "outbox_events"
    name: Mapped[str] = mapped_column(String(60), index=True)
    payload: Mapped[dict[str, Any]]
    at_utc: Mapped[datetime] = mapped_column(default=now_utc)


class OutboxDelivery(Row, Base):
    """One subscriber's turn at one event; done in the subscriber's own transaction."""

    __tablename__ = "outbox_deliveries"
    __table_args__ = (
        UniqueConstraint("event_id", "subscriber"),
        Index("ix_outbox_deliveries_waiting", "done_at_utc", "next_try_at_utc"),
    )
    event_id: Mapped[int] = mapped_column(ForeignKey("outbox_events.id"))
    subscriber: Mapped[str] = mapped_column(String(60))
    done_at_utc: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at_utc: Mapped[datetime] = mapped_column(default=now_utc)
    last_error: Mapped[str | None] = mapped_column(Text)


class FormKey(Base):
    """A form that was answered "done", and what it made."""

    __tablename__ = "form_keys"
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    subject_kind: Mapped[str] = mapped_column(String(30))
    subject_reference: Mapped[str] = mapped_column(String(40))
    used_at_utc: Mapped[datetime] = mapped_column(default=now_utc, index=True)


class KeptForm(Row, Base):
    """What somebody typed and sent after their session had ended, for the browser that has the token; an hour long."""

    __tablename__ = "kept_forms"
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    path: Mapped[str] = mapped_column(String(500))
    fields: Mapped[list[list[str]]] = mapped_column(JSON)
    at_utc: Mapped[datetime] = mapped_column(default=now_utc, index=True)


class Attempt(Row, Base):
    """A counted try (sign-in, link, public post): throttling shared by all processes."""

    __tablename__ = "attempts"
    __table_args__ = (Index("ix_attempts_window", "purpose", "who", "at_utc"),)
    purpose: Mapped[str] = mapped_column(String(30))
    who: Mapped[str] = mapped_column(String(64))
    at_utc: Mapped[datetime] = mapped_column(default=now_utc)


class SecurityEvent(Row, Base):
    """Reading of confidential pages, refused and failed tries: outside the audit chain, no content."""

    __tablename__ = "security_events"
    at_utc: Mapped[datetime] = mapped_column(default=now_utc, index=True)
    name: Mapped[str] = mapped_column(String(60))
    actor: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(60), default="")
    request_id: Mapped[str] = mapped_column(String(64), default="")


class StoredFile(PublicRow, Base):
    """A file kept under the hash of its content; `owner` names the one thing it belongs to.

    The four `look` columns are the bands of what a picture looks like (`file_checking.looks`), empty for other files.
    """

    __tablename__ = "stored_files"
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    sha256_original: Mapped[str] = mapped_column(String(64), index=True)
    size_bytes: Mapped[int] = mapped_column(BIG)
    media_type: Mapped[str] = mapped_column(String(80))
    extension: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(120))
    owner_kind: Mapped[str] = mapped_column(String(30))
    owner_id: Mapped[int | None] = mapped_column(BIG, index=True)
    added_by: Mapped[str] = mapped_column(String(60))
    added_as_organisation_id: Mapped[int | None] = mapped_column(BIG)
    look_1: Mapped[int | None] = mapped_column(index=True)
    look_2: Mapped[int | None] = mapped_column(index=True)
    look_3: Mapped[int | None] = mapped_column(index=True)
    look_4: Mapped[int | None] = mapped_column(index=True)


class WorkerPulse(Base):
    """One row: when the worker was last seen, for /ready."""

    __tablename__ = "worker_pulse"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    seen_at_utc: Mapped[datetime]


class ClockRun(Base):
    """A clock of the system: the day it was last due, and how its last run went, `ended_at_utc` empty meanwhile."""

    __tablename__ = "clock_runs"
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    due_on: Mapped[date | None]
    started_at_utc: Mapped[datetime | None]
    ended_at_utc: Mapped[datetime | None]
    changed: Mapped[int | None]
    failed: Mapped[str | None] = mapped_column(String(300))


class SiteFact(Base):
    """Settings the site keeps itself: whether it shows example data, dates of the last runs."""

    __tablename__ = "site_facts"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[dict[str, Any]]
    day: Mapped[date | None]


def insert_rows(connection: Connection, table: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Writes rows nobody needs as objects: every act writes some, and this takes a third of the time."""
    if rows:  # one by itself: a list of them takes another round trip to PostgreSQL
        connection.execute(insert(Base.metadata.tables[table.__tablename__]), rows[0] if len(rows) == 1 else rows)


def insert_for_ids(connection: Connection, table: type[Base], rows: Sequence[dict[str, Any]]) -> list[int]:
    """Writes rows likewise and returns the id each of them got, in their order."""
    made = Base.metadata.tables[table.__tablename__]
    statement = insert(made).returning(made.c["id"], sort_by_parameter_order=True)
    return list(connection.execute(statement, list(rows)).scalars())
