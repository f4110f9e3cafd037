"""How a batch is sampled, what its sample says, and when it may be accepted. Pure.

Where 59 comes from: if 5 in every 100 reports of a batch were wrong, 59 drawn by lot would all be right in fewer than 5
of 100 draws (0.95 to the power of 59 is 0.0485; with 58 it is 0.0510). So 59 found right say, with 95% confidence,
that at most 5% are wrong.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, exp, floor, lgamma, log

from community_book.base.actor import Permission, Role
from community_book.base.amounts import WHOLE_SHARE_BASIS_POINTS, say_share
from community_book.base.messages import N_, Message
from community_book.base.states import Machine, move

NEEDED = 59
"""So many reports of a batch are checked before the rest may be accepted, or all where there are fewer."""
ESTIMATE_FROM = 30
"""Below so many checked reports no estimate is made."""
CONFIDENCE = 0.95


class BatchState(StrEnum):
    """Where a batch stands. ACCEPTING: a verifier has accepted it, and the site is verifying its reports."""

    OPEN = "open"
    FROZEN = "frozen"
    DRAWN = "drawn"
    ACCEPTING = "accepting"
    ACCEPTED = "accepted"
    DROPPED = "dropped"


B = BatchState
LIVE = frozenset({B.OPEN, B.FROZEN, B.DRAWN, B.ACCEPTING})
HOLDS = frozenset({B.FROZEN, B.DRAWN, B.ACCEPTING})
"""Reports are frozen."""
SEED_IS_SECRET = frozenset({B.OPEN, B.FROZEN})

BATCH_LABELS: dict[StrEnum, Message] = {
    B.OPEN: Message(N_("open")),
    B.FROZEN: Message(N_("reports frozen")),
    B.DRAWN: Message(N_("sample drawn")),
    B.ACCEPTING: Message(N_("being accepted")),
    B.ACCEPTED: Message(N_("accepted")),
    B.DROPPED: Message(N_("given up")),
}
BATCH_COLOURS: dict[StrEnum, str] = {
    B.OPEN: "blue",
    B.FROZEN: "light-blue",
    B.DRAWN: "yellow",
    B.ACCEPTING: "turquoise",
    B.ACCEPTED: "green",
    B.DROPPED: "grey",
}
MACHINE = Machine(
    noun=Message(N_("batch")),
    labels=BATCH_LABELS,
    verbs={
        "freeze": Message(N_("freeze its reports")),
        "draw": Message(N_("draw its sample")),
        "accept": Message(N_("accept it")),
        "finish": Message(N_("finish it")),
        "drop": Message(N_("give it up")),
    },
    moves={
        "freeze": move((B.OPEN,), B.FROZEN),
        "draw": move((B.FROZEN,), B.DRAWN),
        "accept": move((B.DRAWN,), B.ACCEPTING),
        "finish": move((B.ACCEPTING,), B.ACCEPTED),
        "drop": move((B.OPEN, B.FROZEN, B.DRAWN), B.DROPPED),
    },
)

RUN_BATCHES = Permission("run_batches", Role.VERIFIER)
SEE_BATCHES = Permission("see_batches", Role.VERIFIER, Role.AUDITOR)


# --- the draw -----------------------------------------------------------------------------------


def seed_hash_of(seed: str) -> str:
    """What is published of a seed before anything is drawn: its SHA-256, as 64 hexadecimal digits."""
    return hashlib.sha256(seed.encode()).hexdigest()


def list_hash_of(references: Sequence[str]) -> str:
    """The SHA-256 of the frozen list, one reference a line: written down before the seed is published."""
    return hashlib.sha256("\n".join(references).encode()).hexdigest()


def needed_sample(size: int) -> int:
    """How many of so many reports are checked before the rest may be accepted."""
    return min(size, NEEDED)


def draw(seed: str, references: Collection[str], count: int) -> list[str]:
    """Which references a seed draws, in the order drawn: those whose SHA-256 of "seed:reference" comes first.

    Whoever has the seed and the list draws the same; nobody who has not seen the seed can say which those will be.
    """
    return sorted(references, key=lambda reference: (seed_hash_of(f"{seed}:{reference}"), reference))[:count]


# --- what a sample says -------------------------------------------------------------------------


@dataclass(frozen=True)
class Checked:
    """One checked report: what was claimed and what was found, in the unit of its measure."""

    measure: str
    claimed: int
    found: int

    @property
    def over_claimed(self) -> int:
        return max(0, self.claimed - self.found)


@dataclass(frozen=True)
class MeasureError:
    """What the checked reports of one measure claimed, and how much of that was not found. Never added up over
    measures: they have different units.
    """

    measure: str
    reports: int
    claimed: int
    over_claimed: int

    @property
    def basis_points(self) -> int:
        """The share that was over-claimed, rounded up."""
        return -(-self.over_claimed * WHOLE_SHARE_BASIS_POINTS // self.claimed) if self.claimed else 0


def errors_by_measure(checked: Collection[Checked]) -> list[MeasureError]:
    """What was over-claimed, measure by measure, in the order of their codes."""
    found = []
    for measure in sorted({one.measure for one in checked}):
        own = [one for one in checked if one.measure == measure]
        found.append(
            MeasureError(measure, len(own), sum(one.claimed for one in own), sum(one.over_claimed for one in own))
        )
    return found


def wrong_in(checked: Collection[Checked]) -> int:
    """How many reports claimed more than was found."""
    return sum(1 for one in checked if one.over_claimed)


def wrong_share(wrong: int, checked: int) -> int:
    """The share of checked reports that were wrong, in basis points, rounded up."""
    return -(-wrong * WHOLE_SHARE_BASIS_POINTS // checked) if checked else 0


def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def at_most(wrong: int, checked: int, share: float) -> float:
    """How likely it is to find at most so many wrong among those checked, if this share of all were wrong."""
    if wrong >= checked or share <= 0:
        return 1.0
    if share >= 1:
        return 0.0
    logs = (_log_choose(checked, k) + k * log(share) + (checked - k) * log(1 - share) for k in range(wrong + 1))
    return min(1.0, sum(exp(each) for each in logs))


@dataclass(frozen=True)
class Interval:
    """Between which shares, in basis points, the share of wrong reports lies with 95% confidence."""

    low: int
    high: int


def interval(wrong: int, checked: int) -> Interval | None:
    """The exact (Clopper-Pearson) 95% interval of the share of wrong reports, rounded outwards; None below 30 checked.

    C. J. Clopper and E. S. Pearson, "The use of confidence or fiducial limits illustrated in the case of the
    binomial", Biometrika 26 (1934), pages 404 to 413. The bounds are found by halving, to less than a basis point.
    """
    if checked < ESTIMATE_FROM:
        return None
    tail = (1 - CONFIDENCE) / 2
    low = 0.0 if wrong == 0 else _share_where(lambda share: 1 - at_most(wrong - 1, checked, share) > tail)
    high = 1.0 if wrong == checked else _share_where(lambda share: at_most(wrong, checked, share) < tail)
    return Interval(floor(low * WHOLE_SHARE_BASIS_POINTS), ceil(high * WHOLE_SHARE_BASIS_POINTS))


def _share_where(is_passed: Callable[[float], bool]) -> float:
    """The share from which a condition holds that holds of everything above it."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if is_passed(middle) else (middle, high)
    return high


