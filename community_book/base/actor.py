"""Who acts: a person, the system or the holder of a signed link, always as one organisation.

Permissions are data: each names the roles that have it; a person's roles count only in the
organisation they act as (domain.md 3: rights do not add up).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from uuid import uuid4

from community_book.base.errors import NotAllowed
from community_book.base.messages import N_, Message


class Role(StrEnum):
    """Every role of domain.md 3 that a membership can carry."""

    GROUP_MEMBER = "group_member"
    GROUP_LEAD = "group_lead"
    PROVIDER_MEMBER = "provider_member"
    PROVIDER_LEAD = "provider_lead"
    OFFICER = "officer"
    VERIFIER = "verifier"
    SAFEGUARDING = "safeguarding"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    OUTSIDE_DECIDER = "outside_decider"


ROLE_LABELS: dict[Role, Message] = {
    Role.GROUP_MEMBER: Message(N_("group member")),
    Role.GROUP_LEAD: Message(N_("group lead")),
    Role.PROVIDER_MEMBER: Message(N_("provider member")),
    Role.PROVIDER_LEAD: Message(N_("provider lead")),
    Role.OFFICER: Message(N_("council officer")),
    Role.VERIFIER: Message(N_("council verifier")),
    Role.SAFEGUARDING: Message(N_("safeguarding officer")),
    Role.AUDITOR: Message(N_("council auditor")),
    Role.ADMINISTRATOR: Message(N_("council administrator")),
    Role.OUTSIDE_DECIDER: Message(N_("outside decider")),
}

GROUP_ROLES = frozenset({Role.GROUP_MEMBER, Role.GROUP_LEAD})
PROVIDER_ROLES = frozenset({Role.PROVIDER_MEMBER, Role.PROVIDER_LEAD})
COUNCIL_ROLES = frozenset({Role.OFFICER, Role.VERIFIER, Role.SAFEGUARDING, Role.AUDITOR, Role.ADMINISTRATOR})

MAY_INVITE: dict[Role, frozenset[Role]] = {
    Role.GROUP_LEAD: GROUP_ROLES,
    Role.PROVIDER_LEAD: PROVIDER_ROLES,
    Role.ADMINISTRATOR: frozenset(Role),
}
"""Which roles a role may hand out: never higher than its own; the administrator runs people and roles."""


@dataclass(frozen=True)
class Permission:
    """One thing that may be done, and the roles that may. `name` appears in the access matrix."""

    name: str
    roles: frozenset[Role]

    def __init__(self, name: str, *roles: Role) -> None:
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "roles", frozenset(roles))


SIGNED_IN = Permission("signed_in", *Role)
"""Anything every signed-in person may do, whatever they act as."""


@dataclass(frozen=True)
class Membership:
    """A place in an organisation with the roles held there now."""

    organisation_id: int
    organisation_reference: str
    organisation_name: str
    roles: frozenset[Role]


@dataclass(frozen=True)
class Actor:
    """Who acts, as whom, on whose behalf and by which channel. Frozen; made once a request.

    `person_id` is None for the system, for link-holders and for anyone not signed in.
    `pseudonym` goes into the audit chain instead of a name. `organisation_id` is the acting one.
    `link_act` and `link_subject` say what a link-holder's one act is about ("delivery:D-7K2M9Q").
    `form_key` makes a double submission one record.
    """

    kind: str
    pseudonym: str
    person_id: int | None = None
    name: str = ""
    email: str = ""
    memberships: tuple[Membership, ...] = ()
    organisation_id: int | None = None
    organisation_reference: str = ""
    organisation_name: str = ""
    roles: frozenset[Role] = frozenset()
    on_behalf_of_organisation_id: int | None = None
    on_behalf_of: str = ""
    channel: str = "page"
    request_id: str = field(default_factory=lambda: uuid4().hex)
    form_key: str | None = None
    link_act: str | None = None
    link_subject: str | None = None
    link_id: int | None = None
    language: str = "en"

    @property
    def is_signed_in(self) -> bool:
        return self.kind == "person"

    @property
    def is_system(self) -> bool:
        return self.kind == "system"

    def has_role(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)

    @property
    def is_council(self) -> bool:
        return not self.roles.isdisjoint(COUNCIL_ROLES)

    def may(self, permission: Permission) -> bool:
        """Whether the acting organisation's roles carry the permission. The system may everything."""
        if self.is_system:
            return True
        if permission is SIGNED_IN:
            return self.is_signed_in
        return not self.roles.isdisjoint(permission.roles)

    def must(self, permission: Permission) -> None:
        """Raises NotAllowed unless the permission is held."""
        if not self.may(permission):
            raise NotAllowed(Message("You act as %(who)s here, and that role may not do this.", who=self.acting_as))

    def belongs_to(self, organisation_id: int | None) -> bool:
        """Whether the person belongs to it, acting as it or not (nobody verifies for their own)."""
        return any(place.organisation_id == organisation_id for place in self.memberships)

    @property
    def acting_as(self) -> str:
        return self.organisation_name or self.name or self.kind

    def for_form(self, form_key: str | None) -> Actor:
        """The same actor sending one form, so that sending it twice makes one record."""
        return replace(self, form_key=form_key)

    @property
    def is_on_behalf(self) -> bool:
        """Whether an officer records this for people who telephoned or wrote: kept with the record for ever.

        The organisation and roles are then those spoken for; the pseudonym stays the officer's.
        """
        return self.on_behalf_of_organisation_id is not None


def system(name: str) -> Actor:
    """The site itself: clocks, the dispatcher, imports run from the command line."""
    return Actor(kind="system", pseudonym=f"system:{name}", name=name, channel="system")


def anybody(request_id: str | None = None) -> Actor:
    """Somebody who is not signed in."""
    return Actor(kind="anybody", pseudonym="anybody", request_id=request_id or uuid4().hex)
