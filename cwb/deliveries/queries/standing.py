"""What this room's acts must know of a delivery before they change it. Without anybody's scope."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from community_book.base.actor import GROUP_ROLES, PROVIDER_ROLES, Actor, Role
from community_book.base.amounts import Unit
from community_book.base.clock import quarter_of, today
from community_book.base.registered import Asked
from community_book.base.tables import StoredFile
from community_book.groups.queries import is_entry_of
from community_book.groups.tables import GroupEntry
from community_book.needs.tables import Need, NeedPart
from community_book.people.queries import belonged_lately, email_belongs_to, people_of
from cwb.commitments.queries import commitment_terms
from cwb.commitments.rules import LIVE, SAY_IT_HAPPENED_LINK
from cwb.commitments.tables import Commitment
from cwb.commitments.views import CommitmentTerms
from cwb.deliveries import rules
from cwb.deliveries.rules import Case, DeliveryState, Hands, Who
from cwb.deliveries.tables import Delivery, DeliveryDecision, DeliverySession, Evidence, FullChecking
from cwb.pledges.rules import PledgeTerms
from cwb.pledges.tables import Pledge

LINK_ACT = "answer_delivery"
"""The act of a link a group answers a report by."""

REPORT_LINK = SAY_IT_HAPPENED_LINK
"""The act of a link a side says by that all happened as agreed; its subject is the promise."""


def find_by_reference(reading: Session, reference: str) -> Delivery | None:
    """The row of a reference."""
    return reading.execute(select(Delivery).where(Delivery.reference == reference)).scalar_one_or_none()


def hold_need_and_part(work: Session, part_id: int) -> int:
    """Holds a part and its need until the act ends, in the house's order; returns the need's id."""
    need_id = work.execute(select(NeedPart.need_id).where(NeedPart.id == part_id)).scalar_one()
    work.execute(select(Need.id).where(Need.id == need_id).with_for_update())
    work.execute(select(NeedPart.id).where(NeedPart.id == part_id).with_for_update())
    return need_id


def hold_commitment(work: Session, commitment_id: int) -> CommitmentTerms:
    """Holds a commitment until the act ends; returns it as it is now."""
    work.execute(select(Commitment.id).where(Commitment.id == commitment_id).with_for_update())
    return commitment_terms(work, commitment_id)


def who_is(actor: Actor, row: Delivery) -> Who | None:
    """Whose hand an actor is for a delivery; None for whoever has no part in it."""
    by_link = actor.kind == "link" and actor.link_subject == f"delivery:{row.reference}"
    if actor.is_system:
        return Who.SITE
    if actor.organisation_id == row.provider_id and (by_link or actor.has_role(*PROVIDER_ROLES)):
        return Who.PROVIDER
    is_groups = row.group_id is not None and actor.organisation_id == row.group_id
    if is_groups and (by_link or actor.has_role(*GROUP_ROLES)):
        return Who.GROUP
    if actor.has_role(Role.VERIFIER):
        return Who.VERIFIER
    if actor.has_role(Role.OUTSIDE_DECIDER):
        return Who.OUTSIDE
    return None


def group_confirms(row: Delivery, terms: PledgeTerms) -> bool:
    """Whether the group's word on it is a figure of its own."""
    return row.commitment_id is not None and terms.confirmed_by == "group"


def case_of(row: Delivery, terms: PledgeTerms, promise: CommitmentTerms | None) -> Case:
    """What decides who may do what with it now."""
    side = Who(row.side)
    return Case(
        state=DeliveryState(row.state),
        side=side,
        has_group=row.group_id is not None,
        group_confirms=group_confirms(row, terms),
        today=today(),
        is_level=row.level_whole is not None,
        waits_until=row.counts_on if row.counts_on > row.happened_on else None,
        query_by=row.answer_by if side is Who.GROUP else None,
        appealed=row.appealed,
        more=row.surplus > 0 and promise is not None and promise.state in LIVE,
        frozen_until=row.held_until if row.state in rules.READY else None,
        in_sample=row.in_sample,
    )


def decisions_of(reading: Session, delivery_id: int) -> list[DeliveryDecision]:
    """Every word on a delivery, oldest first."""
    return list(
        reading.execute(
            select(DeliveryDecision).where(DeliveryDecision.delivery_id == delivery_id).order_by(DeliveryDecision.id)
        ).scalars()
    )


