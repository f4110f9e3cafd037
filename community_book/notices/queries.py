"""Reads of notices: a person's own only."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from community_book.base import registers
from community_book.base.actor import Actor
from community_book.base.calendars import CalendarEntry
from community_book.base.clock import now_utc
from community_book.base.errors import NotThere
from community_book.base.messages import Message
from community_book.base.references import tidy_reference
from community_book.base.remembering import once_a_reading
from community_book.base.settings import settings
from community_book.notices.rules import PRINT_LETTERS, code_of, written_code
from community_book.notices.tables import CalendarFeed, HeldLetter, LetterToPrint, Notice, OutgoingMail
from community_book.notices.views import MailView, NoticeView, PrintView
from community_book.organisations.tables import Organisation
from community_book.people.queries import actor_of_link, addresses_of, memberships_of, token_hash


def unread_count(reading: Session, actor: Actor) -> int:
    """How many notices the actor has not read."""
    if not actor.is_signed_in or actor.person_id is None:
        return 0
    return _waiting(reading, actor)[0]


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


def addresses_with_letters_due(reading: Session, now: datetime, *, limit: int = 100) -> list[str]:
    """Addresses for which a letter is due, in the order of the alphabet."""
    return list(
        reading.execute(
            select(HeldLetter.to_email)
            .where(HeldLetter.due_at_utc <= now)
            .group_by(HeldLetter.to_email)
            .order_by(HeldLetter.to_email)
            .limit(limit)
        ).scalars()
    )


def to_print_count(reading: Session, actor: Actor) -> int:
    """How many letters wait to be printed."""
    return _waiting(reading, actor)[1] if actor.may(PRINT_LETTERS) else 0


def _waiting(reading: Session, actor: Actor) -> tuple[int, int]:
    """Notices not read, and letters to print where the actor prints them: every page tells both in its head."""
    unread = select(func.count()).where(Notice.person_id == actor.person_id, Notice.read_at_utc.is_(None))
    to_print = select(func.count()).where(LetterToPrint.posted_at_utc.is_(None))
    asked = select(unread.scalar_subquery(), to_print.scalar_subquery() if actor.may(PRINT_LETTERS) else literal(0))
    question = (_waiting, actor.person_id, actor.may(PRINT_LETTERS))
    return once_a_reading(reading, question, lambda: reading.execute(asked).one())


def letters_to_print(
    reading: Session, actor: Actor, *, posted: bool = False, page: int = 1, per_page: int = 25
) -> tuple[int, list[PrintView]]:
    """Letters that wait for the printer, the oldest first, or those that are posted, the newest first."""
    actor.must(PRINT_LETTERS)
    which = LetterToPrint.posted_at_utc.is_not(None) if posted else LetterToPrint.posted_at_utc.is_(None)
    order = LetterToPrint.posted_at_utc.desc() if posted else LetterToPrint.id
    total = reading.execute(select(func.count()).select_from(LetterToPrint).where(which)).scalar_one()
    rows = reading.execute(
        select(LetterToPrint)
        .where(which)
        .order_by(order, LetterToPrint.id)
        .limit(per_page)
        .offset((page - 1) * per_page)
    ).scalars()
    return total, _to_print(reading, list(rows))


def letter_to_print(reading: Session, actor: Actor, reference: str) -> PrintView:
    """One letter. Raises NotThere."""
    actor.must(PRINT_LETTERS)
    row = reading.execute(
        select(LetterToPrint).where(LetterToPrint.reference == tidy_reference(reference))
    ).scalar_one_or_none()
    if row is None:
        raise NotThere
    return _to_print(reading, [row])[0]


def _to_print(reading: Session, rows: Sequence[LetterToPrint]) -> list[PrintView]:
    organisation_ids = {row.organisation_id for row in rows if row.organisation_id is not None}
    names = {
        row.id: row.name
        for row in reading.execute(
            select(Organisation.id, Organisation.name).where(Organisation.id.in_(organisation_ids))
        )
    }
    people = addresses_of(reading, {row.person_id for row in rows if row.person_id is not None})
    postal = registers.postal_addresses(reading, organisation_ids)
    found = []
    for row in rows:
        person = people.get(row.person_id) if row.person_id is not None else None
        organisation_id = row.organisation_id or 0
        lines = [person.name if person else "", names.get(organisation_id, ""), *postal.get(organisation_id, ())]
        lines = list(dict.fromkeys(line for line in lines if line))
        found.append(
            PrintView(
                row.reference,
                lines[0] if lines else "",
                tuple(lines),
                Message.from_json(row.subject),
                tuple(Message.from_json(paragraph) for paragraph in row.body),
                row.about,
                row.written_at_utc,
                row.posted_at_utc,
                _code_to_print(row),
            )
        )
    return found


def _worked_out(said: str) -> bytes:
    """What only who knows the key of the site can work out."""
    return hmac.new(settings().secret_key.encode(), said.encode(), hashlib.sha256).digest()


def feed_token(person_id: int, nonce: str) -> str:
    """The secret part of a calendar's address: of no use to who has only the database."""
    return base64.urlsafe_b64encode(_worked_out(f"calendar:{person_id}:{nonce}")).decode().rstrip("=")


