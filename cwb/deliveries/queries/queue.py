"""The verifier's queue: what waits for a decision, by risk and then age, without what one may not decide."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from community_book.base.actor import Actor, Role
from community_book.base.clock import now_utc, today
from community_book.base.remembering import at_most_a_minute_old
from community_book.needs.tables import Need
from community_book.people.tables import MembershipRow
from cwb.commitments.tables import Commitment
from cwb.deliveries.queries.risk import facts_of, risk_columns
from cwb.deliveries.queries.rows import IS_FLAGGED, as_row, joined, with_words
from cwb.deliveries.rules import READY, DeliveryState, Risk, place_of, risks_of
from cwb.deliveries.tables import Delivery, DeliveryDecision
from cwb.deliveries.views import DeliveryRow, Place
from cwb.pillars.tables import Measure
from cwb.pledges.tables import Pledge

S = DeliveryState
KINDS = ("verify", "sample", "second", "dispute", "appeal")
"""What a queue holds: first decisions, those of a sample, second ones, queries, appeals."""


def to_decide(kind: str) -> ColumnElement[bool]:
    """Deliveries that wait for one kind of decision."""
    alone = and_(Delivery.state == S.REPORTED, or_(Delivery.commitment_id.is_(None), Measure.confirmed_by == "council"))
    something = or_(Delivery.amount + Delivery.usual > 0, Delivery.level_whole.is_not(None))
    return {
        "verify": and_(
            or_(Delivery.state.in_(READY), alone), Delivery.held_for == "", Delivery.counts_on <= today(), something
        ),
        "sample": and_(Delivery.state.in_(READY), Delivery.held_for != "", Delivery.in_sample.is_(True)),
        "second": Delivery.state.in_((S.FIRST_DECISION, S.DIFFER)),
        "dispute": Delivery.state == S.QUERIED,
        "appeal": Delivery.state == S.APPEALED,
    }[kind]


def kinds_for(actor: Actor) -> tuple[str, ...]:
    """Which decisions are an actor's to make."""
    if actor.has_role(Role.VERIFIER):
        return KINDS
    return ("second", "appeal") if actor.has_role(Role.OUTSIDE_DECIDER) else ()


def mine_to_decide(actor: Actor) -> ColumnElement[bool]:
    """Leaves out what went through the actor's own hands (domain.md 3): they could not decide it."""
    person = actor.person_id
    belonged = select(MembershipRow.organisation_id).where(
        MembershipRow.person_id == person,
        or_(MembershipRow.until_utc.is_(None), MembershipRow.until_utc >= now_utc() - timedelta(days=365)),
    )
    decided = exists().where(
        DeliveryDecision.delivery_id == Delivery.id,
        DeliveryDecision.person_id == person,
        DeliveryDecision.act.not_in(("uphold", "not_uphold", "reverse")),
        or_(DeliveryDecision.act != "query", Delivery.group_id.is_not(None)),  # else they asked, as a verifier
    )
    group = or_(Delivery.group_id.is_(None), Delivery.group_id.not_in(belonged))
    found = and_(
        Delivery.provider_id.not_in(belonged),
        group,
        ~decided,
        func.coalesce(Delivery.reported_by_person_id, 0) != person,
        func.coalesce(Pledge.moderated_by_person_id, 0) != person,
        func.coalesce(Commitment.brokered_by_person_id, 0) != person,
        func.coalesce(Need.moderated_by_person_id, 0) != person,
    )
    if not actor.has_role(Role.VERIFIER):
        return found
    return and_(found, Delivery.state != S.DIFFER)


OPEN_TO_DECISION = (*READY, S.REPORTED, S.FIRST_DECISION, S.DIFFER, S.QUERIED, S.APPEALED)
"""The states in which anything is to be decided; most deliveries have passed them."""


SPARE = 10
"""So many of those that follow are looked at too, in place of what was decided meanwhile."""


