"""Reads of people: who a session or a link belongs to, who belongs where, what is held about somebody."""

from community_book.people.queries.accounts import (
    account,
    account_by_reference,
    addresses_by_email,
    addresses_of,
    held_about,
    people_list,
    sessions_of,
)
from community_book.people.queries.invitations import invitation, invitation_still_good, open_invitations
from community_book.people.queries.members import (
    belonged_lately,
    email_belongs_to,
    members,
    memberships_of,
    memberships_of_people,
    people_of,
    people_with_roles,
    roles_held,
    sole_leads_of,
)
from community_book.people.queries.sessions import (
    actor_of_link,
    actor_of_person,
    actor_of_session,
    open_session,
    token_hash,
)

__all__ = [
    "account",
    "account_by_reference",
    "actor_of_link",
    "actor_of_person",
    "actor_of_session",
    "addresses_by_email",
    "addresses_of",
    "belonged_lately",
    "email_belongs_to",
    "held_about",
    "invitation",
    "invitation_still_good",
    "members",
    "memberships_of",
    "memberships_of_people",
    "open_invitations",
    "open_session",
    "people_list",
    "people_of",
    "people_with_roles",
    "roles_held",
    "sessions_of",
    "sole_leads_of",
    "token_hash",
]
