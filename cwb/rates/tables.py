"""Rates of pay, and what each provider says about them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from community_book.base.tables import Base, PublicRow


class PayRate(PublicRow, Base):
    """A living wage, pence an hour, from a day on."""

    __tablename__ = "pay_rates"
    __table_args__ = (
        CheckConstraint("wage IN ('real', 'national')", name="wage"),
        CheckConstraint("uk_pence > 0 AND (london_pence IS NULL OR london_pence > 0)", name="pence"),
        CheckConstraint("pay_by >= in_force_from", name="days"),
        UniqueConstraint("wage", "in_force_from"),
    )
    wage: Mapped[str] = mapped_column(String(8))
    label: Mapped[str] = mapped_column(String(20))
    in_force_from: Mapped[date]
    pay_by: Mapped[date]
    uk_pence: Mapped[int]
    london_pence: Mapped[int | None]
    minimum_age: Mapped[int | None]
    status: Mapped[str] = mapped_column(String(80), default="")
    asked_at_utc: Mapped[datetime | None]


class PayAttestation(PublicRow, Base):
    """What one provider was asked about one rate, and its answer."""

    __tablename__ = "pay_attestations"
    __table_args__ = (
        CheckConstraint("state IN ('asked', 'pays', 'not_yet')", name="state"),
        CheckConstraint("(state = 'pays') = (paid_from IS NOT NULL)", name="from_when"),
        CheckConstraint("(state = 'asked') = (attested_at_utc IS NULL)", name="said"),
        UniqueConstraint("rate_id", "provider_id"),
    )
    rate_id: Mapped[int] = mapped_column(ForeignKey("pay_rates.id"))
    provider_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    state: Mapped[str] = mapped_column(String(8))
    paid_from: Mapped[date | None]
    why: Mapped[str] = mapped_column(Text, default="")
    asked_on: Mapped[date]
    attested_at_utc: Mapped[datetime | None]
