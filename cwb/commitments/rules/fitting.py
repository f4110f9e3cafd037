"""Whether a pledge and a part of a need fit, how much of it, on which days, and why (domain.md 5.4 and 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from community_book.base.amounts import KIND_LABELS, Kind, Unit, say_amount
from community_book.base.messages import N_, Message
from community_book.base.sessions import Session, common_sessions, say_date
from community_book.base.terms import DBS_LEVELS, FEATURES, ITEM_TYPES, SUBJECTS
from cwb.commitments.rules.sides import PartSide, PledgeSide, SessionSide

NOT_SURE_AMOUNTS: dict[Unit, int] = {
    Unit.MINUTES: 12 * 60,
    Unit.PENCE: 250_00,
    Unit.PEOPLE: 1,
    Unit.ITEMS: 1,
    Unit.PLOT_WEEKS: 26,
    Unit.WHOLE_NUMBERS: 1,
}
"""What is proposed at most where a group is not sure how much it needs."""

LONGEST_DAY_MINUTES = 12 * 60
"""How much one person can give on one day, for seeing whether the common days are enough."""


class CommonSession(NamedTuple):
    """A session both sides have. An id is None where that side named no sessions."""

    pledge_session_id: int | None
    need_session_id: int | None
    day: date
    starts_minute: int
    ends_minute: int
    at_once: int
    amount: int


@dataclass(frozen=True)
class Fit:
    """Whether the two fit; `reasons` says why, or why not. `amount` and `sessions` are what one would propose.

    `why` and `why_not` are both filled, so that an officer sees what speaks for a pair that does not fit.
    `common` are all sessions both have, of which `sessions` are the earliest that stay within the amount;
    anything from `least` to `at_most` could be agreed. `people` and `visits` are filled where the help is a
    team that comes a number of times.
    """

    ok: bool
    why: tuple[Message, ...]
    why_not: tuple[Message, ...]
    amount: int = 0
    sessions: tuple[CommonSession, ...] = ()
    first_day: date | None = None
    last_day: date | None = None
    people: int | None = None
    visits: int = 0
    common: tuple[CommonSession, ...] = ()
    least: int = 0
    at_most: int = 0

    @property
    def reasons(self) -> tuple[Message, ...]:
        return self.why if self.ok else self.why_not


def session_amount(unit: Unit, starts_minute: int, ends_minute: int, at_once: int) -> int:
    """What one session counts: its length times how many at once; where people are counted, how many at once."""
    return (ends_minute - starts_minute) * at_once if unit is Unit.MINUTES else at_once


def fits(pledge: PledgeSide, part: PartSide, on: date) -> Fit:
    """Weighs the two against each other as they stand on a day. Never raises; sessions before `on` are past."""
    if pledge.kind != part.kind or pledge.unit != part.unit:
        other = Message(
            N_("One is %(offered)s, the other %(wanted)s"),
            offered=KIND_LABELS[pledge.kind],
            wanted=KIND_LABELS[part.kind],
        )
        return Fit(False, (), (other,))
    said = _Said([], [])
    _weigh_what(pledge, part, said)
    _weigh_place(pledge, part, said)
    _weigh_features(pledge, part, said)
    _weigh_conditions(pledge, part, said)
    people, visit_minutes = _weigh_team(pledge, part, said)
    first, last = max(pledge.first_day, part.first_day, on), min(pledge.last_day, part.last_day)
    common = _common(pledge, part, first, last)
    least, at_most = _least(pledge, part), _most(pledge, part, first, last)
    amount, sessions = _weigh_amount(pledge, part, first, last, common, said)
    visits = 0
    if amount and people and visit_minutes and not sessions:
        amount, visits = _whole_visits(amount, people * visit_minutes, least)
    if said.why_not:
        return Fit(False, tuple(said.why), tuple(said.why_not))
    if sessions:
        first, last = sessions[0].day, sessions[-1].day
        visits = len(sessions) if pledge.kind is Kind.HANDS else 0
    return Fit(True, tuple(said.why), (), amount, sessions, first, last, people, visits, common, least, at_most)


@dataclass(frozen=True)
class _Said:
    """What speaks for the pair and what against, as it is found."""

    why: list[Message]
    why_not: list[Message]

    def judge(self, ok: bool, why: Message, why_not: Message) -> None:
        (self.why if ok else self.why_not).append(why if ok else why_not)


# --- what, where, with what, under which conditions ---------------------------------------------


def _weigh_what(pledge: PledgeSide, part: PartSide, said: _Said) -> None:
    labels = {Kind.GOODS: ITEM_TYPES, Kind.ADVICE: SUBJECTS}.get(pledge.kind)
    if labels is None:
        said.why.append(Message(N_("Both are %(kind)s"), kind=KIND_LABELS[pledge.kind]))
        return
    offered, wanted = (pledge.item_type, part.item_type) if labels is ITEM_TYPES else (pledge.subject, part.subject)
    nothing = Message(N_("nothing named"))
    said.judge(
        offered == wanted,
        Message(N_("Both are about: %(what)s"), what=labels.get(wanted, KIND_LABELS[pledge.kind])),
        Message(
            N_("One is about %(offered)s, the other about %(wanted)s"),
            offered=labels.get(offered, nothing),
            wanted=labels.get(wanted, nothing),
        ),
    )


def _weigh_place(pledge: PledgeSide, part: PartSide, said: _Said) -> None:
    zone = None if pledge.zone_scheme_id is None else part.zones.get(pledge.zone_scheme_id)
    if part.online:
        said.judge(
            pledge.online,
            Message(N_("It can be done online")),
            Message(N_("It has to be done online, and that is not on offer")),
        )
    elif pledge.borough_wide:
        said.why.append(Message(N_("It is offered in the whole borough")))
    elif not part.zones:
        said.why_not.append(
            Message(N_("We do not know in which area it is needed, so only help for the whole borough can fit"))
        )
    else:
        said.judge(
            zone is not None and zone in pledge.zone_ids,
            Message(N_("It is offered in the area where it is needed")),
            Message(N_("It is not offered in the area where it is needed")),
        )


def _weigh_features(pledge: PledgeSide, part: PartSide, said: _Said) -> None:
    for feature in FEATURES.get(part.kind, ()):
        wanted = part.features.get(feature.key)
        if not wanted:
            continue
        has = pledge.features.get(feature.key) or 0
        if feature.is_count:
            said.judge(
                int(has) >= int(wanted),
                Message(N_("%(what)s: %(has)s, which is enough"), what=feature.label, has=int(has)),
                Message(
                    N_("%(what)s: %(has)s, but %(wanted)s are needed"),
                    what=feature.label,
                    has=int(has),
                    wanted=int(wanted),
                ),
            )
        else:
            said.judge(
                bool(has),
                Message(N_("%(what)s, as asked"), what=feature.label),
                Message(N_("Asked for and not there: %(what)s"), what=feature.label),
            )


def _weigh_conditions(pledge: PledgeSide, part: PartSide, said: _Said) -> None:
    levels = list(DBS_LEVELS)
    asked, held = str(part.conditions.get("dbs") or "none"), str(pledge.conditions.get("dbs") or "none")
    if asked != "none":
        said.judge(
            asked in levels and held in levels and levels.index(held) >= levels.index(asked),
            Message(N_("The check the helpers need is confirmed: %(level)s"), level=DBS_LEVELS.get(held, held)),
            Message(N_("The helpers would need this check: %(level)s"), level=DBS_LEVELS.get(asked, asked)),
        )
    if part.conditions.get("insurance"):
        said.judge(
            bool(pledge.conditions.get("insured")),
            Message(N_("The provider is insured for it, as asked")),
            Message(N_("Insurance is asked for, and the provider has not confirmed it")),
        )
    for needs, has, ready, missing in (
        (
            "needs_licence",
            "has_licence",
            Message(N_("The group has a driver with the licence it takes")),
            Message(N_("The group would need its own driver with the right licence")),
        ),
        (
            "needs_permit",
            "has_permit",
            Message(N_("The group has the permit it takes")),
            Message(N_("The group would need a permit to run the vehicle")),
        ),
    ):
        if pledge.conditions.get(needs):
            said.judge(bool(part.conditions.get(has)), ready, missing)


def _weigh_team(pledge: PledgeSide, part: PartSide, said: _Said) -> tuple[int | None, int | None]:
    """How many would come at once and for how long: the largest team and longest visit both can do."""
    if pledge.kind is not Kind.HANDS:
        return None, None
    least = max(pledge.team_smallest or 1, part.team_smallest or 1)
    most = min((n for n in (pledge.team_largest, part.team_largest) if n), default=None)
    if most is not None:
        said.judge(
            least <= most,
            Message(N_("At most %(most)s people at a time suits both"), most=most),
            Message(
                N_("The team would be at least %(least)s people, and there is room for %(most)s"),
                least=least,
                most=most,
            ),
        )
    offered, wanted = pledge.visit_minutes, part.visit_minutes
    if offered and wanted:
        said.judge(
            offered >= wanted,
            Message(N_("A visit of %(length)s suits both"), length=say_amount(Unit.MINUTES, wanted)),
            Message(
                N_("A visit should take %(wanted)s, and the helpers come for %(offered)s at a time"),
                wanted=say_amount(Unit.MINUTES, wanted),
                offered=say_amount(Unit.MINUTES, offered),
            ),
        )
    named = pledge.team_smallest or pledge.team_largest or part.team_smallest or part.team_largest
    return (most or least) if named else None, wanted or offered


# --- when and how much --------------------------------------------------------------------------


def _least(pledge: PledgeSide, part: PartSide) -> int:
    """The larger of the two least useful slices; one larger than what is left of its own side is what is left."""
    own = min(pledge.smallest_useful, pledge.left)
    return max(1, own, part.smallest_useful if part.left is None else min(part.smallest_useful, part.left))


def _most(pledge: PledgeSide, part: PartSide, first: date, last: date) -> int:
    """The most that could be agreed between the days: what is left on both sides, within the time there is."""
    possible = pledge.left if part.left is None else min(pledge.left, part.left)
    if pledge.sessions or part.sessions:
        return possible
    room = _room_between(pledge, first, last)
    return possible if room is None else min(possible, room)


def _weigh_amount(
    pledge: PledgeSide,
    part: PartSide,
    first: date,
    last: date,
    sessions: tuple[CommonSession, ...],
    said: _Said,
) -> tuple[int, tuple[CommonSession, ...]]:
    least = _least(pledge, part)
    possible = pledge.left if part.left is None else min(pledge.left, part.left)
    if possible < least or possible < 1:
        said.why_not.append(_too_little(pledge, part, possible, least))
        return 0, ()
    if last < first:
        said.why_not.append(Message(N_("The dates do not meet: when one is there, the other is over")))
        return 0, ()
    if pledge.sessions or part.sessions:
        return _weigh_sessions(pledge, part, least, possible, sessions, said)
    amount = _most(pledge, part, first, last)
    if amount < least:
        said.why_not.append(Message(N_("The days both have in common are too few")))
        return 0, ()
    if part.left is None:
        amount = min(amount, max(NOT_SURE_AMOUNTS[part.unit], least))
    said.why.append(
        Message(N_("Both have time from %(first)s to %(last)s"), first=say_date(first), last=say_date(last))
    )
    said.why.append(_enough(part, amount))
    return amount, ()


def _weigh_sessions(
    pledge: PledgeSide,
    part: PartSide,
    least: int,
    possible: int,
    sessions: tuple[CommonSession, ...],
    said: _Said,
) -> tuple[int, tuple[CommonSession, ...]]:
    common = sum(session.amount for session in sessions)
    if common < least:
        said.why_not.append(
            Message(N_("No date and time suits both"))
            if not sessions
            else Message(
                N_("Too few dates suit both: %(common)s, and at least %(least)s is needed to be useful"),
                common=say_amount(part.unit, common),
                least=say_amount(part.unit, least),
            )
        )
        return 0, ()
    taken = _take(part.unit, sessions, possible)
    amount = sum(session.amount for session in taken)
    if amount < least:
        said.why_not.append(_too_little(pledge, part, amount, least))
        return 0, ()
    asked = sum(1 for session in part.sessions if session.left)
    said.why.append(
        Message(N_("1 date suits both"))
        if len(taken) == 1
        else Message(N_("%(count)s dates suit both"), count=len(taken))
        if not asked
        else Message(N_("%(count)s of the %(asked)s dates asked for suit both"), count=len(taken), asked=asked)
    )
    said.why.append(_enough(part, amount))
    return amount, taken


def _enough(part: PartSide, amount: int) -> Message:
    if part.left is None:
        return Message(
            N_("The group is not sure how much: %(amount)s to begin with"), amount=say_amount(part.unit, amount)
        )
    if amount >= part.left:
        return Message(N_("It covers all that is still needed: %(amount)s"), amount=say_amount(part.unit, amount))
    return Message(
        N_("It covers %(amount)s of the %(left)s still needed"),
        amount=say_amount(part.unit, amount),
        left=say_amount(part.unit, part.left),
    )


def _too_little(pledge: PledgeSide, part: PartSide, possible: int, least: int) -> Message:
    if pledge.left < 1:
        return Message(N_("Nothing is left of what was offered"))
    if part.left is not None and part.left < 1:
        return Message(N_("Nothing is needed any more"))
    return Message(
        N_("Only %(possible)s could be given, and less than %(least)s would not be useful"),
        possible=say_amount(part.unit, possible),
        least=say_amount(part.unit, least),
    )


def _room_between(pledge: PledgeSide, first: date, last: date) -> int | None:
    """How much time lies between the days: None where days do not limit the amount."""
    days = (last - first).days + 1
    if pledge.unit is Unit.MINUTES:
        return days * LONGEST_DAY_MINUTES * (pledge.team_largest or 1)
    if pledge.unit is Unit.PLOT_WEEKS:
        weeks = max(1, -(-((pledge.last_day - pledge.first_day).days + 1) // 7))
        plots = -(-pledge.amount // weeks)
        return plots * (days // 7)
    return None


def _common(pledge: PledgeSide, part: PartSide, first: date, last: date) -> tuple[CommonSession, ...]:
    """The sessions both could use between two days; those of one side where the other names none."""
    offered = [s for s in pledge.sessions if s.left > 0 and first <= s.day <= last]
    wanted = [s for s in part.sessions if s.left > 0 and first <= s.day <= last]
    unit = pledge.unit
    if pledge.sessions and part.sessions:
        own = {(s.day, s.starts_minute): s.id for s in offered}
        asked = {(s.day, s.starts_minute): s.id for s in wanted}
        return tuple(
            _shared(unit, both, own[offer.day, offer.starts_minute], asked[want.day, want.starts_minute])
            for offer, want, both in common_sessions(_as_sessions(offered), _as_sessions(wanted))
        )
    if pledge.sessions:
        return tuple(_shared(unit, both, s.id, None) for s, both in zip(offered, _as_sessions(offered), strict=True))
    return tuple(_shared(unit, both, None, s.id) for s, both in zip(wanted, _as_sessions(wanted), strict=True))


def _as_sessions(rows: Sequence[SessionSide]) -> list[Session]:
    return [Session(row.day, row.starts_minute, row.ends_minute, row.left) for row in rows]


def _shared(unit: Unit, both: Session, pledge_session_id: int | None, need_session_id: int | None) -> CommonSession:
    amount = session_amount(unit, both.starts_minute, both.ends_minute, both.at_once)
    return CommonSession(
        pledge_session_id, need_session_id, both.day, both.starts_minute, both.ends_minute, both.at_once, amount
    )


def _take(unit: Unit, sessions: Sequence[CommonSession], at_most: int) -> tuple[CommonSession, ...]:
    """The earliest sessions that stay within an amount; fewer at once in one that would go over it."""
    taken: list[CommonSession] = []
    for session in sorted(sessions, key=lambda one: (one.day, one.starts_minute)):
        of_one = session.amount // session.at_once
        at_once = min(session.at_once, at_most // of_one)
        if at_once:
            taken.append(session._replace(at_once=at_once, amount=of_one * at_once))
            at_most -= of_one * at_once
    return tuple(taken)


def _whole_visits(amount: int, one_visit: int, least: int) -> tuple[int, int]:
    """The amount in whole visits of the team where that is still useful; else the amount as it is."""
    visits = amount // one_visit
    if visits and visits * one_visit >= least:
        return visits * one_visit, visits
    return amount, max(1, visits)
