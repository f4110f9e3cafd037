"""The Community Book's entries, and what is written to groups through the site."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from community_book.base.tables import Base, PublicRow, Row


class GroupEntry(PublicRow, Base):
    """A group's entry: contacts and exact place are private unless the group ticks them public.

    Until it is listed there is no organisation: anybody may ask in any name and with any number, and
    must not take either away from whom they belong to.
    """

    __tablename__ = "group_entries"
    __table_args__ = (
        CheckConstraint(
            "organisation_id IS NOT NULL OR state IN ('asked_for', 'more_wanted', 'declined')",
            name="listed_is_an_organisation",
        ),
        Index(
            "uq_group_entries_organisation",
            "organisation_id",
            unique=True,
            sqlite_where=text("state <> 'closed'"),
            postgresql_where=text("state <> 'closed'"),
        ),
    )
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    state: Mapped[str] = mapped_column(String(20), index=True)
    asked_name: Mapped[str] = mapped_column(String(160))
    asked_scheme: Mapped[str] = mapped_column(String(12), default="")
    asked_identifier: Mapped[str] = mapped_column(String(40), default="")
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
    waiting_since_utc: Mapped[datetime]
    asked_by_person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    asked_by_email: Mapped[str] = mapped_column(String(254), default="")
    question: Mapped[str] = mapped_column(Text, default="")
    answer: Mapped[str] = mapped_column(Text, default="")
    decided_by_person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    last_confirmed_on: Mapped[date]
    asked_still_right_on: Mapped[date | None]
    out_of_date: Mapped[bool] = mapped_column(default=False)


class GroupMessage(Row, Base):
    """What somebody wrote to a group through the site; forgotten after some weeks."""

    __tablename__ = "group_messages"
    entry_id: Mapped[int] = mapped_column(ForeignKey("group_entries.id"), index=True)
    from_name: Mapped[str] = mapped_column(String(120))
    from_email: Mapped[str] = mapped_column(String(254))
    words: Mapped[str] = mapped_column(Text)
    written_at_utc: Mapped[datetime] = mapped_column(index=True)
