"""The worker takes in a council's long list, some groups at a time, so that nobody who writes waits for it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.clock import now_utc
from community_book.base.errors import Refused
from community_book.base.messages import N_, Message
from community_book.base.table_files import BadRow
from community_book.base.work import lock_row
from community_book.groups.actions.importing import list_row
from community_book.groups.actions.tags import tag_ids
from community_book.groups.queries.importing import rows_that_fit
from community_book.groups.rules import GroupRow
from community_book.groups.tables import GroupImport

ROWS_IN_ONE_ACT = 40
"""About a quarter of a second; whoever waits to write comes in between."""


def take_in_some(actor: Actor) -> int:
    """Lists the next groups of the oldest list that is not done; returns how many lines it looked at.

    How far it came stands in the same transaction, so that it goes on where it was after the worker was killed.
    A line that cannot be taken in any more (somebody listed the group meanwhile) is left out and named.
    """
    with transactions.reading() as reading:
        number = reading.execute(
            select(GroupImport.id).where(GroupImport.finished_at_utc.is_(None)).order_by(GroupImport.id).limit(1)
        ).scalar_one_or_none()
    if number is None:
        return 0
    with transactions.work(actor) as work:
        row = work.get_one(GroupImport, number)
        lock_row(work, row)
        if row.finished_at_utc is not None:
            return 0
        some = [GroupRow.from_json(one) for one in row.rows[row.done : row.done + ROWS_IN_ONE_ACT]]
        ids = tag_ids(work)
        good, bad = rows_that_fit(work, some)
        for one in good:
            try:
                with work.begin_nested():
                    list_row(work, one, ids, row.asked_by_person_id)
            except Refused as refused:
                bad.append(BadRow(one.line, refused.message))
            except IntegrityError:
                says = Message(N_("%(name)s is in the Book already"), name=one.name)
                bad.append(BadRow(one.line, says))
        row.done += len(some)
        row.left_out = [*row.left_out, *([wrong.line, wrong.message.as_json()] for wrong in bad)]
        if row.done >= row.total:
            row.finished_at_utc, row.rows = now_utc(), []
        work.record(
            "group.take_in", f"group_import:{row.reference}", facts={"done": row.done, "left_out": len(row.left_out)}
        )
        return len(some)
