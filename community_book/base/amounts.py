"""Amounts: kinds, units, and the way people write them.

An amount is a whole number of its unit, 0 to 10 to the power of 12, never a float (domain.md 2).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from community_book.base.messages import N_, Message

LARGEST = 10**12
"""The largest amount of any unit."""

WHOLE_SHARE_BASIS_POINTS = 10_000
"""A share of one whole, in basis points."""


class Unit(StrEnum):
    """What an amount counts. WHOLE_NUMBERS is for levels: two whole numbers, "43 of 50"."""

    MINUTES = "minutes"
    PENCE = "pence"
    PEOPLE = "people"
    ITEMS = "items"
    PLOT_WEEKS = "plot_weeks"
    WHOLE_NUMBERS = "whole_numbers"


class Kind(StrEnum):
    """What changes hands."""

    ADVICE = "advice"
    HANDS = "hands"
    ROLE = "role"
    MONEY = "money"
    GOODS = "goods"
    ROOM = "room"
    VEHICLE = "vehicle"
    EQUIPMENT = "equipment"
    LAND = "land"
    JOBS = "jobs"
    SEATS = "seats"
    TRADE = "trade"
    CONDUCT = "conduct"


KIND_UNITS: dict[Kind, Unit | None] = {
    Kind.ADVICE: Unit.MINUTES,
    Kind.HANDS: Unit.MINUTES,
    Kind.ROLE: Unit.PEOPLE,
    Kind.MONEY: Unit.PENCE,
    Kind.GOODS: Unit.ITEMS,
    Kind.ROOM: Unit.MINUTES,
    Kind.VEHICLE: Unit.MINUTES,
    Kind.EQUIPMENT: Unit.MINUTES,
    Kind.LAND: Unit.PLOT_WEEKS,
    Kind.JOBS: Unit.PEOPLE,
    Kind.SEATS: Unit.PEOPLE,
    Kind.TRADE: Unit.PENCE,
    Kind.CONDUCT: None,
}
"""Each kind's one unit; None where the measure names it."""

KIND_LABELS: dict[Kind, Message] = {
    Kind.ADVICE: Message(N_("Expert advice")),
    Kind.HANDS: Message(N_("Helping hands")),
    Kind.ROLE: Message(N_("A role taken on")),
    Kind.MONEY: Message(N_("Money")),
    Kind.GOODS: Message(N_("Things given")),
    Kind.ROOM: Message(N_("A room")),
    Kind.VEHICLE: Message(N_("A vehicle")),
    Kind.EQUIPMENT: Message(N_("Equipment to borrow")),
    Kind.LAND: Message(N_("Land to grow on")),
    Kind.JOBS: Message(N_("Jobs")),
    Kind.SEATS: Message(N_("Places on training or sessions")),
    Kind.TRADE: Message(N_("Paid work for the group")),
    Kind.CONDUCT: Message(N_("Own conduct")),
}
"""Each kind in words a group's secretary understands."""

KINDS_WITH_SESSIONS = frozenset({Kind.ROOM, Kind.VEHICLE, Kind.EQUIPMENT})
"""Kinds that always carry sessions, because one thing cannot be booked twice for the same time."""

HOW_TO_TYPE: dict[Unit, Message] = {
    Unit.MINUTES: Message(N_("Enter hours and minutes, like 12 h 30")),
    Unit.PENCE: Message(N_("Enter pounds, or pounds and pence, like 1,250 or 1,250.50")),
    Unit.PEOPLE: Message(N_("Enter how many people as a whole number, like 3")),
    Unit.ITEMS: Message(N_("Enter how many items as a whole number, like 5")),
    Unit.PLOT_WEEKS: Message(N_("Enter plot-weeks as a whole number, like 26")),
    Unit.WHOLE_NUMBERS: Message(N_("Enter a whole number, like 43")),
}
"""What to type for each unit; ends every refusal, and serves as a field's hint."""

HOW_TO_TYPE_SHARE = Message(N_("Enter a percentage from 0 to 100, like 76 or 12.5"))


