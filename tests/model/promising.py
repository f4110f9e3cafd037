"""Acts of the two sides before anything has happened: pledges, needs, offers, answers, changes, ends, holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from community_book.base import clock, work
from community_book.needs import actions as needs
from cwb.commitments import actions as promises
from cwb.commitments.actions import NewChange, NewCommitment
from cwb.pledges import actions as pledges
from tests.model.acting import ANY, MINUTES, OTHER, STILL_ASKED, Borough
from tests.model.amounts import OPEN, RUNNING, Promise
from tests.model.world import (
    lay_need,
    lay_pledge,
)

NEEDS_AT_MOST = 3


class Promising(Borough):
    """Everything up to a promise and its end."""

    # --- pledges and needs --------------------------------------------------------------------------

    @precondition(lambda self: len(self.book.pledges) < 3 and not self.is_suspended)
    @rule(minutes=MINUTES)
    def log_pledge(self, minutes: int) -> None:
        self.book.pledges.append(lay_pledge(self.world, minutes + 60))

    @precondition(lambda self: len(self.book.parts) < 5 and len(self.closed_groups) < 2)
    @rule(group=st.integers(0, 1), minutes=MINUTES)
    def post_need(self, group: int, minutes: int) -> None:
        asked = [p for p in self.book.parts if p.group == group and p.need_state in {"open", "paused"}]
        may = len(asked) < NEEDS_AT_MOST
        if group not in self.closed_groups and (
            part := self.attempt(lambda: lay_need(self.world, group, minutes + 60), must=may)
        ):
            self.book.parts.append(part)

    @rule(pick=ANY, more=MINUTES)
    def add_to_pledge(self, pick: int, more: int) -> None:
        pledge = self.one(self.book.pledges, pick, where=lambda p: p.state == "offered")
        if self.attempt(lambda: pledges.add_to_pledge(self.world.provider.actor, pledge.reference, more) or True):
            pledge.amount += more

    @rule(pick=ANY, minutes=MINUTES)
    def cut_pledge(self, pick: int, minutes: int) -> None:
        pledge = self.one(self.book.pledges, pick, where=lambda p: p.state == "offered")
        taken = self.book.held(pledge) + self.book.committed(pledge)
        may = pledge.state == "offered" and taken <= minutes < pledge.amount
        deed = lambda: pledges.cut_pledge(self.world.provider.actor, pledge.reference, minutes, "Fewer people") or True  # noqa: E731
        if self.attempt(deed, must=may if pledge.state == "offered" else None):
            pledge.amount = minutes

    @precondition(lambda self: len(self.book.pledges) > 1)
    @rule(pick=ANY)
    def withdraw_pledge(self, pick: int) -> None:
        pledge = self.one(self.book.pledges, pick, where=lambda p: p.state == "offered")
        must = pledge.state in {"offered", "paused"}
        if self.attempt(
            lambda: pledges.withdraw_pledge(self.world.provider.actor, pledge.reference, "We move") or True, must=must
        ):
            pledge.state = "withdrawn"

    @rule(pick=ANY)
    def withdraw_need(self, pick: int) -> None:
        part = self.one(self.book.parts, pick, where=lambda p: p.need_state == "open")
        if self.attempt(lambda: needs.withdraw_need(self.world.groups[part.group].lead, part.need_reference)):
            part.amount = self.book.committed(part) or part.amount

    # --- promises -----------------------------------------------------------------------------------

    @rule(pick=ANY, which=ANY, minutes=MINUTES, how=st.sampled_from(["offer", "ask", "propose"]))
    def begin(self, pick: int, which: int, minutes: int, how: str) -> None:
        pledge = self.one(self.book.pledges, pick, where=lambda p: p.state == "offered")
        part = self.one(self.book.parts, which, where=lambda p: p.need_state == "open")
        side, state = {"offer": ("provider", "offered"), "ask": ("group", "asked"), "propose": ("council", "proposed")}[
            how
        ]
        promise = Promise("", pledge, part, minutes, state, side, pledge.last_day)
        new = NewCommitment(pledge_id=pledge.id, part_id=part.id, amount=minutes)
        must = None if self.fits(pledge, part, minutes) else False
        reference = self.attempt(lambda: getattr(promises, how)(self.actor(side, promise), new), must=must)
        if reference:
            promise.reference, promise.holds = reference, how == "offer"
            promise.said_yes = {side} - {"council"}
            with work.reading() as reading:
                from cwb.commitments.queries import commitment_id_of, commitment_terms

                promise.last_day = commitment_terms(reading, commitment_id_of(reading, reference)).last_day
            self.book.promises.append(promise)

    @precondition(lambda self: self.book.promises)
    @rule(pick=ANY, side=st.sampled_from(["provider", "group"]))
    def accept(self, pick: int, side: str) -> None:
        promise = self.one(self.book.promises, pick, where=lambda p: p.state in OPEN)
        if promise.state in {"offered", "asked"}:
            side = OTHER[promise.opened_by]
        act = "meet" if promise.waits_for == side else "accept"
        may = promise.state in OPEN and side not in promise.said_yes
        agrees = OTHER[side] in promise.said_yes
        if may and agrees:
            part = promise.part
            room = promise.amount <= self.book.wanted(part) and part.need_state in STILL_ASKED
            may = room and (promise.holds or self.fits(promise.pledge, part, promise.amount))
            may = may and promise.last_day >= clock.today()
        if self.attempt(lambda: getattr(promises, act)(self.actor(side, promise), promise.reference), must=may):
            promise.said_yes.add(side)
            if agrees:
                promise.state, promise.holds, promise.waits_for = "agreed", False, ""

    @precondition(lambda self: self.book.promises)
    @rule(pick=ANY, committee=st.booleans())
    def accept_later(self, pick: int, committee: bool) -> None:
        """The group accepts on a condition, or asks its committee: from then on the amount is kept."""
        promise = self.one(self.book.promises, pick, where=lambda p: p.state in {"offered", "proposed"})
        may = promise.state in {"offered", "asked", "proposed"} and "group" not in promise.said_yes
        if may and not promise.holds:
            may = promise.pledge.state == "offered" and promise.amount <= self.book.free(promise.pledge)
            may = may and promise.pledge.last_day >= clock.today()
        day, who = clock.today() + timedelta(days=20), self.actor("group", promise)
        if self.attempt(
            lambda: (
                promises.ask_committee(who, promise.reference, by_day=day)
                if committee
                else promises.accept_on_condition(who, promise.reference, condition="If dry", by_day=day)
            ),
            must=may,
        ):
            promise.state, promise.holds = "committee" if committee else "conditional", True
            promise.waits_for = "group"

    @precondition(lambda self: self.book.promises)
    @rule(pick=ANY, back=st.booleans())
    def decline_or_take_back(self, pick: int, back: bool) -> None:
        promise = self.one(self.book.promises, pick, where=lambda p: p.stage in OPEN)
        if back:
            who, state = self.actor(promise.opened_by, promise), "taken_back"
            deed = lambda: promises.take_back(who, promise.reference)  # noqa: E731
        else:
            side = OTHER.get(promise.opened_by, "group")
            who, state = self.actor(side, promise), "declined"
            deed = lambda: promises.decline(who, promise.reference, reason_code="dates")  # noqa: E731
        if self.attempt(deed, must=promise.stage in OPEN):
            self.book.drop(promise, state)

    @precondition(lambda self: self.book.promises)
    @rule(pick=ANY, side=st.sampled_from(["provider", "group"]), minutes=MINUTES)
    def propose_change(self, pick: int, side: str, minutes: int) -> None:
        promise = self.one(self.book.promises, pick, where=lambda p: p.state in RUNNING)
        may = promise.state in RUNNING and promise.change is None and minutes != promise.amount
        may = may and minutes >= self.book.figures(promise)[0]
        new = NewChange(what="amount", amount=minutes, why="More is needed")
        change = self.attempt(
            lambda: promises.propose_change(self.actor(side, promise), promise.reference, new), must=may
        )
        if change:
            promise.change = (change, side, minutes)

    @precondition(lambda self: any(p.change for p in self.book.promises))
    @rule(pick=ANY, answer=st.sampled_from(["agree_change", "agree_change", "decline_change", "take_back_change"]))
    def answer_change(self, pick: int, answer: str) -> None:
        promise = self.one([p for p in self.book.promises if p.change], pick)
        reference, proposed_by, minutes = promise.change
        more = minutes - promise.amount
        side = proposed_by if answer == "take_back_change" else OTHER[proposed_by]
        may: bool | None = promise.stage in RUNNING if answer != "agree_change" else promise.state in RUNNING
        if may and answer == "agree_change":
            may = minutes >= self.book.figures(promise)[0]
            may = may and (more <= 0 or self.fits(promise.pledge, promise.part, more))
        act = getattr(promises, answer)
        if self.attempt(lambda: act(self.actor(side, promise), promise.reference, reference), must=may):
            promise.change = None
            promise.amount = minutes if answer == "agree_change" else promise.amount

    @precondition(lambda self: self.book.promises)
    @rule(
        pick=ANY, how=st.sampled_from(["end_short", "cancel", "complete"]), side=st.sampled_from(["provider", "group"])
    )
    def stop(self, pick: int, how: str, side: str) -> None:
        promise = self.one(self.book.promises, pick, where=lambda p: p.state in RUNNING)
        who, reported = self.actor(side, promise), self.book.figures(promise)[0]
        deed: Callable[[], Any]
        if how == "end_short":
            state, may = "ended_short", promise.stage in RUNNING
            deed = lambda: promises.end_short(who, promise.reference, reason_code="enough")  # noqa: E731
        elif how == "cancel":
            state, may = "cancelled", promise.stage in RUNNING and not reported
            deed = lambda: promises.cancel(who, promise.reference, reason="The hall is closed")  # noqa: E731
        else:
            state, may = "completed", promise.state in RUNNING and reported == promise.amount
            deed = lambda: promises.complete(who, promise.reference)  # noqa: E731
        if self.attempt(deed, must=may):
            self.book.end(promise, state)

    @precondition(lambda self: self.book.promises)
    @rule(pick=ANY, on=st.booleans())
    def hold_or_release(self, pick: int, on: bool) -> None:
        promise = self.one(
            self.book.promises,
            pick,
            where=(lambda p: p.state in OPEN | RUNNING) if on else (lambda p: "council" in p.held_for),
        )
        who = self.world.council.officer
        if on:
            may = promise.stage in OPEN | RUNNING and "council" not in promise.held_for
            if self.attempt(lambda: promises.hold(who, promise.reference, reason="A question"), must=may):
                self._hold(promise, "council")
        elif self.attempt(lambda: promises.release(who, promise.reference), must="council" in promise.held_for):
            self._release(promise, "council")

    def _hold(self, promise: Promise, why: str) -> None:
        if promise.state != "on_hold":
            promise.before_hold, promise.state = promise.state, "on_hold"
        promise.held_for.add(why)

    def _release(self, promise: Promise, why: str) -> None:
        promise.held_for.discard(why)
        if promise.state == "on_hold" and not promise.held_for:
            promise.state, promise.before_hold = promise.before_hold, ""
