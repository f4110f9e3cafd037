"""Readings of levels."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from cwb.ledger.tables import LevelReading
from cwb.ledger.views import ReadingView


def _view(row: LevelReading) -> ReadingView:
    return ReadingView(
        id=row.id,
        reference=row.reference,
        pledge_id=row.pledge_id,
        measure_id=row.measure_id,
        provider_id=row.provider_id,
        delivery_id=row.delivery_id,
        basis=row.basis,
        part=row.part,
        whole=row.whole,
        read_on=row.read_on,
        is_verified=row.verified_at_utc is not None,
    )


def readings_of(reading: Session, pledge_id: int) -> list[ReadingView]:
    """Every reading of a pledge that was not withdrawn, newest first."""
    rows = reading.execute(
        select(LevelReading)
        .where(LevelReading.pledge_id == pledge_id, LevelReading.withdrawn_at_utc.is_(None))
        .order_by(LevelReading.read_on.desc(), LevelReading.id.desc())
    ).scalars()
    return [_view(row) for row in rows]


def latest_readings(
    reading: Session,
    pledge_ids: Collection[int] | None = None,
    *,
    verified_only: bool = True,
) -> dict[int, ReadingView]:
    """The latest reading of each pledge: the one that counts. Ties go to the one recorded last."""
    statement = select(LevelReading).where(LevelReading.withdrawn_at_utc.is_(None), LevelReading.whole > 0)
    if verified_only:
        statement = statement.where(LevelReading.verified_at_utc.is_not(None))
    if pledge_ids is not None:
        statement = statement.where(LevelReading.pledge_id.in_(pledge_ids))
    rows = reading.execute(statement.order_by(LevelReading.read_on, LevelReading.id)).scalars()
    return {row.pledge_id: _view(row) for row in rows}
