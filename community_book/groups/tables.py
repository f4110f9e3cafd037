"""The Community Book's entries."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from community_book.base.tables import Base, PublicRow


class GroupEntry(PublicRow, Base):
    """A group's entry: contacts and exact place are private unless the group ticks them public."""

    __tablename__ = "group_entries"
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), unique=True)
    state: Mapped[str] = mapped_column(String(20), index=True)
    what_we_do: Mapped[str] = mapped_column(Text)
    who_for: Mapped[str] = mapped_column(Text, default="")
    can_offer: Mapped[str] = mapped_column(Text, default="")
    size_band: Mapped[str] = mapped_column(String(12))
    informal: Mapped[bool] = mapped_column(default=False)
    proof: Mapped[str] = mapped_column(Text, default="")
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"))
    place_public: Mapped[bool] = mapped_column(default=False)
    contact_name: Mapped[str] = mapped_column(String(120), default="")
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    contact_telephone: Mapped[str] = mapped_column(String(30), default="")
    contacts_public: Mapped[bool] = mapped_column(default=False)
    deputy_name: Mapped[str] = mapped_column(String(120), default="")
    deputy_email: Mapped[str] = mapped_column(String(254), default="")
    trusted: Mapped[bool] = mapped_column(default=False)
    asked_at_utc: Mapped[datetime]
    asked_by_name: Mapped[str] = mapped_column(String(120), default="")
    asked_by_email: Mapped[str] = mapped_column(String(254), default="")
    decided_by_person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    last_confirmed_on: Mapped[date]
    asked_still_right_on: Mapped[date | None]
