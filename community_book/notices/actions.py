"""Turning events into notices and mail, sending the mail, and reading notices."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Text, cast, delete, exists, or_, select, update

from community_book.base import work as transactions
from community_book.base.actor import Actor, Role
from community_book.base.clock import now_utc
from community_book.base.errors import NotThere
from community_book.base.messages import N_, Message
from community_book.base.outbox import Event
from community_book.base.registers import Letter
from community_book.base.settings import settings
from community_book.base.site import site
from community_book.base.work import Work, changed
from community_book.notices.pen import Pen
from community_book.notices.post import NoSuchAddress, Post, post
from community_book.notices.queries import waiting_mail
from community_book.notices.rules import (
    TRIES_AT_MOST,
    header_line,
    is_address,
    mail_key,
    mail_text,
    wait_after,
    without_name,
)
from community_book.notices.tables import Notice, OutgoingMail
from community_book.notices.views import MailView
from community_book.people.actions import make_link
from community_book.people.queries import (
    addresses_by_email,
    addresses_of,
    people_of,
    people_with_roles,
    person_of_subject,
    words_of,
)
from community_book.people.views import AddressView

log = logging.getLogger(__name__)
ELSEWHERE = "en"
"""The language of somebody without an account."""

REMOVED = "(name removed)"


def write_letters(work: Work, event: Event, letters: Sequence[Letter], pen: Pen) -> None:
    """Step: writes down the notices and mails an event leads to, once however often it is handed on."""
    if work.execute(
        select(exists().where(Notice.event_id == event.id) | exists().where(OutgoingMail.event_id == event.id))
    ).scalar():
        return
    for position, letter in enumerate(letters):
        people = addresses_of(work, _readers(work, letter))
        for person in (people[person_id] for person_id in sorted(people)):
            if letter.in_app:
                work.add(_notice(letter, person, event.id, position))
            if person.email and (person.mail_wanted or letter.must_reach):
                _write_mail(work, letter, event.id, position, pen, person=person)
        told = {person.email for person in people.values()}
        for email in dict.fromkeys(address.strip().lower() for address in letter.emails):
            if email not in told and is_address(email):
                _write_mail(work, letter, event.id, position, pen, email=email)
    work.flush()


def _readers(work: Work, letter: Letter) -> list[int]:
    if letter.person_ids:
        return list(letter.person_ids)
    roles = frozenset(Role(role) for role in letter.roles)
    if letter.organisation_id is not None:
        return [person.id for person in people_of(work, letter.organisation_id, roles or None)]
    return people_with_roles(work, roles) if roles else []


def _notice(letter: Letter, person: AddressView, event_id: int, position: int) -> Notice:
    return Notice(
        person_id=person.id,
        organisation_id=letter.organisation_id,
        event_id=event_id,
        position=position,
        subject=letter.subject.as_json(),
        body=[paragraph.as_json() for paragraph in letter.body],
        about=letter.about,
        link_act=letter.link_act,
        link_subject=letter.link_subject,
        link_label=letter.link_label.as_json() if letter.link_label else None,
        written_at_utc=now_utc(),
    )


def _write_mail(
    work: Work,
    letter: Letter,
    event_id: int,
    position: int,
    pen: Pen,
    *,
    person: AddressView | None = None,
    email: str = "",
) -> None:
    if person is None:
        known = addresses_by_email(work, email)
        language, name, to = known.language if known else ELSEWHERE, "", email
    else:
        language, name, to = person.language, person.name, person.email
    greeting = Message(N_("Hello %(name)s,"), name=name) if name else Message(N_("Hello,"))
    work.add(
        OutgoingMail(
            key=mail_key(event_id, position, person_id=person.id if person else None, email=to),
            event_id=event_id,
            person_id=person.id if person else person_of_subject(work, letter.about),
            to_email=to,
            reply_to=letter.reply_to if is_address(letter.reply_to) else "",
            subject=header_line(pen.say(language, letter.subject)),
            text=mail_text(
                pen.say(language, greeting),
                [pen.say(language, paragraph) for paragraph in letter.body],
                _link(work, letter, pen, language, person=person, email=to),
                _footer(pen, language, has_account=person is not None),
            ),
            written_at_utc=now_utc(),
            next_try_at_utc=now_utc(),
        )
    )


def _link(
    work: Work, letter: Letter, pen: Pen, language: str, *, person: AddressView | None, email: str
) -> tuple[str, str] | None:
    """The one-tap link, made at this moment; else the page it is about. Reading either changes nothing."""
    label = letter.link_label or Message(N_("See it on the site"))
    if letter.link_act and letter.link_subject:
        token = make_link(
            work,
            letter.link_act,
            letter.link_subject,
            email=email,
            person_id=person.id if person else None,
            organisation_id=letter.organisation_id,
            minutes=letter.link_minutes,
        )
        address = pen.link_page(letter.link_act, token)
        if address is not None:
            return pen.say(language, label), address
        log.error("no page takes links for the act %s", letter.link_act)
        label = Message(N_("See it on the site"))
    return pen.say(language, label), pen.page_of(letter.about)


def _footer(pen: Pen, language: str, *, has_account: bool) -> list[str]:
    said = [f"{site().site_name}, {site().council_name}", settings().public_url]
    if has_account:
        said.append(pen.say(language, Message(N_("Your account says whether notices come by mail."))))
    return said


def send_waiting_mail(actor: Actor, way: Post | None = None) -> int:
    """Sends mail whose time has come, outside any transaction; returns how many went.

    Each is claimed first, so that two senders never send it at once; a failure is tried again later.
    """
    with transactions.reading() as reading:
        waiting = waiting_mail(reading)
    if not waiting:
        return 0
    way = way or post()
    return sum(_send(actor, mail, way) for mail in waiting)


def _send(actor: Actor, mail: MailView, way: Post) -> bool:
    tries = mail.tries + 1
    with transactions.bookkeeping(actor) as work:
        claimed = changed(
            work,
            update(OutgoingMail)
            .where(
                OutgoingMail.id == mail.id,
                OutgoingMail.tries == mail.tries,
                OutgoingMail.next_try_at_utc.is_not(None),
            )
            .values(tries=tries, next_try_at_utc=now_utc() + wait_after(tries)),
        )
    if not claimed:
        return False
    try:
        way.send(mail)
    except (OSError, ValueError, NoSuchAddress) as error:  # every fault of smtplib, ssl and the disk is an OSError
        is_hopeless = isinstance(error, NoSuchAddress) or tries >= TRIES_AT_MOST
        log.warning("mail %s was not sent at try %s: %s", mail.key, tries, type(error).__name__)
        values = {"last_error": f"{type(error).__name__}: {error}"[:300]}
        with transactions.bookkeeping(actor) as work:
            changed(
                work,
                update(OutgoingMail)
                .where(OutgoingMail.id == mail.id)
                .values(**values, **({"next_try_at_utc": None, "text": ""} if is_hopeless else {})),
            )
        return False
    with transactions.bookkeeping(actor) as work:
        changed(
            work,
            update(OutgoingMail)
            .where(OutgoingMail.id == mail.id)
            .values(sent_at_utc=now_utc(), next_try_at_utc=None, text="", last_error=None),
        )
    return True


def mark_read(actor: Actor, notice_id: int) -> None:
    """Marks one of the actor's notices as read. Raises NotThere for anybody else's."""
    with transactions.bookkeeping(actor) as work:
        own = select(Notice.id).where(Notice.id == notice_id, Notice.person_id == actor.person_id)
        if actor.person_id is None or work.execute(own).scalar_one_or_none() is None:
            raise NotThere
        changed(
            work,
            update(Notice).where(Notice.id == notice_id, Notice.read_at_utc.is_(None)).values(read_at_utc=now_utc()),
        )


def mark_all_read(actor: Actor) -> int:
    """Marks all of the actor's notices as read; returns how many were not."""
    if actor.person_id is None:
        raise NotThere
    with transactions.bookkeeping(actor) as work:
        return changed(
            work,
            update(Notice)
            .where(Notice.person_id == actor.person_id, Notice.read_at_utc.is_(None))
            .values(read_at_utc=now_utc()),
        )


