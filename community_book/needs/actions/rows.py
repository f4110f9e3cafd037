"""Steps that find and lock the rows of a need. A need's row is locked before its parts and their sessions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from community_book.base.actor import Actor
from community_book.base.errors import NotAllowed, NotThere
from community_book.base.messages import N_, Message
from community_book.base.work import Work, lock_row
from community_book.needs import queries
from community_book.needs.rules import POST_NEED, READ_ALL_NEEDS, SHOWN_TO_ALL, NeedState
from community_book.needs.tables import Need, NeedPart, NeedSession


def locked_need(work: Work, need_id: int) -> Need:
    """Step: the need's row as it is now, held until the end of the act. Raises NotThere."""
    need = work.get(Need, need_id)
    if need is None:
        raise NotThere
    lock_row(work, need)
    return need


def locked_need_of_part(work: Work, part_id: int) -> tuple[Need, NeedPart]:
    """Step: a part as it is now with its need, held until the end of the act. Raises NotThere."""
    part = work.get(NeedPart, part_id)
    if part is None:
        raise NotThere
    need = locked_need(work, part.need_id)
    work.refresh(part)
    return need, part


def need_seen(work: Work, actor: Actor, reference: str) -> Need:
    """Step: the need of a reference, held; raises NotThere also where the actor may not see it."""
    found = work.execute(select(Need).where(Need.reference == reference)).scalar_one_or_none()
    if found is None:
        raise NotThere
    need = locked_need(work, found.id)
    is_own = queries.is_own_need(actor, need.organisation_id, need.reference)
    if is_own or actor.is_system or actor.may(READ_ALL_NEEDS):
        return need
    if need.hidden or NeedState(need.state) not in SHOWN_TO_ALL:
        raise NotThere
    return need


def own_need(work: Work, actor: Actor, reference: str) -> Need:
    """Step: a need of the group the actor speaks for, held. Raises NotThere, NotAllowed."""
    need = need_seen(work, actor, reference)
    if actor.is_system:
        return need
    actor.must(POST_NEED)
    if need.organisation_id != actor.organisation_id:
        raise NotAllowed(Message(N_("This need is another group's. You act as %(who)s here."), who=actor.acting_as))
    return need


def parts_of(work: Work, need_id: int) -> Sequence[NeedPart]:
    """Step: the parts of a need as they are now, by id."""
    return (
        work.execute(
            select(NeedPart).where(NeedPart.need_id == need_id).order_by(NeedPart.id),
            execution_options={"populate_existing": True},
        )
        .scalars()
        .all()
    )


def sessions_of(work: Work, part_id: int) -> Sequence[NeedSession]:
    """Step: all sessions of a part as they are now, dropped ones too, by id."""
    return (
        work.execute(
            select(NeedSession).where(NeedSession.part_id == part_id).order_by(NeedSession.id),
            execution_options={"populate_existing": True},
        )
        .scalars()
        .all()
    )


def about(work: Work, need: Need) -> dict[str, Any]:
    """Step: what every event about a need carries."""
    return {"need_id": need.id, "reference": need.reference, "organisation_id": need.organisation_id}
