"""The small forms of a pledge's own page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from marshmallow import post_load

from community_book.base.amounts import HOW_TO_TYPE, Unit
from community_book.base.messages import N_, Message
from community_book.base.sessions import WEEKDAYS
from community_book.web import fields as f
from cwb.pledges.rules import Basis, NewPledge
from cwb.pledges.views import PledgeView


@dataclass(frozen=True)
class AmountGiven:
    """How much more, or to what it is cut."""

    amount: int
    reason: str = ""
    version: int | None = None


class _AmountForm(f.FormSchema):
    makes = AmountGiven
    version = f.version()

    def in_unit(self, unit: Unit) -> None:
        """Says the unit the amount is typed in."""
        field = self.fields["amount"]
        field.unit = unit  # type: ignore[attr-defined]
        field.metadata = {**field.metadata, "hint": HOW_TO_TYPE[unit]}
        if unit is Unit.PENCE:
            field.metadata["prefix"] = "£"


class MoreForm(_AmountForm):
    amount = f.amount(Message(N_("How much more?")))


class CutForm(_AmountForm):
    amount = f.amount(Message(N_("How much shall it be from now on?")))
    reason = f.long_words(
        Message(N_("Why?")), hint=Message(N_("The council reads this.")), at_most=500, required=False, rows=2
    )


@dataclass(frozen=True)
class ReasonGiven:
    reason: str
    version: int | None = None


class ReturnForm(f.FormSchema):
    makes = ReasonGiven
    reason = f.long_words(Message(N_("What should the provider change or answer?")), at_most=1000, rows=4)
    version = f.version()


class PauseForm(f.FormSchema):
    makes = ReasonGiven
    reason = f.long_words(
        Message(N_("Why?")),
        hint=Message(N_("A few words are enough. You and the council read them; nobody holds it against you.")),
        at_most=500,
        required=False,
        rows=2,
    )
    version = f.version()


class WithdrawForm(f.FormSchema):
    makes = ReasonGiven
    reason = f.long_words(
        Message(N_("Why?")), hint=Message(N_("You and the council read this.")), at_most=500, required=False, rows=2
    )
    version = f.version()


class DaysForm(f.FormSchema):
    """Further days of a pledge that has days."""

    def __init__(self, pledge: PledgeView) -> None:
        super().__init__()
        self.pledge = pledge

    weekdays = f.some_of(
        Message(N_("On which days?")),
        [(str(number), label) for number, label in enumerate(WEEKDAYS)],
        required=True,
        small=True,
    )
    every_weeks = f.whole_number(
        Message(N_("Every how many weeks?")), least=1, most=52, hint=Message(N_("1 is every week")), required=False
    )
    starts = f.time_of_day(Message(N_("From")), hint=Message(N_("Like 9:30 or 2pm")))
    ends = f.time_of_day(Message(N_("Until")), hint=Message(N_("Like 14:00")))
    first_day = f.a_date(Message(N_("From which day?")))
    last_day = f.a_date(Message(N_("Until which day?")))
    left_out = f.dates(
        Message(N_("Not on these dates")), hint=Message(N_("With commas between, like 27/10/2026, 29/12/2026"))
    )
    at_once = f.whole_number(
        Message(N_("How many at once?")), least=1, most=100_000, hint=Message(N_("Usually 1")), required=False
    )
    version = f.version()

    @post_load
    def make(self, values: dict[str, Any], **_: Any) -> NewPledge:
        return NewPledge(
            measure_id=self.pledge.measure_id,
            title=self.pledge.title,
            story=self.pledge.story,
            basis=Basis(self.pledge.basis),
            first_day=values["first_day"],
            last_day=values["last_day"],
            weekdays=frozenset(int(day) for day in values["weekdays"]),
            every_weeks=values.get("every_weeks") or 1,
            starts_minute=values["starts"],
            ends_minute=values["ends"],
            at_once=values.get("at_once") or 1,
            left_out=values.get("left_out") or frozenset(),
            version=values.get("version"),
        )


@dataclass(frozen=True)
class DaysTakenOut:
    sessions: list[str]
    reason: str = ""
    version: int | None = None

    @property
    def session_ids(self) -> list[int]:
        return [int(session) for session in self.sessions]


class DropDaysForm(f.FormSchema):
    makes = DaysTakenOut
    sessions = f.some_of(
        Message(N_("Which days?")),
        hint=Message(N_("Days that are promised or on offer to a group are not in this list.")),
        required=True,
        small=True,
    )
    reason = f.long_words(Message(N_("Why?")), at_most=500, required=False, rows=2)
    version = f.version()

    def choose(self, choices: Sequence[f.Choice]) -> None:
        self.fields["sessions"].choices = list(choices)  # type: ignore[attr-defined]


def day_values(pledge: PledgeView, day: date) -> dict[str, Any]:
    """The days form as it is first shown: the pattern the pledge has, from today to its last day."""
    schedule = pledge.schedule
    return {
        "weekdays": [str(number) for number in schedule.get("weekdays", ())],
        "every_weeks": schedule.get("every_weeks", 1),
        "starts": schedule.get("starts_minute"),
        "ends": schedule.get("ends_minute"),
        "at_once": schedule.get("at_once", 1),
        "first_day": max(day, pledge.first_day),
        "last_day": pledge.last_day,
        "version": pledge.version,
    }
