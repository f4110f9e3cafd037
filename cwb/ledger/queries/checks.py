"""What must always be true of the ledger by itself (domain.md 5); other rooms check their own totals against it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from community_book.base.amounts import WHOLE_SHARE_BASIS_POINTS
from community_book.base.registered import Breach
from cwb.ledger.queries.closed import closed_breaches
from cwb.ledger.rules import CHECKED, SAMPLED, Figure
from cwb.ledger.tables import LedgerEntry, Period


def ledger_breaches(reading: Session) -> Sequence[Breach]:
    """Everything wrong with the ledger taken alone."""
    return [
        *_negative_figures(reading),
        *_reversals(reading),
        *_one_measure_each(reading),
        *_shares(reading),
        *_after_closing(reading),
        *_verified_says_how(reading),
        *closed_breaches(reading),
    ]


def _negative_figures(reading: Session) -> list[Breach]:
    statement = (
        select(LedgerEntry.pledge_id, LedgerEntry.figure, func.sum(LedgerEntry.amount))
        .group_by(LedgerEntry.pledge_id, LedgerEntry.figure)
        .having(func.sum(LedgerEntry.amount) < 0)
        .order_by(LedgerEntry.pledge_id, LedgerEntry.figure)
    )
    return [
        Breach("no figure is below nothing", f"pledge {pledge_id}", f"{figure} adds up to {amount}")
        for pledge_id, figure, amount in reading.execute(statement).all()
    ]


def _reversals(reading: Session) -> list[Breach]:
    """What is negative takes back an entry; what takes back is stamped like it and never passes it."""
    first = aliased(LedgerEntry)
    same = (
        (first.figure == LedgerEntry.figure)
        & (first.measure_id == LedgerEntry.measure_id)
        & (first.basis == LedgerEntry.basis)
        & (first.pledge_id == LedgerEntry.pledge_id)
        & (first.amount > 0)
    )
    unlike = (
        select(LedgerEntry.id)
        .outerjoin(first, first.id == LedgerEntry.reverses_id)
        .where((LedgerEntry.reverses_id.is_not(None)) & (first.id.is_(None) | ~same))
        .order_by(LedgerEntry.id)
    )
    loose = select(LedgerEntry.id).where((LedgerEntry.amount < 0) != LedgerEntry.reverses_id.is_not(None))
    taken = (
        select(LedgerEntry.reverses_id, func.sum(LedgerEntry.amount).label("amount"))
        .where(LedgerEntry.reverses_id.is_not(None))
        .group_by(LedgerEntry.reverses_id)
        .subquery()
    )
    beyond = (
        select(LedgerEntry.id)
        .join(taken, taken.c.reverses_id == LedgerEntry.id)
        .where(LedgerEntry.amount + taken.c.amount < 0)
    )
    rule = "what is taken back points to its entry"
    return [
        *(Breach(rule, f"entry {key}", "takes back an entry unlike it") for key in reading.execute(unlike).scalars()),
        *(Breach(rule, f"entry {key}", "is negative and points nowhere") for key in reading.execute(loose).scalars()),
        *(Breach(rule, f"entry {key}", "was taken back more than once") for key in reading.execute(beyond).scalars()),
    ]


def _one_measure_each(reading: Session) -> list[Breach]:
    """A delivery counts once: under one measure, for one pledge."""
    statement = (
        select(LedgerEntry.delivery_id)
        .where(LedgerEntry.delivery_id.is_not(None))
        .group_by(LedgerEntry.delivery_id)
        .having(
            (func.count(LedgerEntry.measure_id.distinct()) > 1) | (func.count(LedgerEntry.pledge_id.distinct()) > 1)
        )
        .order_by(LedgerEntry.delivery_id)
    )
    return [
        Breach("a delivery counts once", f"delivery {key}", "has entries of two measures or pledges")
        for key in reading.execute(statement).scalars()
    ]


def _shares(reading: Session) -> list[Breach]:
    shares = (
        select(LedgerEntry.delivery_id, LedgerEntry.framework_id, LedgerEntry.lot_id, LedgerEntry.share_basis_points)
        .where(LedgerEntry.delivery_id.is_not(None))
        .distinct()
        .subquery()
    )
    statement = (
        select(shares.c.delivery_id, func.sum(shares.c.share_basis_points))
        .group_by(shares.c.delivery_id)
        .having(func.sum(shares.c.share_basis_points) > WHOLE_SHARE_BASIS_POINTS)
        .order_by(shares.c.delivery_id)
    )
    return [
        Breach("shares of one delivery come to one whole at most", f"delivery {key}", f"they come to {points}")
        for key, points in reading.execute(statement).all()
    ]


def _after_closing(reading: Session) -> list[Breach]:
    statement = (
        select(LedgerEntry.id, LedgerEntry.period)
        .join(Period, Period.quarter == LedgerEntry.period)
        .where(LedgerEntry.booked_at_utc > Period.closed_at_utc)
        .order_by(LedgerEntry.id)
    )
    return [
        Breach("nothing is booked in a closed quarter", f"entry {key}", f"was booked after {period} was closed")
        for key, period in reading.execute(statement).all()
    ]


def _verified_says_how(reading: Session) -> list[Breach]:
    says = LedgerEntry.how.in_((CHECKED, SAMPLED))
    statement = select(LedgerEntry.id).where((LedgerEntry.figure == str(Figure.VERIFIED)) != says)
    return [
        Breach("verified shows its parts", f"entry {key}", "does not say how it was verified")
        for key in reading.execute(statement.order_by(LedgerEntry.id)).scalars()
    ]
