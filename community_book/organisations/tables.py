"""Every body the site knows: the council, its partners, providers, groups."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from community_book.base.tables import BIG, Base, PublicRow, Row


class Organisation(PublicRow, Base):
    """A body. What it is to us (group, provider) hangs on the rows other rooms attach to it.

    `merged_into_id` is the one that stays where the same body was here twice; its address leads there.
    """

    __tablename__ = "organisations"
    name: Mapped[str] = mapped_column(String(160), index=True)
    description: Mapped[str] = mapped_column(Text, default="")
    website: Mapped[str] = mapped_column(String(300), default="")
    is_council: Mapped[bool] = mapped_column(Boolean, default=False)
    closed_at_utc: Mapped[datetime | None]
    merged_into_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("organisations.id"))


class Identifier(Row, Base):
    """A register number with its scheme, never inferred; several are allowed, one is the first shown."""

    __tablename__ = "organisation_identifiers"
    __table_args__ = (
        UniqueConstraint("scheme", "value"),
        Index(
            "uq_organisation_identifiers_primary",
            "organisation_id",
            unique=True,
            sqlite_where=text("is_primary"),
            postgresql_where=text("is_primary"),
        ),
    )
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    scheme: Mapped[str] = mapped_column(String(12))
    value: Mapped[str] = mapped_column(String(40))
    is_primary: Mapped[bool] = mapped_column(Boolean, default=False)
