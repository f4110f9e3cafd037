"""What the crowd's groups ask for, who promises it, and how each need ends."""

# ruff: noqa: E501
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from community_book.base.amounts import KIND_UNITS, Kind
from community_book.base.clock import quarter_of
from community_book.needs.tables import Need, NeedPart, NeedSession
from cwb.commitments.rules import due_on
from cwb.commitments.tables import Commitment, CommitmentSession
from cwb.demo.borough import PLAYER
from cwb.demo.crowd import reporting
from cwb.demo.crowd.bodies import Group, Provider
from cwb.demo.crowd.chronicle import Chronicle, stamp
from cwb.demo.crowd.gifts import GIFTS
from cwb.demo.crowd.more_wants import MORE_WANTS
from cwb.demo.crowd.pledging import (
    ENDS,
    STARTS,
    WITH_SESSIONS,
    Ground,
    Promised,
    features_of,
    in_units,
    key_of,
    log,
    stamps,
)
from cwb.demo.crowd.texts import Text
from cwb.demo.crowd.wants import WANTS
from cwb.ledger.tables import LedgerEntry

SHARES = {
    "done": 36, "running": 17, "open": 18, "offered": 6, "expired": 6, "partly": 5, "closed": 3, "withdrawn": 3,
    "declined": 2, "waiting": 2, "draft": 1, "returned": 1, "paused": 1,
}  # fmt: skip
"""Of a hundred needs, how many go which way."""
LIVE = frozenset({"open", "offered", "running", "paused", "waiting", "draft"})
OPENED = frozenset({"open", "offered", "running", "paused", "done", "partly", "expired", "closed", "withdrawn"})
REASONS = {
    "closed": "Nobody could promise this in the time there was. The volunteer centre keeps a list you are now on.",
    "withdrawn": "A neighbour did it on Sunday.",
    "declined": "This would be for one person at home, which is never on offer here. Please ask adult social care.",
    "returned": "Please say for how many people, and until when you would need it.",
}
WORDS = (
    "We would love to.", "When can we start?", "This is just what our team is good at.", "Could this be of use?",
    "We read your story and thought of ours.", "Say when, and we will bring the biscuits.",
)  # fmt: skip
NO = (("dates", "We are away in those weeks."), ("other", "We have found somebody nearer, thank you."))


@dataclass
class Wanted:
    """A need as it grows."""

    row: dict[str, Any]
    part: dict[str, Any]
    group: Group
    text: Text
    places: int
    opened: date
    sessions: dict[date, dict[str, Any]] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        return f"need:{self.row['reference']}"


def play(c: Chronicle, ground: Ground, groups: list[Group], wanted: int) -> None:
    """So many needs, with everything that came of them, in the order of chance."""
    ways = _ways(c, wanted)
    texts = _endless(c, [*WANTS, *MORE_WANTS])
    live, past = _endless(c, groups), _endless(c, groups)
    for way in ways:
        group: Group = next(live) if way in LIVE else next(past)
        _live(c, ground, group, next(texts), way)


