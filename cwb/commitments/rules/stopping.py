"""What stops an offer, a request or a proposal before it is sent, and what would fit instead.

The two fit, or there is nothing to send; here what was typed is held against what the two can do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from community_book.base.amounts import Kind, Unit, say_amount
from community_book.base.messages import N_, Message, Problem
from community_book.base.terms import NOT_WANTED
from cwb.commitments.rules.asked import NewCommitment
from cwb.commitments.rules.fitting import CommonSession, Fit, key_of, not_wanted
from cwb.commitments.rules.sides import PartSide, PledgeSide
from cwb.commitments.rules.states import Side
from cwb.commitments.rules.weighing import team_limits

SEEN_BY_US = frozenset({"once", "weekends", "evenings"})
"""What would not help and the site can see for itself; of the rest only who offers can say."""


@dataclass(frozen=True)
class Stop:
    """Why it is not sent: `problems` tied to their questions. `instead` would fit, as `would_fit` says in words;
    None where nothing like it would."""

    problems: tuple[Problem, ...]
    instead: NewCommitment | None = None
    would_fit: Message | None = None


@dataclass(frozen=True)
class Terms:
    """What whoever sends it has to read and keep to: things from the list, and words of the group and the provider."""

    would_not_help: tuple[Message, ...] = ()
    of_group: str = ""
    of_provider: str = ""

    def __bool__(self) -> bool:
        return bool(self.would_not_help or self.of_group or self.of_provider)


def terms_for(pledge: PledgeSide, part: PartSide, side: Side) -> Terms:
    """The terms of the other side; an officer reads those of both."""
    said = tuple(NOT_WANTED[key] for key in not_wanted(part) if key in NOT_WANTED and key not in SEEN_BY_US)
    own_words = str(part.conditions.get("terms") or ""), str(pledge.conditions.get("terms") or "")
    match side:
        case Side.PROVIDER:
            return Terms(said, own_words[0], "")
        case Side.GROUP:
            return Terms((), "", own_words[1])
        case _:
            return Terms(said, *own_words)


def chosen_of(fit: Fit, keys: tuple[str, ...]) -> tuple[CommonSession, ...]:
    """The sessions that were chosen and that both still have, earliest first."""
    known = known_sessions(fit)
    chosen = (known[key] for key in dict.fromkeys(keys) if key in known)
    return tuple(sorted(chosen, key=lambda one: (one.day, one.starts_minute)))


def known_sessions(fit: Fit) -> Mapping[str, CommonSession]:
    """What can be chosen, by its name: one that is proposed with fewer at once is that."""
    proposed = {key_of(session): session for session in fit.sessions}
    return {key_of(session): proposed.get(key_of(session), session) for session in fit.common}


def stop_of(pledge: PledgeSide, part: PartSide, fit: Fit, new: NewCommitment, side: Side) -> Stop | None:
    """What stops `new` for a pair that fits, or None where it can be sent."""
    stops = [*_about_people(pledge, part, new)]
    mended = replace(new, people=stops[0].instead.people) if stops and stops[0].instead else new
    about_how_much = _about_dates(fit, part, mended) if fit.common else _about_amount(pledge, part, fit, mended)
    if about_how_much is not None:
        stops.append(about_how_much)
    problems = [problem for stop in stops for problem in stop.problems]
    if terms_for(pledge, part, side) and not new.keeps_terms:
        problems.append(
            Problem("keeps_terms", Message(N_("Read what the other side says, and tick that this keeps to it")))
        )
    if not problems:
        return None
    if not stops or any(stop.instead is None for stop in stops):
        return Stop(tuple(problems))
    return Stop(tuple(problems), stops[-1].instead, _joined([stop.would_fit for stop in stops if stop.would_fit]))


def _joined(said: list[Message]) -> Message:
    found = said[0]
    for one in said[1:]:
        found = Message(N_("%(first)s %(next)s"), first=found, next=one)
    return found


# --- how many people ----------------------------------------------------------------------------


def _about_people(pledge: PledgeSide, part: PartSide, new: NewCommitment) -> list[Stop]:
    if pledge.kind is not Kind.HANDS or new.people is None:
        return []
    least, most = team_limits(pledge, part)
    if most is not None and new.people > most:
        problem = Message(N_("There is room for at most %(most)s people at a time"), most=most)
        would_fit = Message(N_("A smaller team would fit: %(most)s people at a time."), most=most)
        return [Stop((Problem("people", problem),), replace(new, people=most), would_fit)]
    if new.people < least:
        problem = Message(N_("At least %(least)s people at a time are needed"), least=least)
        would_fit = Message(N_("A larger team would fit: %(least)s people at a time."), least=least)
        return [Stop((Problem("people", problem),), replace(new, people=least), would_fit)]
    return []


# --- how much, where no days are named ----------------------------------------------------------


def _about_amount(pledge: PledgeSide, part: PartSide, fit: Fit, new: NewCommitment) -> Stop | None:
    unit, amount = pledge.unit, new.amount
    one_visit = _one_visit(pledge, part, fit, new)
    if amount is None:
        return _with_amount(new, fit.amount, unit, one_visit, 0, Message(N_("Say how much")))
    if amount > fit.at_most:
        best = _whole(fit.at_most, one_visit) if _whole(fit.at_most, one_visit) >= fit.least else fit.at_most
        most = say_amount(unit, fit.at_most)
        said = Message(N_("That is more than there is: at most %(most)s"), most=most)
        return _with_amount(new, best, unit, one_visit, amount, said)
    least = max(fit.least, 2 * one_visit if one_visit and "once" in not_wanted(part) else 0)
    if amount < fit.least:
        said = Message(N_("Less than %(least)s would not be useful to both"), least=say_amount(unit, fit.least))
    elif amount < least:
        said = Message(N_("A single visit would not help here: come at least twice"))
    else:
        return None
    if least > fit.at_most:
        return Stop((Problem("amount", said),))
    return _with_amount(new, _rounded_up(least, one_visit, fit.at_most), unit, one_visit, 0, said)


def _one_visit(pledge: PledgeSide, part: PartSide, fit: Fit, new: NewCommitment) -> int:
    """What one visit of the team counts; 0 where the help does not come in visits."""
    people = new.people or fit.people
    minutes = part.visit_minutes or pledge.visit_minutes
    return people * minutes if pledge.kind is Kind.HANDS and people and minutes else 0


def _whole(amount: int, one_visit: int) -> int:
    return amount // one_visit * one_visit if one_visit else amount


def _rounded_up(amount: int, one_visit: int, most: int) -> int:
    up = -(-amount // one_visit) * one_visit if one_visit else amount
    return up if up <= most else amount


def _with_amount(new: NewCommitment, amount: int, unit: Unit, one_visit: int, typed: int, said: Message) -> Stop:
    """The stop, and the amount that would fit: in visits where the help comes in whole visits."""
    would = say_amount(unit, amount)
    if one_visit and amount % one_visit == 0 and typed > amount and typed % one_visit == 0:
        would_fit = Message(
            N_("%(count)s visits of %(asked)s would fit: %(amount)s."),
            count=amount // one_visit,
            asked=typed // one_visit,
            amount=would,
        )
    elif one_visit and amount % one_visit == 0 and amount > one_visit:
        would_fit = Message(N_("%(count)s visits would fit: %(amount)s."), count=amount // one_visit, amount=would)
    else:
        would_fit = Message(N_("%(amount)s would fit."), amount=would)
    return Stop((Problem("amount", said),), replace(new, amount=amount, session_keys=()), would_fit)


# --- which dates --------------------------------------------------------------------------------


def _about_dates(fit: Fit, part: PartSide, new: NewCommitment) -> Stop | None:
    chosen = chosen_of(fit, new.session_keys)
    asked = len(set(new.session_keys))
    amount = sum(session.amount for session in chosen)
    unit = part.unit
    if not asked:
        return _with_dates(fit, fit.sessions, new, 0, unit, Message(N_("Choose at least one date")))
    if len(chosen) < asked:
        said = Message(N_("One of the dates is taken by now. Choose from those shown"))
    elif amount > fit.at_most:
        most = say_amount(unit, fit.at_most)
        said = Message(N_("That is more than there is: at most %(most)s"), most=most)
    elif amount < fit.least:
        said = Message(N_("Less than %(least)s would not be useful to both"), least=say_amount(unit, fit.least))
        return _with_dates(fit, fit.sessions, new, 0, unit, said)
    elif "once" in not_wanted(part) and len(chosen) == 1:
        said = Message(N_("A single visit would not help here: choose at least two dates"))
        return _with_dates(fit, fit.sessions, new, 0, unit, said)
    else:
        return None
    return _with_dates(fit, _within(chosen, fit.at_most), new, asked, unit, said)


def _within(chosen: tuple[CommonSession, ...], at_most: int) -> tuple[CommonSession, ...]:
    """The earliest of the chosen that stay within an amount."""
    taken: list[CommonSession] = []
    for session in chosen:
        if session.amount <= at_most:
            taken.append(session)
            at_most -= session.amount
    return tuple(taken)


def _with_dates(
    fit: Fit, dates: tuple[CommonSession, ...], new: NewCommitment, asked: int, unit: Unit, said: Message
) -> Stop:
    problem = Problem("sessions", said)
    amount = sum(session.amount for session in dates)
    if not dates or amount < fit.least or amount > fit.at_most:
        return Stop((problem,))
    would = say_amount(unit, amount)
    if asked > len(dates):
        would_fit = Message(
            N_("%(count)s of the %(asked)s dates chosen would fit: %(amount)s."),
            count=len(dates),
            asked=asked,
            amount=would,
        )
    elif len(dates) == 1:
        would_fit = Message(N_("One date would fit: %(amount)s."), amount=would)
    else:
        would_fit = Message(N_("%(count)s dates would fit: %(amount)s."), count=len(dates), amount=would)
    return Stop((problem,), replace(new, amount=None, session_keys=tuple(map(key_of, dates))), would_fit)
