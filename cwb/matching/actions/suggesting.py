"""Storing suggestions: the worker after each event about a pledge or need, and a command for all of them.

Stored are the best of each part and the best of each pledge. An edit touches the lists of the row itself, those it
stands in, and those it would come into now: these are made anew, and no others can have changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.amounts import Kind
from community_book.base.clock import now_utc, today
from community_book.base.outbox import Event
from community_book.base.registered import InTwoSteps
from community_book.base.work import Work, changed
from cwb.matching import memory, queries
from cwb.matching.memory import Listed, Standing
from cwb.matching.queries import changes, stored
from cwb.matching.rules.scoring import KEPT_IN_A_LIST
from cwb.matching.tables import Suggestion

AT_ONCE = 500
LISTS_AT_ONCE = 1_000
LOCK = 20_260_004
"""PostgreSQL's name for "somebody stores suggestions": the later of two writers looks again at what the first wrote."""
_Pair = tuple[int, int]
_Item = TypeVar("_Item")


@dataclass(frozen=True)
class Found:
    """The lists that an edit touched, made anew: of parts and of pledges. `held` is what they were made from."""

    part_ids: frozenset[int]
    pledge_ids: frozenset[int]
    by_part: Listed
    by_pledge: Listed
    held: Standing | None
    is_all: bool = False


NOTHING = Found(frozenset(), frozenset(), Listed.none(), Listed.none(), None)


def suggest_for_pledge(work: Work, pledge_id: int) -> int:
    """Step: computes what fits one pledge anew and stores it; what fits no more goes. Returns how many fit."""
    found = _find(work, frozenset({pledge_id}), frozenset())
    return store_found(work, found, pledge_id=pledge_id)


def suggest_for_parts(work: Work, part_ids: Collection[int], _kind: Kind | None = None) -> int:
    """Step: the same for parts of a need."""
    found = _find(work, frozenset(), frozenset(part_ids))
    return store_found(work, found, part_ids=tuple(sorted(part_ids)))


def store_found(work: Work, found: Found, *, pledge_id: int | None = None, part_ids: tuple[int, ...] = ()) -> int:
    """Step: stores the lists; the first that fits the pledge or parts of the event is told. Returns how many fit."""
    if work.get_bind().dialect.name == "postgresql":
        work.execute(select(func.pg_advisory_xact_lock(LOCK)))
    if found.held is not None and _has_moved_on(work, found.held):
        own = frozenset() if pledge_id is None else frozenset({pledge_id})
        found = _find(work, found.pledge_ids | own, found.part_ids | frozenset(part_ids))
    before = queries.stored_count(work, pledge_id=pledge_id, part_ids=part_ids or None)
    _store(work, found)
    if found.is_all:
        _delete_strangers(work, found.part_ids, found.pledge_ids)
    own_ids = set(part_ids)
    pairs = {*_pairs(found.by_part), *_pairs(found.by_pledge)}
    count = sum(1 for pledge, part in pairs if pledge == pledge_id or part in own_ids)
    if count and not before:
        work.tell("SuggestionsMade", pledge_id=pledge_id, part_ids=list(part_ids), count=count)
    return count


def rebuild(actor: Actor) -> int:
    """Makes a new generation and every list anew, some lists at a time; returns how many suggestions there are."""
    with transactions.reading() as reading:
        made = memory.make_and_keep(reading)
    part_ids, pledge_ids = made.generation.parts.ids.tolist(), made.generation.pledges.ids.tolist()
    nothing = Listed.none()
    for some in _pieces(part_ids, LISTS_AT_ONCE):
        by_part = memory.listed(made, part_ids=some)
        with transactions.bookkeeping(actor) as work:
            _store(work, Found(frozenset(some), frozenset(), by_part, nothing, None))
    for some in _pieces(pledge_ids, LISTS_AT_ONCE):
        by_pledge = memory.listed(made, pledge_ids=some)
        with transactions.bookkeeping(actor) as work:
            _store(work, Found(frozenset(), frozenset(some), nothing, by_pledge, None))
    with transactions.bookkeeping(actor) as work:
        _delete_strangers(work, frozenset(part_ids), frozenset(pledge_ids))
        return queries.stored_count(work)


# --- subscribers --------------------------------------------------------------------------------


def _after_pledge(reading: Session, event: Event) -> Found:
    return _find(reading, frozenset({int(event.payload["pledge_id"])}), frozenset())


def _store_pledge(work: Work, event: Event, found: Found) -> None:
    store_found(work, found, pledge_id=int(event.payload["pledge_id"]))


def _after_need(reading: Session, event: Event) -> Found:
    return _find(reading, frozenset(), frozenset(queries.parts_of_need(reading, int(event.payload["need_id"]))))


def _store_need(work: Work, event: Event, found: Found) -> None:
    store_found(work, found, part_ids=tuple(queries.parts_of_need(work, int(event.payload["need_id"]))))


def _after_commitment(reading: Session, event: Event) -> Found:
    """What is left of a part changed, and how much its group has had; its pledge tells for itself."""
    return _find(reading, frozenset(), changes.parts_of_group_of(reading, int(event.payload["part_id"])))


def _store_commitment(work: Work, event: Event, found: Found) -> None:
    store_found(work, found, part_ids=(int(event.payload["part_id"]),))


def _holds(work: Work, found: Found) -> bool:
    return found.held is None or not _has_moved_on(work, found.held)


after_pledge = InTwoSteps(_after_pledge, _store_pledge, _holds, lambda event: event.payload["pledge_id"])
"""Subscriber: something changed on a pledge."""

after_need = InTwoSteps(_after_need, _store_need, _holds, lambda event: event.payload["need_id"])
"""Subscriber: something changed on a need."""

