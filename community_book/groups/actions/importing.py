"""A council's own list of groups: checked whole, then taken in at once or left to the worker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import insert
from sqlalchemy.orm import Session

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.clock import now_utc, today
from community_book.base.errors import Refused
from community_book.base.messages import Problem
from community_book.base.references import new_reference
from community_book.base.table_files import BadRow
from community_book.base.work import Work
from community_book.groups.actions.tags import tag_ids
from community_book.groups.queries.importing import rows_that_fit
from community_book.groups.queries.moderation import own_asks
from community_book.groups.rules import AT_ONCE_AT_MOST, MODERATE_GROUPS, GroupRow, GroupState, read_groups
from community_book.groups.tables import GroupEntry, GroupImport, GroupTag
from community_book.organisations.actions import make_organisation
from community_book.organisations.queries import find_by_identifier
from community_book.places.actions import make_place
from community_book.places.rules import NewPlace


@dataclass(frozen=True)
class TakenIn:
    """How many groups a list has, and the import that takes them in where that is left to the worker."""

    count: int
    reference: str = ""


def import_groups(actor: Actor, content: bytes, *, try_only: bool = False) -> TakenIn:
    """Lists every group of a table: a short one in one act, with an audit entry each; a long one by the worker.

    All of it is checked first; `try_only` saves nothing. Raises Refused with a Problem on "file" for each line that
    cannot be taken in, NotAllowed for all but officers.
    """
    actor.must(MODERATE_GROUPS)
    read = read_groups(content)
    if read.bad and not read.rows:
        raise _refused(read.bad)
    with transactions.reading() as reading:  # most of what can be wrong is found before others have to wait
        _checked(reading, actor, read.rows, read.bad)
    if try_only:
        return TakenIn(len(read.rows))
    if len(read.rows) > AT_ONCE_AT_MOST:
        return TakenIn(len(read.rows), _leave_to_worker(actor, read.rows))
    with transactions.work(actor) as work:
        ids = tag_ids(work)
        for row in _checked(work, actor, read.rows, read.bad):
            list_row(work, row, ids, actor.person_id)
    return TakenIn(len(read.rows))


def _leave_to_worker(actor: Actor, rows: Sequence[GroupRow]) -> str:
    with transactions.work(actor) as work:
        row = GroupImport(
            reference=new_reference("GI"),
            rows=[one.as_json() for one in rows],
            total=len(rows),
            left_out=[],
            asked_by_person_id=actor.person_id,
            asked_at_utc=now_utc(),
        )
        work.add(row)
        work.flush()
        work.record("group.ask_import", f"group_import:{row.reference}", facts={"groups": len(rows)})
        return row.reference


def _refused(bad: Sequence[BadRow]) -> Refused:
    return Refused(*(Problem("file", row.says()) for row in sorted(bad, key=lambda row: row.line)))


def _checked(session: Session, actor: Actor, rows: Sequence[GroupRow], bad: Sequence[BadRow]) -> list[GroupRow]:
    """The rows with postcodes tidied and zones as ids. Raises Refused for what does not fit what is known here."""
    asks = [
        GroupEntry(
            id=row.line,
            asked_name=row.name,
            asked_scheme=row.scheme,
            asked_identifier=row.number,
            contact_email=row.contact_email,
            asked_by_email="",
        )
        for row in rows
    ]
    good, found_bad = rows_that_fit(session, rows, own_asks(session, actor, asks))
    if bad or found_bad:
        raise _refused([*bad, *found_bad])
    return good


def list_row(work: Work, row: GroupRow, ids: Mapping[str, int], officer_id: int | None) -> None:
    """Step: one group as the council lists it: nobody leads it until somebody claims it."""
    body = find_by_identifier(work, row.scheme, row.number) if row.scheme else None
    identifiers = [(row.scheme, row.number)] if row.scheme else []
    organisation_id = body.id if body is not None else make_organisation(work, row.name, identifiers=identifiers)
    picked = (int(row.zone),) if row.zone else ()
    place_id = make_place(work, NewPlace(postcode=row.postcode, confidential=row.confidential, picked=picked))
    entry = GroupEntry(
        reference=new_reference("G"),
        organisation_id=organisation_id,
        state=GroupState.LISTED,
        asked_name=row.name,
        asked_scheme=row.scheme,
        asked_identifier=row.number,
        what_we_do=row.what_we_do,
        who_for=row.who_for,
        can_offer=row.can_offer,
        sells=row.sells,
        has_room_for=row.has_room_for,
        size_band=row.size,
        informal=not row.scheme,
        place_id=place_id,
        contact_name=row.contact_name,
        contact_email=row.contact_email,
        contact_telephone=row.contact_telephone,
        asked_at_utc=now_utc(),
        waiting_since_utc=now_utc(),
        asked_by_person_id=officer_id,
        decided_by_person_id=officer_id,
        last_confirmed_on=today(),
    )
    work.add(entry)
    work.flush()
    if row.tags:
        work.execute(insert(GroupTag), [{"entry_id": entry.id, "tag_id": ids[code]} for code in row.tags])
    work.record("group.import", f"group:{entry.reference}", facts={"line": row.line}, texts={"name": row.name})
    work.tell("GroupChanged", group_id=entry.id, organisation_id=organisation_id, reference=entry.reference)
