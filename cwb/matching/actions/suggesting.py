"""Storing suggestions: the worker after each event about a pledge or need, and a command for all of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, delete, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.amounts import Kind
from community_book.base.clock import now_utc, today
from community_book.base.outbox import Event
from community_book.base.registers import InTwoSteps
from community_book.base.work import Work, changed
from community_book.needs.queries import open_parts
from cwb.matching import queries
from cwb.matching.engine import Suggested, suggest
from cwb.matching.tables import Suggestion
from cwb.pledges.queries import open_offers

AT_ONCE = 500


@dataclass(frozen=True)
class Found:
    """What fits one pledge, or some parts of a need, as it was read just now."""

    suggested: Sequence[Suggested]
    pledge_id: int | None = None
    part_ids: tuple[int, ...] = ()


def suggest_for_pledge(work: Work, pledge_id: int) -> int:
    """Step: computes what fits one pledge anew and stores it; what fits no more goes. Returns how many fit."""
    return store_found(work, _for_pledge(work, pledge_id))


def suggest_for_parts(work: Work, part_ids: Collection[int], kind: Kind) -> int:
    """Step: the same for parts of one kind."""
    return store_found(work, _for_parts(work, part_ids, kind))


def store_found(work: Work, found: Found) -> int:
    """Step: stores what fits and removes what fits no more; the first that fits is told. Returns how many fit."""
    before = queries.stored_count(work, pledge_id=found.pledge_id, part_ids=found.part_ids or None)
    own = Suggestion.pledge_id == found.pledge_id
    _store(work, found.suggested, own if found.pledge_id is not None else Suggestion.part_id.in_(found.part_ids))
    count = len(found.suggested)
    if count and not before:
        work.tell("SuggestionsMade", pledge_id=found.pledge_id, part_ids=list(found.part_ids), count=count)
    return count


def rebuild(actor: Actor) -> int:
    """Computes every suggestion anew, kind by kind; returns how many there are."""
    total = 0
    for kind in Kind:
        with transactions.bookkeeping(actor) as work:
            offers, parts = open_offers(work, kind=kind), open_parts(work, kind=kind)
            found = suggest(offers, parts, today(), tracks=queries.tracks_of(work))
            total += len(found)
            _store(work, found, Suggestion.pledge_id.in_(queries.pledges_of_kind(kind)))
    return total


# --- subscribers --------------------------------------------------------------------------------


def _after_pledge(reading: Session, event: Event) -> list[Found]:
    return [_for_pledge(reading, int(event.payload["pledge_id"]))]


def _after_need(reading: Session, event: Event) -> list[Found]:
    """Each kind of its parts is computed once."""
    by_kind: dict[Kind, list[int]] = {}
    for part_id, kind in queries.parts_of_need(reading, int(event.payload["need_id"])).items():
        by_kind.setdefault(kind, []).append(part_id)
    return [_for_parts(reading, part_ids, kind) for kind, part_ids in by_kind.items()]


def _after_commitment(reading: Session, event: Event) -> list[Found]:
    """What is left of a part changed; its pledge tells for itself."""
    part_id = int(event.payload["part_id"])
    kind = queries.kind_of_part(reading, part_id)
    return [] if kind is None else [_for_parts(reading, [part_id], kind)]


def _store_all(work: Work, _event: Event, found: list[Found]) -> None:
    for one in found:
        store_found(work, one)


after_pledge = InTwoSteps(_after_pledge, _store_all)
"""Subscriber: something changed on a pledge."""

after_need = InTwoSteps(_after_need, _store_all)
"""Subscriber: something changed on a need."""

after_commitment = InTwoSteps(_after_commitment, _store_all)
"""Subscriber: something was agreed, given back or ended."""


# --- within -------------------------------------------------------------------------------------


def _for_pledge(reading: Session, pledge_id: int) -> Found:
    kind = queries.kind_of_pledge(reading, pledge_id)
    offers = open_offers(reading, kind=kind) if kind is not None else []
    own = [offer for offer in offers if offer.pledge_id == pledge_id]
    found: list[Suggested] = []
    if own:
        found = suggest(
            own,
            open_parts(reading, kind=kind),
            today(),
            tracks=queries.tracks_of(reading, {own[0].provider_id}),
            beside=[offer for offer in offers if offer.pledge_id != pledge_id],
        )
    return Found(found, pledge_id=pledge_id)


def _for_parts(reading: Session, part_ids: Collection[int], kind: Kind) -> Found:
    parts = open_parts(reading, kind=kind)
    own = [part for part in parts if part.part_id in part_ids]
    found: list[Suggested] = []
    if own:
        found = suggest(
            open_offers(reading, kind=kind),
            own,
            today(),
            tracks=queries.tracks_of(reading),
            beside=[part for part in parts if part.part_id not in part_ids],
        )
    return Found(found, part_ids=tuple(sorted(part_ids)))


def _store(work: Work, found: Sequence[Suggested], scope: ColumnElement[bool]) -> None:
    """Writes what was found over what is stored within the scope, and deletes the rest of it.

    The worker and the command may write the same pair at once; the later one wins.
    """
    keep = [(one.pledge_id, one.part_id) for one in found]
    stale = scope
    if keep:
        stale = and_(scope, tuple_(Suggestion.pledge_id, Suggestion.part_id).not_in(keep))
    changed(work, delete(Suggestion).where(stale))
    rows = [{**row, "made_at_utc": now_utc()} for row in queries.as_rows(found)]
    insert = postgresql.insert if work.get_bind().dialect.name == "postgresql" else sqlite.insert
    for start in range(0, len(rows), AT_ONCE):
        statement = insert(Suggestion).values(rows[start : start + AT_ONCE])
        overwritten = {name: statement.excluded[name] for name in ("score", "amount", "reasons", "made_at_utc")}
        work.execute(statement.on_conflict_do_update(index_elements=["pledge_id", "part_id"], set_=overwritten))
