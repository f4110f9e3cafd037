"""Sending the mail whose time has come."""

from __future__ import annotations

import logging

from sqlalchemy import update

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.clock import now_utc
from community_book.base.work import changed
from community_book.notices.post import NoSuchAddress, Post, post
from community_book.notices.queries import waiting_mail
from community_book.notices.rules import TRIES_AT_MOST, wait_after
from community_book.notices.tables import OutgoingMail
from community_book.notices.views import MailView

log = logging.getLogger(__name__)


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
