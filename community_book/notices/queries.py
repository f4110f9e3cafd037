"""Reads of notices: a person's own only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from community_book.base.actor import Actor
from community_book.base.clock import now_utc
from community_book.base.messages import Message
from community_book.notices.tables import Notice, OutgoingMail
from community_book.notices.views import MailView, NoticeView
from community_book.organisations.tables import Organisation


def unread_count(reading: Session, actor: Actor) -> int:
    """How many notices the actor has not read."""
    if not actor.is_signed_in or actor.person_id is None:
        return 0
    return reading.execute(
        select(func.count())
        .select_from(Notice)
        .where(Notice.person_id == actor.person_id, Notice.read_at_utc.is_(None))
    ).scalar_one()


def notices(reading: Session, actor: Actor, *, page: int = 1, per_page: int = 25) -> tuple[int, list[NoticeView]]:
    """The actor's notices, the newest first: how many there are, and one page of them."""
    total = reading.execute(
        select(func.count()).select_from(Notice).where(Notice.person_id == actor.person_id)
    ).scalar_one()
    rows = reading.execute(
        select(Notice, Organisation.name, Organisation.reference)
        .outerjoin(Organisation, Organisation.id == Notice.organisation_id)
        .where(Notice.person_id == actor.person_id)
        .order_by(Notice.id.desc())
        .limit(per_page)
        .offset((page - 1) * per_page)
    ).all()
    return total, [
        NoticeView(
            id=row.id,
            subject=Message.from_json(row.subject),
            body=tuple(Message.from_json(paragraph) for paragraph in row.body),
            about=row.about,
            organisation=name or "",
            organisation_reference=reference or "",
            written_at_utc=row.written_at_utc,
            is_read=row.read_at_utc is not None,
        )
        for row, name, reference in rows
    ]


def waiting_mail(reading: Session, *, limit: int = 50) -> list[MailView]:
    """Mail whose time has come, the oldest first."""
    rows = reading.execute(
        select(OutgoingMail)
        .where(OutgoingMail.next_try_at_utc <= now_utc())
        .order_by(OutgoingMail.next_try_at_utc, OutgoingMail.id)
        .limit(limit)
    ).scalars()
    return [
        MailView(row.id, row.key, row.to_email, row.reply_to, row.subject, row.text, row.written_at_utc, row.tries)
        for row in rows
    ]


def shown_of_person(reading: Session, person_id: int) -> Mapping[str, Any]:
    """What this room holds about somebody: notices, and mail by its subject."""
    rows = reading.execute(select(Notice).where(Notice.person_id == person_id).order_by(Notice.id)).scalars()
    mails = reading.execute(
        select(OutgoingMail).where(OutgoingMail.person_id == person_id).order_by(OutgoingMail.id)
    ).scalars()
    return {
        "notices": [
            {"written": row.written_at_utc, "subject": str(Message.from_json(row.subject)), "read": row.read_at_utc}
            for row in rows
        ],
        "mail": [{"written": row.written_at_utc, "subject": row.subject, "sent": row.sent_at_utc} for row in mails],
    }
