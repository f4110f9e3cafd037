"""The five pillars and the measures under them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from community_book.base.tables import BIG, Base, PublicRow


class Pillar(Base):
    """One of five. The wording is editable, the number is not."""

    __tablename__ = "pillars"
    __table_args__ = (CheckConstraint("number BETWEEN 1 AND 5", name="one_of_five"),)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(120))
    plainly: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)


class Measure(PublicRow, Base):
    """Something countable under exactly one pillar."""

    __tablename__ = "measures"
    __table_args__ = (
        CheckConstraint("nature IN ('amount', 'level')", name="nature"),
        CheckConstraint("brokered IN ('yes', 'no', 'may')", name="brokered"),
        CheckConstraint("about_wage IN ('', 'real', 'national')", name="about_wage"),
    )
    code: Mapped[str] = mapped_column(String(12), unique=True)
    pillar_number: Mapped[int] = mapped_column(ForeignKey("pillars.number"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    theme: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(160))
    kind: Mapped[str] = mapped_column(String(12))
    unit: Mapped[str] = mapped_column(String(16))
    nature: Mapped[str] = mapped_column(String(8))
    brokered: Mapped[str] = mapped_column(String(4))
    confirmed_by: Mapped[str] = mapped_column(String(8))
    evidence_asked: Mapped[str] = mapped_column(Text)
    what_counts: Mapped[str] = mapped_column(Text)
    why_this_pillar: Mapped[str] = mapped_column(Text)
    disclosive: Mapped[bool] = mapped_column(default=False)
    counts_after_days: Mapped[int] = mapped_column(default=0)
    shown_under: Mapped[str] = mapped_column(String(30), default="")
    two_verifiers_above: Mapped[int | None] = mapped_column(BIG)
    about_wage: Mapped[str] = mapped_column(String(8), default="")
    not_with: Mapped[str] = mapped_column(String(120), default="")
    pack: Mapped[str] = mapped_column(String(60), default="")
    as_loaded: Mapped[dict[str, Any]] = mapped_column(default=dict)
    retired_at_utc: Mapped[datetime | None]
