"""Reads of the record: published heads, acts as they are looked for, one act and its place in the chain."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from community_book.base.actor import Actor
from community_book.base.audit import GENESIS
from community_book.base.clock import moment_of
from community_book.base.errors import NotThere
from community_book.base.past_acts import acts_known, kinds_of_subjects
from community_book.base.registered import Breach
from community_book.base.tables import AuditEntry, AuditHead, AuditSubject
from community_book.organisations.tables import Organisation
from community_book.records.rules import LOOKED_AT_MOST, PER_PAGE, SEE_RECORD, Looked, is_kept_apart, links_of
from community_book.records.tables import PublishedHead
from community_book.records.views import ActInChain, ActsFound, ActShown, Head

LARGEST = 2**63 - 1
"""The databases hold no larger number."""
_REFERENCE = re.compile(r"[A-Z]{1,3}-[0-9A-Z]{1,12}")

# --- heads ----------------------------------------------------------------------------------------------


def heads(reading: Session, *, limit: int | None = None, offset: int = 0) -> list[Head]:
    """The published heads, newest first, each with how many acts came since the one before."""
    before = func.lag(PublishedHead.sequence, 1, 0).over(order_by=PublishedHead.day)
    rows = reading.execute(
        select(PublishedHead, before).order_by(PublishedHead.day.desc()).limit(limit).offset(offset)
    ).all()
    return [Head(row.day, row.sequence, row.hash, row.published_at_utc, row.sequence - last) for row, last in rows]


def count_heads(reading: Session) -> int:
    """How many heads were published."""
    return reading.execute(select(func.count()).select_from(PublishedHead)).scalar_one()


def first_head_from(reading: Session, sequence: int) -> Head | None:
    """The first published head that stands at an act or after it: it vouches for that act and all before."""
    found = reading.execute(
        select(PublishedHead).where(PublishedHead.sequence >= sequence).order_by(PublishedHead.sequence).limit(1)
    ).scalar_one_or_none()
    return None if found is None else Head(found.day, found.sequence, found.hash, found.published_at_utc)


def chain_length(reading: Session) -> int:
    """How many acts the chain holds now."""
    return reading.execute(select(AuditHead.sequence)).scalar() or 0


def head_breaches(reading: Session) -> Sequence[Breach]:
    """Every published head is in the chain at its number, with the hash it was published with."""
    statement = (
        select(PublishedHead.day, PublishedHead.sequence, func.coalesce(AuditEntry.hash, ""))
        .outerjoin(AuditEntry, AuditEntry.sequence == PublishedHead.sequence)
        .where(or_(AuditEntry.hash.is_(None), AuditEntry.hash != PublishedHead.hash))
        .order_by(PublishedHead.day)
    )
    return [
        Breach(
            "every published head is in the chain",
            f"head of {day.isoformat()}",
            f"act {sequence} has another hash now" if now else f"act {sequence} is missing",
        )
        for day, sequence, now in reading.execute(statement).all()
    ]


# --- acts -----------------------------------------------------------------------------------------------


def acts(reading: Session, actor: Actor, looked: Looked, *, limit: int = PER_PAGE) -> ActsFound:
    """A page of the acts that fit, newest first: three queries, and quick however long the chain is.

    What is kept apart is told as such by number and moment, and left out where something narrower is asked, because
    the answer would tell what it is about. Raises NotAllowed.
    """
    actor.must(SEE_RECORD)
    numbers = select(AuditEntry.sequence)
    if looked.before is not None:
        numbers = numbers.where(AuditEntry.sequence < looked.before)
    numbers, floor = _narrowed(reading, numbers, looked)
    # Numbers first, from an index alone where days are asked for: sorting the acts of years whole took seconds.
    page = numbers.order_by(AuditEntry.sequence.desc()).limit(limit + 1).subquery()
    rows = reading.execute(
        select(AuditEntry.sequence, AuditEntry.at_utc, AuditEntry.act, AuditEntry.body)
        .join(page, page.c.sequence == AuditEntry.sequence)
        .order_by(AuditEntry.sequence.desc())
    ).all()
    more = len(rows) > limit
    bodies = [(row, json.loads(row.body)) for row in rows[:limit]]
    told = [(row, body, is_kept_apart(row.act, body["subjects"], body["facts"])) for row, body in bodies]
    names = _names(reading, [body for _, body, apart in told if not apart])
    shown = tuple(_shown(row, body, apart, names) for row, body, apart in told if not (apart and looked.is_narrow))
    if more:
        return ActsFound(shown, rows[limit - 1].sequence)
    return ActsFound(shown, floor, floor) if floor is not None and floor > 1 else ActsFound(shown)


def _narrowed(reading: Session, statement: Select[int], looked: Looked) -> tuple[Select[int], int | None]:
    """The statement for what is looked for, and the act above which it looks where it cannot look at all."""
    floor = None
    if looked.reference:
        found = select(AuditSubject.sequence).where(AuditSubject.subject.in_(_subjects(looked.reference)))
        statement = statement.where(AuditEntry.sequence.in_(found))
    if looked.act:
        statement = statement.where(AuditEntry.act.in_(_names_of_acts(looked.act)))
    if looked.first_day is not None:
        statement = statement.where(AuditEntry.at_utc >= moment_of(looked.first_day, time()))
    if looked.last_day is not None:
        statement = statement.where(AuditEntry.at_utc < moment_of(looked.last_day + timedelta(days=1), time()))
    if looked.organisation:
        statement = statement.where(_of_organisation(reading, looked.organisation))
        if not looked.reference:
            top = looked.before if looked.before is not None else chain_length(reading) + 1
            floor = max(1, top - LOOKED_AT_MOST)
            statement = statement.where(AuditEntry.sequence >= floor)
    return statement, floor


def _subjects(typed: str) -> list[str]:
    """What a reference may stand for: "need:N-7K2M9Q" itself, or "N-7K2M9Q" of any kind."""
    if ":" in typed:
        kind, _, reference = typed.partition(":")
        return [f"{kind.lower()}:{reference}"]
    return [f"{kind}:{typed}" for kind in kinds_of_subjects()]


def _names_of_acts(typed: str) -> list[str]:
    """An act by its name, or all acts about a kind of thing ("need")."""
    return [act for act in acts_known() if act.startswith(f"{typed}.")] or [typed]


def _of_organisation(reading: Session, reference: str) -> Any:
    """Acting as an organisation, or on its behalf: said in the text that was hashed, in its one spelling."""
    known = _REFERENCE.fullmatch(reference)
    found = reading.execute(select(Organisation.id).where(Organisation.reference == reference)).scalar() if known else 0
    acting = AuditEntry.body.contains(f'"acting_as":"{reference}"', autoescape=True)
    return or_(acting, AuditEntry.body.contains(f'"on_behalf_of":{found or 0},', autoescape=True))


def _names(reading: Session, bodies: Sequence[dict[str, Any]]) -> dict[str | int, tuple[str, str]]:
    """Reference and name of every organisation that is named, by reference and by id."""
    references = {body["acting_as"] for body in bodies if body["acting_as"]}
    ids = {body["on_behalf_of"] for body in bodies if body["on_behalf_of"]}
    if not references and not ids:
        return {}
    found: dict[str | int, tuple[str, str]] = {}
    wanted = or_(Organisation.reference.in_(references), Organisation.id.in_(ids))
    for key, reference, name in reading.execute(
        select(Organisation.id, Organisation.reference, Organisation.name).where(wanted)
    ):
        found[key] = found[reference] = (reference, name)
    return found


def _shown(row: Any, body: dict[str, Any], apart: bool, names: dict[str | int, tuple[str, str]]) -> ActShown:
    moment: datetime = row.at_utc
    if apart:
        return ActShown(row.sequence, moment)
    acting, acting_name = names.get(body["acting_as"], (body["acting_as"], body["acting_as"]))
    behalf, behalf_name = names.get(body["on_behalf_of"] or 0, ("", ""))
    about, channel = tuple(body["subjects"]), body["channel"]
    return ActShown(row.sequence, moment, row.act, about, acting, acting_name, behalf, behalf_name, channel)


def one_act(reading: Session, actor: Actor, sequence: int) -> ActInChain:
    """One act and whether it fits to the act before it. Raises NotAllowed, NotThere."""
    actor.must(SEE_RECORD)
    if sequence >= LARGEST:
        raise NotThere
    around = (sequence - 1, sequence, sequence + 1)
    rows = {
        row.sequence: row
        for row in reading.execute(select(AuditEntry).where(AuditEntry.sequence.in_(around))).scalars()
    }
    if sequence not in rows:
        raise NotThere
    row, before = rows[sequence], rows.get(sequence - 1)
    body = json.loads(row.body)
    hash_before = GENESIS if sequence == 1 else before.hash if before else None
    apart = is_kept_apart(row.act, body["subjects"], body["facts"])
    return ActInChain(
        _shown(row, body, apart, {} if apart else _names(reading, [body])),
        row.hash,
        str(body.get("previous", "")),
        links_of(row.body, row.hash, hash_before),
        "" if apart else row.body,
        sequence + 1 if sequence + 1 in rows else None,
        sequence - 1 if before else None,
    )