def hands_of(reading: Session, row: Delivery) -> Hands:
    """Whose hands the delivery, its promise, pledge and need went through."""
    passed = {reading.execute(select(Pledge.moderated_by_person_id).where(Pledge.id == row.pledge_id)).scalar_one()}
    brokered: set[int | None] = set()
    if row.commitment_id is not None:
        found = reading.execute(
            select(Commitment.brokered_by_person_id, Need.moderated_by_person_id)
            .join(NeedPart, NeedPart.id == Commitment.part_id)
            .join(Need, Need.id == NeedPart.need_id)
            .where(Commitment.id == row.commitment_id)
        ).one()
        brokered.add(found[0])
        passed.add(found[1])
    return hands(row, decisions_of(reading, row.id), brokered=brokered, moderated=passed)


_COUNCILS = frozenset({"verify", "verify_in_part", "reject", "decide_appeal"})
_NEITHER = frozenset({"uphold", "not_uphold", "reverse"})


def hands(
    row: Delivery,
    decided: Iterable[DeliveryDecision],
    *,
    brokered: Collection[int | None],
    moderated: Collection[int | None],
) -> Hands:
    """The same from what was read already: `decided` is every word on the delivery.

    Who made a first decision is kept from the next one only while that is still to come.
    """
    neither = _NEITHER if row.group_id is not None else _NEITHER | {"query"}  # there only a verifier can have asked
    said = [(d.person_id, d.act, d.stage) for d in decided if d.act not in neither]
    waits = row.state in {DeliveryState.FIRST_DECISION, DeliveryState.DIFFER}
    first = {person for person, _, stage in said if stage in {"first", "differ"}} if waits else set()
    verified = {person for person, act, _ in said if act in _COUNCILS}
    return Hands(
        recorded_by=_known({row.reported_by_person_id} | {person for person, act, _ in said if act not in _COUNCILS}),
        brokered_by=_known(brokered),
        moderated_by=_known(moderated),
        first_decision_by=_known(first),
        verified_by=_known(verified),
    )


def _known(people: Collection[int | None]) -> frozenset[int]:
    return frozenset(person for person in people if person is not None)


def standing_of_person(reading: Session, actor: Actor, row: Delivery) -> rules.Standing:
    """What is known of somebody who wants to decide about a delivery."""
    belonged = any(
        actor.belongs_to(side) or belonged_lately(reading, actor.person_id, side)
        for side in (row.provider_id, row.group_id)
        if side is not None
    )
    return rules.Standing(actor.person_id or 0, belonged)


def may_speak_for_group(reading: Session, actor: Actor, provider_id: int) -> bool:
    """Whether somebody's word can be the group's: never one of the provider's people, nor their address."""
    if belonged_lately(reading, actor.person_id, provider_id):
        return False
    return not (actor.email and email_belongs_to(reading, actor.email, provider_id))


def can_be_written_to(reading: Session, group_id: int) -> bool:
    """Whether letters to a group reach anybody: one of its people, or the address the Book has of it."""
    if people_of(reading, group_id):
        return True
    return bool(reading.execute(select(GroupEntry.contact_email).where(is_entry_of(group_id))).scalar())


def sessions_of(reading: Session, delivery_id: int) -> list[DeliverySession]:
    """The sessions of a delivery and its exceptions, by the promise's session."""
    return list(
        reading.execute(
            select(DeliverySession)
            .where(DeliverySession.delivery_id == delivery_id)
            .order_by(DeliverySession.commitment_session_id)
            .execution_options(populate_existing=True)
        ).scalars()
    )


def same_file_elsewhere(reading: Session, delivery_id: int) -> bool:
    """Whether a file of this delivery was sent with another one too, as it came or as it is kept."""
    mine = (
        select(StoredFile.sha256_original)
        .join(Evidence, Evidence.file_id == StoredFile.id)
        .where(Evidence.delivery_id == delivery_id)
    )
    mine_kept = (
        select(StoredFile.sha256)
        .join(Evidence, Evidence.file_id == StoredFile.id)
        .where(Evidence.delivery_id == delivery_id)
    )
    others = (
        select(Evidence.id)
        .join(StoredFile, StoredFile.id == Evidence.file_id)
        .where(
            Evidence.delivery_id != delivery_id,
            or_(StoredFile.sha256_original.in_(mine), StoredFile.sha256.in_(mine_kept)),
        )
    )
    return bool(reading.execute(select(exists(others))).scalar())


