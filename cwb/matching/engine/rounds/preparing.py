"""From columns and candidates to what a round is given: what may be used, what is locked, what went."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from community_book.base.amounts import Kind, Unit
from cwb.matching.engine.candidates import Candidates
from cwb.matching.engine.columns import UNLIMITED, kind_of_block, unit_of_block
from cwb.matching.engine.columns import Parts as PartColumns
from cwb.matching.engine.columns import Pledges as PledgeColumns
from cwb.matching.engine.overlap import overlap
from cwb.matching.engine.rounds.blocks import summed
from cwb.matching.engine.rounds.problem import NO_ROW, Pairs, Parts, RoundInput, Slots, Whole, whole

TIMED_AT_MOST = ((3_000, 15), (10_000, 8), (2**62, 5))
"""Of how many pledges' times each part is offered the best, by how many parts with times there are: times are the
dearest to solve."""

ROUND_AMOUNTS = {Unit.MINUTES: 30, Unit.PENCE: 500}
"""Amounts people say: half an hour, five pounds."""

KINDS = tuple(Kind)

PairIds = tuple[int, int]
"""Pledge and part."""


@dataclass(frozen=True)
class Locked:
    """What an officer keeps of a pair: the amount, and how many at once of each (pledge session, part session)."""

    amount: int
    sessions: Mapping[tuple[int | None, int | None], int] = field(default_factory=dict)


@dataclass(frozen=True)
class Prepared:
    """A round's input with the candidates and the session ids its rows stand for; `gone` are locked pairs that can
    be kept no more."""

    given: RoundInput
    found: Candidates
    pledge_sessions: Whole
    part_sessions: Whole
    slot_places: tuple[Whole, Whole]
    gone: tuple[PairIds, ...]


def prepare_round(
    pledges: PledgeColumns,
    parts: PartColumns,
    found: Candidates,
    on: int,
    *,
    zones: Sequence[int],
    floor: int,
    promised: Mapping[int, int] | None = None,
    any_needs: Collection[int] = (),
    locked: Mapping[PairIds, Locked] | None = None,
    struck: Collection[PairIds] = (),
) -> Prepared:
    """Leaves out what no round may use (texts below the floor, amounts nobody is sure of, pairs struck out) and
    writes the rest as arrays. `zones` are those of the round's scheme in the order they are counted; `promised` is
    what each part (by id) was promised before; `on` is the day as `date.toordinal()`.
    """
    locked = locked or {}
    keep = (found.text_points >= floor) & parts.sure[found.part_row]
    keep &= ~_named(pledges, parts, found, struck)
    held = _named(pledges, parts, found, locked)
    scheduled = pledges.scheduled[found.pledge_row] | parts.scheduled[found.part_row]
    keep &= ~scheduled | held | (_place_within(found.part_row) < _timed_at_most(found.part_row[scheduled]))
    chosen = found.take(np.flatnonzero(keep | (held & parts.sure[found.part_row])))
    pairs, slots, places = _pairs(pledges, parts, chosen, on)
    given = RoundInput(
        pledges.left,
        _parts(parts, zones, promised or {}),
        pairs,
        len(zones),
        _any_of(parts, any_needs),
        whole(parts.had[np.unique(parts.owners, return_index=True)[1]] == 0),
        slots,
        pledges.sittings.left.astype(np.int64),
        parts.sittings.left.astype(np.int64),
        round_of=whole([_round_amount(parts, kind) for kind in range(len(KINDS))]),
    )
    return _with_locks(pledges, parts, Prepared(
        given, chosen, pledges.sittings.ids, parts.sittings.ids, places, ()
    ), locked)  # fmt: skip


def _named(pledges: PledgeColumns, parts: PartColumns, found: Candidates, pairs: Collection[PairIds]) -> np.ndarray:
    """Which candidates are among these pairs."""
    marks = np.zeros(len(found), dtype=bool)
    for pledge_id, part_id in pairs:
        marks |= (pledges.ids[found.pledge_row] == pledge_id) & (parts.ids[found.part_row] == part_id)
    return marks


def _place_within(rows: np.ndarray) -> np.ndarray:
    """0 for the best candidate of each part, 1 for the next … (candidates stand by part, best first)."""
    begins = np.r_[True, rows[1:] != rows[:-1]] if len(rows) else np.zeros(0, dtype=bool)
    starts = np.flatnonzero(begins)
    return np.arange(len(rows)) - np.repeat(starts, np.diff(np.r_[starts, len(rows)]))


def _timed_at_most(part_rows: np.ndarray) -> int:
    parts = len(np.unique(part_rows))
    return next(most for size, most in TIMED_AT_MOST if parts <= size)


def _round_amount(parts: PartColumns, kind: int) -> int:
    of_kind = [int(block) for block in np.unique(parts.blocks) if KINDS.index(kind_of_block(int(block))) == kind]
    return ROUND_AMOUNTS.get(unit_of_block(of_kind[0]), 1) if of_kind else 1


def _parts(parts: PartColumns, zones: Sequence[int], promised: Mapping[int, int]) -> Parts:
    place_of = {zone: place for place, zone in enumerate(zones)}
    zone = np.full(len(parts), NO_ROW, dtype=np.int64)
    for row in range(len(parts)):
        for _scheme, zone_id in parts.zones.row(row):
            if zone_id in place_of:
                zone[row] = place_of[zone_id]
    left = np.where(parts.sure, parts.left, 0)
    had = np.where(parts.sure, whole([promised.get(part_id, 0) for part_id in parts.ids.tolist()]), 0)
    kinds = {int(block): KINDS.index(kind_of_block(int(block))) for block in np.unique(parts.blocks)}
    return Parts(
        left,
        left + had,
        had,
        whole([kinds[block] for block in parts.blocks.tolist()]),
        zone,
        np.unique(parts.needs, return_inverse=True)[1].astype(np.int64),
        np.unique(parts.owners, return_inverse=True)[1].astype(np.int64),
    )


def _any_of(parts: PartColumns, any_needs: Collection[int]) -> Whole:
    return np.isin(np.unique(parts.needs), whole(sorted(any_needs))).astype(np.int64)


def _pairs(
    pledges: PledgeColumns, parts: PartColumns, found: Candidates, on: int
) -> tuple[Pairs, Slots, tuple[Whole, Whole]]:
    """The pairs and the times they have in common; the slots stand in the order of the pairs."""
    pledge, part = found.pledge_row.astype(np.int64), found.part_row.astype(np.int64)
    many = np.zeros(len(found), dtype=np.int64)
    pieces: list[tuple[Whole, Whole, Whole, Whole, Whole]] = []
    scheduled = pledges.scheduled[pledge] | parts.scheduled[part]
    units = [unit_of_block(int(block)) for block in np.unique(parts.blocks)]
    of_block = np.unique(parts.blocks, return_inverse=True)[1]
    for unit in sorted(set(units)):
        rows = np.flatnonzero(scheduled & np.asarray([one is unit for one in units])[of_block[part]])
        if not len(rows):
            continue
        common = overlap(unit, pledges, pledge[rows], parts, part[rows], on)
        many[rows] = np.diff(common.starts)
        pieces.append(
            (np.repeat(rows, many[rows]), common.pledge_place, common.part_place, common.of_one, common.at_once)
        )
    own, offered, wanted, amount, most = (
        (np.concatenate(column) for column in zip(*pieces, strict=True)) if pieces else (whole() for _ in range(5))
    )
    order = np.argsort(own, kind="stable")
    least = np.maximum(np.maximum(pledges.least[pledge], parts.least[part]), 1)
    limit = np.where(scheduled, np.minimum(found.limit, summed(own, amount * most, len(found))), found.limit)
    slots = Slots(offered[order], wanted[order], amount[order], most[order])
    return (
        Pairs(
            pledge, part, found.score.astype(np.int64), least, limit,
            np.where(scheduled, 1, _one_visit(pledges, parts, pledge, part, least, limit)),
            np.cumsum(many) - many, many,
        ),
        slots, (offered[order], wanted[order]),
    )  # fmt: skip


def _one_visit(
    pledges: PledgeColumns, parts: PartColumns, pledge: Whole, part: Whole, least: Whole, limit: Whole
) -> Whole:
    """The amount of one visit of the team, as `fits()` reckons it; 1 where whole visits are not to be had."""
    largest = np.minimum(pledges.team_most[pledge], parts.team_most[part])
    people = np.where(largest < UNLIMITED, largest, np.maximum(pledges.team_least[pledge], parts.team_least[part]))
    offered = np.where(pledges.visit[pledge] < UNLIMITED, pledges.visit[pledge], 0)
    length = np.where(parts.visit[part] > 0, parts.visit[part], offered)
    teamed = pledges.teamed[pledge] | parts.teamed[part]
    hands = np.asarray([kind_of_block(int(block)) is Kind.HANDS for block in np.unique(parts.blocks)], dtype=bool)
    is_hands = hands[np.unique(parts.blocks, return_inverse=True)[1][part]] if len(part) else np.zeros(0, dtype=bool)
    visit = np.where(is_hands & teamed, np.minimum(people, limit) * np.minimum(length, limit), 0)
    counts = (visit > 0) & (-(-least // np.maximum(visit, 1)) * visit <= limit)
    return np.where(counts, visit, 1).astype(np.int64)


def _with_locks(
    pledges: PledgeColumns, parts: PartColumns, prepared: Prepared, locked: Mapping[PairIds, Locked]
) -> Prepared:
    """Puts what is locked into the input, as far as both sides still have it."""
    given, slots = prepared.given, prepared.given.slots
    kept, kept_slots = np.zeros(len(given.pairs), dtype=np.int64), np.zeros(len(slots), dtype=np.int64)
    row_of = {
        (int(pledges.ids[pledge]), int(parts.ids[part])): row
        for row, (pledge, part) in enumerate(zip(given.pairs.pledge.tolist(), given.pairs.part.tolist(), strict=True))
    } if locked else {}  # fmt: skip
    pledge_left, part_left = given.pledge_left.copy(), given.parts.left.copy()
    offered_left, wanted_left = given.pledge_session_left.copy(), given.part_session_left.copy()
    gone = []
    for pair, wants in sorted(locked.items()):
        row = row_of.get(pair)
        slot_of = {} if row is None else _slot_of(prepared, row)
        if row is None or not _still_there(
            given, row, wants, slot_of, pledge_left, part_left, offered_left, wanted_left
        ):
            gone.append(pair)
            continue
        kept[row] = wants.amount
        pledge_left[given.pairs.pledge[row]] -= wants.amount
        part_left[given.pairs.part[row]] -= wants.amount
        for session, at_once in wants.sessions.items():
            slot = slot_of[session]
            kept_slots[slot] = at_once
            if slots.pledge_session[slot] != NO_ROW:
                offered_left[slots.pledge_session[slot]] -= at_once
            if slots.part_session[slot] != NO_ROW:
                wanted_left[slots.part_session[slot]] -= at_once
    fields = {name: getattr(given, name) for name in given.__dataclass_fields__}
    return Prepared(
        RoundInput(**{**fields, "kept": kept, "kept_slots": kept_slots}), prepared.found, prepared.pledge_sessions,
        prepared.part_sessions, prepared.slot_places, tuple(gone),
    )  # fmt: skip


def _slot_of(prepared: Prepared, row: int) -> dict[tuple[int | None, int | None], int]:
    """The slots of a pair by the ids of their sessions."""
    pairs = prepared.given.pairs
    first = int(pairs.first[row])
    return {session_ids(prepared, slot): slot for slot in range(first, first + int(pairs.many[row]))}


def session_ids(prepared: Prepared, slot: int) -> tuple[int | None, int | None]:
    """The pledge's session and the part's session of a slot; None where that side names none."""
    offered, wanted = prepared.given.slots.pledge_session[slot], prepared.given.slots.part_session[slot]
    return (
        None if offered == NO_ROW else int(prepared.pledge_sessions[offered]),
        None if wanted == NO_ROW else int(prepared.part_sessions[wanted]),
    )


def _still_there(
    given: RoundInput,
    row: int,
    wants: Locked,
    slot_of: Mapping[tuple[int | None, int | None], int],
    pledge_left: Whole,
    part_left: Whole,
    offered_left: Whole,
    wanted_left: Whole,
) -> bool:
    pairs, slots = given.pairs, given.slots
    if wants.amount > min(pledge_left[pairs.pledge[row]], part_left[pairs.part[row]], pairs.most[row]):
        return False
    if bool(slot_of) != bool(wants.sessions) or not wants.sessions.keys() <= slot_of.keys():
        return False
    counted = 0
    for session, at_once in wants.sessions.items():
        slot = slot_of[session]
        counted += int(slots.amount[slot]) * at_once
        if at_once > slots.most[slot]:
            return False
        for side, left in ((slots.pledge_session, offered_left), (slots.part_session, wanted_left)):
            if side[slot] != NO_ROW and left[side[slot]] < at_once:
                return False
    return not wants.sessions or counted == wants.amount