def _ways(c: Chronicle, wanted: int) -> list[str]:
    whole = sum(SHARES.values())
    ways = [way for way, share in SHARES.items() for _ in range(max(1, wanted * share // whole))]
    while len(ways) < wanted:
        ways.append("done")
    return c.shuffled(ways[:wanted])


def _endless(c: Chronicle, things: list[Any]) -> Iterator[Any]:
    """Every thing once in an order of chance, then again in another."""
    while True:
        yield from c.shuffled(things)


def _live(c: Chronicle, ground: Ground, group: Group, text: Text, way: str) -> None:
    now = c.chance.uniform
    posted_week = {"running": now(-24, -8), "open": now(-10, -0.6), "offered": now(-9, -3), "paused": now(-12, -6),
                   "waiting": now(-0.8, -0.2), "draft": now(-3, -0.2), "returned": now(-8, -2)}  # fmt: skip
    week = posted_week.get(way, now(-94, -16))
    first = c.day(week + 3)
    last = c.day(now(5, 18) if way in LIVE else min(week + now(8, 16), -3))
    need = _post(c, group, text, way, c.day(week), first, last)
    if way == "running":
        part = need.part["amount"]
        _agree(c, ground, need, part if c.chance.random() < 0.55 else max(1, part // 2), week, running=True)
    elif way in {"done", "partly"}:
        whole = need.part["amount"]
        amount = whole if way == "done" else max(1, whole // 2)
        _agree(c, ground, need, amount, week, running=False)
    elif way == "offered" and text.kind not in WITH_SESSIONS:
        _discuss(c, ground, need, c.chance.choice(("offered", "offered", "asked", "proposed")))
    elif way in {"open", "expired", "closed"} and text.kind not in WITH_SESSIONS and c.chance.random() < 0.3:
        _discuss(c, ground, need, c.chance.choice(("declined", "declined", "lapsed", "taken_back")))
    _settle(c, need, way, last)


def _post(c: Chronicle, group: Group, text: Text, way: str, posted: date, first: date, last: date) -> Wanted:
    kind = Kind(text.kind)
    unit = str(KIND_UNITS[kind])
    places = c.chance.randint(text.lowest, text.highest)
    days: list[date] = []
    if text.kind in WITH_SESSIONS:
        days = [first + timedelta(weeks=number) for number in range(max(3, (last - first).days // 7 + 1))]
        last = max(last, days[-1])
    amount = (ENDS - STARTS) * len(days) if days else in_units(text, places, unit)
    at, opened = c.moment(posted), posted if group.trusted else posted + timedelta(days=1)
    is_open = way in OPENED
    made = c.public("N", at)
    key = c.add(
        Need, **made, organisation_id=group.id, title=text.title, story=text.story, combine="all",
        state="open" if is_open else way, reason=REASONS.get(way, ""),
        posted_by_person_id=group.lead.person_id,
        moderated_by_person_id=c.officer.person_id if way in {"declined", "returned"} or not group.trusted else None,
        posted_at_utc=None if way == "draft" else at, opened_at_utc=c.moment(opened) if is_open else None,
        first_answer_at_utc=None, ended_at_utc=None,
    )  # fmt: skip
    row = c.rows[Need][-1]
    pattern = {"how": "weekly", "starts": STARTS, "ends": ENDS, "at_once": 1, "weekdays": [first.weekday()],
               "every_weeks": 1, "left_out": []} if days else {}  # fmt: skip
    hands = text.kind == "hands"
    part = c.add(
        NeedPart, need_id=key, position=1, kind=text.kind, unit=unit,
        item_type=text.term if text.kind == "goods" else "", subject=text.term if text.kind == "advice" else "",
        amount=amount, is_about=hands and c.chance.random() < 0.4, committed=0, met=0, first_day=first, last_day=last,
        pattern=pattern, place_id=group.place_id, online=False, features=features_of(text, places), conditions={},
        team_smallest=1 if hands else None, team_largest=12 if hands else None, visit_minutes=60 if hands else None,
    )  # fmt: skip
    need = Wanted(row, c.rows[NeedPart][-1], group, text, places, opened)
    for day in days:
        c.add(NeedSession, part_id=part, day=day, starts_minute=STARTS, ends_minute=ENDS, at_once=1, committed=0)
        need.sessions[day] = c.rows[NeedSession][-1]
    texts = {"story": text.story, "title": text.title}
    if way == "draft":
        c.record(at, group.lead.actor, "need.save", need.subject, facts={"kind": text.kind}, texts=texts)
        return need
    state = "open" if group.trusted and is_open else "waiting"
    facts = {"amount": amount, "committed": 0, "kind": text.kind, "state": state}
    c.record(at, group.lead.actor, "need.post", need.subject, facts=facts, texts=texts)
    if is_open and not group.trusted:
        c.record(row["opened_at_utc"], c.officer, "need.open", need.subject, facts={"state": "open"})
    elif way in {"declined", "returned"}:
        act = "need.decline" if way == "declined" else "need.return"
        c.record(c.moment(opened), c.officer, act, need.subject, facts={"state": way}, texts={"reason": REASONS[way]})
    return need


def _pledge_for(c: Chronicle, ground: Ground, need: Wanted, amount: int, before: date) -> Promised:
    """A pledge on offer that fits the need with so much left, or a new one."""
    for promised in ground.promised.get(key_of(need.text), []):
        row = promised.row
        fits = not promised.sessions and promised.left >= amount and row["first_day"] <= need.part["first_day"]
        near = not promised.provider.zone_ids or need.group.zone_id in promised.provider.zone_ids
        in_time = row["offered_at_utc"].date() < before and row["last_day"] >= need.part["last_day"]
        if fits and near and in_time and c.chance.random() < 0.6:
            return promised
    texts = [gift for gift in GIFTS if key_of(gift) == key_of(need.text)]
    gift: Text = c.chance.choice(texts)
    near_by = [one for one in ground.providers if not one.zone_ids or need.group.zone_id in one.zone_ids]
    provider: Provider = c.chance.choice(near_by)
    logged = before - timedelta(days=c.chance.randrange(9, 70))
    more = in_units(gift, c.chance.randint(0, gift.highest - gift.lowest), str(KIND_UNITS[Kind(gift.kind)]))
    days = None
    if need.sessions:
        about = sorted(need.sessions)
        days = [about[0] - timedelta(weeks=n) for n in (2, 1)] + about + [about[-1] + timedelta(weeks=1)]
    exactly = c.chance.random() < 0.35
    return log(
        c, ground, provider, gift, amount=amount if exactly else amount + more, logged=logged,
        first=min(need.part["first_day"], days[0] if days else need.part["first_day"]),
        last=need.part["last_day"] + timedelta(days=c.chance.randrange(14, 150)),
        days=days, places=max(gift.highest, need.places),
    )  # fmt: skip


def _open(
    c: Chronicle, need: Wanted, promised: Promised, amount: int, day: date, by: str, state: str
) -> dict[str, Any]:
    at = c.moment(day)
    made = c.public("C", at)
    row, part, group = promised.row, need.part, need.group
    sides = {"provider": (True, False), "group": (False, True), "council": (False, False)}[by]
    c.add(
        Commitment, **made, pledge_id=row["id"], part_id=part["id"], provider_id=promised.provider.id,
        group_id=group.id, kind=part["kind"], unit=row["unit"], amount=amount, amount_agreed=None, unused=0, reported=0,
        confirmed=0, verified=0, state=state, opened_by=by, opened_at_utc=at,
        brokered_by_person_id=c.officer.person_id if by == "council" else None, provider_said_yes=sides[0],
        group_said_yes=sides[1], holds_pledge=state == "offered", answer_by=day + timedelta(days=14),
        words=c.chance.choice(WORDS), agreed_at_utc=None,
        provider_person_id=promised.provider.lead.person_id if sides[0] else None,
        group_person_id=group.lead.person_id if sides[1] else None, zone_id=None, first_day=max(day, part["first_day"]),
        last_day=min(part["last_day"], row["last_day"]), people=1 if part["kind"] == "hands" else None,
        visits=amount // 60 if part["kind"] == "hands" else 0, due_on=None, reason_code="", reason="",
        ended_at_utc=None,
    )  # fmt: skip
    subject = f"commitment:{made['reference']}"
    act, actor = {"provider": ("offer", promised.provider.lead.actor), "group": ("ask", group.lead.actor),
                  "council": ("propose", c.officer)}[by]  # fmt: skip
    found = c.rows[Commitment][-1]
    c.record(at, actor, f"commitment.{act}", subject, need.subject, f"pledge:{row['reference']}",
             facts={"amount": amount, "answer_by": found["answer_by"].isoformat(), "unit": row["unit"]},
             texts={"words": found["words"]})  # fmt: skip
    if need.row["first_answer_at_utc"] is None and by != "group":
        need.row["first_answer_at_utc"] = at
    return found


def _discuss(c: Chronicle, ground: Ground, need: Wanted, state: str) -> None:
    """An offer that waits for its answer, or one that came to nothing."""
    waits = state in {"offered", "asked", "proposed"}
    day = c.lately(6) if waits else need.opened + timedelta(days=c.chance.randrange(4, 9))
    by = {"asked": "group", "proposed": "council"}.get(state, "provider")
    promised = _pledge_for(c, ground, need, need.part["amount"], day)
    row = _open(c, need, promised, need.part["amount"], day, by, state)
    if state == "offered":
        promised.row["held"] += row["amount"]
    if waits:
        return
    at = row["ended_at_utc"] = c.moment(min(day + timedelta(days=15 if state == "lapsed" else 3), c.day(-0.2)))
    subject = f"commitment:{row['reference']}"
    if state == "declined":
        row["reason_code"], row["reason"] = c.chance.choice(NO)
        c.record(at, need.group.lead.actor, "commitment.decline", subject,
                 facts={"side": "group", "why": row["reason_code"]}, texts={"reason": row["reason"]})  # fmt: skip
    elif state == "lapsed":
        c.record(at, PLAYER, "commitment.lapse", subject, facts={"waited_for": ["group"]})
    else:
        row["reason"] = "Our team is short this month. We will come back."
        c.record(at, promised.provider.lead.actor, "commitment.take_back", subject, facts={"side": "provider"},
                 texts={"reason": row["reason"]})  # fmt: skip


def _agree(c: Chronicle, ground: Ground, need: Wanted, amount: int, week: float, *, running: bool) -> None:
    day = need.opened + timedelta(days=c.chance.randrange(2, 8))
    if need.sessions:
        amount = (ENDS - STARTS) * len(need.sessions)
    promised = _pledge_for(c, ground, need, amount, day)
    by = c.chance.choice(("provider", "provider", "group", "council"))
    row = _open(c, need, promised, amount, day, by, "agreed")
    agreed = c.moment(day + timedelta(days=c.chance.randrange(1, 6)))
    entry = {**stamps(ground, promised), "group_id": need.group.id, "zone_id": need.group.zone_id, "zone_note": "",
             "commitment_id": row["id"]}  # fmt: skip
    row.update(amount_agreed=amount, agreed_at_utc=agreed, provider_said_yes=True, group_said_yes=True,
               provider_person_id=promised.provider.lead.person_id, group_person_id=need.group.lead.person_id,
               zone_id=need.group.zone_id, state="under_way" if row["first_day"] <= c.borough.as_of else "agreed",
               due_on=row["last_day"])  # fmt: skip
    answers = promised.provider.lead.actor if by == "group" else need.group.lead.actor
    subject = f"commitment:{row['reference']}"
    c.record(agreed, answers, "commitment.accept", subject,
             facts={"amount": amount, "state": "agreed", "unit": row["unit"]})  # fmt: skip
    entries = stamp(entry, figure="committed", amount=amount, day=agreed.date(), at=agreed, act="commitment.agree")
    booked = c.add(LedgerEntry, **entries)
    sessions = []
    for on, wanted in need.sessions.items():
        offered = promised.sessions[on]
        c.add(CommitmentSession, commitment_id=row["id"], pledge_session_id=offered["id"], need_session_id=wanted["id"],
              day=on, starts_minute=STARTS, ends_minute=ENDS, at_once=1, amount=ENDS - STARTS, state="planned")  # fmt: skip
        offered["committed"], wanted["committed"] = 1, 1
        sessions.append(c.rows[CommitmentSession][-1])
    row["visits"] = len(sessions) or row["visits"]
    promised.row["committed"] += amount
    need.part["committed"] += amount
    case = reporting.Case(promised, entry, (subject, f"pledge:{promised.row['reference']}"), need.group.lead,
                          need.part["id"])  # fmt: skip
    told = [*_reports(c, case, row, sessions, running=running)]
    for one in told:
        row["reported"] += one.amount
        row["confirmed"] += one.confirmed
        row["verified"] += one.verified
        need.part["met"] += max(one.confirmed, one.verified)
        promised.verified += one.verified
    row["version"] = 2 + len(told)
    _end(c, need, promised, row, entry, booked, sessions, max([agreed, *(one.when for one in told)]), running=running)


def _reports(
    c: Chronicle, case: reporting.Case, row: dict[str, Any], sessions: list[dict[str, Any]], *, running: bool
) -> Iterator[reporting.Told]:
    """Reports over the time of a commitment: of sessions one a month, of the rest one to three."""
    until = min(row["last_day"], c.borough.as_of - timedelta(days=3))
    if sessions:
        months: dict[tuple[int, int], list[dict[str, Any]]] = {}
        for session in sessions:
            if session["day"] <= until:
                months.setdefault((session["day"].year, session["day"].month), []).append(session)
        for held in months.values():
            on = held[-1]["day"]
            if quarter_of(held[0]["day"]) == quarter_of(on):
                amount = sum(one["amount"] for one in held)
                yield reporting.report(c, case, amount, on, sessions=tuple(held))
        return
    begins = max(row["first_day"], row["agreed_at_utc"].date() + timedelta(days=1))
    span = (until - begins).days
    if span < 1:
        return
    times = min(row["amount"], c.chance.choice((1, 1, 2, 3))) if row["kind"] != "role" else 1
    share = row["amount"] // times
    for number in range(times):
        on = begins + timedelta(days=span * (number + 1) // (times + 1))
        last = number == times - 1
        if running and last and times > 1:
            return  # what is still to come
        yield reporting.report(c, case, row["amount"] - share * number if last else share, on)


def _end(
    c: Chronicle, need: Wanted, promised: Promised, row: dict[str, Any], entry: dict[str, Any], booked: int,
    sessions: list[dict[str, Any]], when: datetime, *, running: bool,
) -> None:  # fmt: skip
    promised.last_act = max(when, promised.last_act or when)
    if running and (row["last_day"] >= c.borough.as_of or not row["reported"]):
        promised.running = True
        row["due_on"] = due_on(row["last_day"], [one["day"] for one in sessions if one["state"] == "planned"])
        return
    rest = row["amount"] - row["reported"]
    at = row["ended_at_utc"] = max(when, c.moment(min(row["last_day"] + timedelta(days=2), c.day(-0.2))))
    short = rest > 0
    row.update(state="ended_short" if short else "completed", due_on=None, unused=rest, amount=row["reported"])
    if rest:
        row["reason_code"], row["reason"] = "enough", "This much was all we needed."
        back = stamp(entry, figure="committed", amount=-rest, day=at.date(), at=at, act="commitment.end_short")
        c.add(LedgerEntry, **{**back, "reverses_id": booked})
        promised.row["committed"] -= rest
        need.part["committed"] -= rest
    facts = {"amount": row["amount"], "side": "group", "unit": row["unit"], "unused": rest}
    if short:
        facts["why"] = "enough"
    c.record(at, need.group.lead.actor, "commitment.end_short" if short else "commitment.complete",
             f"commitment:{row['reference']}", facts=facts, texts={"reason": row["reason"]})  # fmt: skip


def _settle(c: Chronicle, need: Wanted, way: str, last: date) -> None:
    """The state a need comes to by what was promised and what was done."""
    part, row = need.part, need.row
    if way in {"draft", "waiting", "returned", "declined"}:
        if way == "declined":
            row["ended_at_utc"] = c.moment(need.opened)
        return
    if part["committed"] > part["met"]:
        row["state"] = "promised" if way not in LIVE or part["committed"] >= part["amount"] else "open"
        return
    if way in {"open", "offered", "running"} and part["committed"] < part["amount"]:
        return
    if way == "paused":
        row["state"] = "paused"
        c.record(c.moment(c.day(-2)), need.group.lead.actor, "need.pause", need.subject, facts={"state": "paused"})
        return
    if part["met"]:
        row["state"] = "met" if part["met"] >= part["amount"] else "met_in_part"
        row["ended_at_utc"] = c.moment(min(last + timedelta(days=3), c.day(-0.2)))
        return
    state = way if way in {"closed", "withdrawn"} else "expired"
    at = row["ended_at_utc"] = c.moment(last + timedelta(days=1))
    actor = {"closed": c.officer, "withdrawn": need.group.lead.actor}.get(state, PLAYER)
    act = {"closed": "need.close", "withdrawn": "need.withdraw"}.get(state, "need.expire")
    row["state"], row["reason"] = state, REASONS.get(state, "")
    c.record(at, actor, act, need.subject, facts={"state": state}, texts={"reason": row["reason"]})
