"""How the crowd's providers log their pledges, and what is left of them in the end."""

# ruff: noqa: E501
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from community_book.base.amounts import KIND_UNITS, Kind, Unit
from cwb.demo.borough import PLAYER
from cwb.demo.crowd.bodies import Provider
from cwb.demo.crowd.chronicle import Chronicle, stamp
from cwb.demo.crowd.texts import Text
from cwb.ledger.tables import LedgerEntry
from cwb.pillars.views import MeasureView
from cwb.pledges.tables import Pledge, PledgeSession, PledgeZone

STARTS, ENDS = 10 * 60, 12 * 60
"""Regular help of the crowd is from ten to twelve."""
WITH_SESSIONS = frozenset({"room", "vehicle", "equipment"})
NEVER_OFFERED = frozenset({"draft", "waiting", "returned"})


@dataclass
class Promised:
    """A pledge as it grows: its row, its sessions by day, and when it was last drawn on or verified."""

    row: dict[str, Any]
    provider: Provider
    measure: MeasureView
    text: Text
    sessions: dict[date, dict[str, Any]] = field(default_factory=dict)
    last_act: datetime | None = None
    verified: int = 0
    running: bool = False

    @property
    def left(self) -> int:
        return int(self.row["amount"] - self.row["held"] - self.row["committed"])


@dataclass
class Ground:
    """What every pledge stands on."""

    framework_id: int
    scheme_id: int
    measures: dict[str, MeasureView]
    providers: list[Provider]
    promised: dict[tuple[str, str], list[Promised]] = field(default_factory=dict)
    all_promised: list[Promised] = field(default_factory=list)


MEASURES = {"role": "PO6", "money": "FP1", "goods": "FP6", "advice": "PO7", "room": "LA1", "vehicle": "LA3",
            "equipment": "LA4", "land": "LA2", "trade": "PP6", "hands": "PO5"}  # fmt: skip


def key_of(text: Text) -> tuple[str, str]:
    """What has to be the same on both sides: the kind, and the term or, of seats and jobs, the measure."""
    return text.kind, text.term or (text.measure if text.kind in {"seats", "jobs"} else "")


def in_units(text: Text, number: int, unit: str) -> int:
    """Whole hours, pounds or things as they are stored."""
    return number * {"minutes": 60, "pence": 100}.get(unit, 1)


def features_of(text: Text, places: int) -> dict[str, Any]:
    if text.kind == "room":
        return {"capacity": places, "step_free": True}
    if text.kind == "vehicle":
        return {"seats": places, "driver": True}
    return {"capacity": places} if text.kind == "equipment" else {}


def conditions_of(text: Text) -> dict[str, Any]:
    return {"insured": True} if text.kind in {"hands", "vehicle"} else {}


def stamps(ground: Ground, promised: Promised) -> dict[str, Any]:
    """What every ledger entry of a pledge carries; commitments put the group and its zone in."""
    row = promised.row
    return {
        "measure_id": row["measure_id"], "unit": row["unit"], "pillar_number": promised.measure.pillar_number,
        "basis": row["basis"], "provider_id": row["organisation_id"], "group_id": None, "zone_id": None,
        "zone_note": "borough_wide" if row["borough_wide"] else "zones_named", "lot_id": row["lot_id"],
        "framework_id": ground.framework_id, "pledge_id": row["id"], "commitment_id": None, "delivery_id": None,
        "share_basis_points": 10000,
    }  # fmt: skip