after_commitment = InTwoSteps(_after_commitment, _store_commitment, _holds, lambda event: event.payload["part_id"])
"""Subscriber: something was agreed, given back or ended."""


# --- which lists ----------------------------------------------------------------------------------


def _find(reading: Session, pledge_ids: frozenset[int], part_ids: frozenset[int]) -> Found:
    """Every list that an edit of these rows touches; all lists where the generation is worn and the site small."""
    held = memory.standing_now(reading)
    if held is None:
        return NOTHING
    held = replace(held, pledges_to_read=held.pledges_to_read | pledge_ids, parts_to_read=held.parts_to_read | part_ids)
    if memory.is_worn(held) and changes.rows_at_most(reading) <= memory.SMALL_SITE:
        return _all_anew(reading)
    held = memory.keep(held.with_pledges(reading).with_parts(reading))
    on = today().toordinal()
    in_parts, in_pledges = stored.lists_with(reading, pledge_ids=pledge_ids, part_ids=part_ids)
    of_pledges, of_parts = held.scores_of_pledges(pledge_ids, on), held.scores_of_parts(part_ids, on)
    parts_bounds = stored.bounds_of_parts(reading, list(of_pledges))
    pledge_bounds = stored.bounds_of_pledges(reading, list(of_parts))
    parts = part_ids | in_parts | {one for one, score in of_pledges.items() if _comes_in(score, parts_bounds.get(one))}
    pledges = pledge_ids | in_pledges
    pledges |= {one for one, score in of_parts.items() if _comes_in(score, pledge_bounds.get(one))}
    return Found(parts, pledges, held.best_of_parts(parts, on), held.best_of_pledges(pledges, on), held)


def _comes_in(score: int, bound: stored.Bound | None) -> bool:
    """Whether a pair with this score may stand in a list; where it is as good as the last, the list is made anew."""
    return bound is None or bound.many < KEPT_IN_A_LIST or score >= bound.lowest


def _all_anew(reading: Session) -> Found:
    made = memory.make_and_keep(reading)
    parts, pledges = made.generation.parts.ids.tolist(), made.generation.pledges.ids.tolist()
    return Found(
        frozenset(parts),
        frozenset(pledges),
        memory.listed(made, part_ids=parts),
        memory.listed(made, pledge_ids=pledges),
        memory.standing_now(reading),
        is_all=True,
    )


def _has_moved_on(work: Work, held: Standing) -> bool:
    """Whether an act came between finding and storing; then the lists are made from what is now."""
    later = memory.touched_later(work, held)
    return bool(later.pledges_to_read or later.parts_to_read)


# --- writing --------------------------------------------------------------------------------------


def _pairs(listed: Listed) -> list[_Pair]:
    return list(zip(listed.pledge_ids, listed.part_ids, strict=True))


def _pieces(items: Sequence[_Item], many: int) -> Iterator[Sequence[_Item]]:
    return (items[begins : begins + many] for begins in range(0, len(items), many))


def _store(work: Work, found: Found) -> None:
    """Writes what differs from what is stored of these lists. A row goes when it is in no list any more."""
    wanted: dict[_Pair, dict[str, Any]] = {}
    for listed, flag in ((found.by_part, "for_part"), (found.by_pledge, "for_pledge")):
        for place, pair in enumerate(_pairs(listed)):
            row = wanted.setdefault(
                pair,
                {
                    "pledge_id": pair[0],
                    "part_id": pair[1],
                    "score": listed.scores[place],
                    "amount": listed.amounts[place],
                    "reasons": listed.told[place].as_json(),
                    "for_part": False,
                    "for_pledge": False,
                },
            )
            row[flag] = True
    gone: list[int] = []
    written: list[dict[str, Any]] = []
    for one in stored.stored_of(work, part_ids=found.part_ids, pledge_ids=found.pledge_ids):
        row = wanted.pop((one.pledge_id, one.part_id), {})
        for_part = row.get("for_part", False) if one.part_id in found.part_ids else one.for_part
        for_pledge = row.get("for_pledge", False) if one.pledge_id in found.pledge_ids else one.for_pledge
        if not (for_part or for_pledge):
            gone.append(one.id)
            continue
        before = one._asdict()
        after = before | row | {"for_part": for_part, "for_pledge": for_pledge}
        if after != before:
            written.append(after)
    for some in _pieces(gone, AT_ONCE):
        changed(work, delete(Suggestion).where(Suggestion.id.in_(some)))
    at = now_utc()
    if written:
        work.execute(update(Suggestion), [{**row, "made_at_utc": at} for row in written])
    _insert(work, [{**row, "made_at_utc": at} for row in wanted.values()])


def _insert(work: Work, rows: list[dict[str, Any]]) -> None:
    """The worker and the command may write the same pair at once; the later one wins."""
    insert = postgresql.insert if work.get_bind().dialect.name == "postgresql" else sqlite.insert
    for some in _pieces(rows, AT_ONCE):
        statement = insert(Suggestion).values(list(some))
        overwritten = {
            name: statement.excluded[name]
            for name in ("score", "amount", "reasons", "for_part", "for_pledge", "made_at_utc")
        }
        work.execute(statement.on_conflict_do_update(index_elements=["pledge_id", "part_id"], set_=overwritten))


def _delete_strangers(work: Work, part_ids: frozenset[int], pledge_ids: frozenset[int]) -> None:
    """Rows of pledges and parts that are not open any more."""
    gone = [
        row_id
        for row_id, pledge_id, part_id in stored.every_pair(work)
        if part_id not in part_ids or pledge_id not in pledge_ids
    ]
    for some in _pieces(gone, AT_ONCE):
        changed(work, delete(Suggestion).where(Suggestion.id.in_(some)))
