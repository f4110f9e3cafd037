"""What should stand after every act, worked out without the site's own rules: states by name, amounts by sums.

Held, committed, reported, confirmed, verified and met are never moved here. They are added up anew from the promises
and reports each time, so that an act of the site that moves one and forgets another cannot agree with this.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

OPEN = {"offered", "asked", "proposed", "conditional", "committee"}
RUNNING = {"agreed", "under_way"}
KEPT = {"completed", "ended_short", "cancelled"}
COUNTS_NOTHING = {"not_upheld", "rejected", "withdrawn", "reversed"}
NO_WORD_YET = {"reported", "recorded_for", "queried"}
ENDED_PLEDGE = {"withdrawn", "expired", "fulfilled"}


@dataclass(eq=False)
class Pledge:
    """What a provider promises; `amount` in minutes."""

    id: int
    reference: str
    amount: int
    last_day: date
    state: str = "offered"
    by_council: bool = False


@dataclass(eq=False)
class Part:
    """What a group asks for; `amount` in minutes. The need's own state follows and is read, not worked out."""

    id: int
    need_reference: str
    need_id: int
    group: int
    amount: int
    need_state: str = "open"


@dataclass(eq=False)
class Promise:
    """What two sides have, or may come to have, agreed."""

    reference: str
    pledge: Pledge
    part: Part
    amount: int
    state: str
    opened_by: str
    last_day: date
    said_yes: set[str] = field(default_factory=set)
    waits_for: str = ""
    holds: bool = False
    before_hold: str = ""
    held_for: set[str] = field(default_factory=set)
    change: tuple[str, str, int] | None = None
    """The reference of an open change, who proposed it and the amount it asks for."""

    @property
    def stage(self) -> str:
        """The state, looking through a hold."""
        return self.before_hold if self.state == "on_hold" else self.state

    @property
    def is_committed(self) -> bool:
        return self.stage in RUNNING | KEPT


@dataclass(eq=False)
class Report:
    """What somebody said happened. `whole` is what of it was not left out, `word` what the group said of it."""

    reference: str
    promise: Promise
    side: str
    whole: int
    state: str
    word: int | None = None
    surplus: int = 0
    first: tuple[str, int] | None = None
    before_decision: int | None = None
    before_appeal: str = ""
    appealed: bool = False

    @property
    def stands(self) -> str:
        """The state that decides what counts: while an appeal runs, what was decided before."""
        return self.before_appeal if self.state == "appealed" else self.state

    @property
    def figures(self) -> tuple[int, int, int]:
        """Reported, confirmed, verified."""
        if self.stands in COUNTS_NOTHING:
            return 0, 0, 0
        heard = self.word is not None and self.stands not in NO_WORD_YET
        confirmed = min(self.word or 0, self.whole) if heard else 0
        return self.whole, confirmed, self.whole if self.stands in {"verified", "verified_in_part"} else 0


@dataclass
class Book:
    """Everything there is."""

    pledges: list[Pledge] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)

    def held(self, pledge: Pledge) -> int:
        return sum(one.amount for one in self.promises if one.pledge is pledge and one.holds)

    def committed(self, thing: Pledge | Part) -> int:
        return sum(one.amount for one in self.promises if one.is_committed and thing in {one.pledge, one.part})

    def figures(self, thing: Pledge | Part | Promise) -> tuple[int, int, int]:
        """Reported, confirmed, verified of all reports on a pledge, a part or a promise."""
        of_it = [one.figures for one in self.reports if thing in {one.promise, one.promise.pledge, one.promise.part}]
        return sum(f[0] for f in of_it), sum(f[1] for f in of_it), sum(f[2] for f in of_it)

    def met(self, part: Part) -> int:
        """What of a part is done, each report once: what was confirmed or verified of it, whichever is more."""
        return sum(max(one.figures[1:]) for one in self.reports if one.promise.part is part)

    def left(self, promise: Promise) -> int:
        return promise.amount - self.figures(promise)[0]

    def free(self, pledge: Pledge) -> int:
        return pledge.amount - self.held(pledge) - self.committed(pledge)

    def wanted(self, part: Part) -> int:
        return part.amount - self.committed(part)

    def change_state(self, report: Report, state: str, whole: int) -> None:
        """What counts of a report changes with its state; a promise that is over loses or regains the difference."""
        before = report.figures[0]
        report.state, report.whole = state, whole
        if report.promise.stage in KEPT:
            report.promise.amount += report.figures[0] - before

    def follow(self, today: date) -> None:
        """What follows by itself: a promise that is told in full and past its last day is complete, a pledge all of
        which is verified is fulfilled, and what comes back to an ended pledge leaves it."""
        for promise in self.promises:
            if promise.state in RUNNING and promise.last_day < today and self.left(promise) == 0:
                self.end(promise, "completed")
        for pledge in self.pledges:
            if pledge.state in {"offered", "paused"} and 0 < pledge.amount <= self.figures(pledge)[2]:
                pledge.state = "fulfilled"
            if pledge.state in ENDED_PLEDGE:
                pledge.amount = self.held(pledge) + self.committed(pledge)

    def end(self, promise: Promise, state: str) -> None:
        """An agreed promise is over: what was not reported of it is free again."""
        promise.amount = self.figures(promise)[0]
        self._over(promise, state)

    def drop(self, promise: Promise, state: str) -> None:
        """One that was never agreed is over."""
        promise.holds = False
        self._over(promise, state)

    def _over(self, promise: Promise, state: str) -> None:
        promise.state, promise.before_hold, promise.waits_for, promise.change = state, "", "", None
        promise.held_for.clear()
