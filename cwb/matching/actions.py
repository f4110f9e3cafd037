"""Storing suggestions: the worker after each event about a pledge or need, and a command for all of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, and_, delete, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.amounts import Kind
from community_book.base.clock import now_utc, today
from community_book.base.outbox import Event
from community_book.base.work import Work, changed
from community_book.needs.queries import open_parts
from cwb.matching import queries
from cwb.matching.engine import Suggested, suggest
from cwb.matching.tables import Suggestion
from cwb.pledges.queries import open_offers

AT_ONCE = 500


def suggest_for_pledge(work: Work, pledge_id: int) -> int:
    """Step: computes what fits one pledge anew and stores it; what fits no more goes. Returns how many fit."""
    kind = queries.kind_of_pledge(work, pledge_id)
    offers = open_offers(work, kind=kind) if kind is not None else []
    own = [offer for offer in offers if offer.pledge_id == pledge_id]
    found: list[Suggested] = []
    if own:
        found = suggest(
            own,
            open_parts(work, kind=kind),
            today(),
            tracks=queries.tracks_of(work, {own[0].provider_id}),
            beside=[offer for offer in offers if offer.pledge_id != pledge_id],
        )
    before = queries.stored_count(work, pledge_id=pledge_id)
    _store(work, found, Suggestion.pledge_id == pledge_id)
    if found and not before:
        work.tell("SuggestionsMade", pledge_id=pledge_id, part_ids=[], count=len(found))
    return len(found)


def suggest_for_parts(work: Work, part_ids: Collection[int], kind: Kind) -> int:
    """Step: the same for parts of one kind."""
    parts = open_parts(work, kind=kind)
    own = [part for part in parts if part.part_id in part_ids]
    found: list[Suggested] = []
    if own:
        found = suggest(
            open_offers(work, kind=kind),
            own,
            today(),
            tracks=queries.tracks_of(work),
            beside=[part for part in parts if part.part_id not in part_ids],
        )
    before = queries.stored_count(work, part_ids=part_ids)
    _store(work, found, Suggestion.part_id.in_(sorted(part_ids)))
    if found and not before:
        work.tell("SuggestionsMade", pledge_id=None, part_ids=sorted(part_ids), count=len(found))
    return len(found)


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


def after_pledge(work: Work, event: Event) -> None:
    """Subscriber: something changed on a pledge."""
    suggest_for_pledge(work, int(event.payload["pledge_id"]))


def after_need(work: Work, event: Event) -> None:
    """Subscriber: something changed on a need; each kind of its parts is computed once."""
    by_kind: dict[Kind, list[int]] = {}
    for part_id, kind in queries.parts_of_need(work, int(event.payload["need_id"])).items():
        by_kind.setdefault(kind, []).append(part_id)
    for kind, part_ids in by_kind.items():
        suggest_for_parts(work, part_ids, kind)


def after_commitment(work: Work, event: Event) -> None:
    """Subscriber: what is left of a part changed; its pledge tells for itself."""
    part_id = int(event.payload["part_id"])
    kind = queries.kind_of_part(work, part_id)
    if kind is not None:
        suggest_for_parts(work, [part_id], kind)


# --- within -------------------------------------------------------------------------------------


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
