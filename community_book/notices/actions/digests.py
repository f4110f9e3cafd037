"""The mail of the day: everything that waits for one address, together, at most once a day."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import exists, select, update
from sqlalchemy.exc import IntegrityError

from community_book.base import registers
from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.clock import LONDON, now_utc
from community_book.base.messages import N_, Message
from community_book.base.settings import settings
from community_book.base.site import site
from community_book.base.work import Work, changed
from community_book.notices.actions.writing import ELSEWHERE, link_of
from community_book.notices.pen import Pen, footer
from community_book.notices.queries import addresses_with_letters_due
from community_book.notices.rules import (
    LETTERS_IN_A_MAIL,
    digest_key,
    digest_text,
    header_line,
    mail_text,
    next_mail_at,
)
from community_book.notices.tables import HeldLetter, Notice, OutgoingMail
from community_book.people.queries import addresses_by_email, addresses_of
from community_book.people.rules import MailRhythm
from community_book.people.views import AddressView

log = logging.getLogger(__name__)
FAULT_WAITS = timedelta(hours=1)


def write_due_mails(actor: Actor, pen: Pen) -> int:
    """Puts together what is due for each address, each in a transaction of its own; returns how many mails.

    Killed at any moment it has written an address's mail whole, with every letter in it marked, or not at all.
    """
    with transactions.reading() as reading:
        addresses = addresses_with_letters_due(reading, now_utc())
    return sum(_written_or_put_off(actor, address, pen) for address in addresses)


def _written_or_put_off(actor: Actor, address: str, pen: Pen) -> bool:
    """One address's fault is logged and tried again later: it must not hold up the mail of all others."""
    try:
        return _write_mail_of_the_day(actor, address, pen)
    except Exception:
        log.exception("a mail of the day could not be written")
        later = now_utc() + FAULT_WAITS
        with transactions.bookkeeping(actor) as work:
            changed(
                work,
                update(HeldLetter)
                .where(HeldLetter.to_email == address, HeldLetter.due_at_utc < later)
                .values(due_at_utc=later),
            )
        return False


def _write_mail_of_the_day(actor: Actor, address: str, pen: Pen) -> bool:
    now = now_utc()
    key = digest_key(address, now.astimezone(LONDON).date())
    try:
        with transactions.bookkeeping(actor) as work:
            due = list(
                work.execute(
                    select(HeldLetter)
                    .where(HeldLetter.to_email == address, HeldLetter.due_at_utc <= now)
                    .order_by(HeldLetter.link_act.is_(None), HeldLetter.id)
                ).scalars()
            )
            if work.execute(select(exists().where(OutgoingMail.key == key))).scalar():
                _wait(work, due, now)
                return False
            letters, known = _still_wanted(work, due, address)
            _wait(work, letters[LETTERS_IN_A_MAIL:], now)
            letters = letters[:LETTERS_IN_A_MAIL]
            if letters:
                work.add(_mail(work, letters, address, key, known, pen))
            for row in letters:
                _done(work, row, key)
            work.flush()
            return bool(letters)
    except IntegrityError:  # another worker wrote it in the same moment
        return False


def _still_wanted(work: Work, due: Sequence[HeldLetter], address: str) -> tuple[list[HeldLetter], AddressView | None]:
    """Leaves out what was read or answered on the site since, and what somebody does not want by mail any more."""
    known = addresses_by_email(work, address)
    people = addresses_of(work, {row.person_id for row in due if row.person_id is not None})
    read = {
        (row.event_id, row.person_id, row.position)
        for row in work.execute(
            select(Notice.event_id, Notice.person_id, Notice.position).where(
                Notice.event_id.in_({row.event_id for row in due}), Notice.read_at_utc.is_not(None)
            )
        )
    }
    answered = _answered(work, due)
    newest = {_asked(row): row.id for row in due if row.link_act}  # those come in the order in which they were written
    wanted = []
    for row in due:
        person = people.get(row.person_id) if row.person_id is not None else None
        is_read = (row.event_id, row.person_id, row.position) in read
        is_gone = row.person_id is not None and (person is None or not person.email)
        wants_none = person is not None and person.mail_rhythm is MailRhythm.NEVER
        if person is not None and person.email and person.email.lower() != address:
            row.to_email = person.email.lower()  # the address was changed meanwhile: it goes with the mail of that one
        elif newest.get(_asked(row), row.id) != row.id:
            _done(work, row, "")  # a later letter asks for the same answer
        elif row.id in answered or is_read or is_gone or wants_none:
            _done(work, row, "")
        else:
            wanted.append(row)
    return wanted, known