class AmountProblem(ValueError):
    """What was typed is not an amount; `message` says what is wrong and what to type."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


# --- saying -------------------------------------------------------------------------------------


def say_amount(unit: Unit, amount: int) -> Message:
    """An amount as people write it: "12 h 30 min", "£1,250.50", "1 person". A negative one has a minus."""
    if amount < 0:
        return Message(N_("-%(amount)s"), amount=say_amount(unit, -amount))
    match unit:
        case Unit.MINUTES:
            return _say_minutes(amount)
        case Unit.PENCE:
            pounds, pence = divmod(amount, 100)
            written = f"{pounds:,}.{pence:02}" if pence else f"{pounds:,}"
            return Message(N_("£%(pounds)s"), pounds=written)
        case Unit.PEOPLE:
            return _say_count(amount, N_("1 person"), N_("%(count)s people"))
        case Unit.ITEMS:
            return _say_count(amount, N_("1 item"), N_("%(count)s items"))
        case Unit.PLOT_WEEKS:
            return _say_count(amount, N_("1 plot-week"), N_("%(count)s plot-weeks"))
        case Unit.WHOLE_NUMBERS:
            return Message(N_("%(count)s"), count=f"{amount:,}")


def _say_minutes(amount: int) -> Message:
    hours, minutes = divmod(amount, 60)
    if not hours:
        return Message(N_("%(minutes)s min"), minutes=str(minutes))
    if not minutes:
        return Message(N_("%(hours)s h"), hours=f"{hours:,}")
    return Message(N_("%(hours)s h %(minutes)s min"), hours=f"{hours:,}", minutes=str(minutes))


def _say_count(amount: int, one: str, many: str) -> Message:
    return Message(one) if amount == 1 else Message(many, count=f"{amount:,}")


def say_share(basis_points: int) -> Message:
    """A share as a percentage: 7600 is "76%", 1250 is "12.5%"."""
    if basis_points < 0:
        return Message(N_("-%(amount)s"), amount=say_share(-basis_points))
    whole, rest = divmod(basis_points, 100)
    written = f"{whole:,}.{rest:02}".rstrip("0") if rest else f"{whole:,}"
    return Message(N_("%(share)s%%"), share=written)


# --- reading ------------------------------------------------------------------------------------

_LONGEST_TYPED = 60
_WHOLE = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)"
_HOUR = r"(?:hours|hour|hrs|hr|h)\.?"
_MINUTE = r"(?:minutes|minute|mins|min|m)\.?"
_ABOUT = re.compile(r"^(?:about|approximately|approx\.?|around|roughly|circa|ca?\.|~)\s*", re.IGNORECASE)
_MINUTES_AFTER = rf"(?:,\s*|and\s+)?([0-9]{{1,2}})(?:\s*{_MINUTE})?"
_HOURS_AND_MINUTES = re.compile(rf"({_WHOLE})\s*{_HOUR}\s*{_MINUTES_AFTER}", re.IGNORECASE)
_CLOCK = re.compile(rf"({_WHOLE}):([0-9]{{2}})")
_ONLY_MINUTES = re.compile(rf"({_WHOLE})\s*{_MINUTE}", re.IGNORECASE)
_HOURS = re.compile(rf"({_WHOLE})(?:\.([0-9]+))?(?:\s*{_HOUR})?", re.IGNORECASE)
_POUNDS = re.compile(rf"£?\s*({_WHOLE})(?:\.([0-9]+))?")
_PENCE = re.compile(rf"({_WHOLE})\s*p", re.IGNORECASE)
_BELOW_NOTHING = re.compile(r"(?:£\s*)?[-\u2212\u2013]\s*[£0-9.]|minus\b", re.IGNORECASE)
_SHARE = re.compile(r"([0-9]{1,3})(?:\.([0-9]{1,2}))?(?:\s*(?:%|per\s?cent))?", re.IGNORECASE)
_UNIT_WORDS: dict[Unit, str] = {
    Unit.PEOPLE: r"people|persons|person|places|place|seats|seat|jobs|job",
    Unit.ITEMS: r"items|item",
    Unit.PLOT_WEEKS: r"plot[- ]weeks|plot[- ]week",
}


def read_amount(unit: Unit, text: str) -> int:
    """What a person typed, as a whole number of the unit: minutes for hours typed, pence for pounds.

    A plain number of MINUTES is hours. Digits are 0 to 9 only; "about" is dropped (domain.md 4).
    Raises AmountProblem: not an amount, negative, more than LARGEST, not whole minutes or pence.
    """
    typed = _plain(text, HOW_TO_TYPE[unit])
    match unit:
        case Unit.MINUTES:
            amount = _read_minutes(typed)
        case Unit.PENCE:
            amount = _read_pence(typed)
        case _:
            amount = _read_whole(unit, typed)
    if amount > LARGEST:
        raise _refusal(Message(N_("That is more than can be entered here.")), HOW_TO_TYPE[unit])
    return amount


def read_share(text: str) -> int:
    """A percentage a person typed ("76", "12.5%"), in basis points, 0 to 10,000. Raises AmountProblem."""
    typed = _plain(text, HOW_TO_TYPE_SHARE)
    found = _SHARE.fullmatch(typed)
    if not found:
        raise _refusal(_not_understood(typed), HOW_TO_TYPE_SHARE)
    basis_points = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))
    if basis_points > WHOLE_SHARE_BASIS_POINTS:
        raise _refusal(Message(N_("That is more than 100 per cent.")), HOW_TO_TYPE_SHARE)
    return basis_points


def _plain(text: str, how: Message) -> str:
    """The typed text, single spaces, no "about". Raises AmountProblem for what is wrong in any unit."""
    typed = " ".join(text.split())
    if not typed:
        raise AmountProblem(how)
    if len(typed) > _LONGEST_TYPED:
        raise _refusal(Message(N_("That is too long to be an amount.")), how)
    if any(character.isnumeric() and not character.isascii() for character in typed):
        raise _refusal(Message(N_("Use the digits 0 to 9.")), how)
    typed = _ABOUT.sub("", typed)
    if _BELOW_NOTHING.match(typed):
        raise _refusal(Message(N_("An amount cannot be less than 0.")), how)
    return typed


def _read_minutes(typed: str) -> int:
    if found := _HOURS_AND_MINUTES.fullmatch(typed) or _CLOCK.fullmatch(typed):
        minutes = int(found[2])
        if minutes > 59:
            wrong = Message(N_("The minutes after the hours must be between 0 and 59."))
            raise _refusal(wrong, HOW_TO_TYPE[Unit.MINUTES])
        return _whole(found[1]) * 60 + minutes
    if found := _ONLY_MINUTES.fullmatch(typed):
        return _whole(found[1])
    if found := _HOURS.fullmatch(typed):
        decimals = found[2] or ""
        minutes, rest = divmod(int(decimals or "0") * 60, int("1" + "0" * len(decimals)))
        if rest:
            hours = f"{found[1]}.{decimals}"
            wrong = Message(N_("%(hours)s hours does not come to whole minutes."), hours=hours)
            raise _refusal(wrong, HOW_TO_TYPE[Unit.MINUTES])
        return _whole(found[1]) * 60 + minutes
    raise _refusal(_not_understood(typed), HOW_TO_TYPE[Unit.MINUTES])


def _read_pence(typed: str) -> int:
    if found := _PENCE.fullmatch(typed):
        return _whole(found[1])
    found = _POUNDS.fullmatch(typed)
    if not found:
        raise _refusal(_not_understood(typed), HOW_TO_TYPE[Unit.PENCE])
    decimals = found[2] or ""
    if len(decimals) > 2:
        raise _refusal(Message(N_("Pence are written with two digits after the point.")), HOW_TO_TYPE[Unit.PENCE])
    return _whole(found[1]) * 100 + int(decimals.ljust(2, "0"))


def _read_whole(unit: Unit, typed: str) -> int:
    words = _UNIT_WORDS.get(unit, "")
    found = re.fullmatch(rf"({_WHOLE})(?:\s*(?:{words}))?", typed, re.IGNORECASE)
    if found:
        return _whole(found[1])
    if re.fullmatch(rf"{_WHOLE}\.[0-9]+.*", typed):
        raise _refusal(Message(N_("This must be a whole number.")), HOW_TO_TYPE[unit])
    raise _refusal(_not_understood(typed), HOW_TO_TYPE[unit])


def _whole(digits: str) -> int:
    return int(digits.replace(",", ""))


def _not_understood(typed: str) -> Message:
    return Message(N_("“%(typed)s” is not an amount we can read."), typed=typed)


def _refusal(wrong: Message, how: Message) -> AmountProblem:
    return AmountProblem(Message(N_("%(wrong)s %(how)s"), wrong=wrong, how=how))


# --- sharing ------------------------------------------------------------------------------------


def split_by_shares(total: int, shares: Sequence[int]) -> list[int]:
    """Whole parts of an amount by shares in basis points, by largest remainder; ties go to the earlier.

    Shares that add up to 10,000 give parts that add up to `total`; where they add up to less, the part
    nobody named is left out. A negative total (a reversal) splits exactly as the positive one did.
    Raises ValueError for a share below 0 or shares above 10,000 together. Source: domain.md 5.3.
    """
    unnamed = WHOLE_SHARE_BASIS_POINTS - sum(shares)
    if unnamed < 0 or any(share < 0 for share in shares):
        raise ValueError(f"shares must be 0 or more and add up to at most 10,000: {list(shares)}")
    products = [abs(total) * share for share in (*shares, unnamed)]
    parts = [product // WHOLE_SHARE_BASIS_POINTS for product in products]
    by_remainder = sorted(range(len(parts)), key=lambda place: -(products[place] % WHOLE_SHARE_BASIS_POINTS))
    for place in by_remainder[: abs(total) - sum(parts)]:
        parts[place] += 1
    sign = -1 if total < 0 else 1
    return [sign * part for part in parts[:-1]]
