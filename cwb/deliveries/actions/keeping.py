"""Keeping what somebody sent with a form until the form is finished, so that nobody sends a photograph twice."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.clock import now_utc
from community_book.base.messages import N_, Problem
from community_book.base.settings import settings
from community_book.base.tables import StoredFile
from community_book.base.work import Work, changed, refuse
from cwb.deliveries import rules
from cwb.deliveries.actions.evidence import check_and_store, stored_row
from cwb.deliveries.queries import kept as reads
from cwb.deliveries.rules import SentFile

FORMS_AT_ONCE = 3
"""So many forms full of files somebody may have unfinished."""


def receive_files(actor: Actor, about: str, files: Iterable[SentFile]) -> tuple[list[str], list[Problem]]:
    """Checks what came with a form and keeps what is good for a day; returns its references and what is wrong.

    `about` is what the form is for ("commitment:C-7K2M9Q"). The files belong to nobody but the person until an act
    takes them over (`evidence.attach`). Raises NotAllowed.
    """
    actor.must(rules.REPORT_DELIVERY)
    if actor.person_id is None:
        raise TypeError("only a person's files wait")
    sent, most = list(files), settings().files_per_delivery
    if len(sent) > most:
        return [], list(refuse("files", N_("Send %(most)s files or fewer"), most=most).problems)
    kept, problems = check_and_store(actor, about, sent)
    if not kept:
        return [], problems
    with transactions.bookkeeping(actor) as work:
        if reads.count_waiting(work, actor.person_id) + len(kept) > FORMS_AT_ONCE * most:
            full = refuse(
                "files", N_("Too many of your files wait for reports that were not finished. Try again tomorrow")
            )
            return [], [*problems, *full.problems]
        rows = [stored_row(actor, file, reads.WAITING, actor.person_id) for file in kept]
        work.add_all(rows)
        work.flush()
        return [row.reference for row in rows], problems


def erase_waiting(work: Work, person_id: int) -> None:
    """Step: forgets the files a person sent with forms that are not finished."""
    changed(work, delete(StoredFile).where(StoredFile.owner_kind == reads.WAITING, StoredFile.owner_id == person_id))


def forget_waiting(actor: Actor) -> int:
    """Throws away rows of files nobody finished a form with for a day; their content goes with the next sweep."""
    long_ago = now_utc() - reads.WAITS_FOR
    with transactions.bookkeeping(actor) as work:
        gone = delete(StoredFile).where(StoredFile.owner_kind == reads.WAITING, StoredFile.created_at_utc < long_ago)
        return changed(work, gone)
