"""What of deliveries waits on a desk, and what is held of one person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from community_book.base.actor import Actor
from community_book.base.clock import today
from community_book.base.tables import StoredFile
from community_book.groups.queries import is_entry_of
from community_book.groups.tables import GroupEntry
from community_book.people.queries import people_of
from cwb.deliveries.queries.kept import WAITING
from cwb.deliveries.queries.queue import counts_to_verify
from cwb.deliveries.rules import ANSWERABLE, DeliveryState, Who
from cwb.deliveries.tables import Delivery, DeliveryDecision
from cwb.deliveries.views import Waiting

S = DeliveryState


def waiting_for(reading: Session, actor: Actor) -> Waiting:
    """How much waits for the actor: as a side, or as a verifier or outside decider."""
    if counts := counts_to_verify(reading, actor):
        return Waiting(
            to_verify=counts.get("verify", 0),
            flagged=counts.get("flagged", 0),
            disputes=counts.get("dispute", 0),
            seconds=counts.get("second", 0),
            appeals=counts.get("appeal", 0),
        )
    mine = actor.organisation_id
    if mine is None or actor.is_council:
        return Waiting()
    as_group = Delivery.group_id == mine
    as_provider = Delivery.provider_id == mine
    from_provider = Delivery.side == Who.PROVIDER
    asked = Delivery.answer_by.is_not(None) & Delivery.state.in_((S.REPORTED, S.UNANSWERED))
    queried = Delivery.state == S.QUERIED

    def count(condition: Any) -> Any:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    row = reading.execute(
        select(
            count(as_group & asked),
            count((as_group & ~from_provider & queried) | (as_provider & from_provider & queried)),
            count(as_group & (Delivery.state == S.RECORDED_FOR)),
            count(as_group & asked & (Delivery.answer_by < today())),
        ).where(or_(as_group, as_provider), Delivery.state.in_((*ANSWERABLE, S.QUERIED)))
    ).one()
    return Waiting(to_answer=int(row[0]), to_amend=int(row[1]), to_object=int(row[2]), late=int(row[3]))


def held_of_person(reading: Session, person_id: int) -> Mapping[str, Any]:
    """What is kept of what a person reported and decided: references, acts and reasons."""
    reported = reading.execute(
        select(Delivery.reference, Delivery.what_happened, Delivery.what_changed)
        .where(Delivery.reported_by_person_id == person_id)
        .order_by(Delivery.id)
    ).all()
    said = reading.execute(
        select(Delivery.reference, DeliveryDecision.act, DeliveryDecision.reason)
        .join(Delivery, Delivery.id == DeliveryDecision.delivery_id)
        .where(DeliveryDecision.person_id == person_id)
        .order_by(DeliveryDecision.id)
    ).all()
    files = reading.execute(
        select(StoredFile.name)
        .where(StoredFile.owner_kind == WAITING, StoredFile.owner_id == person_id)
        .order_by(StoredFile.id)
    ).scalars()
    return {
        "files of forms not finished": list(files),
        "reports": [
            {"reference": reference, "what happened": happened, "what changed": what_changed}
            for reference, happened, what_changed in reported
        ],
        "words on reports": [{"reference": ref, "act": act, "reason": reason} for ref, act, reason in said],
    }


def contact_without_account(reading: Session, group_id: int) -> str:
    """The address the Book has of a group nobody of which has an account; empty where somebody has one."""
    if people_of(reading, group_id):
        return ""
    found = reading.execute(select(GroupEntry.contact_email).where(is_entry_of(group_id))).scalar()
    return found or ""


def count_reversed(reading: Session) -> int:
    """How many verified deliveries were reversed, for those who look after the council's work."""
    statement = select(func.count(Delivery.id)).where(Delivery.state == DeliveryState.REVERSED)
    return int(reading.execute(statement).scalar_one())
