"""Steps for an act that is undone: a need it closed asks again, and what it took out of a part is needed again."""

from __future__ import annotations

from sqlalchemy import update

from community_book.base.errors import WrongState
from community_book.base.messages import N_, Message
from community_book.base.work import Work, changed
from community_book.needs.actions.rows import about, locked_need, locked_need_of_part
from community_book.needs.actions.settling import settle_need
from community_book.needs.rules import FOLLOWS_AMOUNTS, NEEDS, STATE_LABELS, NeedState
from community_book.needs.tables import NeedPart


def reopen_need(work: Work, need_id: int, before: NeedState) -> NeedState:
    """Step: a need that was closed or taken back for its group stands as `before`; one that was asked for follows its
    amounts and the day again. Returns its state. Raises WrongState where it is neither closed nor follows them already.
    """
    need = locked_need(work, need_id)
    if NeedState(need.state) in FOLLOWS_AMOUNTS:
        return settle_need(work, need_id)
    if before in FOLLOWS_AMOUNTS and before is not NeedState.PAUSED:
        before = NeedState.OPEN
    need.state = NEEDS.go("reopen", NeedState(need.state), before)
    need.reason, need.ended_at_utc = "", None
    work.flush()
    work.record("need.reopen", f"need:{need.reference}", facts={"state": need.state})
    work.tell("NeedChanged", **about(work, need), state=need.state, words_changed=False)
    return settle_need(work, need_id)


def need_again_of_part(work: Work, part_id: int, amount: int) -> None:
    """Step: undoes `lose_from_part`: time that had left a part is promised of it and needed in it again.

    Raises WrongState where the need does not follow its amounts, or that much was not lost.
    """
    need, _ = locked_need_of_part(work, part_id)
    if NeedState(need.state) not in FOLLOWS_AMOUNTS:
        raise WrongState(Message(N_("The need is %(state)s."), state=STATE_LABELS[NeedState(need.state)]))
    regained = changed(
        work,
        update(NeedPart)
        .where(NeedPart.id == part_id, NeedPart.lost >= amount)
        .values(committed=NeedPart.committed + amount, amount=NeedPart.amount + amount, lost=NeedPart.lost - amount),
    )
    if not regained:
        raise WrongState(Message(N_("The need was changed meanwhile.")))
    settle_need(work, need.id)
