"""Who sees which commitments: the two sides, the council, and the holder of a link to one."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, or_, true

from community_book.base.actor import COUNCIL_ROLES, GROUP_ROLES, PROVIDER_ROLES, Actor, Role
from cwb.commitments.rules import Side
from cwb.commitments.tables import Commitment


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """The condition on commitments an actor may see. Nobody sees those of others."""
    if actor.is_system or actor.has_role(*COUNCIL_ROLES, Role.OUTSIDE_DECIDER):
        return true()
    own: list[ColumnElement[bool]] = []
    if actor.kind == "link" and actor.link_subject:
        own.append(Commitment.reference == actor.link_subject.removeprefix("commitment:"))
    if actor.has_role(*PROVIDER_ROLES):
        own.append(Commitment.provider_id == actor.organisation_id)
    if actor.has_role(*GROUP_ROLES):
        own.append(Commitment.group_id == actor.organisation_id)
    return or_(*own) if own else false()


def side_of(actor: Actor, provider_id: int, group_id: int) -> Side | None:
    """The side somebody reads a commitment from; None for those of the council who only read."""
    by_link = actor.kind == "link"
    if actor.is_system:
        return Side.SYSTEM
    if actor.organisation_id == provider_id and (by_link or actor.has_role(*PROVIDER_ROLES)):
        return Side.PROVIDER
    if actor.organisation_id == group_id and (by_link or actor.has_role(*GROUP_ROLES)):
        return Side.GROUP
    return Side.COUNCIL if actor.has_role(Role.OFFICER) else None
