"""Accounts, memberships with roles, sign-in sessions, signed links, invitations."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from community_book.base.tables import Base, PublicRow, Row


class Person(PublicRow, Base):
    """Someone with an account. Erasing empties name and email; the pseudonym stays in the chain, naming nobody."""

    __tablename__ = "people"
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    wanted_email: Mapped[str | None] = mapped_column(String(254))
    telephone: Mapped[str] = mapped_column(String(30), default="")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    pseudonym: Mapped[str] = mapped_column(String(40), unique=True)
    language: Mapped[str] = mapped_column(String(5), default="en")
    mail_rhythm: Mapped[str | None] = mapped_column(String(10))
    disabled_at_utc: Mapped[datetime | None]
    erased_at_utc: Mapped[datetime | None]


class MembershipRow(Row, Base):
    """One role held in one organisation, from and until. Ended rows stay: who belonged in the last 12 months counts."""

    __tablename__ = "memberships"
    __table_args__ = (
        Index(
            "uq_memberships_held_now",
            "person_id",
            "organisation_id",
            "role",
            unique=True,
            sqlite_where=text("until_utc IS NULL"),
            postgresql_where=text("until_utc IS NULL"),
        ),
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    since_utc: Mapped[datetime]
    until_utc: Mapped[datetime | None]


class SignInSession(Row, Base):
    """One signed-in browser. The cookie holds the token, the row its hash."""

    __tablename__ = "sign_in_sessions"
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    acting_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    recording_for_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    browser: Mapped[str] = mapped_column(String(80), default="")
    started_at_utc: Mapped[datetime]
    last_seen_at_utc: Mapped[datetime]
    ended_at_utc: Mapped[datetime | None]


class SignedLink(Row, Base):
    """One act without an account: opening it changes nothing, its button does, once."""

    __tablename__ = "signed_links"
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    act: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(60), index=True)
    email: Mapped[str] = mapped_column(String(254), default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    expires_at_utc: Mapped[datetime]
    used_at_utc: Mapped[datetime | None]


class AskedLink(Row, Base):
    """A mailed sign-in link that was asked for, so that the worker alone finds out whether anybody has the address."""

    __tablename__ = "asked_links"
    email: Mapped[str] = mapped_column(String(254))
    asked_at_utc: Mapped[datetime] = mapped_column(index=True)


class Invitation(PublicRow, Base):
    """Asks one address to join one organisation in one role. Its token is that of a signed link, made when mailed."""

    __tablename__ = "invitations"
    email: Mapped[str] = mapped_column(String(254), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    invited_by_person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    on_behalf: Mapped[bool] = mapped_column(default=False)
    expires_at_utc: Mapped[datetime]
    accepted_at_utc: Mapped[datetime | None]
    withdrawn_at_utc: Mapped[datetime | None]
