"""From a flow to a plan people can use: no slice too small to be useful, visits whole (decision 0023).

A flow leaves a fifth of its pairs with less than is useful to both. First these are settled by repeated flows
(what is near its least slice gets it, the rest goes); then a search moves single slices as long as that gains.
Both look at pairs in a stated order only, so they end the same every time.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from cwb.matching.engine.rounds.blocks import BEST_OF_A_PART, BEST_OF_A_PLEDGE, Block, flow_of, summed
from cwb.matching.engine.rounds.flows import ZoneSteps
from cwb.matching.engine.rounds.problem import Chosen, Whole

SMALL_BLOCK = 20_000
"""Up to so many pairs a block's small slices are settled in several flows, beyond it in one."""

WORTH_OF_A_SHARE = 10**7
"""What a unit for a zone below its fair share is worth to the search: more than any score."""

VISITS_AT_MOST = 6
"""How often the search comes back to the same pledge or part."""


def least_useful(block: Block) -> Whole:
    """The least amount of each pair, in whole visits where the help comes in visits."""
    pairs = block.pairs
    least: Whole = np.maximum(-(-pairs.least // pairs.grain) * pairs.grain, 1)
    return least


def in_whole_visits(block: Block, amounts: Whole) -> Whole:
    """Amounts rounded down to whole visits."""
    return amounts // block.pairs.grain * block.pairs.grain


def settle_slices(block: Block, first: Whole, steps: ZoneSteps | None) -> Whole:
    """Amounts without slices that are too small, begun from the flow `first`."""
    least = least_useful(block)
    floor = np.zeros(len(block.pairs), dtype=np.int64)
    closed = least > block.pairs.most
    amounts = first
    times = 4 if len(block.pairs) <= SMALL_BLOCK else 1
    for _ in range(times):
        small = np.flatnonzero((amounts > 0) & (amounts < least))
        if not len(small):
            break
        _decide(block, small, amounts, least, floor, closed)
        amounts = flow_of(block, steps=steps, floor=floor, closed=closed)
    amounts = np.maximum(in_whole_visits(block, amounts), np.minimum(floor, amounts))
    return np.where(amounts < least, 0, amounts)


def _decide(block: Block, small: Whole, amounts: Whole, least: Whole, floor: Whole, closed: Chosen) -> None:
    """Gives pairs that have at least half of their least slice all of it while there is room; closes the others."""
    pairs = block.pairs
    pledge_left = (block.pledge_left - summed(pairs.pledge, floor, len(block.pledge_left))).tolist()
    part_left = (block.part_left - summed(pairs.part, floor, len(block.part_left))).tolist()
    share = amounts[small] * 1000 // least[small]
    for row in small[np.lexsort((small, -pairs.score[small], -share))].tolist():
        pledge, part, slice_of = int(pairs.pledge[row]), int(pairs.part[row]), int(least[row])
        if 2 * amounts[row] >= slice_of and pledge_left[pledge] >= slice_of and part_left[part] >= slice_of:
            floor[row] = slice_of
            pledge_left[pledge] -= slice_of
            part_left[part] -= slice_of
        else:
            closed[row] = True


TRIES_AT_MOST = 20_000
"""How many pairs the search tries in a block, so that the largest rounds end in time; small ones end before."""


class SliceSearch:
    """Moves slices between pairs of a block as long as that gains score, or lifts a zone towards its floor."""

    def __init__(self, block: Block, amounts: Whole, floors: Whole | None = None) -> None:
        pairs = block.pairs
        self.amounts: list[int] = amounts.tolist()
        self.score: list[int] = pairs.score.tolist()
        self.least: list[int] = least_useful(block).tolist()
        self.most: list[int] = pairs.most.tolist()
        self.grain: list[int] = pairs.grain.tolist()
        self.pledge: list[int] = pairs.pledge.tolist()
        self.part: list[int] = pairs.part.tolist()
        self.pledge_left: list[int] = (
            block.pledge_left - summed(pairs.pledge, amounts, len(block.pledge_left))
        ).tolist()
        self.part_left: list[int] = (block.part_left - summed(pairs.part, amounts, len(block.part_left))).tolist()
        self.zone: list[int] = block.zone.tolist()
        self.in_zone: list[int] = (block.had + block.by_zone(amounts)).tolist()
        self.floors: list[int] | None = None if floors is None else floors.tolist()
        self.tries = 0
        self.of_pledge: list[list[int]] = [[] for _ in self.pledge_left]
        self.of_part: list[list[int]] = [[] for _ in self.part_left]
        for row in np.lexsort((np.arange(len(pairs)), -pairs.score)).tolist():
            of_pledge, of_part = self.of_pledge[self.pledge[row]], self.of_part[self.part[row]]
            if self.least[row] <= self.most[row]:
                if len(of_pledge) < BEST_OF_A_PLEDGE:
                    of_pledge.append(row)
                if len(of_part) < BEST_OF_A_PART:
                    of_part.append(row)
        self.free_of_part = _FreeRows(self.of_part, self.pledge, self.pledge_left)
        self.free_of_pledge = _FreeRows(self.of_pledge, self.part, self.part_left)
        self.used_of_pledge: list[set[int]] = [set() for _ in self.pledge_left]
        self.used_of_part: list[set[int]] = [set() for _ in self.part_left]
        for row in np.flatnonzero(amounts).tolist():
            self.used_of_pledge[self.pledge[row]].add(row)
            self.used_of_part[self.part[row]].add(row)

    def run(self, *, parts_too: bool) -> Whole:
        """Begins at every pledge of which something is left over (and every part), ends when nothing gains."""
        waiting = deque((True, row) for row, left in enumerate(self.pledge_left) if left > 0)
        if parts_too:
            waiting.extend((False, row) for row, left in enumerate(self.part_left) if left > 0)
        queued = set(waiting)
        seen: dict[tuple[bool, int], int] = {}
        while waiting:
            node = waiting.popleft()
            queued.discard(node)
            seen[node] = seen.get(node, 0) + 1
            if seen[node] > VISITS_AT_MOST:
                continue
            for touched in self._try_all_of(node):
                if touched not in queued and self._left_over(touched) > 0 and (touched[0] or parts_too):
                    queued.add(touched)
                    waiting.append(touched)
        return np.asarray(self.amounts, dtype=np.int64)

    def _left_over(self, node: tuple[bool, int]) -> int:
        return (self.pledge_left if node[0] else self.part_left)[node[1]]

    def _try_all_of(self, node: tuple[bool, int]) -> list[tuple[bool, int]]:
        """Tries every pair of a pledge or part, best first; returns what was touched, in a stated order."""
        touched: dict[tuple[bool, int], None] = {}
        for row in (self.of_pledge if node[0] else self.of_part)[node[1]]:
            if self._left_over(node) <= 0 or self.tries >= TRIES_AT_MOST:
                break
            self.tries += 1
            for changed, amount in self._best_move(row):
                self._put(changed, amount)
                touched[(True, self.pledge[changed])] = None
                touched[(False, self.part[changed])] = None
        return list(touched)

    def _put(self, row: int, amount: int) -> None:
        pledge, part = self.pledge[row], self.part[row]
        self.amounts[row] += amount
        self.free_of_part.draw(pledge, amount)
        self.free_of_pledge.draw(part, amount)
        self.in_zone[self.zone[part]] += amount
        if self.amounts[row]:
            self.used_of_pledge[pledge].add(row)
            self.used_of_part[part].add(row)
        else:
            self.used_of_pledge[pledge].discard(row)
            self.used_of_part[part].discard(row)

    def _best_move(self, row: int) -> list[tuple[int, int]]:
        """The changes that gain most by using more of a pair: from what is left over, or from one other pair of
        each side, with what those set free used again at once. Nothing where none gains."""
        pledge, part = self.pledge[row], self.part[row]
        want = self.most[row] - self.amounts[row]
        need = self.grain[row] if self.amounts[row] else self.least[row]
        if want < need:
            return []
        best: list[tuple[int, int]] = []
        best_gain = 0
        from_parts = self._room(row, self.used_of_part[part], self.part_left[part], want, need)
        if not from_parts:
            return []
        for giver, room in self._room(row, self.used_of_pledge[pledge], self.pledge_left[pledge], want, need):
            for other, other_room in from_parts:
                amount = self._in_grains(row, min(want, room, other_room))
                if amount < need:
                    continue
                changes = [(row, amount)]
                freed = self._give(changes, giver, amount - self.pledge_left[pledge])
                other_freed = self._give(changes, other, amount - self.part_left[part])
                if freed:
                    far = self.part[giver]
                    free = self.part_left[far] + freed
                    may_gain = self._use_again(changes, best_gain, self.free_of_part, far, free)
                elif other_freed:
                    far = self.pledge[other]
                    free = self.pledge_left[far] + other_freed
                    may_gain = self._use_again(changes, best_gain, self.free_of_pledge, far, free)
                else:
                    may_gain = True
                if not may_gain:
                    continue
                gain = self._gain(changes)
                if gain > best_gain:
                    best, best_gain = changes, gain
        return best

    def _room(self, row: int, used: set[int], free: int, want: int, need: int) -> list[tuple[int, int]]:
        """Ways of finding room on one side: -1 for what is free, or a pair that gives some or all of what it has."""
        found = [(-1, free)] if free >= need else []
        if free >= want:
            return found
        for giver in sorted(used):
            if giver == row:
                continue
            has = self.amounts[giver]
            spare = has - self.least[giver]
            if spare > 0 and free + spare >= need:
                found.append((giver, free + spare))
            if free + has >= need:
                found.append((giver, free + has))
        return found

    def _in_grains(self, row: int, more: int) -> int:
        grain = self.grain[row]
        return more if grain == 1 else (self.amounts[row] + more) // grain * grain - self.amounts[row]

    def _give(self, changes: list[tuple[int, int]], giver: int, short: int) -> int:
        """Notes what a pair gives away: so much that what it keeps is whole visits and useful, or all it has."""
        if giver < 0 or short <= 0:
            return 0
        has, grain = self.amounts[giver], self.grain[giver]
        keeps = (has - short) // grain * grain
        gives = has - keeps if keeps >= self.least[giver] else has
        changes.append((giver, -gives))
        return gives

    def _use_again(self, changes: list[tuple[int, int]], to_beat: int, rows: _FreeRows, far: int, room: int) -> bool:
        """Adds the one best pair that can use what was set free on the far side of a pair that gives.

        False, with nothing added, where the whole cannot gain more than `to_beat`, whichever that pair is.
        """
        near_of, near_left = rows.near_of, rows.near_left
        moved: dict[int, int] = {}
        worth = 0
        for changed, amount in changes:
            near = near_of[changed]
            moved[near] = moved.get(near, 0) + amount
            worth += self.score[changed] * amount
        free_rows = rows.of(far, moved)
        at_most = worth + self.score[free_rows[0]] * room if free_rows else worth
        if at_most <= to_beat and not self._may_lift(changes, free_rows):
            return False
        best, best_worth = None, 0
        for other in free_rows:
            score = self.score[other]
            if score * room <= best_worth:
                break  # they come best first: none that follows can be worth more
            near = near_of[other]
            free = near_left[near] - moved.get(near, 0)
            if free <= 0 or any(other == changed for changed, _ in changes):
                continue
            amount = self._in_grains(other, min(room, free, self.most[other] - self.amounts[other]))
            if amount <= 0 or self.amounts[other] + amount < self.least[other]:
                continue
            if score * amount > best_worth:
                best, best_worth = (other, amount), score * amount
        if best is not None:
            changes.append(best)
        return True

    def _may_lift(self, changes: list[tuple[int, int]], rows: list[int]) -> bool:
        """Whether any of these pairs is of a zone below its fair share."""
        if self.floors is None:
            return False
        for row in (*(changed for changed, _ in changes), *rows):
            zone = self.zone[self.part[row]]
            if self.in_zone[zone] < self.floors[zone]:
                return True
        return False

    def _gain(self, changes: list[tuple[int, int]]) -> int:
        gain = sum(self.score[row] * amount for row, amount in changes)
        if self.floors is None:
            return gain
        moved: dict[int, int] = {}
        for row, amount in changes:
            zone = self.zone[self.part[row]]
            moved[zone] = moved.get(zone, 0) + amount
        for zone, amount in moved.items():
            floor, has = self.floors[zone], self.in_zone[zone]
            gain += WORTH_OF_A_SHARE * (min(floor, has + amount) - min(floor, has))
        return gain


class _FreeRows:
    """For each node of one side its best pairs whose other side, the near one, has something left over.

    Most have nothing left, and few moves change that: so they are left out once and not at each look.
    """

    def __init__(self, rows: list[list[int]], near_of: list[int], near_left: list[int]) -> None:
        self.rows, self.near_of, self.near_left = rows, near_of, near_left
        self.free: list[list[int] | None] = [None] * len(rows)
        self.far_of: list[dict[int, int]] = [{} for _ in near_left]
        self.place: dict[int, int] = {}
        for far, of_far in enumerate(rows):
            for place, row in enumerate(of_far):
                self.far_of[near_of[row]][far] = row
                self.place[row] = place

    def draw(self, near: int, amount: int) -> None:
        """Takes an amount of what a near node has left; what has something left, or no longer has, is found anew."""
        before = self.near_left[near]
        self.near_left[near] = before - amount
        if (before > 0) != (before > amount):
            for far in self.far_of[near]:
                self.free[far] = None

    def of(self, far: int, moved: dict[int, int]) -> list[int]:
        """The pairs of a node that may use more, best first, once `moved` is drawn from the near side."""
        found = self.free[far]
        if found is None:
            found = self.free[far] = [row for row in self.rows[far] if self.near_left[self.near_of[row]] > 0]
        more = [
            row
            for near, amount in moved.items()
            if amount < 0 and self.near_left[near] <= 0 and (row := self.far_of[near].get(far)) is not None
        ]
        return sorted(found + more, key=self.place.__getitem__) if more else found
