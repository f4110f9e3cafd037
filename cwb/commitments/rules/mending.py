"""What keeps a pair apart in time and amount, and what would have to change for it to fit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from community_book.base.amounts import say_amount
from community_book.base.messages import N_, Message
from community_book.base.sessions import WEEKDAYS_EACH, say_date, say_list, say_time
from community_book.base.terms import EVENING_MINUTE
from cwb.commitments.rules.sides import PartSide, PledgeSide, SessionSide
from cwb.commitments.rules.weighing import Said

SATURDAY = 5


def too_little(pledge: PledgeSide, part: PartSide, possible: int, least: int, said: Said) -> None:
    """What is left is less than one side finds useful."""
    if pledge.left < 1:
        said.miss("gone", Message(N_("Nothing is left of what was offered")))
        return
    if part.left is not None and part.left < 1:
        said.miss("not_needed", Message(N_("Nothing is needed any more")))
        return
    amount = say_amount(part.unit, possible)
    said.miss(
        "too_little",
        Message(
            N_("Only %(possible)s could be given, and less than %(least)s would not be useful"),
            possible=amount,
            least=say_amount(part.unit, least),
        ),
        Message(N_("It would fit if %(possible)s were enough, or with %(more)s more on offer"), possible=amount,
                more=say_amount(part.unit, least - possible))
        if part.left is None or part.left >= least
        else Message(N_("It would fit if %(possible)s were enough"), possible=amount),
    )  # fmt: skip


def no_dates(said: Said) -> None:
    """A thing that is lent on named days, of which none is left on one side."""
    said.miss(
        "no_dates",
        Message(N_("No date and time is left")),
        Message(N_("It would fit with new dates: ask the other side which are possible")),
    )


def dates_do_not_meet(pledge: PledgeSide, part: PartSide, on: date, said: Said) -> None:
    """When one is there, the other is over."""
    would_fit: Message | None = None
    if pledge.first_day > part.last_day:
        day = say_date(pledge.first_day)
        would_fit = Message(N_("It would fit from %(day)s, if it is still needed then"), day=day)
    elif pledge.last_day < part.first_day and pledge.last_day >= on:
        day = say_date(pledge.last_day)
        would_fit = Message(N_("It would fit until %(day)s, if it can be used before then"), day=day)
    said.miss("dates", Message(N_("The dates do not meet: when one is there, the other is over")), would_fit)


def too_few_days(part: PartSide, amount: int, least: int, said: Said) -> None:
    """The days both have are too few for what would be useful."""
    would_fit = (
        Message(N_("It would fit with more days, or if %(amount)s were enough"), amount=say_amount(part.unit, amount))
        if amount
        else Message(N_("It would fit with more days: %(least)s take longer"), least=say_amount(part.unit, least))
    )
    said.miss("days", Message(N_("The days both have in common are too few")), would_fit)


def too_few_dates(pledge: PledgeSide, part: PartSide, common: Sequence[int], least: int, said: Said) -> None:
    """Named days: none suits both, or too few. `common` are the amounts of those that do."""
    if not common:
        said.miss("no_date", Message(N_("No date and time suits both")), _which_days(pledge, part))
        return
    amount = say_amount(part.unit, sum(common))
    asked = sum(1 for session in part.sessions if session.left)
    would_fit = (
        Message(N_("It would fit if %(amount)s were enough"), amount=amount)
        if not asked
        else Message(
            N_("%(count)s of the %(asked)s dates asked for would fit, if %(amount)s were enough"),
            count=len(common),
            asked=asked,
            amount=amount,
        )
    )
    said.miss(
        "few_dates",
        Message(
            N_("Too few dates suit both: %(common)s, and at least %(least)s is needed to be useful"),
            common=amount,
            least=say_amount(part.unit, least),
        ),
        would_fit,
    )


def only_once(part: PartSide, amount: int, said: Said) -> None:
    """The group said that a single visit would not help, and there is only one."""
    said.miss(
        "once",
        Message(N_("The group says that a single visit would not help, and this comes to one: %(amount)s"),
                amount=say_amount(part.unit, amount)),
        Message(N_("It would fit with two visits or more")),
    )  # fmt: skip


def is_unwanted(not_wanted: Sequence[str], day: date, ends_minute: int) -> bool:
    """Whether the group said that help at such a time would not help."""
    if "weekends" in not_wanted and day.weekday() >= SATURDAY:
        return True
    return "evenings" in not_wanted and ends_minute > EVENING_MINUTE


def _which_days(pledge: PledgeSide, part: PartSide) -> Message:
    """ "Offered Mondays, 9:00 to 12:00; asked for Tuesdays, 10:00 to 12:00. It would fit if one of them moved." """
    offered, wanted = _pattern(pledge.sessions), _pattern(part.sessions)
    if offered is None or wanted is None:
        return Message(N_("It would fit with new dates: ask the other side which are possible"))
    return Message(
        N_("It is there %(offered)s, and asked for %(wanted)s. It would fit if one of them could move"),
        offered=offered,
        wanted=wanted,
    )


def _pattern(sessions: Sequence[SessionSide]) -> Message | None:
    """The weekdays and the times of what is left; None where nothing is, or where it is every day of the week."""
    left = [session for session in sessions if session.left > 0]
    weekdays = sorted({session.day.weekday() for session in left})
    if not left:
        return None
    days = say_list([WEEKDAYS_EACH[weekday] for weekday in weekdays])
    times = {(session.starts_minute, session.ends_minute) for session in left}
    if len(times) > 1:
        return Message(N_("on %(days)s"), days=days)
    [(starts, ends)] = times
    return Message(N_("on %(days)s, %(starts)s to %(ends)s"), days=days, starts=say_time(starts), ends=say_time(ends))
