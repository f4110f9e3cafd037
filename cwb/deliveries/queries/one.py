"""One delivery: everything in it for those who may see it, and what of it is public."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from community_book.base.actor import Actor, Role
from community_book.base.clock import today
from community_book.base.errors import NotThere
from community_book.base.messages import Message
from community_book.base.references import tidy_reference
from community_book.base.tables import StoredFile
from community_book.organisations.tables import Organisation
from community_book.people.tables import Person
from community_book.places.tables import Zone
from cwb.commitments.rules import LIVE, Hosting
from cwb.commitments.tables import Commitment, CommitmentSession
from cwb.deliveries import rules
from cwb.deliveries.queries import standing
from cwb.deliveries.queries.alike import alike_pictures
from cwb.deliveries.queries.counted_once import stacked_with
from cwb.deliveries.queries.rows import as_row, joined, row_values
from cwb.deliveries.queries.seeing import is_public, may_see
from cwb.deliveries.rules import DeliveryState, Who
from cwb.deliveries.tables import Delivery, DeliveryDecision, DeliverySession, Evidence
from cwb.deliveries.views import (
    Agreement,
    DeliveryView,
    FileView,
    Neighbour,
    PublicDelivery,
    Said,
    SessionLine,
)
from cwb.pillars.tables import Measure, Pillar

DECIDES = frozenset({"verify", "verify_in_part", "reject", "decide_appeal", "uphold", "not_uphold", "reverse"})


def delivery(reading: Session, actor: Actor, reference: str) -> DeliveryView:
    """One delivery by its reference, with what the actor may do now. Raises NotThere where they may not see it."""
    statement = joined().where(Delivery.reference == tidy_reference(reference))
    found = reading.execute(statement).one_or_none()
    if found is None or not may_see(reading, actor, found[0]):
        raise NotThere
    row, measure, pledge, _, _, commitment, need, _ = found
    case = _case(row, measure, commitment)
    who = standing.who_is(actor, row)
    may = rules.acts_of(who, case) if who is not None else frozenset()
    words = _words(reading, row.id)
    hands = standing.hands(
        row,
        [each[0] for each in words],
        brokered=[commitment.brokered_by_person_id] if commitment else [],
        moderated=[pledge.moderated_by_person_id, need.moderated_by_person_id if need else None],
    )
    return DeliveryView(
        **row_values(found),
        case=case,
        who=who,
        may=may,
        why_not=_why_not(reading, actor, row, who, hands) if may & DECIDES else None,
        what_happened=row.what_happened,
        what_changed=row.what_changed,
        visits=row.visits,
        hosting_paid_pence=row.hosting_paid_pence,
        group_word=row.group_word,
        before_decision=row.before_decision,
        state_before_decision=DeliveryState(row.state_before_decision) if row.state_before_decision else None,
        evidence_asked=measure.evidence_asked,
        what_counts=measure.what_counts,
        two_verifiers_above=measure.two_verifiers_above,
        pledge_share_basis_points=pledge.share_basis_points,
        baseline=pledge.baseline,
        sessions=session_lines(reading, row.id) if row.commitment_id is not None else (),
        evidence=_evidence(reading, actor, row.id),
        said=_said(actor, row, words),
        others=_others(reading, row),
        agreement=_agreement(commitment),
        is_public=_is_public(row, measure),
    )


def _case(row: Delivery, measure: Measure, commitment: Commitment | None) -> rules.Case:
    side = Who(row.side)
    return rules.Case(
        state=DeliveryState(row.state),
        side=side,
        has_group=row.group_id is not None,
        group_confirms=row.commitment_id is not None and measure.confirmed_by == "group",
        today=today(),
        is_level=row.level_whole is not None,
        waits_until=row.counts_on if row.counts_on > row.happened_on else None,
        query_by=row.answer_by if side is Who.GROUP else None,
        appealed=row.appealed,
        more=row.surplus > 0 and commitment is not None and commitment.state in LIVE,
        frozen_until=row.held_until if row.state in rules.READY else None,
        in_sample=row.in_sample,
    )


def _why_not(reading: Session, actor: Actor, row: Delivery, who: Who | None, hands: rules.Hands) -> Message | None:
    if who not in {Who.VERIFIER, Who.OUTSIDE}:
        return None
    person = standing.standing_of_person(reading, actor, row)
    return rules.why_not_decide(person, hands, appeal=DeliveryState(row.state) is DeliveryState.APPEALED)


def _is_public(row: Delivery, measure: Measure) -> bool:
    return row.state in rules.COUNTED_AS_VERIFIED and not measure.disclosive


def session_lines(reading: Session, delivery_id: int) -> tuple[SessionLine, ...]:
    """The dates of a delivery and its exceptions, earliest first."""
    rows = reading.execute(
        select(DeliverySession, CommitmentSession)
        .join(CommitmentSession, CommitmentSession.id == DeliverySession.commitment_session_id)
        .where(DeliverySession.delivery_id == delivery_id)
        .order_by(CommitmentSession.day, CommitmentSession.starts_minute, CommitmentSession.id)
    ).all()
    return tuple(
        SessionLine(
            session.id,
            session.day,
            session.starts_minute,
            session.ends_minute,
            session.at_once,
            said.amount,
            said.amount > 0,
            said.stands,
        )
        for said, session in rows
    )


def _evidence(reading: Session, actor: Actor, delivery_id: int) -> tuple[FileView, ...]:
    rows = reading.execute(
        select(StoredFile, Organisation.name)
        .join(Evidence, Evidence.file_id == StoredFile.id)
        .outerjoin(Organisation, Organisation.id == StoredFile.added_as_organisation_id)
        .where(Evidence.delivery_id == delivery_id)
        .order_by(Evidence.id)
    ).all()
    hashes = [file.sha256_original for file, _ in rows]
    elsewhere: dict[str, list[str]] = {}
    if hashes:
        for sha256, reference in reading.execute(
            select(StoredFile.sha256_original, Delivery.reference)
            .join(Evidence, Evidence.file_id == StoredFile.id)
            .join(Delivery, Delivery.id == Evidence.delivery_id)
            .where(StoredFile.sha256_original.in_(hashes), Delivery.id != delivery_id)
            .order_by(Delivery.id)
        ).all():
            elsewhere.setdefault(sha256, []).append(reference)
    alike = alike_pictures(reading, actor, delivery_id, [file for file, _ in rows])
    return tuple(
        FileView(
            file.uuid,
            file.name,
            file.media_type,
            file.extension,
            file.size_bytes,
            name or "",
            tuple(dict.fromkeys(elsewhere.get(file.sha256_original, ()))),
            alike.get(file.id, ()),
        )
        for file, name in rows
    )


def _words(reading: Session, delivery_id: int) -> Sequence[Any]:
    """Every word on it, oldest first: decision, acting organisation, the one spoken for, person."""
    own, spoken_for = aliased(Organisation), aliased(Organisation)
    return reading.execute(
        select(DeliveryDecision, own.name, spoken_for.name, Person.name)
        .outerjoin(own, own.id == DeliveryDecision.organisation_id)
        .outerjoin(spoken_for, spoken_for.id == DeliveryDecision.on_behalf_of_organisation_id)
        .outerjoin(Person, Person.id == DeliveryDecision.person_id)
        .where(DeliveryDecision.delivery_id == delivery_id)
        .order_by(DeliveryDecision.id)
    ).all()


def _said(actor: Actor, row: Delivery, words: Sequence[Any]) -> tuple[Said, ...]:
    """The words as the reader may have them. Names of people are for those of the council who act on it.

    A first decision counts nothing and is nobody's to read until the second is made without it.
    """
    sees_names = actor.has_role(Role.VERIFIER, Role.OFFICER, Role.SAFEGUARDING)
    waits_for_second = row.state == DeliveryState.FIRST_DECISION
    return tuple(
        Said(
            said.act,
            said.stage,
            said.amount,
            said.reason,
            said.basis,
            spoken or name or "",
            (person or "") if sees_names else "",
            said.on_behalf_of_organisation_id is not None,
            said.at_utc,
        )
        for said, name, spoken, person in words
        if not (waits_for_second and said.stage == "first")
    )


def _others(reading: Session, row: Delivery) -> tuple[Neighbour, ...]:
    """The other reports on the same promise or pledge, then those it may be counted twice with; latest first."""
    same = Delivery.pledge_id == row.pledge_id
    if row.commitment_id is not None:
        same = and_(Delivery.group_id == row.group_id, Delivery.unit == row.unit)
    rows = reading.execute(
        select(Delivery)
        .where(same, Delivery.id != row.id, Delivery.provider_id == row.provider_id)
        .order_by(Delivery.happened_on.desc(), Delivery.id.desc())
        .limit(12)
    ).scalars()
    return tuple(
        Neighbour(
            other.reference,
            DeliveryState(other.state),
            other.happened_on,
            other.stated,
            other.happened_on == row.happened_on and other.stated == row.stated and row.level_whole is None,
        )
        for other in rows
    ) + tuple(
        Neighbour(other.reference, DeliveryState(other.state), other.happened_on, other.stated, False, code)
        for other, code in stacked_with(reading, row)
    )


def _agreement(commitment: Commitment | None) -> Agreement | None:
    if commitment is None:
        return None
    return Agreement(
        reference=commitment.reference,
        state=commitment.state,
        amount=commitment.amount,
        reported=commitment.reported,
        verified=commitment.verified,
        left=commitment.amount - commitment.reported,
        first_day=commitment.first_day,
        last_day=commitment.last_day,
        hosting=Hosting(commitment.hosting),
        hosting_pence_a_visit=commitment.hosting_pence_a_visit,
        people=commitment.people,
        is_live=commitment.state in LIVE,
    )


def public_delivery(reading: Session, reference: str) -> PublicDelivery:
    """What everybody may read of a verified delivery. Raises NotThere for every other one."""
    statement = joined().where(Delivery.reference == tidy_reference(reference), is_public())
    found = reading.execute(statement).one_or_none()
    if found is None:
        raise NotThere
    row, measure, _, _, _, commitment, _, _ = found
    zone_id = commitment.zone_id if commitment else None
    zone = reading.execute(select(Zone.name).where(Zone.id == zone_id)).scalar() if zone_id is not None else None
    pillar = reading.get_one(Pillar, measure.pillar_number)
    before = row.state_before_decision
    return PublicDelivery(as_row(found), zone or "", pillar.name, before or "")


def sees_in_full(reading: Session, actor: Actor, reference: str) -> bool:
    """Whether the page of a reference is shown to the actor with everything in it."""
    row = standing.find_by_reference(reading, tidy_reference(reference))
    return row is not None and may_see(reading, actor, row)