def letter_code(uuid: UUID) -> str:
    """The code a letter is answered with."""
    return code_of(_worked_out(f"letter code:{uuid}"))


def letter_token(uuid: UUID) -> str:
    """The token of the signed link behind a letter's code."""
    return base64.urlsafe_b64encode(_worked_out(f"letter link:{uuid}")).decode().rstrip("=")


def code_hash(code: str) -> str:
    """What is kept of a code; codes are short, so without the key of the site it tells nothing."""
    return _worked_out(f"code:{code}").hex()


def link_of_code(reading: Session, code: str) -> tuple[str, str]:
    """The act and the token of the signed link behind a code. Raises NotThere, WrongState where it was used."""
    row = reading.execute(
        select(LetterToPrint.link_act, LetterToPrint.uuid).where(LetterToPrint.code_hash == code_hash(code))
    ).one_or_none()
    if row is None or row.link_act is None:
        raise NotThere
    token = letter_token(row.uuid)
    actor_of_link(reading, token, row.link_act)
    return row.link_act, token


def _code_to_print(row: LetterToPrint) -> str:
    """A letter's code; empty where it has none or the site's key has changed."""
    code = letter_code(row.uuid)
    return written_code(code) if row.code_hash == code_hash(code) else ""


def own_feed_token(reading: Session, actor: Actor) -> str:
    """The secret part of the actor's calendar address; empty where there is none, or the site's key has changed."""
    row = reading.execute(select(CalendarFeed).where(CalendarFeed.person_id == actor.person_id)).scalar_one_or_none()
    token = feed_token(row.person_id, row.nonce) if row is not None else ""
    return token if row is not None and token_hash(token) == row.token_hash else ""


def calendar_of_token(reading: Session, token: str) -> list[CalendarEntry]:
    """The dates of whoever has this address: of the organisations they belong to now. Raises NotThere."""
    person_id = reading.execute(
        select(CalendarFeed.person_id).where(CalendarFeed.token_hash == token_hash(token))
    ).scalar_one_or_none()
    if person_id is None or person_id not in addresses_of(reading, [person_id]):
        raise NotThere
    own = sorted({place.organisation_id for place in memberships_of(reading, person_id)})
    return [entry for source in registers.calendar_sources() for entry in source(reading, own)] if own else []


def shown_of_person(reading: Session, person_id: int) -> Mapping[str, Any]:
    """What this room holds about somebody: notices, and mail by its subject."""
    rows = reading.execute(select(Notice).where(Notice.person_id == person_id).order_by(Notice.id)).scalars()
    mails = reading.execute(
        select(OutgoingMail).where(OutgoingMail.person_id == person_id).order_by(OutgoingMail.id)
    ).scalars()
    held = reading.execute(
        select(HeldLetter)
        .where(HeldLetter.person_id == person_id, HeldLetter.due_at_utc.is_not(None))
        .order_by(HeldLetter.id)
    ).scalars()
    printed = reading.execute(
        select(LetterToPrint).where(LetterToPrint.person_id == person_id).order_by(LetterToPrint.id)
    ).scalars()
    feed = reading.execute(select(CalendarFeed).where(CalendarFeed.person_id == person_id)).scalar_one_or_none()
    return {
        "calendar_address_made": feed.made_at_utc if feed else None,
        "waiting_for_the_next_email": [
            {"written": row.written_at_utc, "subject": str(Message.from_json(row.subject)), "due": row.due_at_utc}
            for row in held
        ],
        "printed_letters": [
            {"written": row.written_at_utc, "subject": str(Message.from_json(row.subject)), "posted": row.posted_at_utc}
            for row in printed
        ],
        "notices": [
            {"written": row.written_at_utc, "subject": str(Message.from_json(row.subject)), "read": row.read_at_utc}
            for row in rows
        ],
        "emails": [{"written": row.written_at_utc, "subject": row.subject, "sent": row.sent_at_utc} for row in mails],
    }
