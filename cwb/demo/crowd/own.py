"""What the crowd's providers do in their own houses, and the pledges nobody has taken up yet."""

from __future__ import annotations

from datetime import date, timedelta

from community_book.base.amounts import KIND_UNITS, Kind
from cwb.deliveries.tables import Delivery, DeliveryDecision
from cwb.demo.crowd import reporting
from cwb.demo.crowd.chronicle import Chronicle
from cwb.demo.crowd.gifts import GIFTS
from cwb.demo.crowd.own_house import OWN
from cwb.demo.crowd.pledging import WITH_SESSIONS, Ground, Promised, end, in_units, log, stamps
from cwb.ledger.tables import LevelReading

FREE = ("offered",) * 30 + ("paused", "paused", "waiting", "returned", "draft", "withdrawn", "withdrawn")
WORDS = {
    "pence": "Added up from the ledger, supplier by supplier.", "people": "From the list we keep, without names.",
    "items": "Seen, signed and photographed.", "whole_numbers": "From the payroll of that month.",
}  # fmt: skip


def own_conduct(c: Chronicle, ground: Ground, wanted: int) -> None:
    """So many pledges without a group on the other side, each reported every quarter or so."""
    texts = [OWN[number % len(OWN)] for number in range(wanted)]
    for text in c.shuffled(texts):
        measure = ground.measures[text.measure]
        week = c.chance.uniform(-103, -8)
        first = c.day(week + 2)
        last = first + timedelta(days=364)
        typed = c.chance.randint(text.lowest, text.highest)
        amount = typed if measure.nature == "level" else in_units(text, typed, str(measure.unit))
        basis = c.chance.choice(("extra", "extra", "extra", "condition"))
        promised = log(c, ground, c.chance.choice(ground.providers), text, amount=amount, logged=c.day(week),
                       first=first, last=last, own=True, basis=basis)  # fmt: skip
        _report(c, ground, promised, amount, first, min(last, c.borough.as_of - timedelta(days=4)))


def _report(c: Chronicle, ground: Ground, promised: Promised, amount: int, first: date, until: date) -> None:
    case = reporting.Case(promised, stamps(ground, promised), (f"pledge:{promised.row['reference']}",))
    case.stamps["zone_note"] = "borough_wide"
    level = promised.measure.nature == "level"
    day, rest = first + timedelta(days=c.chance.randrange(50, 100)), amount
    while day <= until and rest > 0:
        words = WORDS.get(promised.row["unit"], WORDS["people"])
        if level:
            whole = c.chance.randrange(18, 70)
            part = min(whole, whole * (amount + c.chance.randrange(-9, 5)) // 100)
            reporting.report(c, case, 0, day, level=(part, whole), words=words)
            _read(c, promised, part, whole)
        else:
            some = rest if amount < 4 else max(1, min(rest, amount * c.chance.randrange(15, 40) // 100))
            told = reporting.report(c, case, some, day, words=words)
            rest -= some
            promised.verified += told.verified
        day += timedelta(days=c.chance.randrange(80, 130))


def _read(c: Chronicle, promised: Promised, part: int, whole: int) -> None:
    """The reading of a level, verified where the report is."""
    report = c.rows[Delivery][-1]
    done = report["state"] == "verified"
    at = next((one["at_utc"] for one in reversed(c.rows[DeliveryDecision])), None) if done else None
    if done:
        c.add(LevelReading, **c.public("LR", report["reported_at_utc"]), pledge_id=promised.row["id"],
              measure_id=promised.measure.id, provider_id=promised.provider.id, delivery_id=report["id"],
              basis=promised.row["basis"], part=part, whole=whole, read_on=report["happened_on"],
              verified_at_utc=at)  # fmt: skip


def free_offers(c: Chronicle, ground: Ground, wanted: int) -> None:
    """So many pledges that wait for somebody: on offer, paused, waiting to be looked at, or taken back."""
    for number in range(wanted):
        text = GIFTS[number % len(GIFTS)]
        state = c.chance.choice(FREE)
        past = state == "withdrawn" or c.chance.random() < 0.25
        week = c.chance.uniform(-90, -40) if past else c.chance.uniform(-30, -1.5)
        if state in {"waiting", "draft"}:
            week = c.chance.uniform(-0.9, -0.3)
        first = c.day(week + 2)
        last = c.day(week + c.chance.uniform(20, 32)) if past else c.day(c.chance.uniform(6, 40))
        days = None
        if text.kind in WITH_SESSIONS:
            begin = first if past else max(first, c.day(0))
            days = [begin + timedelta(weeks=n) for n in range(max(4, min(16, (last - begin).days // 7)))]
            last = max(last, days[-1])
        places = c.chance.randint(text.lowest, text.highest)
        amount = in_units(text, places, str(KIND_UNITS[Kind(text.kind)]))
        made = "offered" if state == "withdrawn" else state
        promised = log(c, ground, c.chance.choice(ground.providers), text, amount=amount, logged=c.day(week),
                       first=first, last=last, state=made, days=days, places=text.highest)  # fmt: skip
        if state == "withdrawn":
            end(c, ground, promised, "withdrawn", c.day(week + 8))
