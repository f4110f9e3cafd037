"""Invitations: who was asked to join what, and whether that still holds."""

from __future__ import annotations

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from community_book.base.actor import Actor, Role
from community_book.base.clock import now_utc
from community_book.base.errors import NotThere
from community_book.organisations.tables import Organisation
from community_book.people.queries.members import memberships_of
from community_book.people.rules import may_give
from community_book.people.tables import Invitation, Person
from community_book.people.views import InvitationView


def _state(row: Invitation) -> str:
    if row.accepted_at_utc is not None:
        return "accepted"
    if row.withdrawn_at_utc is not None:
        return "withdrawn"
    return "open" if row.expires_at_utc > now_utc() else "out of date"


def _selected() -> Select[Invitation, Organisation, Person]:
    return (
        select(Invitation, Organisation, Person)
        .join(Organisation, Organisation.id == Invitation.organisation_id)
        .join(Person, Person.id == Invitation.invited_by_person_id)
    )


def _view(row: Row[Invitation, Organisation, Person]) -> InvitationView:
    asked, organisation, inviter = row
    return InvitationView(
        id=asked.id,
        reference=asked.reference,
        email=asked.email,
        organisation_id=organisation.id,
        organisation_reference=organisation.reference,
        organisation_name=organisation.name,
        role=Role(asked.role),
        invited_by=inviter.name,
        invited_by_person_id=inviter.id,
        expires_at_utc=asked.expires_at_utc,
        state=_state(asked),
    )


def invitation(reading: Session, *, reference: str = "", invitation_id: int | None = None) -> InvitationView:
    """One invitation by its reference or id; whoever asks has a link for it or may invite. Raises NotThere."""
    wanted = Invitation.reference == reference if invitation_id is None else Invitation.id == invitation_id
    row = reading.execute(_selected().where(wanted)).one_or_none()
    if row is None:
        raise NotThere
    return _view(row)


def open_invitations(reading: Session, actor: Actor, organisation_id: int) -> list[InvitationView]:
    """Invitations nobody has answered yet, the newest first: for leads of the organisation and administrators."""
    is_lead = actor.organisation_id == organisation_id and bool(may_give(actor.roles))
    if not is_lead and not actor.has_role(Role.ADMINISTRATOR):
        return []
    rows = reading.execute(
        _selected()
        .where(
            Invitation.organisation_id == organisation_id,
            Invitation.accepted_at_utc.is_(None),
            Invitation.withdrawn_at_utc.is_(None),
            Invitation.expires_at_utc > now_utc(),
        )
        .order_by(Invitation.id.desc())
    ).all()
    return [_view(row) for row in rows]


def invitation_still_good(reading: Session, found: InvitationView) -> bool:
    """Whether the inviter may give this role at this moment, as a lead there or from the council."""
    inviter = reading.get(Person, found.invited_by_person_id)
    if inviter is None or inviter.disabled_at_utc is not None or inviter.erased_at_utc is not None:
        return False
    allowed: frozenset[Role] = frozenset()
    for place in memberships_of(reading, inviter.id):
        roles = may_give(place.roles)
        if place.organisation_id == found.organisation_id:
            allowed |= roles
        elif not place.roles.isdisjoint({Role.ADMINISTRATOR, Role.OFFICER}):
            allowed |= may_give(place.roles & {Role.ADMINISTRATOR, Role.OFFICER})
    return found.role in allowed
