"""One pledge, as its page and its acts read it."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from community_book.base.actor import Actor
from community_book.base.errors import NotThere
from community_book.base.references import tidy_reference
from cwb.frameworks.tables import Framework, Lot
from cwb.ledger.rules import Figure
from cwb.ledger.tables import LedgerEntry
from cwb.pillars.tables import Measure
from cwb.pledges.queries.lists import card_values, joined, seen_by, zone_names
from cwb.pledges.rules import KINDS_THAT_MAY_HAVE_SESSIONS, LOG_PLEDGES, SEE_ALL_PLEDGES
from cwb.pledges.tables import Pledge, PledgeSession
from cwb.pledges.views import Done, Figures, PledgeView, SessionView


def pledge(reading: Session, actor: Actor, reference: str) -> PledgeView:
    """One pledge by its reference. Raises NotThere when the actor may not see it."""
    tidy = tidy_reference(reference)
    statement = (
        joined()
        .add_columns(Measure, Framework.name, Lot.number, Lot.title)
        .join(Framework, Framework.id == Pledge.framework_id)
        .outerjoin(Lot, Lot.id == Pledge.lot_id)
        .where(Pledge.reference == tidy)
    )
    if actor.link_subject != f"pledge:{tidy}":
        statement = statement.where(seen_by(actor))
    found = reading.execute(statement).one_or_none()
    if found is None:
        raise NotThere
    row: Pledge = found[0]
    *card, measure, framework_name, lot_number, lot_title = found
    is_own = actor.may(LOG_PLEDGES) and actor.organisation_id == row.organisation_id
    return PledgeView(
        **card_values(card, () if row.borough_wide else zone_names(reading, [row.id])[row.id]),
        framework_id=row.framework_id,
        framework_name=framework_name,
        lot_id=row.lot_id,
        lot_title=f"{lot_number}. {lot_title}" if lot_title else "",
        item_type=row.item_type,
        subject=row.subject,
        call_off=row.call_off,
        baseline_on=row.baseline_on,
        smallest_useful=row.smallest_useful,
        zone_scheme_id=row.zone_scheme_id,
        place_id=row.place_id,
        thing=row.thing,
        schedule=row.schedule,
        features=row.features,
        conditions=row.conditions,
        team_smallest=row.team_smallest,
        team_largest=row.team_largest,
        visit_minutes=row.visit_minutes,
        hosting_pence_at_most=row.hosting_pence_at_most,
        brokered=measure.brokered,
        confirmed_by=measure.confirmed_by,
        counts_after_days=measure.counts_after_days,
        evidence_asked=measure.evidence_asked,
        what_counts=measure.what_counts,
        why_this_pillar=measure.why_this_pillar,
        not_charged_to_rate=row.not_charged_to_rate,
        visits_covered=row.visits_covered,
        paused_by_council=row.paused_by_council,
        logged_by_person_id=row.logged_by_person_id,
        ended_at_utc=row.ended_at_utc,
        still_offered_on=row.still_offered_on,
        sessions=sessions_of_pledge(reading, row.id) if row.kind in KINDS_THAT_MAY_HAVE_SESSIONS else (),
        is_own=is_own,
        sees_figures=is_own or actor.may(SEE_ALL_PLEDGES),
    )


def sessions_of_pledge(reading: Session, pledge_id: int) -> tuple[SessionView, ...]:
    """The sessions of a pledge that were not taken out, earliest first."""
    rows = reading.execute(
        select(PledgeSession)
        .where(PledgeSession.pledge_id == pledge_id, ~PledgeSession.dropped)
        .order_by(PledgeSession.day, PledgeSession.starts_minute, PledgeSession.id)
    ).scalars()
    return tuple(
        SessionView(row.id, row.day, row.starts_minute, row.ends_minute, row.at_once, row.held, row.committed)
        for row in rows
    )


def figures(reading: Session, pledge: PledgeView) -> Figures:
    """The five figures of a pledge, from the ledger; not applicable where no group draws or confirms."""
    statement = select(LedgerEntry.figure, func.sum(LedgerEntry.amount)).where(LedgerEntry.pledge_id == pledge.id)
    sums = {Figure(figure): int(amount) for figure, amount in reading.execute(statement.group_by(LedgerEntry.figure))}
    return Figures(
        pledged=sums.get(Figure.PLEDGED, 0),
        committed=sums.get(Figure.COMMITTED, 0) if pledge.with_counterpart else None,
        reported=sums.get(Figure.REPORTED, 0),
        confirmed=sums.get(Figure.CONFIRMED, 0) if pledge.confirmed_by == "group" else None,
        verified=sums.get(Figure.VERIFIED, 0),
    )


def done_of(reading: Session, pledge_ids: Collection[int]) -> dict[int, Done]:
    """What stands reported and verified of each of these pledges; those without an entry are left out. One query."""
    statement = (
        select(
            LedgerEntry.pledge_id,
            func.sum(case((LedgerEntry.figure == str(Figure.REPORTED), LedgerEntry.amount), else_=0)),
            func.sum(case((LedgerEntry.figure == str(Figure.VERIFIED), LedgerEntry.amount), else_=0)),
        )
        .where(
            LedgerEntry.pledge_id.in_(pledge_ids),
            LedgerEntry.figure.in_([str(Figure.REPORTED), str(Figure.VERIFIED)]),
        )
        .group_by(LedgerEntry.pledge_id)
    )
    return {row[0]: Done(int(row[1]), int(row[2])) for row in reading.execute(statement)}


def was_ever_offered(reading: Session, organisation_id: int) -> bool:
    """Whether a provider had a pledge on offer before: its first waits for the council."""
    statement = select(func.count(Pledge.id)).where(
        Pledge.organisation_id == organisation_id, Pledge.offered_at_utc.is_not(None)
    )
    return bool(reading.execute(statement).scalar_one())


def pledge_id_of(reading: Session, reference: str) -> int:
    """The id behind a reference, for acts, which look at who may see it themselves. Raises NotThere."""
    found = reading.execute(select(Pledge.id).where(Pledge.reference == tidy_reference(reference))).scalar_one_or_none()
    if found is None:
        raise NotThere
    return found


def reported_so_far(reading: Session, pledge_id: int) -> int:
    """What stands reported in the ledger of a pledge."""
    statement = select(func.coalesce(func.sum(LedgerEntry.amount), 0)).where(
        LedgerEntry.pledge_id == pledge_id, LedgerEntry.figure == str(Figure.REPORTED)
    )
    return int(reading.execute(statement).scalar_one())
