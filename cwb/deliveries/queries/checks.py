"""What must always be true of deliveries (domain.md 5), recomputed from rows, ledger and files alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from community_book.base.files import store
from community_book.base.registered import Breach
from community_book.base.tables import StoredFile
from community_book.needs.tables import NeedPart
from cwb.commitments.rules import SessionState
from cwb.commitments.tables import Commitment, CommitmentSession
from cwb.deliveries.rules import COUNTED_AS_VERIFIED, ENDED_WITHOUT_COUNTING, DeliveryState
from cwb.deliveries.tables import Delivery, DeliveryDecision, DeliverySession, Evidence
from cwb.ledger.queries import sums_of
from cwb.ledger.rules import Figure, pledge_year
from cwb.ledger.tables import LevelReading
from cwb.pillars.tables import Measure
from cwb.pledges.tables import Pledge

S = DeliveryState


def delivery_breaches(reading: Session) -> Sequence[Breach]:
    """Everything wrong with deliveries and what hangs on them."""
    return [
        *_against_the_ledger(reading),
        *_against_promises(reading),
        *_against_needs(reading),
        *_sessions(reading),
        *_figures_of_states(reading),
        *_without_counterpart(reading),
        *_verified_beyond_confirmed(reading),
        *_baselines(reading),
        *_levels(reading),
    ]


def evidence_breaches(reading: Session) -> Sequence[Breach]:
    """Every file lies under its own hash and belongs to one delivery."""
    rule = "evidence lies under its hash and belongs to one delivery"
    found = []
    rows = reading.execute(
        select(Evidence.id, Evidence.delivery_id, StoredFile)
        .join(StoredFile, StoredFile.id == Evidence.file_id)
        .order_by(Evidence.id)
    ).all()
    checked: dict[str, str] = {}
    for evidence_id, delivery_id, file in rows:
        if file.owner_kind != "delivery" or file.owner_id != delivery_id:
            found.append(Breach(rule, f"evidence {evidence_id}", "its file belongs to something else"))
        if file.sha256 not in checked:
            checked[file.sha256] = _trouble_with(file.sha256)
        if checked[file.sha256]:
            found.append(Breach(rule, f"evidence {evidence_id}", checked[file.sha256]))
    loose = (
        select(StoredFile.reference)
        .outerjoin(Evidence, Evidence.file_id == StoredFile.id)
        .where(StoredFile.owner_kind == "delivery", Evidence.id.is_(None))
        .order_by(StoredFile.id)
    )
    found += [Breach(rule, f"file {ref}", "belongs to no delivery") for ref in reading.execute(loose).scalars()]
    return found


def _trouble_with(sha256: str) -> str:
    try:
        store().get(sha256)
    except FileNotFoundError:
        return "its file is gone"
    except ValueError:
        return "its file has changed"
    return ""


def _against_the_ledger(reading: Session) -> Iterator[Breach]:
    booked = sums_of(reading, "delivery")
    rows = reading.execute(
        select(Delivery.id, Delivery.reference, Delivery.amount, Delivery.confirmed, Delivery.verified).order_by(
            Delivery.id
        )
    ).all()
    known = set()
    for delivery_id, reference, *stands in rows:
        known.add(delivery_id)
        entries = booked.get(delivery_id, {})
        held = [entries.get(figure, 0) for figure in (Figure.REPORTED, Figure.CONFIRMED, Figure.VERIFIED)]
        if held != stands:
            yield Breach("every total equals its ledger entries", f"delivery {reference}", f"{stands} against {held}")
    for delivery_id in sorted(booked.keys() - known):
        yield Breach("every total equals its ledger entries", f"delivery {delivery_id}", "has entries and no row")


def _against_promises(reading: Session) -> Iterator[Breach]:
    sums = (
        select(
            Delivery.commitment_id,
            func.sum(Delivery.amount).label("reported"),
            func.sum(Delivery.confirmed).label("confirmed"),
            func.sum(Delivery.verified).label("verified"),
        )
        .where(Delivery.commitment_id.is_not(None))
        .group_by(Delivery.commitment_id)
        .subquery()
    )
    rows = reading.execute(
        select(Commitment, sums.c.reported, sums.c.confirmed, sums.c.verified)
        .join(sums, sums.c.commitment_id == Commitment.id)
        .order_by(Commitment.id)
    ).all()
    for row, reported, confirmed, verified in rows:
        has, holds = (int(reported), int(confirmed), int(verified)), (row.reported, row.confirmed, row.verified)
        if has != holds:
            yield Breach("a promise holds what its reports hold", f"commitment {row.reference}", f"{holds}, not {has}")


def _against_needs(reading: Session) -> Iterator[Breach]:
    best = case((Delivery.confirmed > Delivery.verified, Delivery.confirmed), else_=Delivery.verified)
    rows = reading.execute(
        select(NeedPart.id, NeedPart.met, func.sum(best))
        .join(Delivery, Delivery.part_id == NeedPart.id)
        .group_by(NeedPart.id, NeedPart.met)
        .order_by(NeedPart.id)
    ).all()
    for part_id, met, done in rows:
        if met != int(done):
            yield Breach("a need is met by what was confirmed or verified", f"part {part_id}", f"{met}, not {done}")


def _sessions(reading: Session) -> Iterator[Breach]:
    """A date is reported once among the reports that stand, and a reported date is in one."""
    rule = "a date counts once"
    used = and_(
        DeliverySession.amount > 0,
        DeliverySession.stands.is_(True),
        Delivery.state.not_in(ENDED_WITHOUT_COUNTING),
        or_(Delivery.state != S.APPEALED, Delivery.state_before_appeal != S.REJECTED),
    )
    times = (
        select(DeliverySession.commitment_session_id, func.count().label("times"))
        .join(Delivery, Delivery.id == DeliverySession.delivery_id)
        .where(used)
        .group_by(DeliverySession.commitment_session_id)
        .subquery()
    )
    with_reports = select(Delivery.commitment_id).where(Delivery.commitment_id.is_not(None))
    rows = reading.execute(
        select(CommitmentSession.id, CommitmentSession.state, func.coalesce(times.c.times, 0))
        .outerjoin(times, times.c.commitment_session_id == CommitmentSession.id)
        .where(CommitmentSession.commitment_id.in_(with_reports))
        .order_by(CommitmentSession.id)
    ).all()
    for session_id, state, count in rows:
        expected = 1 if state == SessionState.REPORTED else 0
        if count != expected:
            yield Breach(rule, f"session {session_id}", f"is {state} and stands in {count} reports")


def _figures_of_states(reading: Session) -> Iterator[Breach]:
    """5.1 of one delivery: the database holds the order; here, that each state has the figures it stands for."""
    rule = "figures follow from the state"
    settled = Delivery.state.in_(COUNTED_AS_VERIFIED)
    ended = Delivery.state.in_(ENDED_WITHOUT_COUNTING)
    after_appeal = and_(Delivery.state == S.APPEALED, Delivery.state_before_appeal == S.VERIFIED_IN_PART)
    wrong = or_(
        and_(ended, or_(Delivery.amount != 0, Delivery.confirmed != 0, Delivery.verified != 0)),
        and_(or_(settled, after_appeal), Delivery.verified != Delivery.amount),
        and_(~settled, ~after_appeal, Delivery.verified != 0),
        and_(Delivery.state.in_((S.REPORTED, S.RECORDED_FOR, S.QUERIED)), Delivery.confirmed != 0),
        and_(Delivery.group_word.is_(None), Delivery.confirmed != 0),
        Delivery.confirmed > Delivery.amount,
        Delivery.verified > Delivery.amount,
        Delivery.amount + Delivery.usual + Delivery.surplus > Delivery.stated,
    )
    for reference, state in reading.execute(
        select(Delivery.reference, Delivery.state).where(wrong).order_by(Delivery.id)
    ).all():
        yield Breach(rule, f"delivery {reference}", f"is {state} with other figures")


def _without_counterpart(reading: Session) -> Iterator[Breach]:
    """Own conduct hangs on its pledge, names no group and is confirmed by none; the others hang on a promise."""
    wrong = or_(
        and_(
            Pledge.with_counterpart.is_(False),
            or_(Delivery.commitment_id.is_not(None), Delivery.group_id.is_not(None), Delivery.confirmed != 0),
        ),
        and_(Pledge.with_counterpart.is_(True), or_(Delivery.commitment_id.is_(None), Delivery.group_id.is_(None))),
        Delivery.measure_id != Pledge.measure_id,
        Delivery.provider_id != Pledge.organisation_id,
    )
    statement = select(Delivery.reference).join(Pledge, Pledge.id == Delivery.pledge_id).where(wrong)
    for reference in reading.execute(statement.order_by(Delivery.id)).scalars():
        yield Breach("a delivery counts under its own pledge", f"delivery {reference}", "hangs on something else")


def _verified_beyond_confirmed(reading: Session) -> Iterator[Breach]:
    """Verified passes confirmed only where the group was silent or the council upheld it."""
    said = select(DeliveryDecision.delivery_id).where(DeliveryDecision.act.in_(("go_unanswered", "uphold")))
    statement = (
        select(Delivery.reference)
        .join(Measure, Measure.id == Delivery.measure_id)
        .where(
            Delivery.group_id.is_not(None),
            Measure.confirmed_by == "group",
            Delivery.verified > Delivery.confirmed,
            Delivery.id.not_in(said),
        )
        .order_by(Delivery.id)
    )
    for reference in reading.execute(statement).scalars():
        yield Breach("verified passes confirmed only with a reason", f"delivery {reference}", "nobody was silent")


def _baselines(reading: Session) -> Iterator[Breach]:
    """What is usual in a pledge year is the baseline, or all there is below it."""
    rows = reading.execute(
        select(Pledge, Delivery.happened_on, Delivery.amount, Delivery.usual)
        .join(Delivery, Delivery.pledge_id == Pledge.id)
        .where(Pledge.baseline > 0, Delivery.state.not_in(ENDED_WITHOUT_COUNTING))
        .order_by(Pledge.id, Delivery.id)
    ).all()
    years: dict[tuple[str, Any, int], list[int]] = {}
    for pledge, day, amount, usual in rows:
        first, _ = pledge_year(pledge.first_day, day)
        sums = years.setdefault((pledge.reference, first, pledge.baseline), [0, 0])
        sums[0] += amount
        sums[1] += usual
    for (reference, first, baseline), (amount, usual) in years.items():
        if usual != min(baseline, amount + usual):
            yield Breach(
                "only what passes the baseline is booked", f"pledge {reference}", f"from {first}: {usual} is usual"
            )


def _levels(reading: Session) -> Iterator[Breach]:
    """A verified reading belongs to a verified delivery, and the other way round."""
    counts = (
        select(LevelReading.delivery_id, func.count().label("readings"))
        .where(LevelReading.verified_at_utc.is_not(None), LevelReading.withdrawn_at_utc.is_(None))
        .group_by(LevelReading.delivery_id)
        .subquery()
    )
    rows = reading.execute(
        select(Delivery.reference, Delivery.state, func.coalesce(counts.c.readings, 0))
        .outerjoin(counts, counts.c.delivery_id == Delivery.id)
        .where(Delivery.level_whole.is_not(None))
        .order_by(Delivery.id)
    ).all()
    for reference, state, readings in rows:
        if readings != (1 if state in COUNTED_AS_VERIFIED else 0):
            yield Breach("a level reading counts when verified", f"delivery {reference}", f"{readings} count")
