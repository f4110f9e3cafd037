"""Turning events into notices, mail that goes at once, letters that wait for the next mail, letters to print."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from sqlalchemy import exists, select

from community_book.base import registers
from community_book.base.actor import Role
from community_book.base.clock import now_utc
from community_book.base.messages import N_, Message
from community_book.base.outbox import Event
from community_book.base.references import new_reference
from community_book.base.registered import Letter
from community_book.base.settings import settings
from community_book.base.work import Work
from community_book.notices.pen import Pen, footer
from community_book.notices.queries import code_hash, letter_code, letter_token
from community_book.notices.rules import CODE_DAYS, header_line, is_address, mail_key, mail_text, next_mail_at
from community_book.notices.tables import HeldLetter, LetterToPrint, Notice, OutgoingMail
from community_book.people.actions import make_link
from community_book.people.queries import (
    addresses_by_email,
    addresses_of,
    people_of,
    people_with_roles,
    person_of_subject,
)
from community_book.people.rules import MailRhythm
from community_book.people.views import AddressView

log = logging.getLogger(__name__)
ELSEWHERE = "en"
"""The language of somebody without an account."""


def write_letters(work: Work, event: Event, letters: Sequence[Letter], pen: Pen) -> None:
    """Step: writes down the notices, mails and letters an event leads to, once however often it is handed on."""
    tables = (Notice, OutgoingMail, HeldLetter, LetterToPrint)
    if work.execute(select(*(exists().where(table.event_id == event.id) for table in tables))).one() != (False,) * 4:
        return
    for position, letter in enumerate(letters):
        _write_letter(work, event, position, letter, pen)
    work.flush()


def _write_letter(work: Work, event: Event, position: int, letter: Letter, pen: Pen) -> None:
    people = addresses_of(work, _readers(work, letter))
    for person in (people[person_id] for person_id in sorted(people)):
        if letter.in_app:
            work.add(_notice(letter, person, event.id, position))
        if person.email:
            _mail_or_hold(work, letter, event.id, position, pen, person=person)
        elif letter.link_minutes is None:
            _print(work, letter, event.id, position, pen, person_id=person.id)
    told = {person.email for person in people.values()}
    others = dict.fromkeys(address.strip().lower() for address in letter.emails)
    for email in others:
        if email not in told and is_address(email):
            _mail_or_hold(work, letter, event.id, position, pen, email=email)
    nobody_mailed = not people and not any(is_address(email) for email in others)
    organisation_id = letter.organisation_id
    if organisation_id is not None and nobody_mailed and registers.postal_address(work, organisation_id) is not None:
        _print(work, letter, event.id, position, pen, organisation_id=organisation_id)


def _mail_or_hold(
    work: Work,
    letter: Letter,
    event_id: int,
    position: int,
    pen: Pen,
    *,
    person: AddressView | None = None,
    email: str = "",
) -> None:
    """A mail at once for what cannot wait and for who wants it so; else the letter waits for the next mail."""
    known = person or addresses_by_email(work, email)
    rhythm = known.mail_rhythm if known else MailRhythm(settings().mail_rhythm)
    if rhythm is MailRhythm.NEVER and not letter.must_reach:
        if letter.in_app and person is not None:
            return
        rhythm = MailRhythm.DAILY  # it stands nowhere on the site, so it still has to reach them
    if letter.must_reach or letter.link_minutes is not None or rhythm is MailRhythm.AT_ONCE:
        _write_mail(work, letter, event_id, position, pen, person=person, email=email)
        return
    work.add(
        HeldLetter(
            key=mail_key(event_id, position, person_id=person.id if person else None, email=email),
            event_id=event_id,
            position=position,
            person_id=person.id if person else None,
            organisation_id=letter.organisation_id,
            to_email=(person.email if person else email).lower(),
            reply_to=letter.reply_to if is_address(letter.reply_to) else "",
            subject=letter.subject.as_json(),
            body=[paragraph.as_json() for paragraph in letter.body],
            about=letter.about,
            link_act=letter.link_act,
            link_subject=letter.link_subject,
            link_label=letter.link_label.as_json() if letter.link_label else None,
            written_at_utc=now_utc(),
            due_at_utc=next_mail_at(rhythm, settings().mail_time, now_utc()),
        )
    )


def _print(
    work: Work,
    letter: Letter,
    event_id: int,
    position: int,
    pen: Pen,
    *,
    person_id: int | None = None,
    organisation_id: int | None = None,
) -> None:
    row = LetterToPrint(
        reference=new_reference("LT"),
        key=f"{event_id:08d}-{position:02d}-" + (f"p{person_id}" if person_id else f"o{organisation_id}"),
        event_id=event_id,
        person_id=person_id,
        organisation_id=organisation_id or letter.organisation_id,
        subject=letter.subject.as_json(),
        body=[paragraph.as_json() for paragraph in letter.body],
        about=letter.about,
        written_at_utc=now_utc(),
    )
    work.add(row)
    work.flush()
    if letter.link_act and letter.link_subject and pen.link_page(letter.link_act, "token") is not None:
        row.link_act, row.code_hash = letter.link_act, code_hash(letter_code(row.uuid))
        make_link(
            work,
            letter.link_act,
            letter.link_subject,
            person_id=person_id,
            organisation_id=row.organisation_id,
            minutes=CODE_DAYS * 24 * 60,
            token=letter_token(row.uuid),
        )


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
                link_of(
                    work,
                    pen,
                    language,
                    letter.about,
                    act=letter.link_act,
                    subject=letter.link_subject,
                    label=letter.link_label,
                    email=to,
                    person_id=person.id if person else None,
                    organisation_id=letter.organisation_id,
                    minutes=letter.link_minutes,
                ),
                footer(pen, language, has_account=person is not None),
            ),
            written_at_utc=now_utc(),
            next_try_at_utc=now_utc(),
        )
    )


def link_of(
    work: Work,
    pen: Pen,
    language: str,
    about: str,
    *,
    act: str | None,
    subject: str | None,
    label: Message | None,
    email: str,
    person_id: int | None,
    organisation_id: int | None,
    minutes: int | None = None,
) -> tuple[str, str]:
    """Step: the one-tap link, made at this moment; else the page it is about. Reading either changes nothing."""
    label = label or Message(N_("See it on the site"))
    if act and subject:
        token = make_link(
            work, act, subject, email=email, person_id=person_id, organisation_id=organisation_id, minutes=minutes
        )
        address = pen.link_page(act, token)
        if address is not None:
            return pen.say(language, label), address
        log.error("no page takes links for the act %s", act)
        label = Message(N_("See it on the site"))
    return pen.say(language, label), pen.page_of(about)