def _decided_by(actor: Actor, what: str) -> tuple[object, ...]:
    """The question of one person's queue, to be remembered by."""
    return ("deliveries", what, actor.person_id, actor.organisation_id, actor.roles)


Queued = tuple[int, str, tuple[Risk, ...]]
"""A delivery's number and reference, and why it is checked by itself."""


def _queue(reading: Session, actor: Actor, kind: str, words: str) -> tuple[Queued, ...]:
    """What waits, in order: the heaviest risk first, then the oldest report; with `words` only those in whose
    names they stand.
    """
    statement = (
        joined()
        .with_only_columns(*risk_columns())
        .where(Delivery.state.in_(OPEN_TO_DECISION), to_decide(kind), mine_to_decide(actor), *with_words(words))
        .order_by(Delivery.reported_at_utc, Delivery.id)
    )

    def ask() -> tuple[Queued, ...]:
        found: list[Queued] = [
            (row.id, row.reference, risks_of(facts_of(row))) for row in reading.execute(statement).all()
        ]
        if kind == "sample":
            return tuple(found)
        return tuple(sorted(found, key=lambda each: place_of(each[2])))

    return at_most_a_minute_old(reading, _decided_by(actor, kind), ask) if not words else ask()


def to_verify(
    reading: Session, actor: Actor, kind: str = "verify", number: int = 1, *, words: str = "", per_page: int = 25
) -> tuple[int, list[DeliveryRow]]:
    """How many wait for a decision of one kind, and one page of them: the heaviest risk first, then the oldest.

    `words` narrow it to one provider, group, measure or reference.
    """
    if kind not in kinds_for(actor):
        return 0, []
    waiting = _queue(reading, actor, kind, words)
    first = (number - 1) * per_page
    some = waiting[first : first + per_page + SPARE]
    wanted, why = [each[0] for each in some], {each[0]: each[2] for each in some}
    rows = reading.execute(joined().where(Delivery.id.in_(wanted), to_decide(kind), mine_to_decide(actor))).all()
    found = {row[0].id: replace(as_row(row), risks=why[row[0].id]) for row in rows}
    return len(waiting), [found[key] for key in wanted if key in found][:per_page]


def counts_to_verify(reading: Session, actor: Actor) -> dict[str, int]:
    """How many wait for each kind of decision, and how many of the first kind are flagged; one query."""
    kinds = kinds_for(actor)
    if not kinds:
        return {}
    sums = [func.coalesce(func.sum(case((to_decide(kind), 1), else_=0)), 0).label(kind) for kind in kinds]
    if "verify" in kinds:
        sums.append(
            func.coalesce(func.sum(case((and_(to_decide("verify"), IS_FLAGGED), 1), else_=0)), 0).label("flagged")
        )
    statement = joined().where(Delivery.state.in_(OPEN_TO_DECISION), mine_to_decide(actor)).with_only_columns(*sums)

    def count() -> dict[str, int]:
        return {str(name): int(value) for name, value in reading.execute(statement).one()._mapping.items()}

    return at_most_a_minute_old(reading, _decided_by(actor, "counts"), count)


def place_in_queue(
    reading: Session, actor: Actor, reference: str, kind: str = "verify", words: str = ""
) -> Place | None:
    """Where a delivery stands in the queue, narrowed by `words`, with its neighbours; None when it is not in it."""
    if kind not in kinds_for(actor):
        return None
    waiting = [each[1] for each in _queue(reading, actor, kind, words)]
    if reference not in waiting:
        return None
    at = waiting.index(reference)
    return Place(
        at + 1,
        len(waiting),
        waiting[at - 1] if at else None,
        waiting[at + 1] if at + 1 < len(waiting) else None,
    )


def kind_of(state: DeliveryState, *, in_sample: bool = False) -> str:
    """Which queue a delivery in a state would stand in."""
    if in_sample and state in READY:
        return "sample"
    if state in {S.FIRST_DECISION, S.DIFFER}:
        return "second"
    return {S.QUERIED: "dispute", S.APPEALED: "appeal"}.get(state, "verify")
