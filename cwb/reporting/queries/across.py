"""Figures set out by zone, by lot and by quarter: rows, the map of a figure, small charts for each measure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from community_book.base.messages import N_, Message
from community_book.places import queries as places
from community_book.places.views import SchemeShown
from cwb.ledger import queries as ledger
from cwb.ledger.rules import EXTRA, Figure, say_quarter
from cwb.ledger.views import Share, Slice
from cwb.pillars.rules import Brokered
from cwb.pillars.views import MeasureView
from cwb.pledges.tables import Pledge
from cwb.reporting.queries.choosing import NOTES, Known
from cwb.reporting.rules import (
    SMALL,
    FiveFigures,
    bars_of,
    draw_lines,
    five_figures,
    quarters_between,
    shade_of,
    shades_up_to,
)
from cwb.reporting.views import Across, AcrossRow, Chosen, QuarterChart, ShadedMap, ShadedZone

Key = tuple[int | str | None, str]
OTHER = Message(N_("Zones of another division"))
NO_LOT = Message(N_("No lot"))
NOTE_WORDS = {
    "borough-wide": Message(N_("Borough-wide, in no one zone")),
    "not-placed": Message(N_("Not placed in a zone")),
}


def shown_measures(measures: Iterable[MeasureView]) -> tuple[MeasureView, ...]:
    """Those whose amounts may be told by zone, lot and quarter: no levels, none that tells of single people."""
    return tuple(one for one in measures if not one.is_level and not one.disclosive)


class _Table:
    """The cells of all rows, from one pass over the ledger."""

    def __init__(
        self, reading: Session, by: str, part: Slice, measure: MeasureView | None, measures: Sequence[MeasureView]
    ) -> None:
        if measure is None:
            shares = ledger.counts_by(reading, by, part, measure_ids=[one.id for one in measures])
        else:
            shares = ledger.sums_by(reading, by, replace(part, measure_id=measure.id))
        self.amounts: dict[Key, dict[Figure, Share]] = defaultdict(dict)
        for share in shares:
            self.amounts[share.key, share.zone_note if by == ledger.ZONE else ""][share.figure] = share
        self.by_zone = by == ledger.ZONE
        self.agreed = measure is None or measure.brokered is Brokered.YES or _has_counterpart(reading, measure, part)
        self.confirmed = self.agreed and (measure is None or measure.group_confirms)

    def five(self, keys: Iterable[Key], *, by_zone: bool) -> FiveFigures:
        """The cells of a row that is made of these keys."""
        amounts, sampled = dict.fromkeys(Figure, 0), 0
        for key in keys:
            for figure, share in self.amounts.get(key, {}).items():
                amounts[figure] += share.amount
                sampled += share.sampled
        return five_figures(
            amounts, sampled, agreed_applies=self.agreed, confirmed_applies=self.confirmed, by_zone=by_zone
        )


def _has_counterpart(reading: Session, measure: MeasureView, part: Slice) -> bool:
    statement = select(Pledge.id).where(Pledge.measure_id == measure.id, Pledge.with_counterpart)
    if part.framework_id is not None:
        statement = statement.where(Pledge.framework_id == part.framework_id)
    if part.lot_id is not None:
        statement = statement.where(Pledge.lot_id == part.lot_id)
    return reading.execute(statement.limit(1)).first() is not None


def _rows(
    table: _Table, named: Sequence[tuple[str | Message, list[Key], Mapping[str, str], str]], *, by_zone: bool
) -> tuple[AcrossRow, ...]:
    fives = [table.five(keys, by_zone=by_zone) for _, keys, _, _ in named]
    longest = max((cell.amount or 0 for five in fives for cell in five.cells.values()), default=0)
    return tuple(
        AcrossRow(words, five, bars_of(five.cells, longest), asked, label)
        for (words, _, asked, label), five in zip(named, fives, strict=True)
    )


# --- zones ----------------------------------------------------------------------------------------------


def across_zones(
    reading: Session, known: Known, chosen: Chosen, measure: MeasureView | None, measures: Sequence[MeasureView]
) -> tuple[Across, SchemeShown | None]:
    """A row for each zone of the division, and those of no zone; pledged is never split by zone."""
    scheme_id = known.scheme_of(chosen.framework_id)
    found = places.schemes_shown(reading, scheme_id=scheme_id) if scheme_id is not None else []
    scheme = found[0] if found else None
    table = _Table(reading, ledger.ZONE, chosen.slice, measure, measures)
    named: list[tuple[str | Message, list[Key], Mapping[str, str], str]] = []
    zones = scheme.zones if scheme else ()
    ours: set[Key] = set()
    for place, zone in enumerate(zones, start=1):
        keys: list[Key] = [key for key in table.amounts if key[0] == zone.id] or [(zone.id, "")]
        ours.update(keys)
        named.append((zone.name, keys, {"zone": zone.reference}, places.label_on_map(zone, place)))
    for value, note in NOTES.items():
        if (None, note) in table.amounts:
            ours.add((None, note))
            named.append((NOTE_WORDS[value], [(None, note)], {"zone": value}, ""))
    # What is pledged for zones that are named is told as pledged, on the page of pillars: no zone has it.
    others = [key for key in table.amounts if key not in ours and key[0] is not None]
    if others:
        named.append((OTHER, others, {}, ""))
    return Across(_rows(table, named, by_zone=True), measure, tuple(measures)), scheme


def shaded_map(scheme: SchemeShown | None, across: Across, figure: Figure) -> ShadedMap | None:
    """The map of one figure; None where no boundaries are known. A zone is drawn only where it has a row."""
    if scheme is None or scheme.map is None:
        return None
    rows = {(row.label, row.words): row for row in across.rows if row.label}
    pairs = [(shape, rows[shape.code, shape.name]) for shape in scheme.map.shapes if (shape.code, shape.name) in rows]
    told = {row.label: row.figures.cells[figure].amount or 0 for _, row in pairs}
    largest = max(told.values(), default=0)
    zones = tuple(ShadedZone(shape, shade_of(told[row.label], largest), told[row.label], row) for shape, row in pairs)
    return ShadedMap(scheme.map, figure, zones, shades_up_to(largest))


# --- lots -----------------------------------------------------------------------------------------------


def across_lots(
    reading: Session, known: Known, chosen: Chosen, measure: MeasureView | None, measures: Sequence[MeasureView]
) -> Across:
    """A row for each lot of the framework chosen (or of all), and one for what belongs to none."""
    table = _Table(reading, ledger.LOT, chosen.slice, measure, measures)
    several = len(known.frameworks) > 1 and chosen.framework_id is None
    names = dict(known.frameworks.values())
    named: list[tuple[str | Message, list[Key], Mapping[str, str], str]] = [
        (f"{names[framework_id]}: {title}" if several else title, [(lot_id, "")], {"lot": reference}, "")
        for reference, (lot_id, framework_id, title) in known.lots.items()
        if chosen.framework_id in {None, framework_id}
    ]
    if (None, "") in table.amounts:
        named.append((NO_LOT, [(None, "")], {}, ""))
    return Across(_rows(table, named, by_zone=chosen.by_zone), measure, tuple(measures))


# --- quarters -------------------------------------------------------------------------------------------


def quarters_of(known: Known) -> tuple[str, ...]:
    """Every quarter from the first with entries to the last."""
    return quarters_between(known.first_quarter, known.last_quarter) if known.first_quarter else ()


def across_quarters(
    reading: Session, known: Known, chosen: Chosen, measure: MeasureView | None, measures: Sequence[MeasureView]
) -> Across:
    """A row for each quarter, oldest first, those without entries too."""
    table = _Table(reading, ledger.QUARTER, chosen.slice, measure, measures)
    named: list[tuple[str | Message, list[Key], Mapping[str, str], str]] = [
        (say_quarter(quarter), [(quarter, "")], {"period": quarter}, quarter) for quarter in quarters_of(known)
    ]
    return Across(_rows(table, named, by_zone=chosen.by_zone), measure, tuple(measures))


def small_charts(
    reading: Session, chosen: Chosen, measures: Sequence[MeasureView], quarters: Sequence[str]
) -> tuple[QuarterChart, ...]:
    """One small picture for each measure with something reported, each on a scale of its own: one query."""
    part = replace(chosen.slice, measure_ids=frozenset(one.id for one in measures), basis=EXTRA)
    amounts: dict[int, dict[Figure, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for share in ledger.sums_by(reading, ledger.QUARTER, part):
        amounts[share.measure_id or 0][share.figure][str(share.key)] = share.amount
    found = []
    for measure in measures:
        of = amounts.get(measure.id)
        if not of:
            continue
        rows = {figure: tuple(of[figure].get(quarter, 0) for quarter in quarters) for figure in Figure}
        if not any(rows[Figure.REPORTED]) and not any(rows[Figure.VERIFIED]):
            continue
        lines = {str(figure): rows[figure] for figure in (Figure.REPORTED, Figure.VERIFIED)}
        found.append(QuarterChart(measure, rows, draw_lines(lines, quarters, measure.unit, SMALL)))
    return tuple(found)
