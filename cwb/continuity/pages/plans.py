"""What the guided pages have in common: their steps, what was ticked on other pages, totals before and after."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from flask import request

from community_book.base.amounts import KIND_LABELS, Kind, Unit
from community_book.base.messages import N_, Message
from community_book.web.paging import Page
from cwb.commitments.rules import CommitmentState, Stopped
from cwb.continuity.rules import Column, Fate, Line, Total, sum_up
from cwb.continuity.views import Affected

T = TypeVar("T")

STEP_LABELS: dict[str, Message] = {
    "": Message(N_("In short")),
    "promises": Message(N_("Promises and offers")),
    "pledges": Message(N_("Pledges")),
    "needs": Message(N_("Needs")),
    "reports": Message(N_("Reports that wait")),
    "dates": Message(N_("Dates to come")),
    "letters": Message(N_("Letters")),
    "instead": Message(N_("Other help")),
}
"""The steps in their order; an act shows those that concern it."""
OF_SUSPENDING = ("", "promises", "pledges", "reports", "dates", "letters", "instead")
OF_CLOSING = ("", "promises", "needs", "reports", "dates", "letters")
ON_A_PAGE = {"promises": 25, "pledges": 25, "needs": 25, "reports": 25, "dates": 25, "letters": 10, "instead": 8}

DO_IT = "do"


@dataclass(frozen=True)
class Step:
    """Which step of a guided page is asked for, and which page of its list."""

    name: str
    number: int

    @property
    def per_page(self) -> int:
        return ON_A_PAGE.get(self.name, 25)

    def of(self, items: Sequence[T]) -> Page[T]:
        """The page of a list that is in hand."""
        number = min(self.number, max(1, -(-len(items) // self.per_page)))
        first = (number - 1) * self.per_page
        return Page(items[first : first + self.per_page], number, len(items), self.per_page)

    def page(self, items: Sequence[T], total: int) -> Page[T]:
        """A page that was read by itself."""
        return Page(items, self.number, total, self.per_page)


def asked_step(known: Collection[str]) -> Step:
    """The step of this request: a button of the form, or the address; "do" where the form is sent as it stands."""
    asked = request.form.get("_act", DO_IT) if request.method == "POST" else request.args.get("step", "")
    name, _, number = asked.partition(".")
    page = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 1
    if name == DO_IT and request.method == "POST":
        return Step(DO_IT, 1)
    return Step(name if name in known else "", max(1, page))


def decided(promises: Sequence[Affected], chosen: Collection[str]) -> list[Affected]:
    """Promises with what becomes of each, where the choice was left to the officer."""
    return [
        replace(one, fate=Fate.HELD if one.reference in chosen else Fate.STAYS) if one.fate is Fate.CHOICE else one
        for one in promises
    ]


def totals_of_suspension(promises: Sequence[Affected], pledges: Sequence[Affected]) -> list[Total]:
    """By measure and unit: what is on offer, kept for offers, promised and still to come, on hold."""
    lines = [
        Line(one.measure, one.unit, Column.ON_OFFER, one.amount, 0)
        for one in pledges
        if one.unit is not None and one.amount is not None
    ]
    for one in promises:
        if one.unit is None:
            continue
        if one.fate is Fate.LAPSES:
            lines.append(Line(one.measure, one.unit, Column.KEPT, one.kept, 0))
            continue
        was_held = one.stands == CommitmentState.ON_HOLD
        is_held = was_held or one.fate is Fate.HELD
        for column, before, after in (
            (Column.GOING, not was_held, not is_held),
            (Column.HELD, was_held, is_held),
        ):
            lines.append(Line(one.measure, one.unit, column, one.to_come * before, one.to_come * after))
    return sum_up(lines)


def totals_of_closing(promises: Sequence[Affected], stopped: Mapping[int, Stopped]) -> list[Total]:
    """By measure and unit: what is promised to the group and still to come, and where it goes."""
    lines = []
    for one in promises:
        if one.unit is None:
            continue
        before = stopped[one.id]
        lines += [
            Line(one.measure, one.unit, Column.KEPT, before.held, 0),
            Line(one.measure, one.unit, Column.GOING, one.to_come, 0),
            Line(one.measure, one.unit, Column.BACK, 0, before.free + before.held),
            Line(one.measure, one.unit, Column.PAST, 0, before.past),
        ]
    return sum_up(lines)


def totals_of_both(going: Sequence[tuple[Kind, Unit, int]], staying: Sequence[tuple[Kind, Unit, int]]) -> list[Total]:
    """By kind: what the entry that stays asks for beside what is promised, before and with what goes along."""
    own = [Line(KIND_LABELS[kind], unit, Column.ASKED, total, total) for kind, unit, total in staying]
    more = [Line(KIND_LABELS[kind], unit, Column.ASKED, 0, total) for kind, unit, total in going]
    return sum_up([*own, *more])


def totals_of_needs(asked: Sequence[tuple[Kind, Unit, int]]) -> list[Total]:
    """By kind: what the group asks for beside what is promised."""
    return sum_up(Line(KIND_LABELS[kind], unit, Column.ASKED, total, 0) for kind, unit, total in asked)