def same_day_and_amount(reading: Session, row: Delivery) -> bool:
    """Whether another report that stands has the same group (or, in its own house, pledge), day and amount."""
    if row.level_whole is not None:
        return False
    same = Delivery.group_id == row.group_id if row.group_id is not None else Delivery.pledge_id == row.pledge_id
    others = select(Delivery.id).where(
        Delivery.id != row.id,
        same,
        Delivery.unit == row.unit,
        Delivery.happened_on == row.happened_on,
        Delivery.stated == row.stated,
        Delivery.state.not_in(rules.ENDED_WITHOUT_COUNTING),
    )
    return bool(reading.execute(select(exists(others))).scalar())


def file_count(reading: Session, delivery_id: int) -> int:
    """How many files belong to a delivery."""
    return len(reading.execute(select(Evidence.id).where(Evidence.delivery_id == delivery_id)).all())


def standing_in_year(reading: Session, pledge_id: int, first: date, last: date) -> list[Delivery]:
    """The reports of a pledge that stand and happened between two days, by day and id."""
    return list(
        reading.execute(
            select(Delivery)
            .where(
                Delivery.pledge_id == pledge_id,
                Delivery.happened_on.between(first, last),
                Delivery.state.not_in(rules.ENDED_WITHOUT_COUNTING),
            )
            .order_by(Delivery.happened_on, Delivery.id)
        ).scalars()
    )


# --- what the clocks take up --------------------------------------------------------------------


def ids_to_nudge(reading: Session, on: date, within: date) -> list[int]:
    """Reports whose answer is due between two days and that were not nudged today, nor twice."""
    return _ids(
        reading,
        Delivery.state == DeliveryState.REPORTED,
        Delivery.group_id.is_not(None),
        Delivery.answer_by <= within,
        Delivery.nudges < 2,
        or_(Delivery.nudged_on.is_(None), Delivery.nudged_on < on),
    )


def ids_unanswered(reading: Session, on: date) -> list[int]:
    """Reports whose last day for an answer is over, though it was asked for twice more."""
    return _ids(
        reading,
        Delivery.state == DeliveryState.REPORTED,
        Delivery.group_id.is_not(None),
        Delivery.answer_by < on,
        Delivery.nudges >= 2,
        Delivery.nudged_on < on,
    )


def ids_recorded(reading: Session, on: date) -> list[int]:
    """Words written down for a group whose time to object is over."""
    return _ids(reading, Delivery.state == DeliveryState.RECORDED_FOR, Delivery.answer_by < on)


def ids_qualified(reading: Session, on: date) -> list[int]:
    """Starts whose qualifying time is over and whose group was not asked yet."""
    return _ids(
        reading,
        Delivery.state == DeliveryState.REPORTED,
        Delivery.group_id.is_not(None),
        Delivery.counts_on > Delivery.happened_on,
        Delivery.counts_on <= on,
        Delivery.asked_on.is_(None),
    )


def _ids(reading: Session, *conditions: object) -> list[int]:
    statement = select(Delivery.id).where(*conditions)  # type: ignore[arg-type]
    return list(reading.execute(statement.order_by(Delivery.pledge_id, Delivery.id)).scalars())


def unit_of(row: Delivery) -> Unit:
    return Unit(row.unit)


def month_before(day: date) -> tuple[date, date]:
    """First and last day of the month before a day's month."""
    last = day.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def still_asked(reading: Session, asked: Collection[Asked]) -> list[Asked]:
    """Of letters that ask what happened those whose report can still be answered. One query."""
    references = {subject.removeprefix("delivery:") for subject, _ in asked}
    waits = select(Delivery.reference).where(Delivery.reference.in_(references), Delivery.state.in_(rules.ANSWERABLE))
    left = {f"delivery:{reference}" for reference in reading.execute(waits).scalars()}
    return [one for one in asked if one[0] in left]


def is_checked_in_full(reading: Session, provider_id: int) -> bool:
    """Whether every report of a provider is checked one by one now."""
    found = select(FullChecking.id).where(
        FullChecking.provider_id == provider_id, FullChecking.until_quarter >= quarter_of(today())
    )
    return reading.execute(found.limit(1)).first() is not None
