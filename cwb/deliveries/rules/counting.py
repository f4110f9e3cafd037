"""What of a report counts, and which figures stand for it. Whole numbers of the measure's unit. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from community_book.base.amounts import WHOLE_SHARE_BASIS_POINTS, split_by_shares
from cwb.deliveries.rules.states import COUNTED_AS_VERIFIED, ENDED_WITHOUT_COUNTING, DeliveryState

S = DeliveryState


@dataclass(frozen=True)
class Counted:
    """A stated amount split into what counts and what stays a note."""

    amount: int
    surplus: int


def count_against(stated: int, left: int) -> Counted:
    """What of a report counts: up to what is left of the commitment; the rest is a note that counts nothing."""
    amount = min(stated, max(left, 0))
    return Counted(amount, stated - amount)


def share_of(stated: int, share_basis_points: int) -> int:
    """What of a stated amount belongs to this contract, by largest remainder (domain.md 5.3)."""
    return split_by_shares(stated, [share_basis_points, WHOLE_SHARE_BASIS_POINTS - share_basis_points])[0]


def left_out(before: int, accepted: int) -> int:
    """What a confirmation or verification in part leaves out of what stood before."""
    if not 0 <= accepted <= before:
        raise ValueError("a part lies between nothing and all")
    return before - accepted


def counts_on(happened_on: date, counts_after_days: int) -> date:
    """The day a delivery counts: its last day, or the end of the qualifying time."""
    return happened_on + timedelta(days=counts_after_days)


@dataclass(frozen=True)
class Figures:
    """What stands of one delivery under each of the three figures that are its own."""

    reported: int
    confirmed: int
    verified: int

    @property
    def met(self) -> int:
        """What of a need it meets: all that was confirmed or verified, never both added."""
        return max(self.confirmed, self.verified)


NOTHING = Figures(0, 0, 0)
_WORD_NOT_HEARD = frozenset({S.REPORTED, S.RECORDED_FOR, S.QUERIED})


def figures_of(
    state: DeliveryState,
    *,
    counts: int,
    group_word: int | None,
    group_confirms: bool,
    state_before_appeal: DeliveryState | None = None,
) -> Figures:
    """The figures a delivery in a state stands for (domain.md 4 and 5.1).

    `counts` is what was not left out; `group_word` how much the group confirmed, None where it was silent.
    A word that was only written down for the group, or that is queried, is no confirmation yet. While an appeal
    runs, what was decided before stands.
    """
    stands = state_before_appeal if state is S.APPEALED and state_before_appeal is not None else state
    if stands in ENDED_WITHOUT_COUNTING:
        return NOTHING
    heard = group_confirms and group_word is not None and stands not in _WORD_NOT_HEARD
    return Figures(
        reported=counts,
        confirmed=min(group_word or 0, counts) if heard else 0,
        verified=counts if stands in COUNTED_AS_VERIFIED else 0,
    )


@dataclass(frozen=True)
class Whole:
    """A report of a pledge with a baseline: its whole amount, and which of it is usual now."""

    delivery_id: int
    happened_on: date
    whole: int
    usual: int


def in_order(reports: Iterable[Whole]) -> list[Whole]:
    """Reports of one pledge year by the day they happened, and by id on one day: how a baseline is filled."""
    return sorted(reports, key=lambda report: (report.happened_on, report.delivery_id))
