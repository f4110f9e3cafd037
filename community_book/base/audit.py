"""The audit chain: who did what, as whom, when and why, each entry holding the hash of the one before.

Format version 1. An entry's body is canonical JSON (sorted keys, no spaces, UTF-8); its hash is the
SHA-256 of that text, which holds the previous hash. Personal and free text stands outside, salted;
destroying salt and text leaves the chain whole (house decision 4). `tools/check_audit.py` checks an
export with the standard library alone.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from community_book.base.actor import Actor
from community_book.base.clock import now_utc
from community_book.base.references import new_salt
from community_book.base.registered import Breach
from community_book.base.tables import AuditEntry, AuditHead, AuditSubject, AuditText, insert_rows

FORMAT_VERSION = 1
GENESIS = "0" * 64


@dataclass(frozen=True)
class Entry:
    """An act to be written down at the end of its Work. `at_utc` is given for made-up history only."""

    act: str
    subjects: tuple[str, ...]
    facts: dict[str, Any]
    texts: dict[str, str]
    actor: Actor
    at_utc: datetime | None = None


def written(moment: datetime) -> str:
    """A moment as the chain writes it: UTC with six digits of a second, 2026-11-22T17:46:18.000001Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def canonical(body: dict[str, Any]) -> str:
    """The one spelling of a body that is hashed."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest(salt: bytes, text: str) -> str:
    """SHA-256 over salt and text: what the chain keeps of a personal field."""
    return hashlib.sha256(salt + text.encode()).hexdigest()


def write(session: Session, entries: Sequence[Entry]) -> None:
    """Appends entries to the chain. The head is locked here, last of all, just before the commit."""
    if not entries:
        return
    session.flush()
    database = session.connection()
    ask = select(AuditHead.sequence, AuditHead.hash).with_for_update()
    head = database.execute(ask).one_or_none()
    if head is None:  # the very first acts of a new site may come at once: one of them makes the head, all wait for it
        first = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        database.execute(first(AuditHead).values(id=1, sequence=0, hash=GENESIS).on_conflict_do_nothing())
        head = database.execute(ask).one()
    sequence, previous = head.sequence, head.hash
    rows: list[dict[str, Any]] = []
    subjects: list[dict[str, Any]] = []
    texts: list[dict[str, Any]] = []
    for entry in entries:
        sequence += 1
        moment = entry.at_utc or now_utc()
        digests: dict[str, str] = {}
        for field, value in sorted(entry.texts.items()):
            salt = new_salt()
            digests[field] = digest(salt, value)
            texts.append({"sequence": sequence, "field": field, "salt": salt, "text": value})
        actor = entry.actor
        body = canonical(
            {
                "version": FORMAT_VERSION,
                "sequence": sequence,
                "previous": previous,
                "at": written(moment),
                "act": entry.act,
                "subjects": list(entry.subjects),
                "actor": actor.pseudonym,
                "acting_as": actor.organisation_reference,
                "on_behalf_of": actor.on_behalf_of_organisation_id,
                "channel": actor.channel,
                "facts": entry.facts,
                "digests": digests,
            }
        )
        previous = hashlib.sha256(body.encode()).hexdigest()
        rows.append(
            {
                "sequence": sequence,
                "at_utc": moment,
                "act": entry.act,
                "actor": actor.pseudonym,
                "body": body,
                "hash": previous,
            }
        )
        subjects += [{"sequence": sequence, "subject": subject} for subject in dict.fromkeys(entry.subjects)]
    if database.dialect.name == "postgresql":
        _append_at_once(database, rows, subjects, texts, sequence, previous)
        return
    for table, of_table in ((AuditEntry, rows), (AuditSubject, subjects), (AuditText, texts)):
        insert_rows(database, table, of_table)
    database.execute(update(AuditHead).values(sequence=sequence, hash=previous))


_AT_ONCE = text("""
    WITH new_entries AS (
        INSERT INTO audit_entries (sequence, at_utc, act, actor, body, hash)
        SELECT * FROM unnest(
            CAST(:sequences AS bigint[]), CAST(:moments AS timestamptz[]), CAST(:acts AS text[]),
            CAST(:actors AS text[]), CAST(:bodies AS text[]), CAST(:hashes AS text[]))
    ), new_subjects AS (
        INSERT INTO audit_subjects (sequence, subject)
        SELECT * FROM unnest(CAST(:subject_sequences AS bigint[]), CAST(:subjects AS text[]))
    ), new_texts AS (
        INSERT INTO audit_texts (sequence, field, salt, text)
        SELECT * FROM unnest(
            CAST(:text_sequences AS bigint[]), CAST(:fields AS text[]), CAST(:salts AS bytea[]),
            CAST(:texts AS text[]))
    )
    UPDATE audit_head SET sequence = :sequence, hash = :hash
