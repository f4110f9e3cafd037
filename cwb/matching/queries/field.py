"""What a round is made of: pledges on offer and parts that are open, as columns, with their candidates."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from community_book.base.amounts import Kind
from community_book.needs.queries import open_parts
from community_book.needs.tables import Need
from community_book.needs.views import PartWanted
from community_book.places.queries import zones_of
from cwb.commitments.tables import Commitment
from cwb.matching.engine.candidates import candidates
from cwb.matching.engine.columns import Parts, Pledges, Rows, Side
from cwb.matching.engine.placing import Bars
from cwb.matching.engine.rounds.preparing import Locked, PairIds, Prepared, prepare_round
from cwb.matching.memory import process
from cwb.matching.memory.standing import Standing
from cwb.matching.queries.suggestions import NOT_AGAIN
from cwb.matching.rules.rounds import TEXT_FLOOR, Mark
from cwb.matching.rules.scoring import weights
from cwb.matching.tables import NotForUs, RoundMark
from cwb.pledges.queries import open_offers
from cwb.pledges.rules import PledgeOffer, PledgeState
from cwb.pledges.tables import Pledge


@dataclass(frozen=True)
class Field:
    """A round's input with the pledges and parts its rows stand for, in their order; `unsure` parts are left out."""

    prepared: Prepared
    offers: Sequence[PledgeOffer]
    parts: Sequence[PartWanted]
    zone_ids: tuple[int, ...]
    unsure: int
    paused: int

    def fingerprint(self) -> str:
        """Of everything the plan depends on: the same input has the same."""
        given, found = self.prepared.given, hashlib.sha256()
        ids = [[one.pledge_id for one in self.offers], [one.part_id for one in self.parts], list(self.zone_ids)]
        arrays = [*(np.asarray(own, dtype=np.int64) for own in ids), given.pledge_left, given.any_of, given.new_group]
        arrays += [given.pledge_session_left, given.part_session_left, given.kept_of, given.kept_slots_of]
        for columns in (given.parts, given.pairs, given.slots):
            arrays += [getattr(columns, name) for name in columns.__dataclass_fields__]
        for array in arrays:
            found.update(len(array).to_bytes(8, "big"))
            found.update(np.ascontiguousarray(array, dtype=np.int64).tobytes())
        return found.hexdigest()


def field_of_round(reading: Session, round_id: int | None, scheme_id: int, kinds: Collection[Kind], on: date) -> Field:
    """Reads everything a round of these kinds needs, as it stands now: some ten queries.

    Pairs that talk to each other already, or of which one side has said no, are left out.
    """
    offers = {one.pledge_id: one for one in open_offers(reading) if one.kind in kinds}
    asked = {one.part_id: one for one in open_parts(reading) if one.kind in kinds}
    sure = {part_id for part_id, one in asked.items() if one.left is not None}
    now = _as_things_stand(reading, offers.keys(), sure)
    parts = [asked[part_id] for part_id in now.parts.ids.tolist()]
    zone_ids = tuple(zone.id for zone in zones_of(reading, scheme_id))
    marks = [] if round_id is None else list(
        reading.execute(select(RoundMark).where(RoundMark.round_id == round_id).order_by(RoundMark.id)).scalars()
    )  # fmt: skip
    struck = {(one.pledge_id, one.part_id) for one in marks if one.mark == Mark.STRUCK}
    return Field(
        prepared=_prepared(reading, now, parts, zone_ids, marks, struck | _not_again(reading, parts), on),
        offers=[offers[pledge_id] for pledge_id in now.pledges.ids.tolist()],
        parts=parts,
        zone_ids=zone_ids,
        unsure=len(asked) - len(sure),
        paused=_paused(reading, kinds) if not offers else 0,
    )


def _prepared(
    reading: Session,
    now: _Now,
    parts: Sequence[PartWanted],
    zone_ids: Sequence[int],
    marks: Sequence[RoundMark],
    struck: Collection[PairIds],
    on: date,
) -> Prepared:
    return prepare_round(
        now.pledges,
        now.parts,
        candidates(now.pledges, now.parts, on.toordinal(), weights=weights(), bars=now.bars),
        on.toordinal(),
        zones=zone_ids,
        floor=TEXT_FLOOR,
        promised={one.part_id: one.committed for one in parts},
        any_needs=_any_needs(reading, {one.need_id for one in parts}),
        locked={
            (one.pledge_id, one.part_id): Locked(one.amount, {(a, b): count for a, b, count in one.sessions})
            for one in marks
            if one.mark == Mark.LOCKED
        },
        struck=struck,
    )


@dataclass(frozen=True)
class _Now:
    """Both sides as they stand, compared as suggestions are: with the statistics and bars of one generation."""

    pledges: Pledges
    parts: Parts
    bars: Bars


def _as_things_stand(reading: Session, pledge_ids: Collection[int], part_ids: Collection[int]) -> _Now:
    """The columns of these pledges and parts. Where no generation is made yet, one is made of what is there."""
    held = process.standing_now(reading) or Standing.of(process.made_anew(reading, None).generation)
    held = held.with_pledges(reading).with_parts(reading)
    pledges = held.generation.pledges.take(np.flatnonzero(held.pledges_alive)).below(held.pledges)
    old = np.flatnonzero(held.parts_alive)
    parts = held.generation.parts.take(old).below(held.parts)
    bars = held.generation.bars.take(old).below(held.bars)
    own = _in_order(pledges, pledge_ids)
    asked = _in_order(parts, part_ids)
    return _Now(pledges.take(own), parts.take(asked), bars.take(asked))


def _in_order(side: Side, ids: Collection[int]) -> Rows:
    """The rows of these ids, by block and id."""
    wanted = np.isin(side.ids, np.fromiter(ids, dtype=np.int64))
    order = np.lexsort((side.ids, side.blocks))
    rows: Rows = order[wanted[order]]
    return rows


def _any_needs(reading: Session, need_ids: Collection[int]) -> set[int]:
    """Needs of which one part is enough."""
    return set(reading.execute(select(Need.id).where(Need.id.in_(need_ids), Need.combine == "any")).scalars())


def _not_again(reading: Session, parts: Sequence[PartWanted]) -> set[PairIds]:
    """Pairs something is open or agreed between, or that one side does not want."""
    part_ids = {one.part_id for one in parts}
    found: set[PairIds] = set()
    for table, condition in (
        (Commitment, Commitment.state.in_(NOT_AGAIN)),
        (NotForUs, NotForUs.undone_at_utc.is_(None)),
    ):
        rows = reading.execute(select(table.pledge_id, table.part_id).where(condition)).all()
        found |= {(row.pledge_id, row.part_id) for row in rows if row.part_id in part_ids}
    return found


def _paused(reading: Session, kinds: Collection[Kind]) -> int:
    statement = select(func.count(Pledge.id)).where(Pledge.state == PledgeState.PAUSED, Pledge.kind.in_(kinds))
    return int(reading.execute(statement).scalar_one())
