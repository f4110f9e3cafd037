"""The state of a need follows its amounts: open, promised, met, met in part, past its last day."""

from __future__ import annotations

from sqlalchemy import update

from community_book.base.clock import now_utc, today
from community_book.base.outbox import Event
from community_book.base.work import Work, changed
from community_book.needs import queries
from community_book.needs.actions.rows import about, locked_need, parts_of
from community_book.needs.rules import (
    ENDED,
    FOLLOWS_AMOUNTS,
    NEEDS,
    NeedState,
    asks_which,
    others_to_close,
    others_to_reopen,
    state_that_follows,
)
from community_book.needs.tables import Need, NeedPart

_SETTLED = "needs settled in this act"


def settle_need(work: Work, need_id: int) -> NeedState:
    """Step: brings a need's state in line with its amounts and tells what changed; returns the state.

    Every step that moves an amount does so by itself; calling it once more changes nothing. Only what has
    changed at the end of the act is told, so that giving back and drawing anew in one act is silent. With
    "any of these" a part promised in full closes the others. States people decide about stay as they are.
    """
    need = locked_need(work, need_id)
    before = NeedState(need.state)
    if before not in FOLLOWS_AMOUNTS:
        return before
    parts = parts_of(work, need_id)
    sums = queries.sessions_in_sum(work, [part.id for part in parts if part.pattern])
    terms = [queries.terms_of(part, sums.get(part.id, (0, None))[1]) for part in parts]
    closed_now: list[int] = []
    for ids, closed in ((others_to_close(need.combine, terms), True), (others_to_reopen(need.combine, terms), False)):
        if ids:
            changed(work, update(NeedPart).where(NeedPart.id.in_(ids)).values(closed=closed))
            closed_now = ids if closed else []
            parts = parts_of(work, need_id)
            terms = [queries.terms_of(part, sums.get(part.id, (0, None))[1]) for part in parts]
    after = state_that_follows(need.combine, terms, today())
    if before is NeedState.PAUSED and after is NeedState.OPEN:
        after = before
    if after is not before:
        need.state = NEEDS.go("settle", before, after)
        need.ended_at_utc = now_utc() if after in ENDED else None
        work.flush()
        _tell_once(work, need, before, after)
    if closed_now:
        tell_closed(work, need, closed_now)
    if need.asked_which_at_utc is not None and not asks_which(need.combine, terms):
        need.asked_which_at_utc = None
        work.flush()
    return after


def tell_closed(work: Work, need: Need, part_ids: list[int]) -> None:
    """Step: tells that parts are not asked for any more, so that what is open on them can be let go."""
    work.tell("NeedPartsClosed", **about(work, need), part_ids=part_ids)


def _tell_once(work: Work, need: Need, before: NeedState, after: NeedState) -> None:
    """Tells the change since the act began, and takes back what this act told of it earlier."""
    settled: dict[int, tuple[NeedState, Event | None]] = work.info.setdefault(_SETTLED, {})
    first, told = settled.get(need.id, (before, None))
    if told is not None:
        work.events[:] = [event for event in work.events if event is not told]
        told = None
    if after is not first:
        if after in ENDED:
            work.tell("NeedEnded", **about(work, need), how=after)
        else:
            work.tell("NeedChanged", **about(work, need), state=after, words_changed=False)
        told = work.events[-1]
    settled[need.id] = (first, told)
