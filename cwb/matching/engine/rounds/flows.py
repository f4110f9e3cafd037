"""Min-cost flow with whole amounts: the one file that touches ortools' flow.

Pledges and parts of one block are joined by pairs (through sessions where there are times); parts lead to their
zone, and each zone to the end through steps of falling reward, so that the first unit for a zone that has little
is worth more than any score. Rewards are paid a unit; nothing need flow.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cwb.matching.engine.rounds.problem import Whole, whole

STEPS = 100
"""In how many steps of equal width the share of a zone is raised."""


@dataclass(frozen=True)
class ZoneSteps:
    """The steps of falling reward of the zones of one block. `bounds[z]` are the amounts at which a step ends,
    `rewards[z]` what a unit within it is worth; `had[z]` is what the zone has already."""

    had: Whole
    bounds: tuple[Whole, ...]
    rewards: tuple[Whole, ...]

    def worth(self, zone: int, amount: int) -> int:
        """What a zone's having this amount in all is worth."""
        total, start = 0, 0
        for end, reward in zip(self.bounds[zone].tolist(), self.rewards[zone].tolist(), strict=True):
            if amount <= start:
                break
            total += (min(amount, end) - start) * reward
            start = end
        return total


def zone_steps(asked: Whole, had: Whole, longest_way: int, grain: int = 1) -> ZoneSteps:
    """Steps for zones that ask for so much. One step outweighs any difference of score along a way through
    `longest_way` pairs, so that the shares come first and the score after them. Steps end at multiples of
    `grain`, which divides every amount of the block, so that nobody is given odd minutes."""
    step = 1000 * (longest_way + 1) + 1
    bounds, rewards = [], []
    for total in asked.tolist():
        grains = max(total // grain, 0)
        count = min(grains, STEPS)
        ends = [-(-grains * (place + 1) // count) * grain for place in range(count)] if count else []
        starts = [0, *ends[:-1]]
        bounds.append(whole(ends))
        rewards.append(whole([(STEPS - (STEPS * start // total)) * step for start in starts]) if count else whole())
    return ZoneSteps(had, tuple(bounds), tuple(rewards))


class Net:
    """A network that is built arc by arc (in arrays) and solved once."""

    def __init__(self) -> None:
        self.nodes = 2
        self._tails: list[Whole] = []
        self._heads: list[Whole] = []
        self._most: list[Whole] = []
        self._reward: list[Whole] = []
        self.arcs = 0

    SOURCE, END = 0, 1

    def add_nodes(self, count: int) -> Whole:
        first = self.nodes
        self.nodes += count
        return np.arange(first, first + count, dtype=np.int64)

    def add(self, tails: Whole, heads: Whole, most: Whole, reward: Whole) -> slice:
        """Adds arcs; says where their flows will stand."""
        place = slice(self.arcs, self.arcs + len(tails))
        self.arcs += len(tails)
        self._tails.append(tails)
        self._heads.append(heads)
        self._most.append(most)
        self._reward.append(reward)
        return place

    def add_zones(self, zones: Whole, steps: ZoneSteps | None, asked: Whole, has: Whole) -> None:
        """Leads zones to the end: through what is left of their steps, or freely."""
        if steps is None:
            self.add(zones, np.full(len(zones), self.END), np.maximum(asked, 0), np.zeros(len(zones), dtype=np.int64))
            return
        for zone, node in enumerate(zones.tolist()):
            ends = steps.bounds[zone]
            starts = np.concatenate([whole([0]), ends[:-1]]) if len(ends) else ends
            width = np.maximum(0, ends - np.maximum(starts, has[zone]))
            self.add(np.full(len(ends), node), np.full(len(ends), self.END), width, steps.rewards[zone])

    def solve(self, total: int) -> Whole:
        """The flows of greatest reward with at most `total` in all, in multiples of what divides every limit."""
        from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

        if not self.arcs or total <= 0:
            return np.zeros(self.arcs, dtype=np.int64)
        end = np.full(1, self.END)
        self.add(np.full(1, self.SOURCE), end, whole([total]), whole([0]))
        network = SimpleMinCostFlow()
        tails, heads, most = np.concatenate(self._tails), np.concatenate(self._heads), np.concatenate(self._most)
        grain = max(int(np.gcd.reduce(most)), 1)
        network.add_arcs_with_capacity_and_unit_cost(
            tails.astype(np.int32), heads.astype(np.int32), most // grain, -np.concatenate(self._reward)
        )
        network.set_node_supply(self.SOURCE, int(total) // grain)
        network.set_node_supply(self.END, -(int(total) // grain))
        status = network.solve()
        if status != network.OPTIMAL:
            raise ArithmeticError(f"the flow was not solved: {status}")
        return np.asarray(network.flows(np.arange(self.arcs - 1, dtype=np.int32)), dtype=np.int64) * grain
