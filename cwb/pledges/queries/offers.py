"""Pledges as other rooms read them: what is on offer, and what a ledger entry is stamped with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from community_book.base.amounts import Kind, Unit
from community_book.base.clock import LONDON, today
from community_book.base.errors import NotThere
from community_book.organisations.tables import Organisation
from community_book.places.tables import Place
from cwb.pillars.tables import Measure
from cwb.pledges.rules import Basis, PledgeOffer, PledgeState, PledgeTerms, SessionOffered
from cwb.pledges.tables import Pledge, PledgeSession, PledgeZone


def open_offers(
    reading: Session,
    *,
    kind: Kind | str | None = None,
    pledge_ids: Collection[int] | None = None,
    provider_id: int | None = None,
    limit: int | None = None,
) -> list[PledgeOffer]:
    """Every pledge on offer to groups whose window is not over, in the order they were logged: four queries.

    Levels, own conduct, and paused or ended pledges are left out. Sessions of past days are left out.
    """
    statement = (
        select(Pledge, Measure.code, Measure.title, Measure.pillar_number, Organisation.name, Place)
        .join(Measure, Measure.id == Pledge.measure_id)
        .join(Organisation, Organisation.id == Pledge.organisation_id)
        .outerjoin(Place, Place.id == Pledge.place_id)
        .where(
            Pledge.state == PledgeState.OFFERED,
            Pledge.with_counterpart,
            Pledge.amount.is_not(None),
            Pledge.last_day >= today(),
        )
    )
    if kind is not None:
        statement = statement.where(Pledge.kind == str(kind))
    if pledge_ids is not None:
        statement = statement.where(Pledge.id.in_(pledge_ids))
    if provider_id is not None:
        statement = statement.where(Pledge.organisation_id == provider_id)
    rows = reading.execute(statement.order_by(Pledge.id).limit(limit)).all()
    ids = [row[0].id for row in rows]
    zones = zone_ids_of(reading, ids)
    sessions = _sessions_offered(reading, ids)
    return [
        _offer(pledge, (code, title, pillar), provider, place, zones[pledge.id], tuple(sessions[pledge.id]))
        for pledge, code, title, pillar, provider, place in rows
    ]


def pledge_offer(reading: Session, pledge_id: int) -> PledgeOffer | None:
    """One pledge on offer; None when it is not."""
    found = open_offers(reading, pledge_ids=[pledge_id])
    return found[0] if found else None


def zone_ids_of(reading: Session, pledge_ids: Iterable[int]) -> dict[int, frozenset[int]]:
    """The zones each pledge names; none where it serves the whole borough."""
    named: dict[int, set[int]] = defaultdict(set)
    statement = select(PledgeZone.pledge_id, PledgeZone.zone_id).where(PledgeZone.pledge_id.in_(list(pledge_ids)))
    for pledge_id, zone_id in reading.execute(statement):
        named[pledge_id].add(zone_id)
    return defaultdict(frozenset, {key: frozenset(value) for key, value in named.items()})


def _sessions_offered(reading: Session, pledge_ids: Collection[int]) -> dict[int, list[SessionOffered]]:
    found: dict[int, list[SessionOffered]] = defaultdict(list)
    statement = (
        select(
            PledgeSession.pledge_id,
            PledgeSession.id,
            PledgeSession.day,
            PledgeSession.starts_minute,
            PledgeSession.ends_minute,
            PledgeSession.at_once,
            (PledgeSession.at_once - PledgeSession.held - PledgeSession.committed).label("left"),
        )
        .where(PledgeSession.pledge_id.in_(pledge_ids), ~PledgeSession.dropped, PledgeSession.day >= today())
        .order_by(PledgeSession.day, PledgeSession.starts_minute, PledgeSession.id)
    )
    for row in reading.execute(statement):
        found[row.pledge_id].append(
            SessionOffered(row.id, row.day, row.starts_minute, row.ends_minute, row.at_once, row.left)
        )
    return found


def _offer(
    row: Pledge,
    measure: tuple[str, str, int],
    provider_name: str,
    place: Place | None,
    zone_ids: frozenset[int],
    sessions: tuple[SessionOffered, ...],
) -> PledgeOffer:
    amount = row.amount or 0
    return PledgeOffer(
        pledge_id=row.id,
        reference=row.reference,
        title=row.title,
        story=row.story,
        provider_id=row.organisation_id,
        provider_name=provider_name,
        framework_id=row.framework_id,
        lot_id=row.lot_id,
        measure_id=row.measure_id,
        measure_code=measure[0],
        measure_title=measure[1],
        pillar_number=measure[2],
        kind=Kind(row.kind),
        unit=Unit(row.unit),
        item_type=row.item_type,
        subject=row.subject,
        amount=amount,
        held=row.held,
        committed=row.committed,
        left=amount - row.held - row.committed,
        smallest_useful=row.smallest_useful,
        first_day=row.first_day,
        last_day=row.last_day,
        borough_wide=row.borough_wide,
        online=row.online,
        zone_scheme_id=row.zone_scheme_id,
        zone_ids=zone_ids,
        easting=place.easting if place else None,
        northing=place.northing if place else None,
        features=row.features,
        conditions=row.conditions,
        team_smallest=row.team_smallest,
        team_largest=row.team_largest,
        visit_minutes=row.visit_minutes,
        hosting_pence_at_most=row.hosting_pence_at_most,
        sessions=sessions,
        offered_on=row.offered_at_utc.astimezone(LONDON).date() if row.offered_at_utc else None,
    )


def pledge_terms(reading: Session, pledge_id: int) -> PledgeTerms:
    """What a ledger entry on the pledge is stamped with, in any state. Raises NotThere."""
    found = pledges_terms(reading, [pledge_id]).get(pledge_id)
    if found is None:
        raise NotThere
    return found


def pledges_terms(reading: Session, pledge_ids: Collection[int]) -> dict[int, PledgeTerms]:
    """The same for many at once; ids that are not there are left out."""
    statement = (
        select(Pledge, Measure)
        .join(Measure, Measure.id == Pledge.measure_id)
        .where(Pledge.id.in_(pledge_ids))
        .order_by(Pledge.id)
        .execution_options(populate_existing=True)
    )
    return {row.id: _terms(row, measure) for row, measure in reading.execute(statement)}


def _terms(row: Pledge, measure: Measure) -> PledgeTerms:
    return PledgeTerms(
        pledge_id=row.id,
        reference=row.reference,
        title=row.title,
        state=PledgeState(row.state),
        provider_id=row.organisation_id,
        framework_id=row.framework_id,
        lot_id=row.lot_id,
        measure_id=row.measure_id,
        measure_code=measure.code,
        measure_title=measure.title,
        pillar_number=measure.pillar_number,
        kind=Kind(row.kind),
        unit=Unit(row.unit),
        nature=row.nature,
        brokered=measure.brokered,
        with_counterpart=row.with_counterpart,
        confirmed_by=measure.confirmed_by,
        disclosive=measure.disclosive,
        counts_after_days=measure.counts_after_days,
        two_verifiers_above=measure.two_verifiers_above,
        basis=Basis(row.basis),
        amount=row.amount,
        share_basis_points=row.share_basis_points,
        held=row.held,
        committed=row.committed,
        baseline=row.baseline,
        baseline_on=row.baseline_on,
        first_day=row.first_day,
        last_day=row.last_day,
        borough_wide=row.borough_wide,
        zone_scheme_id=row.zone_scheme_id,
    )
