"""A block of a round: pledges and parts of one kind that can take from one another, and its flow.

Blocks share nothing, so each is solved by itself. Within a block rows count from 0 again.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from cwb.matching.engine.rounds.flows import Net, ZoneSteps, zone_steps
from cwb.matching.engine.rounds.problem import NO_ROW, Chosen, Pairs, RoundInput, Slots, Whole, whole

BEST_OF_A_PART, BEST_OF_A_PLEDGE = 12, 24
"""How many pairs of each side are looked at again once the whole flow is known."""


@dataclass(frozen=True)
class Block:
    """One block. `rows` and `slot_rows` are the pairs and slots of the round it is made of; `zone` counts the
    zones of the round, with one more for parts that are placed in none."""

    rows: Whole
    slot_rows: Whole
    pledge_left: Whole
    part_left: Whole
    zone: Whole
    asked: Whole
    had: Whole
    pairs: Pairs
    slots: Slots
    pledge_session_left: Whole
    part_session_left: Whole
    round_amount: int = 1

    @property
    def is_timed(self) -> bool:
        return len(self.slots) > 0

    def steps(self) -> ZoneSteps:
        """The falling rewards of its zones, counted from what they have already."""
        return zone_steps(self.asked, self.had, min(len(self.pledge_left), len(self.part_left)), self.grain())

    def grain(self) -> int:
        """The largest divisor of the round amount that divides every amount of the block as well."""
        amounts = np.concatenate([self.pledge_left, self.part_left, self.asked, self.had, self.pairs.most])
        return int(np.gcd(int(np.gcd.reduce(amounts)), self.round_amount))

    def by_zone(self, amounts: Whole) -> Whole:
        """What each zone would get."""
        return summed(self.zone[self.pairs.part], amounts, len(self.asked))

    def narrowed(self, keep: Whole) -> Block:
        """The same block with some of its pairs only; not for blocks with times."""
        columns = {one.name: getattr(self.pairs, one.name)[keep] for one in fields(Pairs)}
        return replace(self, rows=self.rows[keep], pairs=Pairs(**columns))


def summed(rows: Whole, amounts: Whole, count: int) -> Whole:
    """Amounts added up by row, in whole numbers however large."""
    found = np.zeros(count, dtype=np.int64)
    np.add.at(found, rows, amounts)
    return found


def block_of(given: RoundInput, rows: Whole, part_left: Whole, counted: Whole) -> Block:
    """The block of some pairs (in their order), less what is locked. `part_left` may ask for less than the input;
    `counted` are the parts whose asking makes up the shares of zones, those without any pair too."""
    pairs, parts = given.pairs, given.parts
    pledges, pledge = np.unique(pairs.pledge[rows], return_inverse=True)
    wanted, part = np.unique(pairs.part[rows], return_inverse=True)
    kept, kept_slots = given.kept_of, given.kept_slots_of
    pledge_left = given.pledge_left - summed(pairs.pledge, kept, len(given.pledge_left))
    left = np.maximum(part_left - summed(pairs.part, kept, len(parts.left)), 0)
    zone = np.where(parts.zone == NO_ROW, given.zones, parts.zone)
    had = parts.had + summed(pairs.part, kept, len(parts.left))
    most = np.where(kept[rows] > 0, 0, np.minimum(pairs.most[rows], np.minimum(
        pledge_left[pairs.pledge[rows]], left[pairs.part[rows]]
    )))  # fmt: skip
    many = pairs.many[rows]
    slot_rows = np.repeat(pairs.first[rows], many) + _counted(many)
    sessions, pledge_session = _renumbered(given.slots.pledge_session[slot_rows])
    asked_sessions, part_session = _renumbered(given.slots.part_session[slot_rows])
    pledge_session_left = given.pledge_session_left - _taken(
        given.slots.pledge_session, kept_slots, len(given.pledge_session_left)
    )
    part_session_left = given.part_session_left - _taken(
        given.slots.part_session, kept_slots, len(given.part_session_left)
    )
    first = np.cumsum(many) - many
    return Block(
        rows, slot_rows, pledge_left[pledges], left[wanted], zone[wanted],
        summed(zone[counted], parts.asked[counted], given.zones + 1),
        summed(zone[counted], had[counted], given.zones + 1),
        Pairs(
            whole(pledge), whole(part), pairs.score[rows], pairs.least[rows], np.maximum(most, 0), pairs.grain[rows],
            first, many,
        ),
        Slots(pledge_session, part_session, given.slots.amount[slot_rows], given.slots.most[slot_rows]),
        pledge_session_left[sessions], part_session_left[asked_sessions], round_amount_of(given, rows),
    )  # fmt: skip


def round_amount_of(given: RoundInput, rows: Whole) -> int:
    kind = int(given.parts.block[given.pairs.part[rows[0]]]) if len(rows) else len(given.round_of)
    return int(given.round_of[kind]) if kind < len(given.round_of) else 1


def _counted(many: Whole) -> Whole:
    """0, 1, 2 … for each of several runs of these lengths."""
    return np.arange(many.sum(), dtype=np.int64) - np.repeat(np.cumsum(many) - many, many)


def _renumbered(rows: Whole) -> tuple[Whole, Whole]:
    known = np.unique(rows[rows != NO_ROW])
    return known, np.where(rows == NO_ROW, NO_ROW, np.searchsorted(known, rows)).astype(np.int64)


def _taken(rows: Whole, amounts: Whole, count: int) -> Whole:
    named = rows != NO_ROW
    return summed(rows[named], amounts[named], count)


def best_rows(block: Block, used: Whole) -> Whole:
    """The pairs worth looking at again: those in use and the best few of each part and pledge."""
    pairs = block.pairs
    keep = used > 0
    for side, best in ((pairs.part, BEST_OF_A_PART), (pairs.pledge, BEST_OF_A_PLEDGE)):
        order = np.lexsort((np.arange(len(pairs)), -pairs.score, side))
        sorted_side = side[order]
        keep[order] |= np.arange(len(pairs)) - np.searchsorted(sorted_side, sorted_side) < best
    return np.flatnonzero(keep)


def flow_of(
    block: Block, *, steps: ZoneSteps | None, floor: Whole | None = None, closed: Chosen | None = None
) -> Whole:
    """The amounts of pairs in the flow of greatest reward; for blocks without times.

    `floor`: amounts that pairs have at least; `closed`: pairs that are not used. What is found without either is
    as good as any plan can be, for whole visits and slices only take away.
    """
    pairs = block.pairs
    count = len(pairs)
    floor = np.zeros(count, dtype=np.int64) if floor is None else floor
    open_rows = np.arange(count, dtype=np.int64) if closed is None else np.flatnonzero(~closed)
    net = Net()
    pledges, parts = net.add_nodes(len(block.pledge_left)), net.add_nodes(len(block.part_left))
    zones = net.add_nodes(len(block.asked))
    left = block.pledge_left - summed(pairs.pledge, floor, len(pledges))
    wanted = block.part_left - summed(pairs.part, floor, len(parts))
    nothing = np.zeros(max(len(pledges), len(parts)), dtype=np.int64)
    net.add(np.full(len(pledges), net.SOURCE), pledges, left, nothing[: len(pledges)])
    place = net.add(
        pledges[pairs.pledge[open_rows]],
        parts[pairs.part[open_rows]],
        pairs.most[open_rows] - floor[open_rows],
        pairs.score[open_rows],
    )
    net.add(parts, zones[block.zone], wanted, nothing[: len(parts)])
    has = block.had + block.by_zone(floor)
    net.add_zones(zones, steps, block.asked, has)
    flows = net.solve(int(min(left.sum(), wanted.sum())))
    amounts = floor.copy()
    amounts[open_rows] += flows[place]
    return amounts


def floors_of(block: Block, flow: Whole) -> Whole:
    """What each zone should keep while slices are made useful: what the fair flow gives it, up to the mean share."""
    has = block.had + block.by_zone(flow)
    asked = max(int(block.asked.sum()), 1)
    return np.asarray(
        [min(own, int(wants) * int(has.sum()) // asked) for own, wants in zip(has.tolist(), block.asked, strict=True)],
        dtype=np.int64,
    )