def _answered(work: Work, due: Sequence[HeldLetter]) -> set[int]:
    """The letters that ask for what was answered meanwhile, or for what nobody can answer any more."""
    found: set[int] = set()
    for act, still_asked in registers.questions().items():
        asked = {row.id: (row.link_subject or "", row.organisation_id) for row in due if row.link_act == act}
        left = set(still_asked(work, set(asked.values()))) if asked else set()
        found |= {number for number, question in asked.items() if question not in left}
    return found


def _asked(row: HeldLetter) -> tuple[str | None, str | None, int | None]:
    """What a letter asks, of whom: two letters of the same need one answer."""
    return row.link_act, row.link_subject, row.organisation_id


def _done(work: Work, row: HeldLetter, key: str) -> None:
    row.due_at_utc, row.mail_key = None, key
    row.subject, row.body, row.link_label = Message("").as_json(), [], None


def _wait(work: Work, rows: Sequence[HeldLetter], now: datetime) -> None:
    if rows:
        later = next_mail_at(MailRhythm.DAILY, settings().mail_time, now)
        changed(work, update(HeldLetter).where(HeldLetter.id.in_([row.id for row in rows])).values(due_at_utc=later))


def _mail(
    work: Work, letters: Sequence[HeldLetter], address: str, key: str, known: AddressView | None, pen: Pen
) -> OutgoingMail:
    language = known.language if known else ELSEWHERE
    greeting = Message(N_("Hello %(name)s,"), name=known.name) if known else Message(N_("Hello,"))
    items = [
        (
            pen.say(language, Message.from_json(row.subject)),
            [pen.say(language, Message.from_json(paragraph)) for paragraph in row.body],
            link_of(
                work,
                pen,
                language,
                row.about,
                act=row.link_act,
                subject=row.link_subject,
                label=Message.from_json(row.link_label) if row.link_label else None,
                email=address,
                person_id=row.person_id,
                organisation_id=row.organisation_id,
            ),
        )
        for row in letters
    ]
    ending = footer(pen, language, has_account=known is not None)
    if len(items) == 1:
        [(subject, paragraphs, link)] = items
        text = mail_text(pen.say(language, greeting), paragraphs, link, ending)
    else:
        to_answer = sum(row.link_act is not None for row in letters)
        subject = pen.say(
            language,
            Message(
                N_("%(count)s things from %(site)s: %(first)s"),
                count=len(items),
                site=site().site_name,
                first=items[0][0],
            ),
        )
        opening = _opening(to_answer)
        text = digest_text(pen.say(language, greeting), pen.say(language, opening), items, ending)
    replies = {row.reply_to for row in letters}
    return OutgoingMail(
        key=key,
        event_id=0,
        person_id=known.id if known else None,
        to_email=address,
        reply_to=replies.pop() if len(replies) == 1 else "",
        subject=header_line(subject),
        text=text,
        written_at_utc=now_utc(),
        next_try_at_utc=now_utc(),
    )


def _opening(to_answer: int) -> Message:
    if to_answer == 0:
        return Message(N_("Here is what is new. Nothing in it waits for an answer from you."))
    if to_answer == 1:
        return Message(N_("Here is what is new. The first thing waits for an answer from you."))
    return Message(N_("Here is what is new. The first %(count)s things wait for an answer from you."), count=to_answer)
