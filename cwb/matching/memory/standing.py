"""How things stand now: a generation, without the rows that acts have touched since, and those rows as they are now.

Nothing here is the truth: the database is. A process that starts anew, a second worker and a web process come to the
same by reading the current generation and then the rows that events name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from sqlalchemy.orm import Session

from community_book.needs.queries import open_parts
from community_book.needs.views import PartWanted
from community_book.search.texts import Meaning, analyse, meaning
from cwb.matching.engine.candidates import Candidates, Field
from cwb.matching.engine.columns import Ints, Parts, Pledges
from cwb.matching.engine.filling import in_order, part_columns, pledge_columns, text_of
from cwb.matching.engine.fitting import Areas, Places, Truths
from cwb.matching.engine.placing import Bars
from cwb.matching.engine.saying import Told
from cwb.matching.engine.surveying import best_of_pledges, first_of_each
from cwb.matching.engine.telling import told_of
from cwb.matching.memory.generation import Generation, Mark, encode
from cwb.matching.queries import changes
from cwb.matching.rules.scoring import KEPT_IN_A_LIST, weights
from cwb.pledges.queries import open_offers
from cwb.pledges.rules import PledgeOffer


@dataclass(frozen=True)
class Listed:
    """Pairs in an order, with what their scores were made of."""

    pledge_ids: list[int]
    part_ids: list[int]
    scores: list[int]
    amounts: list[int]
    told: list[Told]

    @classmethod
    def none(cls) -> Listed:
        return cls([], [], [], [], [])


class Base:
    """What of a generation is found once for all that is asked of it."""

    def __init__(self, generation: Generation) -> None:
        self.generation = generation

    @cached_property
    def areas(self) -> Areas:
        return Areas(self.generation.pledges)

    @cached_property
    def places(self) -> Places:
        return Places.of(self.generation.parts)

    @cached_property
    def stems(self) -> list[str]:
        return self.generation.stems

    @cached_property
    def pledge_rows(self) -> dict[int, int]:
        return {number: row for row, number in enumerate(self.generation.pledges.ids.tolist())}

    @cached_property
    def part_rows(self) -> dict[int, int]:
        return {number: row for row, number in enumerate(self.generation.parts.ids.tolist())}


@dataclass(frozen=True)
class Standing:
    """One state of affairs, never changed: what comes after it is another one."""

    base: Base
    mark: Mark
    seen: frozenset[int]
    pledges_alive: Truths
    parts_alive: Truths
    pledges: Pledges
    parts: Parts
    bars: Bars
    pledges_to_read: frozenset[int] = frozenset()
    parts_to_read: frozenset[int] = frozenset()

    @classmethod
    def of(cls, generation: Generation) -> Standing:
        nothing = np.empty(0, dtype=np.int64)
        return cls(
            Base(generation),
            generation.mark,
            frozenset(),
            np.ones(len(generation.pledges), dtype=np.bool_),
            np.ones(len(generation.parts), dtype=np.bool_),
            generation.pledges.take(nothing),
            generation.parts.take(nothing),
            Bars.none(0),
        )

    @property
    def generation(self) -> Generation:
        return self.base.generation

    @property
    def how_many_changed(self) -> int:
        """How many rows are not as the generation found them."""
        return int((~self.pledges_alive).sum() + (~self.parts_alive).sum()) + len(self.pledges) + len(self.parts)

    # --- what changed -----------------------------------------------------------------------

    def with_touched(self, reading: Session) -> Standing:
        """After looking which rows acts have touched; they are read when they are asked for."""
        end = changes.chain_end(reading)
        if end == (self.mark.sequence, self.mark.hash):
            return self
        touched = changes.touched_since(reading, self.mark.event_id, self.seen)
        return replace(
            self,
            mark=Mark(*end, touched.last_event_id),
            seen=touched.seen,
            pledges_to_read=self.pledges_to_read | touched.pledge_ids,
            parts_to_read=self.parts_to_read | changes.parts_of_groups_touched(reading, touched),
        )

    def with_pledges(self, reading: Session) -> Standing:
        """With the pledges that were touched as they are now."""
        if not self.pledges_to_read:
            return self
        found = self.with_pledges_given(open_offers(reading, pledge_ids=self.pledges_to_read), self.pledges_to_read)
        return replace(found, pledges_to_read=frozenset())

    def with_parts(self, reading: Session) -> Standing:
        """With the parts that were touched as they are now."""
        if not self.parts_to_read:
            return self
        found = self.with_parts_given(open_parts(reading, part_ids=self.parts_to_read), self.parts_to_read)
        return replace(found, parts_to_read=frozenset())

    def with_pledges_given(self, offers: Sequence[PledgeOffer], touched: frozenset[int]) -> Standing:
        """With these in place of those touched; a touched one that is not among them is gone."""
        gone = np.fromiter(touched, dtype=np.int64)
        alive = self.pledges_alive.copy()
        alive[[self.base.pledge_rows[number] for number in touched if number in self.base.pledge_rows]] = False
        kept = self.pledges.take(np.flatnonzero(~np.isin(self.pledges.ids, gone)))
        joined = kept.below(self.columns_of_pledges(offers))
        order = np.lexsort((joined.ids, joined.blocks))
        return replace(self, pledges_alive=alive, pledges=joined.take(order))

    def with_parts_given(self, parts: Sequence[PartWanted], touched: frozenset[int]) -> Standing:
        """The same for parts."""
        gone = np.fromiter(touched, dtype=np.int64)
        alive = self.parts_alive.copy()
        alive[[self.base.part_rows[number] for number in touched if number in self.base.part_rows]] = False
        kept = np.flatnonzero(~np.isin(self.parts.ids, gone))
        fresh = self.columns_of_parts(parts)
        joined, bars = self.parts.take(kept).below(fresh), self.bars.take(kept).below(self.bars_of(fresh))
        order = np.lexsort((joined.ids, joined.blocks))
        return replace(self, parts_alive=alive, parts=joined.take(order), bars=bars.take(order))

    def columns_of_pledges(self, offers: Sequence[PledgeOffer]) -> Pledges:
        """Columns made with the generation's statistics and tracks."""
        ordered = [offers[at] for at in in_order(offers)]
        words = self.generation.statistics.documents([analyse(text_of(one)) for one in ordered])
        return pledge_columns(ordered, words, encode(ordered, self._encoder, {}), self.generation.tracks)

    def columns_of_parts(self, parts: Sequence[PartWanted]) -> Parts:
        ordered = [parts[at] for at in in_order(parts)]
        words = self.generation.statistics.questions([analyse(text_of(one)) for one in ordered])
        return part_columns(ordered, words, encode(ordered, self._encoder, {}))

    @property
    def _encoder(self) -> Meaning | None:
        return meaning() if self.generation.encoder else None

    def bars_of(self, parts: Parts) -> Bars:
        """What the generation's pledges set for parts it did not know."""
        found = Bars.none(len(parts))
        field = Field(self.generation.pledges, parts, self.generation.on, areas=self.base.areas)
        for one in field.grids(np.arange(len(parts))):
            found.set(one.part_rows, one.bars)
        return found

    # --- who fits whom ----------------------------------------------------------------------

    def fields(self, on: int) -> list[tuple[Field, Truths]]:
        """Every pledge beside every part, old and new, and which of the parts are alive."""
        every = np.ones(len(self.parts), dtype=np.bool_)
        old = (self.generation.parts, self.generation.bars, self.base.places, self.parts_alive)
        new = (self.parts, self.bars, None, every)
        return [
            (
                Field(pledges, parts, on, weights=weights(), bars=bars, alive=alive, areas=areas, places=places),
                living,
            )
            for parts, bars, places, living in (old, new)
            for pledges, alive, areas in (
                (self.generation.pledges, self.pledges_alive, self.base.areas),
                (self.pledges, None, None),
            )
            if len(parts) and len(pledges)
        ]

    def best_of_parts(self, part_ids: frozenset[int], on: int, keep: int = KEPT_IN_A_LIST) -> Listed:
        """The best pledges of each of these parts, by part, best first."""
        wanted = np.fromiter(part_ids, dtype=np.int64)
        found = []
        for field, alive in self.fields(on):
            rows = np.flatnonzero(np.isin(field.parts.ids, wanted) & alive)
            found.append((field, field.best(rows, keep)))
        return self.listed(found, keep, by_part=True)

    def best_of_draft(self, part: PartWanted, on: int, keep: int) -> Listed:
        """The best pledges for a part that is not saved."""
        columns = self.columns_of_parts([part])
        bars = self.bars_of(columns)
        several = (
            Field(pledges, columns, on, weights=weights(), bars=bars, alive=alive, areas=areas)
            for pledges, alive, areas in (
                (self.generation.pledges, self.pledges_alive, self.base.areas),
                (self.pledges, None, None),
            )
            if len(pledges)
        )
        return self.listed([(field, field.best(keep=keep)) for field in several], keep, by_part=True)

    def all_of_pledges(self, pledge_ids: frozenset[int], on: int) -> list[tuple[Field, Candidates]]:
        """Every part these pledges fit."""
        wanted = np.fromiter(pledge_ids, dtype=np.int64)
        found = []
        for field, alive in self.fields(on):
            chosen = np.isin(field.pledges.ids, wanted)
            if field.alive is not None:
                chosen &= field.alive
            rows = np.flatnonzero(chosen)
            if len(rows):
                own = np.isin(field.parts.blocks, field.pledges.blocks[rows]) & alive
                found.append((field, field.all_of(rows, np.flatnonzero(own))))
        return found

    def scores_of_pledges(self, pledge_ids: frozenset[int], on: int) -> dict[int, int]:
        """Every part these pledges fit, with the best score any of them has there."""
        best: dict[int, int] = {}
        for field, own in self.all_of_pledges(pledge_ids, on) if pledge_ids else ():
            for part_id, score in zip(field.parts.ids[own.part_row].tolist(), own.score.tolist(), strict=True):
                best[part_id] = max(score, best.get(part_id, 0))
        return best

    def scores_of_parts(self, part_ids: frozenset[int], on: int) -> dict[int, int]:
        """Every pledge that fits these parts, with the best score it has there."""
        best: dict[int, int] = {}
        wanted = np.fromiter(part_ids, dtype=np.int64)
        for field, alive in self.fields(on) if part_ids else ():
            rows = np.flatnonzero(np.isin(field.parts.ids, wanted) & alive)
            for one in field.grids(rows):
                highest = one.score.max(axis=0)
                kept = highest >= 0
                ids = field.pledges.ids[one.pledge_rows[kept]].tolist()
                for pledge_id, score in zip(ids, highest[kept].tolist(), strict=True):
                    best[pledge_id] = max(score, best.get(pledge_id, 0))
        return best

    def best_of_pledges(self, pledge_ids: frozenset[int], on: int, keep: int = KEPT_IN_A_LIST) -> Listed:
        """The best parts of each of these pledges, by pledge, best first."""
        return self.listed_by_pledge(self.all_of_pledges(pledge_ids, on), keep)

    def listed_by_pledge(self, found: list[tuple[Field, Candidates]], keep: int = KEPT_IN_A_LIST) -> Listed:
        some = [(field, best_of_pledges(own, field.parts.ids, keep)) for field, own in found]
        return self.listed(some, keep, by_part=False)

    def best_of_draft_pledge(self, offer: PledgeOffer, on: int, keep: int) -> Listed:
        """The best parts for a pledge that is not saved."""
        columns = self.columns_of_pledges([offer])
        found = []
        for parts, bars, places, alive in (
            (self.generation.parts, self.generation.bars, self.base.places, self.parts_alive),
            (self.parts, self.bars, None, np.ones(len(self.parts), dtype=np.bool_)),
        ):
            if len(parts):
                field = Field(columns, parts, on, weights=weights(), bars=bars, places=places)
                rows = np.flatnonzero((parts.blocks == columns.blocks[0]) & alive)
                found.append((field, field.all_of(np.zeros(1, dtype=np.int64), rows)))
        return self.listed_by_pledge(found, keep)

    def listed(self, found: list[tuple[Field, Candidates]], keep: int, *, by_part: bool) -> Listed:
        """The first `keep` of each part, or of each pledge, of several fields together."""
        found = [(field, own) for field, own in found if len(own)]
        if not found:
            return Listed.none()
        pledge_ids = np.concatenate([field.pledges.ids[own.pledge_row] for field, own in found])
        part_ids = np.concatenate([field.parts.ids[own.part_row] for field, own in found])
        scores = np.concatenate([own.score for _, own in found]).astype(np.int64)
        first, second = (part_ids, pledge_ids) if by_part else (pledge_ids, part_ids)
        order = np.lexsort((second, -scores, first))
        order = order[first_of_each(first[order], keep)]
        begins = np.cumsum([0, *(len(own) for _, own in found)])
        told: list[Told] = []
        where: Ints = np.empty(int(begins[-1]), dtype=np.int64)
        for start, (field, own) in zip(begins.tolist(), found, strict=False):
            kept = np.sort(order[(order >= start) & (order < start + len(own))])
            where[kept] = np.arange(len(told), len(told) + len(kept))
            told += told_of(field.pledges, field.parts, own.take(kept - start), self.base.stems)
        amounts = np.concatenate([own.amount for _, own in found])
        return Listed(
            pledge_ids[order].tolist(),
            part_ids[order].tolist(),
            scores[order].tolist(),
            amounts[order].tolist(),
            [told[at] for at in where[order].tolist()],
        )
