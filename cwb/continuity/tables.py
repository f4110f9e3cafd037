"""Acts over many rooms that can be undone, and what each of them changed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from community_book.base.tables import BIG, Base, PublicRow, Row


class Undertaking(PublicRow, Base):
    """One act over many rooms about one organisation. It can be undone as a whole until the end of `until`.

    `into_organisation_id` is the one that stays where two were merged. `by_person_id` is nobody where the group closed
    its own entry and the site ended what hung on it.
    """

    __tablename__ = "undertakings"
    __table_args__ = (
        CheckConstraint("act IN ('suspend', 'close_group', 'merge')", name="act"),
        CheckConstraint("state IN ('done', 'undone')", name="state"),
        CheckConstraint("(state = 'undone') = (undone_at_utc IS NOT NULL)", name="undone_at_a_moment"),
    )
    act: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(8), default="done")
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    into_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    by_person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    at_utc: Mapped[datetime]
    until: Mapped[date] = mapped_column(index=True)
    undone_at_utc: Mapped[datetime | None]
    undone_by_person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))


class UndertakingChange(Row, Base):
    """One thing such an act changed: how it stood, and what became of it when the act was undone.

    `amount` is a whole number of `unit`, missing where the thing has none. `before` is what its room needs to put it
    back. `outcome` is "back" or "kept"; `says` is why it was kept, or what differs from before.
    """

    __tablename__ = "undertaking_changes"
    __table_args__ = (
        UniqueConstraint("undertaking_id", "kind", "thing_id"),
        CheckConstraint(
            "kind IN ('organisation', 'admission', 'entry', 'activity', 'person', 'pledge', 'need', 'commitment', "
            "'delivery', 'link', 'invitation', 'word')",
            name="kind",
        ),
        CheckConstraint("outcome IN ('', 'back', 'kept')", name="outcome"),
        CheckConstraint("outcome <> 'kept' OR says IS NOT NULL", name="kept_for_a_reason"),
    )
    undertaking_id: Mapped[int] = mapped_column(ForeignKey("undertakings.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    thing_id: Mapped[int] = mapped_column(BIG)
    reference: Mapped[str] = mapped_column(String(12))
    what: Mapped[str] = mapped_column(String(12))
    state_before: Mapped[str] = mapped_column(String(20))
    unit: Mapped[str] = mapped_column(String(16), default="")
    amount: Mapped[int | None] = mapped_column(BIG)
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    outcome: Mapped[str] = mapped_column(String(8), default="")
    says: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
