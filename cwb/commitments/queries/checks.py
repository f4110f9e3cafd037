"""What must always be true of commitments, recomputed from the database alone (domain.md 5.1 and 5.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from community_book.base.registered import Breach
from community_book.needs.tables import NeedPart, NeedSession
from cwb.commitments.queries.terms import IS_OPEN, WAS_AGREED
from cwb.commitments.rules import DROPPED, KEPT, RUNNING, TAKES_ITS_TIME, CommitmentState, SessionState
from cwb.commitments.tables import Commitment, CommitmentSession
from cwb.ledger.rules import Figure
from cwb.ledger.tables import LedgerEntry
from cwb.pledges.tables import Pledge, PledgeSession

RULE = "commitments.agreed"


def check_agreed(reading: Session) -> list[Breach]:
    """Held and committed of pledges and parts, and committed in the ledger, are what commitments add up to."""
    return [
        *_drawn_amounts(reading),
        *_booked(reading),
        *_drawn_sessions(reading),
        *_figures(reading),
    ]


def _sums(
    reading: Session, key: InstrumentedAttribute[Any], amount: ColumnElement[Any], condition: ColumnElement[bool]
) -> dict[int, int]:
    statement = select(key, func.coalesce(func.sum(amount), 0)).where(condition, key.is_not(None)).group_by(key)
    return {row[0]: int(row[1]) for row in reading.execute(statement)}


def _compare(
    what: str, subjects: Mapping[int, str], stored: Mapping[int, int], added_up: Mapping[int, int]
) -> list[Breach]:
    return [
        Breach(
            RULE,
            subjects.get(key, str(key)),
            f"{what} is {stored.get(key, 0)}, commitments add up to {added_up.get(key, 0)}",
        )
        for key in sorted(stored.keys() | added_up.keys())
        if stored.get(key, 0) != added_up.get(key, 0)
    ]


def _drawn_amounts(reading: Session) -> list[Breach]:
    pledges = {
        row.id: row for row in reading.execute(select(Pledge.id, Pledge.reference, Pledge.held, Pledge.committed))
    }
    parts = {row.id: row for row in reading.execute(select(NeedPart.id, NeedPart.committed))}
    names = {key: f"pledge:{row.reference}" for key, row in pledges.items()}
    part_names = {key: f"part {key}" for key in parts}
    holds = Commitment.holds_pledge.is_(True)
    amount = Commitment.amount.expression
    return [
        *_compare(
            "held", names, {k: r.held for k, r in pledges.items()}, _sums(reading, Commitment.pledge_id, amount, holds)
        ),
        *_compare(
            "committed",
            names,
            {k: r.committed for k, r in pledges.items()},
            _sums(reading, Commitment.pledge_id, amount, WAS_AGREED),
        ),
        *_compare(
            "committed of the need",
            part_names,
            {k: r.committed for k, r in parts.items()},
            _sums(reading, Commitment.part_id, amount, WAS_AGREED),
        ),
    ]


def _booked(reading: Session) -> list[Breach]:
    booked = _sums(
        reading,
        LedgerEntry.commitment_id,
        LedgerEntry.amount.expression,
        LedgerEntry.figure == Figure.COMMITTED,
    )
    agreed = _sums(reading, Commitment.id, Commitment.amount.expression, WAS_AGREED)
    names = {
        row.id: f"commitment:{row.reference}" for row in reading.execute(select(Commitment.id, Commitment.reference))
    }
    return _compare("committed in the ledger", names, booked, agreed)


def _drawn_sessions(reading: Session) -> list[Breach]:
    """How many at once is held and committed of each session, on both sides."""
    found = []
    takes = CommitmentSession.state.in_(TAKES_ITS_TIME)
    held = case((Commitment.holds_pledge.is_(True), CommitmentSession.at_once), else_=0)
    taken = case((WAS_AGREED, CommitmentSession.at_once), else_=0)

    def added_up(key: InstrumentedAttribute[Any], number: ColumnElement[Any]) -> dict[int, int]:
        statement = (
            select(key, func.coalesce(func.sum(number), 0))
            .join(Commitment, Commitment.id == CommitmentSession.commitment_id)
            .where(takes, key.is_not(None))
            .group_by(key)
        )
        return {row[0]: int(row[1]) for row in reading.execute(statement)}

    of_pledges = {
        row.id: row for row in reading.execute(select(PledgeSession.id, PledgeSession.held, PledgeSession.committed))
    }
    of_parts = {row.id: row for row in reading.execute(select(NeedSession.id, NeedSession.committed))}
    pledge_names = {key: f"pledge session {key}" for key in of_pledges}
    part_names = {key: f"need session {key}" for key in of_parts}
    session_of_pledge, session_of_part = CommitmentSession.pledge_session_id, CommitmentSession.need_session_id
    found += _compare(
        "held", pledge_names, {k: r.held for k, r in of_pledges.items()}, added_up(session_of_pledge, held)
    )
    found += _compare(
        "committed", pledge_names, {k: r.committed for k, r in of_pledges.items()}, added_up(session_of_pledge, taken)
    )
    found += _compare(
        "committed", part_names, {k: r.committed for k, r in of_parts.items()}, added_up(session_of_part, taken)
    )
    return found


def _figures(reading: Session) -> list[Breach]:
    """Each commitment by itself: figures in order, what is over draws nothing more, sessions add up."""
    found = []
    standing = CommitmentSession.state.in_([SessionState.PLANNED, SessionState.REPORTED])
    in_sessions = _sums(reading, CommitmentSession.commitment_id, CommitmentSession.amount.expression, standing)
    with_sessions = set(reading.execute(select(CommitmentSession.commitment_id).distinct()).scalars())
    for row in reading.execute(select(Commitment).order_by(Commitment.id)).scalars():
        subject = f"commitment:{row.reference}"
        state = CommitmentState(row.state)
        wrong = []
        if not max(row.confirmed, row.verified) <= row.reported <= row.amount:
            wrong.append("its figures are out of order")
        if state in KEPT and row.amount != row.reported:
            wrong.append(f"it is over, but {row.amount - row.reported} of it stands unreported")
        if state in DROPPED and (row.holds_pledge or row.agreed_at_utc is not None):
            wrong.append("it was never agreed, but draws on something")
        if row.agreed_at_utc is not None and row.amount + row.unused < row.reported:
            wrong.append("more is reported than was ever agreed")
        if (state in RUNNING and row.id in with_sessions) and row.amount != in_sessions.get(row.id, 0):
            wrong.append(f"it is for {row.amount}, its dates add up to {in_sessions.get(row.id, 0)}")
        found += [Breach(RULE, subject, detail) for detail in wrong]
    double = reading.execute(
        select(Commitment.pledge_id, Commitment.part_id)
        .where(IS_OPEN)
        .group_by(Commitment.pledge_id, Commitment.part_id)
        .having(func.count() > 1)
    )
    found += [Breach(RULE, f"pledge {row.pledge_id}", "has two open offers on one part") for row in double]
    return found
