"""What of the figures can be chosen, and what an address chooses. Values nobody knows choose nothing."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from community_book.base.messages import N_, Message
from community_book.places.rules import counting_key
from community_book.places.tables import Zone, ZoneScheme
from cwb.frameworks.tables import Framework, Lot
from cwb.ledger import queries as ledger
from cwb.ledger.rules import BOROUGH_WIDE, NOT_PLACED, ZONE_NOTES
from cwb.reporting.rules import read_span, say_span, spans_between
from cwb.reporting.views import Choices, Chosen

NOTES = {"borough-wide": BOROUGH_WIDE, "not-placed": NOT_PLACED}
"""How an address names entries without a zone."""

NAMES = ("framework", "lot", "zone", "period")


class Known:
    """Everything that can be chosen, read once: four queries at most."""

    def __init__(self, reading: Session) -> None:
        self.frameworks: dict[str, tuple[int, str]] = {}
        self.lots: dict[str, tuple[int, int, str]] = {}
        self.zone_scheme_id: int | None = None
        self.schemes: dict[int, int | None] = {}
        rows = reading.execute(
            select(
                Framework.id,
                Framework.reference,
                Framework.name,
                Lot.id,
                Lot.reference,
                Lot.number,
                Lot.title,
                Framework.zone_scheme_id,
            )
            .outerjoin(Lot, Lot.framework_id == Framework.id)
            .order_by(Framework.name, Framework.id, Lot.position, Lot.id)
        ).all()
        for framework_id, reference, name, lot_id, lot_reference, number, title, scheme_id in rows:
            self.frameworks[reference] = (framework_id, name)
            self.schemes[framework_id] = scheme_id
            self.zone_scheme_id = self.zone_scheme_id or scheme_id
            if lot_id is not None:
                self.lots[lot_reference] = (lot_id, framework_id, f"{number}. {title}")
        zones = reading.execute(
            select(Zone.reference, Zone.id, Zone.code, Zone.name, ZoneScheme.name)
            .join(ZoneScheme, ZoneScheme.id == Zone.scheme_id)
            .order_by(ZoneScheme.name, ZoneScheme.id)
        ).all()
        ordered = sorted(zones, key=lambda row: (row[4], counting_key(row[2])))
        several = len({row[4] for row in ordered}) > 1
        self.zones = {row[0]: (row[1], f"{row[3]} ({row[4]})" if several else row[3]) for row in ordered}
        first, last = ledger.first_and_last_quarter(reading)
        self.first_quarter, self.last_quarter = first, last
        self.spans = spans_between(first, last) if first else []

    def scheme_of(self, framework_id: int | None) -> int | None:
        """The division of the borough that a framework counts by; without one, that of the first."""
        return self.schemes.get(framework_id) if framework_id is not None else self.zone_scheme_id


def choices(known: Known, now: Chosen) -> Choices:
    """What a page offers to choose; lots only of the framework that is chosen, if one is."""
    several = len(known.frameworks) > 1
    names = dict(known.frameworks.values())
    lots = tuple(
        (reference, f"{names[framework_id]}: {title}" if several and now.framework_id is None else title)
        for reference, (_, framework_id, title) in known.lots.items()
        if now.framework_id in {None, framework_id}
    )
    notes: tuple[tuple[str, str | Message], ...] = tuple((value, ZONE_NOTES[note]) for value, note in NOTES.items())
    return Choices(
        frameworks=tuple((reference, name) for reference, (_, name) in known.frameworks.items()),
        lots=lots,
        zones=(*((reference, name) for reference, (_, name) in known.zones.items()), *notes),
        spans=tuple((span, say_span(span)) for span in known.spans),
    )


def chosen(known: Known, asked: Mapping[str, str]) -> Chosen:
    """What an address chooses: references of framework, lot and zone, and a year or quarter."""
    kept: dict[str, str] = {}
    words: list[Message | str] = []
    framework_id = lot_id = zone_id = zone_note = span = None
    if (typed := asked.get("framework", "")) in known.frameworks:
        framework_id, name = known.frameworks[typed]
        kept["framework"] = typed
        words.append(name)
    if (typed := asked.get("lot", "")) in known.lots and known.lots[typed][1] == (framework_id or known.lots[typed][1]):
        lot_id, _, title = known.lots[typed]
        kept["lot"] = typed
        words.append(Message(N_("lot %(title)s"), title=title))
    if (typed := asked.get("zone", "")) in known.zones:
        zone_id, name = known.zones[typed]
        kept["zone"] = typed
        words.append(name)
    elif typed in NOTES:
        zone_note = NOTES[typed]
        kept["zone"] = typed
        words.append(ZONE_NOTES[zone_note])
    if (span := read_span(asked.get("period", ""))) is not None:
        kept["period"] = asked["period"]
        words.append(say_span(asked["period"]))
    return Chosen(framework_id, lot_id, zone_id, zone_note, span, kept, tuple(words))
