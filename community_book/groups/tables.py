"""The Community Book's entries, their tags and activities, and what is written about and to groups."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

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
    sells: Mapped[str] = mapped_column(Text, default="")
    has_room_for: Mapped[str] = mapped_column(Text, default="")
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


class ActivityTag(Row, Base):
    """What groups do, in a few words to tick: our own list or another that was loaded."""

    __tablename__ = "activity_tags"
    code: Mapped[str] = mapped_column(String(40), unique=True)
    label: Mapped[str] = mapped_column(String(120))
    theme: Mapped[str] = mapped_column(String(60), default="")
    description: Mapped[str] = mapped_column(Text, default="")


class GroupTag(Base):
    """A tag a group ticked."""

    __tablename__ = "group_tags"
    entry_id: Mapped[int] = mapped_column(ForeignKey("group_entries.id"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("activity_tags.id"), primary_key=True, index=True)


class GroupActivity(PublicRow, Base):
    """Something regular a group runs. Without a place of its own it is where the group is.

    The exact place (`where_words`, the postcode) is shown only where `place_public` is ticked and the place
    is not confidential.
    """

    __tablename__ = "group_activities"
    __table_args__ = (
        CheckConstraint("days_mask BETWEEN 1 AND 127", name="some_day"),
        CheckConstraint("starts_minute >= 0 AND starts_minute < ends_minute AND ends_minute <= 1440", name="times"),
        CheckConstraint("space IN ('come_along', 'ask_first', 'full')", name="space"),
    )
    entry_id: Mapped[int] = mapped_column(ForeignKey("group_entries.id"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    days_mask: Mapped[int]
    starts_minute: Mapped[int]
    ends_minute: Mapped[int]
    when_note: Mapped[str] = mapped_column(String(200), default="")
    for_whom: Mapped[str] = mapped_column(String(300), default="")
    cost: Mapped[str] = mapped_column(String(120), default="")
    where_words: Mapped[str] = mapped_column(String(200), default="")
    place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"))
    place_public: Mapped[bool] = mapped_column(default=False)
    space: Mapped[str] = mapped_column(String(12))
    confirmed_on: Mapped[date]


class EntryReport(PublicRow, Base):
    """Somebody says that a listed group is theirs, or that its entry is wrong; officers decide."""

    __tablename__ = "entry_reports"
    __table_args__ = (
        CheckConstraint("kind IN ('claim', 'wrong')", name="kind"),
        CheckConstraint("state IN ('waiting', 'accepted', 'declined')", name="state"),
    )
    entry_id: Mapped[int] = mapped_column(ForeignKey("group_entries.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(12), default="waiting", index=True)
    name: Mapped[str] = mapped_column(String(120), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    words: Mapped[str] = mapped_column(Text)
    asked_by_person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    asked_at_utc: Mapped[datetime]
    decided_by_person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at_utc: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(Text, default="")


class Succession(Row, Base):
    """A lead has invited the next one, and steps down on the day that invitation is accepted."""

    __tablename__ = "group_successions"
    entry_id: Mapped[int] = mapped_column(ForeignKey("group_entries.id"), index=True)
    from_person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitations.id"), unique=True)
    asked_at_utc: Mapped[datetime]
    done_at_utc: Mapped[datetime | None]


class GroupImport(PublicRow, Base):
    """A council's own list that the worker takes in, some groups at a time; its rows are emptied when it is done.

    `done` counts the rows that were looked at. `left_out` holds the line of each that could not be taken in any
    more, and why, as a Message.
    """

    __tablename__ = "group_imports"
    __table_args__ = (CheckConstraint("done >= 0 AND done <= total", name="done"),)
    rows: Mapped[list[Any]]
    total: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    left_out: Mapped[list[Any]]
    asked_by_person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    asked_at_utc: Mapped[datetime]
    finished_at_utc: Mapped[datetime | None] = mapped_column(index=True)
