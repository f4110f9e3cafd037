"""What is left of a part, and the state that follows from the amounts of all parts. Whole numbers of the unit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from community_book.needs.rules.states import NeedState


@dataclass(frozen=True)
class PartTerms:
    """The figures of one part. `amount` None is "not sure"; `met` is what was confirmed or verified.

    `ahead` is what is left in sessions that are not past; None for a part that names no sessions. A part that is
    `stopped` was closed by its group and asks no more, whatever becomes of the others.
    """

    part_id: int
    amount: int | None
    committed: int
    met: int
    closed: bool
    last_day: date | None
    ahead: int | None = None
    stopped: bool = False


def left_of(part: PartTerms) -> int | None:
    """What a part still asks for: None when the group is not sure how much, 0 when it asks no more.

    Sessions that have passed without anybody are not asked for any more, though they were not met either.
    """
    if part.closed:
        return 0
    if part.amount is None:
        return None
    left = max(0, part.amount - part.committed)
    return left if part.ahead is None else min(left, part.ahead)


def smallest_slice(smallest_useful: int, left: int | None) -> int:
    """The least that is worth offering: never more than what is left (domain.md 6)."""
    return smallest_useful if left is None else min(smallest_useful, left)


def _is_wanted(part: PartTerms, today: date) -> bool:
    return left_of(part) != 0 and part.last_day is not None and part.last_day >= today


def _is_done(part: PartTerms) -> bool:
    return part.amount is not None and part.met >= part.amount


def state_that_follows(combine: str, parts: Iterable[PartTerms], today: date) -> NeedState:
    """The state of a need that was opened, from its figures and the day alone.

    Open while something is left and its window runs; promised while what was promised is not done; then
    met, met in part, or past its last day with nothing done.
    """
    found = list(parts)
    if any(_is_wanted(part, today) for part in found):
        return NeedState.OPEN
    if any(part.committed > part.met for part in found):
        return NeedState.PROMISED
    if not any(part.met for part in found):
        return NeedState.EXPIRED
    asked = [part for part in found if not part.closed]
    done = any(_is_done(part) and part.met for part in asked) if combine == "any" else all(map(_is_done, asked))
    return NeedState.MET if asked and done else NeedState.MET_IN_PART


def _in_full(part: PartTerms) -> bool:
    return not part.closed and part.amount is not None and 0 < part.amount <= part.committed


def one_is_enough(combine: str, parts: Sequence[PartTerms]) -> bool:
    """Any of these: one is promised in full, so that nothing else is asked for."""
    return combine == "any" and any(map(_in_full, parts))


def others_to_close(combine: str, parts: Sequence[PartTerms]) -> list[int]:
    """Any of these: once one part is promised in full, the others ask no more. Their ids, in order."""
    if not one_is_enough(combine, parts):
        return []
    return [part.part_id for part in parts if not part.closed and not _in_full(part)]


def others_to_reopen(combine: str, parts: Sequence[PartTerms]) -> list[int]:
    """Any of these: when the one that was promised in full is given back, the others ask again."""
    if combine != "any" or any(_in_full(part) for part in parts):
        return []
    return [part.part_id for part in parts if part.closed and not part.stopped]


def is_in_part(part: PartTerms) -> bool:
    """Some of it is promised and some is not, and it is still asked for."""
    return not part.closed and part.committed > 0 and not _in_full(part)


def asks_which(combine: str, parts: Sequence[PartTerms]) -> bool:
    """Any of these: one is promised in part and another still asked for, so that only the group can say more."""
    return combine == "any" and any(map(is_in_part, parts)) and sum(not part.closed for part in parts) > 1


def may_combine(combine: str, now: str, parts: Sequence[PartTerms]) -> bool:
    """Whether the group may still say how its parts go together: until something is promised."""
    return combine == now or not any(part.committed or part.closed for part in parts)


def reminder_due(days_left: int, asked_at_days: int | None, days_open: int) -> int | None:
    """Which reminder "still needed?" is due: 30 or 7 days before the last day, each once; None when none is.

    A need that was opened only lately is not asked about at once.
    """
    if 0 <= days_left <= 7 and asked_at_days != 7 and days_open >= 7:
        return 7
    if 7 < days_left <= 30 and asked_at_days is None and days_open >= 14:
        return 30
    return None
