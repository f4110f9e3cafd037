"""Steps for the rooms above: drawing on a part, giving back, what was met. By conditional update only."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, or_, update

from community_book.base.amounts import Unit, say_amount
from community_book.base.clock import now_utc
from community_book.base.errors import WrongState
from community_book.base.messages import N_, Message
from community_book.base.sessions import say_date
from community_book.base.work import Work, changed, refuse
from community_book.needs import queries
from community_book.needs.actions.rows import about, locked_need, locked_need_of_part, parts_of, sessions_of
from community_book.needs.actions.settling import settle_need
from community_book.needs.rules import STATE_LABELS, NeedState, asks_which
from community_book.needs.tables import NeedPart, NeedSession

_IS_ASKED = frozenset({NeedState.OPEN, NeedState.PAUSED})
_MAY_BE_PROMISED = frozenset({NeedState.OPEN, NeedState.PAUSED, NeedState.PROMISED})


def draw_on_part(work: Work, part_id: int, amount: int, sessions: Mapping[int, int]) -> None:
    """Step: promises an amount of a part, and of its sessions how many at once each (need session id -> number).

    Sets the amount of a part whose group was not sure. A part that asks for named days is drawn by them, and
    `amount` is theirs. The need's state follows. Raises Refused on "amount" or "sessions" when that much is
    not left, WrongState when the need is not open to promises or is on hold.
    """
    if amount < 1 or any(at_once < 1 for at_once in sessions.values()):
        raise ValueError("more than nothing is drawn")
    need, part = locked_need_of_part(work, part_id)
    if need.hidden:
        raise WrongState(Message(N_("This need is on hold just now, so no help can be promised to it.")))
    if NeedState(need.state) not in _MAY_BE_PROMISED:
        state = STATE_LABELS[NeedState(need.state)]
        raise WrongState(Message(N_("This need is %(state)s, so no more help can be promised to it."), state=state))
    _check_sessions(work, part, amount, sessions)
    promised_before = part.committed
    drawn = changed(
        work,
        update(NeedPart)
        .where(
            NeedPart.id == part_id,
            NeedPart.closed.is_(False),
            or_(NeedPart.amount.is_(None), NeedPart.committed + amount <= NeedPart.amount),
        )
        .values(
            committed=NeedPart.committed + amount,
            amount=func.coalesce(NeedPart.amount, NeedPart.committed + amount),
        ),
    )
    if not drawn:
        left = 0 if part.closed or part.amount is None else part.amount - part.committed
        if left <= 0:
            raise refuse("amount", N_("Nothing is needed here any more: other help was promised meanwhile"))
        raise refuse("amount", N_("Only %(left)s is still needed here"), left=say_amount(Unit(part.unit), left))
    for session_id, at_once in sorted(sessions.items()):
        taken = changed(
            work,
            update(NeedSession)
            .where(
                NeedSession.id == session_id,
                NeedSession.part_id == part_id,
                NeedSession.dropped.is_(False),
                NeedSession.committed + at_once <= NeedSession.at_once,
            )
            .values(committed=NeedSession.committed + at_once),
        )
        if not taken:
            raise _session_gone(work, session_id)
    settle_need(work, need.id)
    if promised_before == 0:
        _ask_which(work, need.id)


def _ask_which(work: Work, need_id: int) -> None:
    """Any of these: with the first promise of a part of one thing the group is asked whether that is enough."""
    need = locked_need(work, need_id)
    if NeedState(need.state) not in _IS_ASKED or need.asked_which_at_utc is not None:
        return
    if not asks_which(need.combine, [queries.terms_of(part) for part in parts_of(work, need_id)]):
        return
    need.asked_which_at_utc = now_utc()
    work.flush()
    work.tell("NeedPromisedInPart", **about(work, need))


def give_back_to_part(work: Work, part_id: int, amount: int, sessions: Mapping[int, int]) -> None:
    """Step: undoes a draw, wholly or in part; the need is open again if its window runs. Raises Refused."""
    if amount < 0 or any(at_once < 1 for at_once in sessions.values()):
        raise ValueError("nothing less than nothing is given back")
    need, part = locked_need_of_part(work, part_id)
    given = changed(
        work,
        update(NeedPart)
        .where(NeedPart.id == part_id, NeedPart.committed >= amount)
        .values(committed=NeedPart.committed - amount),
    )
    if not given:
        raise _not_promised(part)
    for session_id, at_once in sorted(sessions.items()):
        given = changed(
            work,
            update(NeedSession)
            .where(NeedSession.id == session_id, NeedSession.part_id == part_id, NeedSession.committed >= at_once)
            .values(committed=NeedSession.committed - at_once),
        )
        if not given:
            raise _session_gone(work, session_id)
    settle_need(work, need.id)


def lose_from_part(work: Work, part_id: int, amount: int) -> None:
    """Step: time that passed unused leaves what is promised and what is needed; its sessions stay taken."""
    if amount < 0:
        raise ValueError("nothing less than nothing is lost")
    need, part = locked_need_of_part(work, part_id)
    lost = changed(
        work,
        update(NeedPart)
        .where(NeedPart.id == part_id, NeedPart.committed >= amount, NeedPart.amount >= amount)
        .values(committed=NeedPart.committed - amount, amount=NeedPart.amount - amount, lost=NeedPart.lost + amount),
    )
    if not lost:
        raise _not_promised(part)
    settle_need(work, need.id)


def note_met(work: Work, part_id: int, delta: int) -> None:
    """Step: what of a part was confirmed or verified grew (or, taken back, shrank) by `delta`.

    It counts each unit once, whoever said it was done, and never passes what is promised. Raises Refused.
    """
    need, part = locked_need_of_part(work, part_id)
    noted = changed(
        work,
        update(NeedPart)
        .where(
            NeedPart.id == part_id,
            NeedPart.met + delta >= 0,
            or_(NeedPart.met + delta <= NeedPart.committed, delta <= 0),  # type: ignore[arg-type]
        )
        .values(met=NeedPart.met + delta),
    )
    if not noted:
        raise _not_promised(part)
    settle_need(work, need.id)


def note_first_answer(work: Work, part_id: int) -> None:
    """Step: somebody answered this need for the first time; later answers change nothing."""
    need, _ = locked_need_of_part(work, part_id)
    if need.first_answer_at_utc is None:
        need.first_answer_at_utc = now_utc()
        work.flush()


def _check_sessions(work: Work, part: NeedPart, amount: int, sessions: Mapping[int, int]) -> None:
    rows = {row.id: row for row in sessions_of(work, part.id) if not row.dropped}
    if not rows and not sessions:
        return
    if not sessions:
        raise refuse("sessions", N_("This need is for certain days. Choose which of them"))
    if not sessions.keys() <= rows.keys():
        raise refuse("sessions", N_("One of these days is not asked for any more. Look at the need as it is now"))
    theirs = sum(
        (rows[session_id].ends_minute - rows[session_id].starts_minute) * at_once
        for session_id, at_once in sessions.items()
    )
    if theirs != amount:
        said = say_amount(Unit(part.unit), theirs)
        raise refuse("amount", N_("The days chosen come to %(amount)s"), amount=said)


def _session_gone(work: Work, session_id: int) -> Exception:
    row = work.get(NeedSession, session_id, populate_existing=True)
    if row is None:
        return refuse("sessions", N_("One of these days is not asked for any more. Look at the need as it is now"))
    return refuse("sessions", N_("%(day)s is not free any more"), day=say_date(row.day))


def _not_promised(part: NeedPart) -> Exception:
    promised = say_amount(Unit(part.unit), part.committed)
    return refuse("amount", N_("Only %(promised)s of this need is promised"), promised=promised)
