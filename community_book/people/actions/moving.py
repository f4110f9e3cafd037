"""Steps for an organisation that was here twice: its people belong to the one that stays."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select, update

from community_book.base.actor import Role
from community_book.base.clock import now_utc
from community_book.base.work import Work, changed
from community_book.people.actions.belonging import end_role, give_role
from community_book.people.tables import Invitation, MembershipRow, Person, SignedLink
from community_book.people.views import MovedRole


def move_people(work: Work, from_organisation: int, to_organisation: int) -> list[MovedRole]:
    """Step: every role in one organisation ends and is held in the other; what was stays as history."""
    rows = work.execute(
        select(MembershipRow.id, MembershipRow.person_id, MembershipRow.role, Person.reference)
        .join(Person, Person.id == MembershipRow.person_id)
        .where(MembershipRow.organisation_id == from_organisation, MembershipRow.until_utc.is_(None))
        .order_by(MembershipRow.id)
    ).all()
    moved = []
    for row in rows:
        given = give_role(work, row.person_id, to_organisation, Role(row.role))
        end_role(work, row.person_id, from_organisation, Role(row.role), even_the_last=True)
        moved.append(MovedRole(row.id, row.person_id, row.reference, row.role, given))
    return moved


def move_person_back(work: Work, moved: MovedRole, from_organisation: int, to_organisation: int) -> None:
    """Step: undoes `move_people` for one role: it is held again where it was, and ends where it was given.

    Where it has ended there since it stays ended there. Raises Refused.
    """
    give_role(work, moved.person_id, to_organisation, Role(moved.role))
    if moved.given:
        changed(
            work,
            update(MembershipRow)
            .where(
                MembershipRow.person_id == moved.person_id,
                MembershipRow.organisation_id == from_organisation,
                MembershipRow.role == moved.role,
                MembershipRow.until_utc.is_(None),
            )
            .values(until_utc=now_utc()),
        )


def move_links(
    work: Work, from_organisation: int, to_organisation: int, ids: Collection[int] | None = None
) -> list[int]:
    """Step: unused links that speak for one organisation, or these of them, speak for another; returns their ids."""
    wanted = [SignedLink.organisation_id == from_organisation, SignedLink.used_at_utc.is_(None)]
    if ids is not None:
        wanted.append(SignedLink.id.in_(ids))
    found = list(work.execute(select(SignedLink.id).where(*wanted).order_by(SignedLink.id)).scalars())
    changed(work, update(SignedLink).where(SignedLink.id.in_(found), *wanted).values(organisation_id=to_organisation))
    return found


def move_invitations(
    work: Work, from_organisation: int, to_organisation: int, ids: Collection[int] | None = None
) -> list[int]:
    """Step: invitations nobody has answered, or these of them, are to the other organisation; returns their ids."""
    wanted = [
        Invitation.organisation_id == from_organisation,
        Invitation.accepted_at_utc.is_(None),
        Invitation.withdrawn_at_utc.is_(None),
    ]
    if ids is not None:
        wanted.append(Invitation.id.in_(ids))
    found = list(work.execute(select(Invitation.id).where(*wanted).order_by(Invitation.id)).scalars())
    changed(work, update(Invitation).where(Invitation.id.in_(found), *wanted).values(organisation_id=to_organisation))
    return found