""")


def _append_at_once(
    database: Connection,
    rows: list[dict[str, Any]],
    subjects: list[dict[str, Any]],
    texts: list[dict[str, Any]],
    sequence: int,
    last: str,
) -> None:
    """All of it in one round trip: everybody else waits for the head until the commit that follows."""
    database.execute(
        _AT_ONCE,
        {
            "sequences": [row["sequence"] for row in rows],
            "moments": [row["at_utc"] for row in rows],
            "acts": [row["act"] for row in rows],
            "actors": [row["actor"] for row in rows],
            "bodies": [row["body"] for row in rows],
            "hashes": [row["hash"] for row in rows],
            "subject_sequences": [row["sequence"] for row in subjects],
            "subjects": [row["subject"] for row in subjects],
            "text_sequences": [row["sequence"] for row in texts],
            "fields": [row["field"] for row in texts],
            "salts": [row["salt"] for row in texts],
            "texts": [row["text"] for row in texts],
            "sequence": sequence,
            "hash": last,
        },
    )


@dataclass(frozen=True)
class PastAct:
    """One entry as a history page shows it."""

    sequence: int
    at_utc: datetime
    act: str
    actor: str
    acting_as: str
    channel: str
    facts: dict[str, Any]
    texts: dict[str, str]


def history(session: Session, subject: str, *, limit: int = 100) -> list[PastAct]:
    """What was done to a thing ("need:N-7K2M9Q"), newest first."""
    newest = (
        select(AuditSubject.sequence)
        .where(AuditSubject.subject == subject)
        .order_by(AuditSubject.sequence.desc())
        .limit(limit)
        .subquery()
    )
    found: dict[int, AuditEntry] = {}
    words: dict[int, dict[str, str]] = defaultdict(dict)
    for entry, field, said in session.execute(
        select(AuditEntry, AuditText.field, AuditText.text)
        .join(newest, newest.c.sequence == AuditEntry.sequence)
        .outerjoin(AuditText, AuditText.sequence == AuditEntry.sequence)
        .order_by(AuditEntry.sequence.desc(), AuditText.field)
    ):
        found[entry.sequence] = entry
        if said is not None:
            words[entry.sequence][field] = said
    past = []
    for sequence, entry in found.items():
        body = json.loads(entry.body)
        past.append(
            PastAct(
                sequence,
                entry.at_utc,
                entry.act,
                entry.actor,
                body["acting_as"],
                body["channel"],
                body["facts"],
                words[sequence],
            )
        )
    return past


def chain_breaches(session: Session) -> list[Breach]:
    """Where the stored chain is not whole: a number left out, an entry unlike its hash, one that names another before.

    For `flask invariants`; what `tools/check_audit.py` does with an export, but for the texts kept beside it.
    """
    rule, found = "the audit chain is whole and does not fork", []
    expected, last = 0, GENESIS
    entries = session.execute(
        select(AuditEntry.sequence, AuditEntry.body, AuditEntry.hash).order_by(AuditEntry.sequence)
    ).yield_per(1000)
    for sequence, body, kept in entries:
        expected += 1
        if sequence != expected:
            found.append(Breach(rule, f"entry {sequence}", f"follows entry {expected - 1}"))
            expected = sequence
        elif f'"previous":"{last}"' not in body:
            found.append(Breach(rule, f"entry {sequence}", "does not name the one before it"))
        if hashlib.sha256(body.encode()).hexdigest() != kept:
            found.append(Breach(rule, f"entry {sequence}", "does not have its hash"))
        last = kept
    head = session.execute(select(AuditHead.sequence, AuditHead.hash)).one_or_none()
    if (head.sequence, head.hash) != (expected, last) if head is not None else expected:
        found.append(Breach(rule, "head", "is not the last entry"))
    return found


def export_lines(session: Session, *, with_texts: bool = True) -> Iterator[str]:
    """The whole chain as JSON lines: a header, every entry (body, hash, texts still kept), head and count."""
    yield canonical({"format": "audit-chain", "version": FORMAT_VERSION, "genesis": GENESIS})
    count, last = 0, GENESIS
    step, after = 1000, 0
    while True:
        entries = (
            session.execute(
                select(AuditEntry).where(AuditEntry.sequence > after).order_by(AuditEntry.sequence).limit(step)
            )
            .scalars()
            .all()
        )
        if not entries:
            break
        kept: dict[int, dict[str, Any]] = {}
        for row in session.execute(
            select(AuditText).where(AuditText.sequence.in_([entry.sequence for entry in entries]))
        ).scalars():
            if with_texts and row.text is not None and row.salt is not None:
                kept.setdefault(row.sequence, {})[row.field] = {"salt": row.salt.hex(), "text": row.text}
        for entry in entries:
            count, last, after = count + 1, entry.hash, entry.sequence
            yield canonical({"body": entry.body, "hash": entry.hash, "texts": kept.get(entry.sequence, {})})
    yield canonical({"count": count, "head": last})
