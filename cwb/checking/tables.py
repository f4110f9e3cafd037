"""Batches of a quarter's reports, and what each of them held."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from community_book.base.tables import BIG, Base, PublicRow


class Batch(PublicRow, Base):
    """The reports of one quarter that stand or fall with a sample.

    `live_quarter` is the quarter while the batch is not decided, so that a quarter has one such batch. `seed` is
    nobody's to read before the sample is drawn; its hash is public from the first moment. `size` reports are in it.
    """

    __tablename__ = "batches"
    __table_args__ = (
        CheckConstraint(
            "state IN ('open', 'frozen', 'drawn', 'accepting', 'accepted', 'dropped')",
            name="state",
        ),
        CheckConstraint("tolerance_basis_points BETWEEN 0 AND 10000", name="tolerance"),
        CheckConstraint("sample_size >= 0 AND sample_size <= size", name="sample_within_batch"),
    )
    quarter: Mapped[str] = mapped_column(String(7), index=True)
    live_quarter: Mapped[str | None] = mapped_column(String(7), unique=True)
    state: Mapped[str] = mapped_column(String(10), index=True)
    seed: Mapped[str] = mapped_column(String(64))
    seed_hash: Mapped[str] = mapped_column(String(64))
    tolerance_basis_points: Mapped[int]
    size: Mapped[int] = mapped_column(default=0)
    sample_size: Mapped[int] = mapped_column(default=0)
    opened_at_utc: Mapped[datetime]
    opened_by_person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    frozen_at_utc: Mapped[datetime | None]
    frozen_until: Mapped[date | None]
    drawn_at_utc: Mapped[datetime | None]
    decided_at_utc: Mapped[datetime | None]
    decided_by_person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_as_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    reason: Mapped[str] = mapped_column(Text, default="")


class BatchItem(Base):
    """A report in a batch: what it claimed when it was frozen, and what became of it.

    `found` is what was found of a checked one when the batch was decided; `outcome` of the others is "accepted", or
    "released" where they are checked one by one instead.
    """

    __tablename__ = "batch_items"
    __table_args__ = (
        CheckConstraint("claimed > 0", name="claims_something"),
        CheckConstraint("outcome IN ('', 'checked', 'accepted', 'released')", name="outcome"),
    )
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"), primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id"), primary_key=True, index=True)
    claimed: Mapped[int] = mapped_column(BIG)
    in_sample: Mapped[bool] = mapped_column(default=False)
    found: Mapped[int | None] = mapped_column(BIG)
    outcome: Mapped[str] = mapped_column(String(10), default="")
