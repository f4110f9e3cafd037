"""Steps that append to the ledger. Nothing here or anywhere changes an entry; the database refuses it too."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, insert, select, text

from community_book.base.amounts import LARGEST
from community_book.base.clock import now_utc, quarter_of, today
from community_book.base.work import Work
from cwb.ledger.queries import closed_quarters
from cwb.ledger.rules import BY_DAY_OF_ACT, Booking, Figure, Standing, open_quarter, taken_back
from cwb.ledger.tables import LedgerEntry

COPIED = (
    "figure",
    "measure_id",
    "unit",
    "pillar_number",
    "basis",
    "provider_id",
    "group_id",
    "zone_id",
    "zone_note",
    "lot_id",
    "framework_id",
    "pledge_id",
    "commitment_id",
    "delivery_id",
    "share_basis_points",
    "how",
)


def _closed(work: Work) -> frozenset[str]:
    """The closed quarters, which nobody can add to before this act is done.

    PostgreSQL: bookings share a lock that closing a quarter takes alone. SQLite: one act writes at a time.
    """
    if work.get_bind().dialect.name == "postgresql":
        work.execute(text("LOCK TABLE closed_periods IN SHARE MODE"))
    return closed_quarters(work)


def _taken_from(work: Work, entries: Mapping[int, LedgerEntry]) -> dict[int, int]:
    """What was taken back already, below nothing, by entry."""
    statement = select(LedgerEntry.reverses_id, func.sum(LedgerEntry.amount)).where(
        LedgerEntry.reverses_id.in_(entries)
    )
    rows = work.execute(statement.group_by(LedgerEntry.reverses_id)).all()
    return {int(key): int(taken) for key, taken in rows if key is not None}


def book(work: Work, *bookings: Booking) -> list[int]:
    """Appends entries, stamped with moment and period; returns their ids in the order given.

    Pledged and committed count in the quarter of today, the others in that of `happened_on`; a closed
    quarter gives way to the first open one after it.
    """
    if not bookings:
        return []
    closed, moment, now = _closed(work), now_utc(), today()
    rows = []
    for booking in bookings:
        if not 0 < booking.amount <= LARGEST:
            raise ValueError(f"an entry has an amount of 1 or more: {booking.amount}")
        day = now if booking.figure in BY_DAY_OF_ACT else booking.happened_on
        rows.append(
            {
                **{name: getattr(booking, name) for name in COPIED},
                "figure": str(booking.figure),
                "unit": str(booking.unit),
                "basis": str(booking.basis),
                "amount": booking.amount,
                "happened_on": day,
                "booked_at_utc": moment,
                "period": open_quarter(quarter_of(day), closed),
                "reverses_id": booking.reverses_id,
                "act": booking.act,
            }
        )
    return list(work.scalars(insert(LedgerEntry).returning(LedgerEntry.id, sort_by_parameter_order=True), rows))


def reverse(
    work: Work,
    *,
    figure: Figure | str,
    amount: int,
    act: str,
    pledge_id: int | None = None,
    commitment_id: int | None = None,
    delivery_id: int | None = None,
) -> list[int]:
    """Takes an amount out of a figure by entries below nothing, which copy the stamps of those they take back.

    Newest entries first. What is taken back of pledged or committed counts in the quarter of today, the rest
    in the quarter of its entry, or in the open one where that is closed. Raises NotThatMuch when
    less than the amount stands under the figure for the given delivery, commitment or pledge.
    """
    wanted = {"pledge_id": pledge_id, "commitment_id": commitment_id, "delivery_id": delivery_id}
    if all(value is None for value in wanted.values()):
        raise ValueError("say of which pledge, commitment or delivery")
    if amount == 0:
        return []
    closed, moment, now = _closed(work), now_utc(), today()
    statement = select(LedgerEntry).where(LedgerEntry.figure == str(figure), LedgerEntry.reverses_id.is_(None))
    for name, value in wanted.items():
        if value is not None:
            statement = statement.where(getattr(LedgerEntry, name) == value)
    entries = {entry.id: entry for entry in work.execute(statement.order_by(LedgerEntry.id)).scalars()}
    back = _taken_from(work, entries)
    standing = [Standing(entry.id, entry.amount + back.get(entry.id, 0)) for entry in entries.values()]
    rows = []
    for entry_id, part in taken_back(standing, amount):
        entry = entries[entry_id]
        by_act = Figure(entry.figure) in BY_DAY_OF_ACT
        rows.append(
            {
                **{name: getattr(entry, name) for name in COPIED},
                "amount": -part,
                "happened_on": now if by_act else entry.happened_on,
                "booked_at_utc": moment,
                "period": open_quarter(quarter_of(now) if by_act else entry.period, closed),
                "reverses_id": entry.id,
                "act": act,
            }
        )
    return list(work.scalars(insert(LedgerEntry).returning(LedgerEntry.id, sort_by_parameter_order=True), rows))
