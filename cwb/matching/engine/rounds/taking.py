"""Taking pairs one after the other from what is left: the greedy plan, and a first plan where there are times."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from cwb.matching.engine.rounds.problem import NO_ROW, Pairs, Plan, RoundInput, Slots, Whole


class Taking:
    """What is left of pledges, parts and sessions while pairs are taken."""

    def __init__(
        self,
        pairs: Pairs,
        slots: Slots,
        pledge_left: Whole,
        part_left: Whole,
        pledge_session_left: Whole,
        part_session_left: Whole,
    ) -> None:
        self.pledge: list[int] = pairs.pledge.tolist()
        self.part: list[int] = pairs.part.tolist()
        self.least: list[int] = pairs.least.tolist()
        self.most: list[int] = pairs.most.tolist()
        self.grain: list[int] = pairs.grain.tolist()
        self.first: list[int] = pairs.first.tolist()
        self.many: list[int] = pairs.many.tolist()
        self.offered: list[int] = slots.pledge_session.tolist()
        self.wanted: list[int] = slots.part_session.tolist()
        self.slot_amount: list[int] = slots.amount.tolist()
        self.slot_most: list[int] = slots.most.tolist()
        self.pledge_left: list[int] = pledge_left.tolist()
        self.part_left: list[int] = part_left.tolist()
        self.offered_left: list[int] = pledge_session_left.tolist()
        self.wanted_left: list[int] = part_session_left.tolist()
        self.amounts = [0] * len(self.pledge)
        self.at_once = [0] * len(self.slot_amount)

    def take(self, row: int, at_most: int | None = None) -> int:
        """Takes as much of a pair as is left and useful, and says how much; the earliest times first."""
        pledge, part = self.pledge[row], self.part[row]
        room = min(self.pledge_left[pledge], self.part_left[part], self.most[row] - self.amounts[row])
        if at_most is not None:
            room = min(room, at_most)
        if room <= 0:
            return 0
        need = 1 if self.amounts[row] else self.least[row]
        if not self.many[row]:
            amount = room // self.grain[row] * self.grain[row] if room >= self.grain[row] else 0
            if amount < need:
                return 0
            self._use(row, amount)
            return amount
        chosen: list[tuple[int, int]] = []
        amount = 0
        for slot in range(self.first[row], self.first[row] + self.many[row]):
            count = min(self._free(slot), (room - amount) // self.slot_amount[slot])
            if count > 0:
                chosen.append((slot, count))
                amount += count * self.slot_amount[slot]
        if amount < need:
            return 0
        for slot, count in chosen:
            self._use_slot(slot, count)
        self._use(row, amount)
        return amount

    def put(self, amounts: Whole, at_once: Whole) -> None:
        """Takes what is given, without asking whether it is useful: what an officer locked."""
        for row in np.flatnonzero(amounts).tolist():
            self._use(row, int(amounts[row]))
        for slot in np.flatnonzero(at_once).tolist():
            self._use_slot(slot, int(at_once[slot]))

    def room(self, row: int) -> int:
        """How much more of a pair its two sides have left."""
        return min(self.pledge_left[self.pledge[row]], self.part_left[self.part[row]], self.most[row])

    def put_pair(self, row: int, amount: int, slots: slice, at_once: Whole) -> None:
        """Takes what a flow gave one pair."""
        self._use(row, amount)
        for slot, count in zip(range(slots.start, slots.stop), at_once.tolist(), strict=True):
            if count:
                self._use_slot(slot, count)

    def plan(self) -> Plan:
        return Plan(np.asarray(self.amounts, dtype=np.int64), np.asarray(self.at_once, dtype=np.int64))

    def _free(self, slot: int) -> int:
        free = self.slot_most[slot] - self.at_once[slot]
        if self.offered[slot] != NO_ROW:
            free = min(free, self.offered_left[self.offered[slot]])
        if self.wanted[slot] != NO_ROW:
            free = min(free, self.wanted_left[self.wanted[slot]])
        return free

    def _use(self, row: int, amount: int) -> None:
        self.amounts[row] += amount
        self.pledge_left[self.pledge[row]] -= amount
        self.part_left[self.part[row]] -= amount

    def _use_slot(self, slot: int, count: int) -> None:
        self.at_once[slot] += count
        if self.offered[slot] != NO_ROW:
            self.offered_left[self.offered[slot]] -= count
        if self.wanted[slot] != NO_ROW:
            self.wanted_left[self.wanted[slot]] -= count


def best_first(score: Whole) -> list[int]:
    """Rows by score, the highest first; ties in the order of the input."""
    return [int(row) for row in np.lexsort((np.arange(len(score)), -score))]


def greedy_plan(given: RoundInput) -> Plan:
    """Pair by pair, the best first, each as much as is left and useful: what a patient person would do."""
    taking = Taking(
        given.pairs, given.slots, given.pledge_left, given.parts.left, given.pledge_session_left,
        given.part_session_left,
    )  # fmt: skip
    taking.put(given.kept_of, given.kept_slots_of)
    need: list[int] = given.parts.need.tolist()
    any_of: list[int] = given.any_of.tolist()
    begun = {need[part]: part for part in _begun_parts(given)}
    for row in best_first(given.pairs.score):
        part = taking.part[row]
        if any_of[need[part]] and begun.get(need[part], part) != part:
            continue
        if taking.take(row):
            begun[need[part]] = part
    return taking.plan()


def _begun_parts(given: RoundInput) -> Iterable[int]:
    """Parts of which something is promised or locked already."""
    kept = np.bincount(given.pairs.part, given.kept_of, len(given.parts.left)) if len(given.pairs) else 0
    return [int(part) for part in np.flatnonzero(given.parts.had + kept)]
