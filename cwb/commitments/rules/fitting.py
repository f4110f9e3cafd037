"""Whether a pledge and a part of a need fit, how much of it, on which days, and why (domain.md 5.4 and 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from community_book.base.amounts import KIND_LABELS, KINDS_WITH_SESSIONS, Kind, Unit, say_amount
from community_book.base.messages import N_, Message
from community_book.base.sessions import Session, common_sessions, say_date
from cwb.commitments.rules import mending
from cwb.commitments.rules.sides import PartSide, PledgeSide, SessionSide
from cwb.commitments.rules.weighing import (
    Miss,
    Said,
    weigh_conditions,
    weigh_features,
    weigh_place,
    weigh_team,
    weigh_what,
)

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

    `why` and `why_not` are both filled, so that an officer sees what speaks for a pair that does not fit;
    `misses` are the same as `why_not`, each with what would make it fit.
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
    misses: tuple[Miss, ...] = ()

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
        return Fit(False, (), (other,), misses=(Miss("kind", other),))
    said = Said([], [])
    weigh_what(pledge, part, said)
    weigh_place(pledge, part, said)
    weigh_features(pledge, part, said)
    weigh_conditions(pledge, part, said)
    people, visit_minutes = weigh_team(pledge, part, said)
    first, last = max(pledge.first_day, part.first_day, on), min(pledge.last_day, part.last_day)
    common = _common(pledge, part, first, last)
    least, at_most = _least(pledge, part), _most(pledge, part, first, last)
    amount, sessions = _weigh_amount(pledge, part, on, last, common, said)
    visits = 0
    if amount and people and visit_minutes and not sessions:
        amount, visits = _whole_visits(amount, people * visit_minutes, least)
    if not said.misses and "once" in not_wanted(part) and max(len(sessions), visits) == 1:
        mending.only_once(part, amount, said)
    if said.misses:
        misses = tuple(said.misses)
        return Fit(False, tuple(said.why), tuple(miss.why for miss in misses), misses=misses)
    if sessions:
        first, last = sessions[0].day, sessions[-1].day
        visits = len(sessions) if pledge.kind is Kind.HANDS else 0
    return Fit(True, tuple(said.why), (), amount, sessions, first, last, people, visits, common, least, at_most)


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
    on: date,
    last: date,
    sessions: tuple[CommonSession, ...],
    said: Said,
) -> tuple[int, tuple[CommonSession, ...]]:
    least, first = _least(pledge, part), max(pledge.first_day, part.first_day, on)
    possible = pledge.left if part.left is None else min(pledge.left, part.left)
    if possible < least or possible < 1:
        mending.too_little(pledge, part, possible, least, said)
        return 0, ()
    if pledge.kind in KINDS_WITH_SESSIONS and not (pledge.sessions and part.sessions):
        mending.no_dates(said)
        return 0, ()
    if last < first:
        mending.dates_do_not_meet(pledge, part, on, said)
        return 0, ()
    if pledge.sessions or part.sessions:
        return _weigh_sessions(pledge, part, least, possible, sessions, said)
    amount = _most(pledge, part, first, last)
    if amount < least:
        mending.too_few_days(part, amount, least, said)
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
    said: Said,
) -> tuple[int, tuple[CommonSession, ...]]:
    common = sum(session.amount for session in sessions)
    if common < least:
        mending.too_few_dates(pledge, part, [session.amount for session in sessions], least, said)
        return 0, ()
    taken = _take(part.unit, sessions, possible)
    amount = sum(session.amount for session in taken)
    if amount < least:
        mending.too_little(pledge, part, amount, least, said)
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
    """The sessions both could use between two days; those of one side where the other names none.

    Of a provider's days those are left out at which help would not help, as the group says.
    """
    unwanted = not_wanted(part)
    offered = [
        s
        for s in pledge.sessions
        if s.left > 0
        and first <= s.day <= last
        and (part.sessions or not mending.is_unwanted(unwanted, s.day, s.ends_minute))
    ]
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


def not_wanted(part: PartSide) -> tuple[str, ...]:
    """What the group says would not help: keys of base.terms.NOT_WANTED."""
    return tuple(part.conditions.get("not_wanted") or ())


def key_of(session: CommonSession) -> str:
    """How a form names a common session: by the ids of both sides."""
    return f"{session.pledge_session_id or ''}-{session.need_session_id or ''}"
