"""Reads for whoever recomputes the figures: closed quarters, their public entries, pledges and readings.

Nothing of a disclosive measure is read. An entry of something that is not public yet (a report that is not verified,
a promise of a hidden need) is told as the pages tell it: as part of the sum of its pledge.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true
from sqlalchemy.orm import Session

from community_book.base.tables import AuditEntry, AuditSubject
from community_book.needs.tables import Need, NeedPart
from community_book.organisations.tables import Organisation
from community_book.places.tables import Zone
from community_book.records.queries import first_head_from
from cwb.commitments.tables import Commitment
from cwb.deliveries.rules import COUNTED_AS_VERIFIED
from cwb.deliveries.tables import Delivery
from cwb.frameworks.tables import Framework, Lot
from cwb.ledger import queries as ledger
from cwb.ledger.rules import EXTRA, READING_GOOD_FOR_DAYS, Figure, LevelResult
from cwb.ledger.tables import LedgerEntry, Period
from cwb.pillars.rules import Brokered
from cwb.pillars.views import MeasureView
from cwb.pledges.tables import Pledge
from cwb.reporting.queries.pledges import LevelPledge, PledgeFacts, latest_verified, level_pledges, level_readings
from cwb.reporting.views import Chosen
from cwb.reporting.views.checking import ClosedQuarter, ClosingAct

AT_ONCE = 2000
Told = tuple[int | str, ...]
"""A row of a table, as it is written."""

# --- closed quarters ------------------------------------------------------------------------------------


def _public(measures: Sequence[MeasureView]) -> ColumnElement[bool]:
    return LedgerEntry.measure_id.in_([one.id for one in measures if not one.disclosive])


def closed_quarters(reading: Session, measures: Sequence[MeasureView]) -> list[ClosedQuarter]:
    """The closed quarters, newest first, with how many public entries they have: two queries."""
    closed = reading.execute(select(Period).order_by(Period.quarter.desc())).scalars().all()
    if not closed:
        return []
    names = [one.quarter for one in closed]
    statement = (
        select(LedgerEntry.period, func.count())
        .where(_public(measures), LedgerEntry.basis == EXTRA, LedgerEntry.period.in_(names))
        .group_by(LedgerEntry.period)
    )
    question = ("closed_quarters", *names)
    found = ledger.remembered(reading, question, lambda: [(row[0], row[1]) for row in reading.execute(statement)])
    counts: dict[str, int] = dict(found)
    return [ClosedQuarter(one.quarter, one.closed_at_utc, counts.get(one.quarter, 0)) for one in closed]


def closing_act(reading: Session, quarter: str) -> ClosingAct | None:
    """The act that closed a quarter, with the first head published after it: two queries."""
    row = reading.execute(
        select(AuditEntry.sequence, AuditEntry.hash)
        .join(AuditSubject, AuditSubject.sequence == AuditEntry.sequence)
        .where(AuditSubject.subject == f"quarter:{quarter}", AuditEntry.act == "quarter.close")
        .order_by(AuditEntry.sequence.desc())
    ).first()
    if row is None:
        return None
    head = first_head_from(reading, row.sequence)
    if head is None:
        return ClosingAct(row.sequence, row.hash)
    return ClosingAct(row.sequence, row.hash, head.day, head.sequence, head.hash)


# --- entries --------------------------------------------------------------------------------------------


class _Names:
    """How everything an entry is stamped with is called in public: a handful of queries for all of them."""

    def __init__(self, reading: Session, measures: Sequence[MeasureView]) -> None:
        self.codes = {one.id: one.code for one in measures}

        def references(of: Any) -> dict[int | None, str]:
            return {row[0]: row[1] for row in reading.execute(select(of.id, of.reference))}

        self.bodies, self.zones = references(Organisation), references(Zone)
        self.lots, self.frameworks = references(Lot), references(Framework)


def _that_count(quarter: str, measures: Sequence[MeasureView]) -> ColumnElement[bool]:
    """Everything up to the quarter; what is no extra by whole lives, because that is how its terms are kept."""
    return and_(_public(measures), or_(LedgerEntry.period <= quarter, LedgerEntry.basis != EXTRA))


def _with_publicness(*columns: Any) -> tuple[Select[Any], ColumnElement[bool]]:
    """A question about entries, and whether an entry's thing is told of to everybody (see things_behind)."""
    states = [str(state) for state in COUNTED_AS_VERIFIED]
    shown = func.coalesce(~Need.hidden, True)
    of_delivery = and_(func.coalesce(Delivery.state.in_(states), False), shown)
    is_public = case(
        (LedgerEntry.figure == str(Figure.PLEDGED), true()),
        (LedgerEntry.figure == str(Figure.COMMITTED), shown),
        else_=of_delivery,
    )
    statement = (
        select(*columns)
        .select_from(LedgerEntry)
        .join(Pledge, Pledge.id == LedgerEntry.pledge_id)
        .outerjoin(Delivery, Delivery.id == LedgerEntry.delivery_id)
        .outerjoin(Commitment, Commitment.id == LedgerEntry.commitment_id)
        .outerjoin(NeedPart, NeedPart.id == func.coalesce(Delivery.part_id, Commitment.part_id))
        .outerjoin(Need, Need.id == NeedPart.need_id)
    )
    return statement, is_public


