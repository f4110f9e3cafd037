"""What a round is given and what it answers: arrays of whole numbers, no database and no words.

Rows of pledges, parts, needs, groups and zones count from 0 in the order of the input, which is the order of
their ids; ties are broken by it, so that the same input makes the same plan, bit for bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.int64]
"""Amounts, scores and rows."""

Chosen = npt.NDArray[np.bool_]
"""Which rows, one answer for each."""

NO_ROW = -1


def whole(values: Sequence[int] | npt.NDArray[np.integer] | None = None) -> Whole:
    """Whole numbers as an array; nothing gives an empty one."""
    return np.asarray([] if values is None else values, dtype=np.int64)


@dataclass(frozen=True)
class Parts:
    """What is asked for. `block` is the kind of help (amounts of one block are of one unit), `asked` the whole
    amount with what was promised before (`had`), `zone` NO_ROW where a part is placed in none."""

    left: Whole
    asked: Whole
    had: Whole
    block: Whole
    zone: Whole
    need: Whole
    group: Whole


@dataclass(frozen=True)
class Pairs:
    """What may go together. Of each pair nothing is used, or from `least` up to `most`.

    `grain`: the amount of one whole visit of the team where the help comes in visits, else 1. `first` and `many`
    say which slots are the pair's; a pair without any moves plain amounts.
    """

    pledge: Whole
    part: Whole
    score: Whole
    least: Whole
    most: Whole
    grain: Whole
    first: Whole
    many: Whole

    def __len__(self) -> int:
        return len(self.pledge)


@dataclass(frozen=True)
class Slots:
    """The times the two of a pair have in common: a session of the pledge, of the part, or of both (else NO_ROW).

    `amount` is what one at once counts, `most` how many at once there could be.
    """

    pledge_session: Whole = field(default_factory=whole)
    part_session: Whole = field(default_factory=whole)
    amount: Whole = field(default_factory=whole)
    most: Whole = field(default_factory=whole)

    def __len__(self) -> int:
        return len(self.amount)


@dataclass(frozen=True)
class RoundInput:
    """All a round knows. `any_of` says of each need whether one of its parts is enough, `new_group` of each group
    whether it has had nothing yet. `kept` are amounts of pairs that an officer locked, `kept_slots` their slots.
    `round_of` names a round amount of each block (30 minutes), kept to where all amounts of the block are multiples
    of a divisor of it, so that nobody is given odd minutes."""

    pledge_left: Whole
    parts: Parts
    pairs: Pairs
    zones: int
    any_of: Whole
    new_group: Whole
    slots: Slots = field(default_factory=Slots)
    pledge_session_left: Whole = field(default_factory=whole)
    part_session_left: Whole = field(default_factory=whole)
    kept: Whole = field(default_factory=whole)
    kept_slots: Whole = field(default_factory=whole)
    round_of: Whole = field(default_factory=whole)

    @property
    def kept_of(self) -> Whole:
        """The locked amount of every pair, 0 where nothing is locked."""
        return self.kept if len(self.kept) else np.zeros(len(self.pairs), dtype=np.int64)

    @property
    def kept_slots_of(self) -> Whole:
        return self.kept_slots if len(self.kept_slots) else np.zeros(len(self.slots), dtype=np.int64)


@dataclass(frozen=True)
class Plan:
    """How much of each pair is used, and how many at once of each slot."""

    amounts: Whole
    at_once: Whole

    @property
    def used(self) -> Whole:
        """The rows of the pairs in the plan."""
        return np.flatnonzero(self.amounts)


def nothing_of(given: RoundInput) -> Plan:
    """The plan of today: nothing new."""
    return Plan(np.zeros(len(given.pairs), dtype=np.int64), np.zeros(len(given.slots), dtype=np.int64))


def breaks(given: RoundInput, plan: Plan) -> list[str]:
    """What a plan does that none may: the law of a round, looked at from outside. Empty where all is well."""
    pairs, parts, slots, x = given.pairs, given.parts, given.slots, plan.amounts
    found = []
    if x.dtype != np.int64 or (x < 0).any() or (plan.at_once < 0).any():
        found.append("amounts are whole numbers, nothing or more")
    free = given.kept_of == 0
    if (np.bincount(pairs.pledge, x, len(given.pledge_left)) > given.pledge_left).any():
        found.append("more is taken from a pledge than is left")
    if (np.bincount(pairs.part, x, len(parts.left)) > parts.left).any():
        found.append("more is given to a part than is left to ask")
    if ((x > pairs.most) & free).any():
        found.append("more is used of a pair than it can be")
    if ((x > 0) & (x < pairs.least) & free).any():
        found.append("less is used of a pair than is useful")
    if (x < given.kept_of).any():
        found.append("a locked pair is not kept")
    if len(slots):
        own = np.repeat(np.arange(len(pairs)), pairs.many)
        if (plan.at_once > slots.most).any():
            found.append("more at once than a time has in common")
        has = pairs.many > 0
        if (np.bincount(own, plan.at_once * slots.amount, len(pairs)).astype(np.int64)[has] != x[has]).any():
            found.append("an amount is not what its times add up to")
        for rows, left in (
            (slots.pledge_session, given.pledge_session_left),
            (slots.part_session, given.part_session_left),
        ):
            named = rows != NO_ROW
            if (np.bincount(rows[named], plan.at_once[named], len(left)) > left).any():
                found.append("a session is used more often than it is free")
    return found
