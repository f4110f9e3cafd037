"""What the ledger does not hold of pledges: levels with their readings, and whether terms were kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Integer, Select, func, literal, select, union_all
from sqlalchemy.orm import Session

from community_book.base.amounts import Unit, say_amount, say_share
from community_book.base.messages import N_, Message
from community_book.organisations.tables import Organisation
from cwb.deliveries.rules import ENDED_WITHOUT_COUNTING
from cwb.deliveries.tables import Delivery
from cwb.ledger import queries as ledger
from cwb.ledger.rules import EXTRA, LEVEL_LABELS, Figure, LevelResult, level_result
from cwb.ledger.tables import LedgerEntry, LevelReading
from cwb.ledger.views import RolledUp
from cwb.pillars.tables import Measure
from cwb.pledges.rules import BASIS_SHORT, UNPUBLISHED, Basis, PledgeState
from cwb.pledges.tables import Pledge
from cwb.rates.queries import rates_spoken_of
from cwb.rates.rules import Since, old_before
from cwb.reporting.rules import KEPT_LABELS, Kept, kept_amount, kept_level
from cwb.reporting.views import Chosen, PledgeBehind


@dataclass(frozen=True)
class LevelPledge:
    """A level pledge and what its latest verified reading says; `counts` by figure are told from its readings."""

    pledge_id: int
    measure_id: int
    basis: str
    result: LevelResult
    was_reported: bool
    was_verified: bool


@dataclass
class PledgeFacts:
    """What is told of pledges beside the ledger, by measure."""

    with_counterpart: set[int] = field(default_factory=set)
    levels: dict[tuple[int, bool], list[LevelPledge]] = field(default_factory=lambda: defaultdict(list))
    kept: dict[int, list[Kept]] = field(default_factory=lambda: defaultdict(list))
    usual: dict[int, int] = field(default_factory=dict)


def _made(chosen: Chosen) -> Select[Pledge]:
    """Pledges that were made and not taken back whole, of the framework and lot chosen."""
    withdrawn = Pledge.state == str(PledgeState.WITHDRAWN)
    statement = select(Pledge).where(
        Pledge.state.not_in([str(state) for state in UNPUBLISHED]), ~(withdrawn & (Pledge.nature == "level"))
    )
    if chosen.framework_id is not None:
        statement = statement.where(Pledge.framework_id == chosen.framework_id)
    if chosen.lot_id is not None:
        statement = statement.where(Pledge.lot_id == chosen.lot_id)
    return statement


def pledge_facts(reading: Session, rolled: Sequence[RolledUp], chosen: Chosen, *, on: date) -> PledgeFacts:
    """Everything the roll-up needs of pledges: four queries, whatever their number."""
    (found,) = ledger.remembered_a_while(
        reading, ("pledge_facts", chosen.slice, on), lambda: [_pledge_facts(reading, rolled, chosen, on=on)]
    )
    return found


def _pledge_facts(reading: Session, rolled: Sequence[RolledUp], chosen: Chosen, *, on: date) -> PledgeFacts:
    facts = PledgeFacts()
    facts.with_counterpart, facts.usual = _counterparts_and_usual(reading, chosen)
    if not chosen.by_zone:
        for level in _levels(reading, chosen, on=on):
            facts.levels[level.measure_id, level.basis == EXTRA].append(level)
            if level.basis != EXTRA:
                facts.kept[level.measure_id].append(kept_level(level.result))
    on_terms = {row.pledge_id: row for row in rolled if row.pledge_id is not None and row.ever_pledged > 0}
    if on_terms:
        # Not by their ids: a large borough has more of them than a question may carry.
        ends = select(Pledge.id, Pledge.last_day).where(Pledge.basis != EXTRA).order_by(Pledge.id)
        for pledge_id, last_day in reading.execute(ends).all():
            if (row := on_terms.get(pledge_id)) is None:
                continue
            facts.kept[row.measure_id].append(kept_amount(row.ever_pledged, row.ever_verified, last_day, on=on))
    return facts


def level_pledges(chosen: Chosen) -> Select[Pledge]:
    """Pledges of a level that run at some time of what is chosen."""
    statement = _made(chosen).where(Pledge.nature == "level")
    if chosen.span is not None:
        statement = statement.where(Pledge.first_day <= chosen.span.last_day, Pledge.last_day >= chosen.span.first_day)
    return statement


def say_promised(pledge: Pledge) -> Message:
    """The share that a level promises."""
    return Message(N_("at least %(share)s"), share=say_share(pledge.share_basis_points or 0))


def say_reading(read: Any) -> Message:
    """A reading of a level."""
    return Message(N_("%(part)s of %(whole)s"), part=f"{read.part:,}", whole=f"{read.whole:,}")


def _levels(reading: Session, chosen: Chosen, *, on: date) -> list[LevelPledge]:
    statement = level_pledges(chosen)
    told = statement.with_only_columns(
        Pledge.id, Pledge.measure_id, Pledge.basis, Pledge.share_basis_points, Pledge.last_day
    )
    readings = level_readings(reading, statement.with_only_columns(Pledge.id), chosen)
    pledges = reading.execute(told.order_by(Pledge.id)).all()
    rates = rates_spoken_of(reading) if pledges else {}
    return [_level(pledge, readings[pledge.id], chosen, rates, on=on) for pledge in pledges]


def level_readings(reading: Session, pledge_ids: Select[Any] | Sequence[int], chosen: Chosen) -> dict[int, list[Any]]:
    """What was read on each pledge, oldest first: part, whole, read_on, verified_at_utc."""
    found: dict[int, list[Any]] = defaultdict(list)
    statement = select(
        LevelReading.pledge_id,
        LevelReading.part,
        LevelReading.whole,
        LevelReading.read_on,
        LevelReading.verified_at_utc,
    ).where(LevelReading.pledge_id.in_(pledge_ids), *_that_counts(chosen))
    for row in reading.execute(statement.order_by(LevelReading.read_on, LevelReading.id)):
        found[row.pledge_id].append(row)
    return found


def pledges_read(chosen: Chosen, *, verified: bool) -> Select[int]:
    """The ids of pledges of a level that were read, or whose reading was verified."""
    statement = select(LevelReading.pledge_id).where(*_that_counts(chosen))
    return statement.where(LevelReading.verified_at_utc.is_not(None)) if verified else statement


def _that_counts(chosen: Chosen) -> list[ColumnElement[bool]]:
    conditions = [LevelReading.withdrawn_at_utc.is_(None), LevelReading.whole > 0]
    return [*conditions, LevelReading.read_on <= chosen.span.last_day] if chosen.span is not None else conditions


def latest_verified(readings: Sequence[Any]) -> Any:
    return next((row for row in reversed(readings) if row.verified_at_utc is not None), None)


def _result(pledge: Any, latest: Any, chosen: Chosen, rates: Mapping[int, Sequence[Since]], *, on: date) -> LevelResult:
    """What the reading says on the day asked for: today, or the end of the time shown or of the pledge."""
    day = min(on, pledge.last_day, chosen.span.last_day if chosen.span else on)
    told = (latest.part, latest.whole, latest.read_on) if latest else None
    before = old_before(rates.get(pledge.measure_id, ()), day)
    return level_result(told, pledge.share_basis_points or 0, on=day, old_before=before)


def _level(
    pledge: Any, readings: Sequence[Any], chosen: Chosen, rates: Mapping[int, Sequence[Since]], *, on: date
) -> LevelPledge:
    latest = latest_verified(readings)
    return LevelPledge(
        pledge.id,
        pledge.measure_id,
        pledge.basis,
        _result(pledge, latest, chosen, rates, on=on),
        was_reported=bool(readings),
        was_verified=latest is not None,
    )


def _on_terms(reading: Session, chosen: Chosen, measure_id: int | None = None) -> list[tuple[Pledge, int, int]]:
    """Amount pledges on other terms than extra, with what is pledged and verified over their whole life."""
    sums = (
        select(
            LedgerEntry.pledge_id,
            func.sum(LedgerEntry.amount).filter(LedgerEntry.figure == str(Figure.PLEDGED)).label("pledged"),
            func.sum(LedgerEntry.amount).filter(LedgerEntry.figure == str(Figure.VERIFIED)).label("verified"),
        )
        .where(LedgerEntry.basis != EXTRA)
        .group_by(LedgerEntry.pledge_id)
        .subquery()
    )
    statement = (
        _made(chosen)
        .add_columns(sums.c.pledged, func.coalesce(sums.c.verified, 0))
        .join(sums, sums.c.pledge_id == Pledge.id)
        .where(sums.c.pledged > 0, Pledge.measure_id == measure_id)
        .order_by(Pledge.first_day.desc(), Pledge.id)
    )
    return [(pledge, int(pledged), int(verified)) for pledge, pledged, verified in reading.execute(statement).all()]


def _counterparts_and_usual(reading: Session, chosen: Chosen) -> tuple[set[int], dict[int, int]]:
    """The measures agreed with a group, and what lay under a baseline by measure: shown beside, never in a sum."""
    agreed = _made(chosen).with_only_columns(Pledge.measure_id, literal(None, Integer)).where(Pledge.with_counterpart)
    statement: CompoundSelect[Any] = union_all(agreed.distinct(), *([] if chosen.by_zone else [_usual(chosen)]))
    with_counterpart: set[int] = set()
    usual: dict[int, int] = {}
    for measure_id, amount in reading.execute(statement).all():
        if amount is None:
            with_counterpart.add(measure_id)
        else:
            usual[measure_id] = int(amount)
    return with_counterpart, usual


def _usual(chosen: Chosen) -> Select[int, int]:
    """What lay under a baseline, of extra pledges, by measure."""
    statement = (
        select(Delivery.measure_id, func.sum(Delivery.usual))
        .join(Pledge, Pledge.id == Delivery.pledge_id)
        .where(
            Delivery.usual > 0,
            Delivery.state.not_in([str(state) for state in ENDED_WITHOUT_COUNTING]),
            Pledge.basis == EXTRA,
        )
        .group_by(Delivery.measure_id)
    )
    if chosen.framework_id is not None:
        statement = statement.where(Pledge.framework_id == chosen.framework_id)
    if chosen.lot_id is not None:
        statement = statement.where(Pledge.lot_id == chosen.lot_id)
    if chosen.span is not None:
        statement = statement.where(Delivery.happened_on.between(chosen.span.first_day, chosen.span.last_day))
    return statement


# --- the lists behind ---------------------------------------------------------------------------------


def pledges_behind(
    reading: Session, chosen: Chosen, measure_id: int, *, extra_levels: bool, on: date
) -> list[PledgeBehind]:
    """The pledges behind a level's row (`extra_levels`), or behind "kept its terms" of a measure."""
    measure = reading.get_one(Measure, measure_id)
    found: list[PledgeBehind] = []
    if not chosen.by_zone:
        found += _levels_behind(reading, chosen, measure, extra=extra_levels, on=on)
    if not extra_levels:
        rows = _on_terms(reading, chosen, measure_id)
        names = _names(reading, [pledge.organisation_id for pledge, _, _ in rows])
        for pledge, pledged, verified in rows:
            kept = kept_amount(pledged, verified, pledge.last_day, on=on)
            promised = say_amount(Unit(pledge.unit), pledged)
            reached = Message(N_("%(amount)s verified"), amount=say_amount(Unit(pledge.unit), verified))
            found.append(_behind(pledge, names, promised, reached, pledge.last_day, kept, KEPT_LABELS[kept]))
    return found