def erase_rows(work: Work, person_id: int) -> None:
    """Step: removes somebody's notices and mail, and their name from those of others.

    Registered as this room's part of erasure; runs while the account still has name and addresses.
    """
    changed(work, delete(Notice).where(Notice.person_id == person_id))
    changed(work, delete(OutgoingMail).where(OutgoingMail.person_id == person_id))
    own = words_of(work, person_id)
    if own is None:
        return
    if own.emails:
        changed(work, delete(OutgoingMail).where(OutgoingMail.to_email.in_(own.emails)))
    for word in (own.name, *own.emails):
        _take_out(work, word)


def _take_out(work: Work, word: str) -> None:
    """Takes a name or address out of what was written to others, where it stands as a word of its own."""
    escaped = json.dumps(word)[1:-1]
    for notice in work.execute(
        select(Notice).where(
            or_(
                *(
                    cast(column, Text).contains(spelt, autoescape=True)
                    for column in (Notice.subject, Notice.body)
                    for spelt in {word, escaped}
                )
            )
        )
    ).scalars():
        notice.subject = _rewritten(notice.subject, word)
        notice.body = _rewritten(notice.body, word)
    for mail in work.execute(
        select(OutgoingMail).where(
            OutgoingMail.subject.contains(word, autoescape=True) | OutgoingMail.text.contains(word, autoescape=True)
        )
    ).scalars():
        mail.subject = without_name(mail.subject, word, REMOVED)
        mail.text = without_name(mail.text, word, REMOVED)
    work.flush()


def _rewritten(stored: Any, word: str) -> Any:
    if isinstance(stored, str):
        return without_name(stored, word, REMOVED)
    if isinstance(stored, dict):
        return {name: _rewritten(value, word) for name, value in stored.items()}
    return [_rewritten(value, word) for value in stored] if isinstance(stored, list) else stored


def tidy_up(actor: Actor) -> int:
    """Deletes read notices after a year and mail 90 days after it was sent or given up; returns how many."""
    now = now_utc()
    with transactions.bookkeeping(actor) as work:
        return changed(work, delete(Notice).where(Notice.read_at_utc < now - timedelta(days=365))) + changed(
            work,
            delete(OutgoingMail).where(
                OutgoingMail.next_try_at_utc.is_(None), OutgoingMail.written_at_utc < now - timedelta(days=90)
            ),
        )
