"""What other rooms and pages are shown of people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from community_book.base.actor import Actor, Membership, Role
from community_book.people.rules import MailRhythm


@dataclass(frozen=True)
class PersonView:
    """Somebody who belongs to an organisation, with the roles held there. Email and name are private."""

    id: int
    reference: str
    name: str
    email: str
    roles: frozenset[Role]


@dataclass(frozen=True)
class AccountView:
    """A person's own account, or the one an administrator looks after."""

    id: int
    reference: str
    name: str
    email: str
    wanted_email: str
    telephone: str
    mail_rhythm: MailRhythm
    has_password: bool
    is_disabled: bool
    version: int
    memberships: tuple[Membership, ...]


@dataclass(frozen=True)
class AddressView:
    """Where a person is written to: their address, language, and how often they want mail."""

    id: int
    name: str
    email: str
    language: str
    mail_rhythm: MailRhythm


@dataclass(frozen=True)
class OwnWords:
    """By what a person is named in words that were stored: name, addresses (present and asked for), telephone."""

    name: str
    emails: tuple[str, ...]
    telephone: str


@dataclass(frozen=True)
class SessionView:
    """One signed-in browser."""

    id: int
    browser: str
    started_at_utc: datetime
    last_seen_at_utc: datetime
    is_this: bool


@dataclass(frozen=True)
class OpenSession:
    """Whose a browser's token is, and whether its last-seen is due to be written."""

    actor: Actor
    is_seen_due: bool


@dataclass(frozen=True)
class InvitationView:
    """An invitation: `state` is "open", "accepted", "withdrawn" or "out of date"."""

    id: int
    reference: str
    email: str
    organisation_id: int
    organisation_reference: str
    organisation_name: str
    role: Role
    invited_by: str
    invited_by_person_id: int
    expires_at_utc: datetime
    state: str


@dataclass(frozen=True)
class PersonRow:
    """One line of the administrator's list."""

    id: int
    reference: str
    name: str
    email: str
    is_disabled: bool
    memberships: tuple[Membership, ...]


Held = Mapping[str, Any]
"""What one room holds about a person, as plain values."""


@dataclass(frozen=True)
class MovedRole:
    """A role somebody held: whether it was given in the other organisation, or was held there already."""

    membership_id: int
    person_id: int
    person_reference: str
    role: str
    given: bool