def _levels_behind(reading: Session, chosen: Chosen, measure: Measure, *, extra: bool, on: date) -> list[PledgeBehind]:
    is_extra = Pledge.basis == EXTRA
    statement = level_pledges(chosen).where(Pledge.measure_id == measure.id, is_extra if extra else ~is_extra)
    pledges = list(reading.execute(statement.order_by(Pledge.first_day.desc(), Pledge.id)).scalars())
    readings = level_readings(reading, [pledge.id for pledge in pledges], chosen)
    names = _names(reading, [pledge.organisation_id for pledge in pledges])
    rates = rates_spoken_of(reading, [measure.id])
    found = []
    for pledge in pledges:
        latest = latest_verified(readings[pledge.id])
        result = _result(pledge, latest, chosen, rates, on=on)
        told = say_reading(latest) if latest else None
        promised = say_promised(pledge)
        kept = kept_level(result)
        label = LEVEL_LABELS[result] if extra or kept is Kept.NO_READING else KEPT_LABELS[kept]
        day = latest.read_on if latest else None
        found.append(_behind(pledge, names, promised, told, day, result if extra else kept, label))
    return found


def _behind(
    pledge: Pledge,
    names: dict[int, tuple[str, str]],
    promised: Message,
    reached: Message | None,
    day: date | None,
    result: LevelResult | Kept,
    label: Message,
) -> PledgeBehind:
    name, reference = names[pledge.organisation_id]
    basis = BASIS_SHORT[Basis(pledge.basis)]
    return PledgeBehind(pledge.reference, pledge.title, name, reference, basis, promised, reached, day, result, label)


def _names(reading: Session, ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    rows = reading.execute(
        select(Organisation.id, Organisation.name, Organisation.reference).where(Organisation.id.in_(set(ids)))
    ).all()
    return {key: (name, reference) for key, name, reference in rows}