_STAMPED = (
    LedgerEntry.figure,
    LedgerEntry.unit,
    LedgerEntry.measure_id,
    LedgerEntry.pillar_number,
    LedgerEntry.basis,
    LedgerEntry.how,
    LedgerEntry.period,
    LedgerEntry.provider_id,
    LedgerEntry.framework_id,
)
"""What both an entry and a sum of several are stamped with."""


def public_entries(reading: Session, quarter: str, measures: Sequence[MeasureView]) -> Iterator[Told]:
    """The rows of ENTRY_COLUMNS: entries in the order of booking, then the sums of what is not public yet.

    Read in portions, so that a long ledger takes no memory; entries are numbered as they come, because the numbers
    of the ledger itself would tell how much is left out.
    """
    names = _Names(reading, measures)
    statement, is_public = _with_publicness(
        *_STAMPED,
        LedgerEntry.id,
        LedgerEntry.amount,
        LedgerEntry.happened_on,
        LedgerEntry.booked_at_utc,
        LedgerEntry.group_id,
        LedgerEntry.zone_id,
        LedgerEntry.zone_note,
        LedgerEntry.lot_id,
        LedgerEntry.share_basis_points,
        LedgerEntry.reverses_id,
        Pledge.reference.label("pledge"),
        Delivery.reference.label("delivery"),
    )
    statement = statement.where(_that_count(quarter, measures), is_public).order_by(LedgerEntry.id)
    ids = array("q")
    for row in reading.execute(statement, execution_options={"yield_per": AT_ONCE}):
        *stamped, entry_id, amount, day, booked, group_id, zone_id, note, lot_id, share, back, pledge, delivery = row
        provider_id, framework_id = stamped[-2:]
        ids.append(entry_id)
        yield (
            len(ids),
            "entry",
            *_stamps(stamped, amount, names),
            day.isoformat(),
            booked.date().isoformat(),
            pledge,
            names.bodies.get(provider_id, ""),
            names.bodies.get(group_id, ""),
            delivery or "",
            names.zones.get(zone_id, ""),
            note,
            names.lots.get(lot_id, ""),
            names.frameworks.get(framework_id, ""),
            share,
            _number_of(back, ids),
        )
    yield from _sums_of_the_rest(reading, quarter, measures, names, len(ids))


def _stamps(stamped: Sequence[Any], amount: int, names: _Names) -> Told:
    """From the figure to the period, of what is in the order of _STAMPED."""
    figure, unit, measure_id, pillar_number, basis, how, period, _, _ = stamped
    return figure, int(amount), unit, names.codes[measure_id], pillar_number, basis, how, period


def _number_of(entry_id: int | None, ids: Sequence[int]) -> int | str:
    """Which of the entries so far it is; "" for none of them."""
    if entry_id is None:
        return ""
    place = bisect_left(ids, entry_id)
    return place + 1 if place < len(ids) and ids[place] == entry_id else ""