def why_not_accept(*, size: int, checked: Sequence[Checked], tolerance: int) -> Message | None:
    """Why a batch of so many reports may not be accepted; None where it may. `tolerance` is in basis points, of
    reports and, measure by measure, of amounts.
    """
    needed, wrong = needed_sample(size), wrong_in(checked)
    stated = {"tolerance": say_share(tolerance)}
    if len(checked) < needed and wrong * WHOLE_SHARE_BASIS_POINTS > tolerance * needed:
        return Message(
            N_(
                "%(wrong)s of the reports checked so far claimed too much. The council tolerates %(tolerance)s, so the "
                "batch cannot be accepted even if all the others are right. Give it up: its reports are then checked "
                "one by one, or stay confirmed by their groups."
            ),
            wrong=wrong,
            **stated,
        )
    if len(checked) < needed:
        return Message(
            N_("%(checked)s of the %(needed)s reports that were drawn are checked. Check the rest of them first."),
            checked=len(checked),
            needed=needed,
        )
    if wrong * WHOLE_SHARE_BASIS_POINTS > tolerance * len(checked):
        return Message(
            N_(
                "%(wrong)s of %(checked)s checked reports claimed too much, and the council tolerates %(tolerance)s. "
                "Give the batch up: its reports are then checked one by one, or stay confirmed by their groups."
            ),
            wrong=wrong,
            checked=len(checked),
            **stated,
        )
    for error in errors_by_measure(checked):
        if error.over_claimed * WHOLE_SHARE_BASIS_POINTS > tolerance * error.claimed:
            return Message(
                N_(
                    "Of what was claimed under %(measure)s, %(share)s was not found, and the council tolerates "
                    "%(tolerance)s. Give the batch up: its reports are then checked one by one, or stay confirmed by "
                    "their groups."
                ),
                measure=error.measure,
                share=say_share(error.basis_points),
                **stated,
            )
    return None