def log(
    c: Chronicle, ground: Ground, provider: Provider, text: Text, *, amount: int, logged: date, first: date, last: date,
    state: str = "offered", days: list[date] | None = None, places: int = 0, own: bool = False, basis: str = "extra",
) -> Promised:  # fmt: skip
    """Logs one pledge; `amount` in stored units (of a level, in percent)."""
    measure = ground.measures[text.measure or MEASURES[text.kind]]
    level = measure.nature == "level"
    kind = str(measure.kind)
    unit = KIND_UNITS[Kind(kind)] or Unit(measure.unit)
    at = c.moment(logged)
    offered = c.moment(logged + timedelta(days=1)) if state not in NEVER_OFFERED else None
    lead, zones = provider.lead, sorted(provider.zone_ids)
    wide = own or not zones
    waited = c.chance.random() < 0.2 or state in {"waiting", "returned"}
    length = ENDS - STARTS
    kept = sorted(days or [])
    whole = length * len(kept) if kept else amount
    weekday = kept[0].weekday() if kept else 0
    schedule = {"weekdays": [weekday], "every_weeks": 1, "starts_minute": STARTS, "ends_minute": ENDS, "at_once": 1,
                "left_out": []} if kept else {}  # fmt: skip
    made = c.public("P", at)
    key = c.add(
        Pledge, **made, organisation_id=provider.id, framework_id=ground.framework_id, lot_id=provider.lot_id,
        measure_id=measure.id, kind=kind, unit=str(unit), nature=str(measure.nature), title=text.title, story=text.story,
        item_type=text.term if kind == "goods" else "", subject=text.term if kind == "advice" else "", state=state,
        reason="Please say who comes with the first visit." if state == "returned" else "", basis=basis,
        amount=None if level else whole, share_basis_points=amount * 100 if level else None, held=0, committed=0,
        first_day=first, last_day=last, borough_wide=wide, online=kind == "advice",
        zone_scheme_id=None if wide else ground.scheme_id, thing=text.title[:80] if kept else "", schedule=schedule,
        features=features_of(text, places), conditions=conditions_of(text),
        team_smallest=1 if kind == "hands" else None, team_largest=12 if kind == "hands" else None,
        visit_minutes=60 if kind == "hands" else None, with_counterpart=not own,
        not_charged_to_rate=True, visits_covered=True, owner_name=lead.name, logged_by_person_id=lead.person_id,
        moderated_by_person_id=c.officer.person_id if waited and offered else None,
        posted_at_utc=None if state == "draft" else at, offered_at_utc=offered, ended_at_utc=None,
    )  # fmt: skip
    promised = Promised(c.rows[Pledge][-1], provider, measure, text)
    promised.last_act = offered
    for zone in [] if wide else zones:
        c.join(PledgeZone, pledge_id=key, zone_id=zone)
    for day in kept:
        c.add(PledgeSession, pledge_id=key, day=day, starts_minute=STARTS, ends_minute=ENDS, at_once=1, held=0,
              committed=0)  # fmt: skip
        promised.sessions[day] = c.rows[PledgeSession][-1]
    subject = f"pledge:{made['reference']}"
    c.record(at, lead.actor, "pledge.log", subject,
             facts={"amount": None if level else whole, "basis": basis, "first_day": first.isoformat(),
                    "last_day": last.isoformat(), "measure": measure.code,
                    "share_basis_points": amount * 100 if level else None},
             texts={"owner": lead.name, "story": text.story, "title": text.title})  # fmt: skip
    if state != "draft":
        c.record(at, lead.actor, "pledge.post", subject, facts={"waits": waited})
    if waited and offered:
        c.record(offered, c.officer, "pledge.offer", subject)
    if state == "returned":
        c.record(c.moment(logged + timedelta(days=1)), c.officer, "pledge.return", subject,
                 texts={"reason": promised.row["reason"]})  # fmt: skip
    if offered and not level:
        entry = stamp(stamps(ground, promised), figure="pledged", amount=whole, day=offered.date(), at=offered,
                      act="pledge.offer" if waited else "pledge.post")  # fmt: skip
        c.add(LedgerEntry, **entry)
    ground.all_promised.append(promised)
    if state == "offered" and not own:
        ground.promised.setdefault(key_of(text), []).append(promised)
    return promised


def finish(c: Chronicle, ground: Ground) -> None:
    """Says of each pledge how it stands today: fulfilled, expired, or as it was."""
    today = c.borough.as_of
    for promised in ground.all_promised:
        row = promised.row
        if row["state"] != "offered":
            continue
        subject = f"pledge:{row['reference']}"
        if row["amount"] and row["with_counterpart"] and promised.verified == row["amount"] == row["committed"]:
            row["state"], row["ended_at_utc"] = "fulfilled", promised.last_act
            c.record(promised.last_act or c.moment(today), c.verifiers[0], "pledge.fulfil", subject,
                     facts={"verified": promised.verified})  # fmt: skip
        elif row["last_day"] < today and not row["held"] and not promised.running:
            end(c, ground, promised, "expired", row["last_day"] + timedelta(days=1))


def end(c: Chronicle, ground: Ground, promised: Promised, state: str, on: date) -> None:
    """Ends a pledge: what nobody was promised of it leaves the pledged figure."""
    row, at = promised.row, c.moment(on)
    row["state"], row["ended_at_utc"] = state, at
    freed = promised.left if row["with_counterpart"] and row["amount"] is not None else 0
    act = "pledge.expire" if state == "expired" else "pledge.withdraw"
    if freed:
        entries = c.rows[LedgerEntry]
        first = next(one["id"] for one in entries if one["pledge_id"] == row["id"] and one["figure"] == "pledged")
        back = stamp(stamps(ground, promised), figure="pledged", amount=-freed, day=at.date(), at=at, act=act)
        c.add(LedgerEntry, **{**back, "reverses_id": first})
        row["amount"] -= freed
    actor = PLAYER if state == "expired" else promised.provider.lead.actor
    if state == "withdrawn":
        row["reason"] = "The colleague who offered it has moved on."
    c.record(at, actor, act, f"pledge:{row['reference']}", facts={"freed": freed}, texts={"reason": row["reason"]})