def _sums_of_the_rest(
    reading: Session, quarter: str, measures: Sequence[MeasureView], names: _Names, after: int
) -> Iterator[Told]:
    amount = func.sum(LedgerEntry.amount)
    statement, is_public = _with_publicness(*_STAMPED, Pledge.reference.label("pledge"), amount.label("amount"))
    statement = (
        statement.where(_that_count(quarter, measures), ~is_public)
        .group_by(*_STAMPED, Pledge.reference)
        .having(amount != 0)
        .order_by(Pledge.reference, LedgerEntry.figure, LedgerEntry.period, LedgerEntry.how)
    )
    rows = reading.execute(statement, execution_options={"yield_per": AT_ONCE})
    for number, (*stamped, pledge, left) in enumerate(rows, start=after + 1):
        provider, framework = names.bodies.get(stamped[-2], ""), names.frameworks.get(stamped[-1], "")
        told = ("", "", pledge, provider, "", "", "", "", "", framework, "", "")
        yield number, "sum", *_stamps(stamped, left, names), *told


# --- measures -------------------------------------------------------------------------------------------


def measures_told(measures: Sequence[MeasureView], facts: PledgeFacts) -> Iterator[Told]:
    """The rows of MEASURE_COLUMNS; whether groups agree and confirm is said as the page of figures takes it."""
    for one in measures:
        if one.disclosive:
            continue
        agreed = one.brokered is Brokered.YES or one.id in facts.with_counterpart
        confirmed = agreed and one.group_confirms
        told = (one.title, one.unit.value, str(one.nature), _yes(agreed), _yes(confirmed))
        yield one.code, one.pillar_number, *told


# --- pledges and their readings -------------------------------------------------------------------------


def public_pledges(
    reading: Session, chosen: Chosen, facts: PledgeFacts, measures: Sequence[MeasureView]
) -> Iterator[Told]:
    """The rows of PLEDGE_COLUMNS: every pledge that was offered, a level with what counts of its readings."""
    codes = {one.id: one.code for one in measures if not one.disclosive}
    levels = {level.pledge_id: level for some in facts.levels.values() for level in some}
    readings = level_readings(reading, level_pledges(chosen).with_only_columns(Pledge.id), chosen)
    statement = select(
        Pledge.id,
        Pledge.reference,
        Pledge.measure_id,
        Pledge.nature,
        Pledge.basis,
        Pledge.share_basis_points,
        Pledge.first_day,
        Pledge.last_day,
    ).where(Pledge.measure_id.in_(codes), Pledge.offered_at_utc.is_not(None))
    for pledge in reading.execute(statement.order_by(Pledge.id), execution_options={"yield_per": AT_ONCE}):
        level = levels.get(pledge.id)
        if pledge.nature == "level" and level is None:
            continue
        yield (
            pledge.reference,
            codes[pledge.measure_id],
            pledge.nature,
            pledge.basis,
            "" if pledge.share_basis_points is None else pledge.share_basis_points,
            pledge.first_day.isoformat(),
            pledge.last_day.isoformat(),
            *(("",) * 5 if level is None else _reading_told(pledge, level, readings.get(pledge.id, []), chosen)),
        )


def _reading_told(pledge: Any, level: LevelPledge, readings: Sequence[Any], chosen: Chosen) -> Told:
    """Of a level: part, whole and day of the reading that counts, whether there is any, and whether its rate is old."""
    latest = latest_verified(readings)
    if latest is None:
        return "", "", "", _yes(level.was_reported), ""
    day = min(pledge.last_day, chosen.span.last_day) if chosen.span else pledge.last_day
    is_young = day - latest.read_on <= timedelta(days=READING_GOOD_FOR_DAYS)
    under_old_rate = is_young and level.result is LevelResult.OUT_OF_DATE
    return latest.part, latest.whole, latest.read_on.isoformat(), _yes(level.was_reported), _yes(under_old_rate)


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "no"
