"""Acts about what happened: reports, the other side's word, the council's decisions, appeals, reversals."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from cwb.deliveries import actions as deliveries
from cwb.deliveries.rules import Answer
from tests.makers_deliveries import decision, new_report
from tests.model.acting import ANY, MINUTES, OTHER, OUTCOME, READY
from tests.model.amounts import ENDED_PLEDGE, RUNNING, Report
from tests.model.promising import Promising
from tests.model.world import (
    TWO_VERIFIERS_ABOVE,
)


class Reporting(Promising):
    """Everything from a report on."""

    # --- reports ------------------------------------------------------------------------------------

    @precondition(lambda self: any(p.stage in RUNNING for p in self.book.promises))
    @rule(pick=ANY, side=st.sampled_from(["provider", "provider", "group"]), minutes=MINUTES)
    def report(self, pick: int, side: str, minutes: int) -> None:
        promise = self.one(self.book.promises, pick, where=lambda p: p.stage in RUNNING)
        counts = min(minutes, max(0, self.book.left(promise)))
        new = new_report(amount=minutes)
        reference = self.attempt(
            lambda: deliveries.report(self.actor(side, promise), promise.reference, new), must=promise.stage in RUNNING
        )
        if reference:
            state, word = ("confirmed", counts) if side == "group" else ("reported", None)
            self.book.reports.append(Report(reference, promise, side, counts, state, word, minutes - counts))
            if promise.state == "agreed":
                promise.state = "under_way"

    @precondition(lambda self: self.book.reports)
    @rule(pick=ANY, minutes=MINUTES)
    def confirm(self, pick: int, minutes: int) -> None:
        """In full, or where fewer minutes are said than stand, in part."""
        report = self.one(self.book.reports, pick, where=lambda r: r.state in {"reported", "unanswered"})
        part = minutes < report.whole
        who, may = self.actor("group", report.promise), report.state in {"reported", "unanswered"}
        if self.attempt(
            lambda: (
                deliveries.confirm_in_part(who, report.reference, Answer(amount=minutes, reason="Some left"))
                if part
                else deliveries.confirm(who, report.reference)
            ),
            must=may,
        ):
            whole = minutes if part else report.whole
            report.word = whole
            self.book.change_state(report, "confirmed_in_part" if part else "confirmed", whole)

    @precondition(lambda self: self.book.reports)
    @rule(pick=ANY)
    def query(self, pick: int) -> None:
        report = self.one(self.book.reports, pick, where=lambda r: r.state in {"reported", "confirmed"})
        who = self.actor(OTHER[report.side], report.promise)
        mine = {"reported", "unanswered"} if report.side == "provider" else set()
        must = (
            True if report.state in mine else None if report.side == "group" and report.state == "confirmed" else False
        )
        if self.attempt(lambda: deliveries.query(who, report.reference, Answer(reason="Another day")), must=must):
            if report.side == "provider":
                report.word = None
            self.book.change_state(report, "queried", report.whole)

    @precondition(lambda self: any(r.state == "queried" for r in self.book.reports))
    @rule(pick=ANY, how=st.sampled_from(["amend", "uphold", "not_uphold"]), minutes=MINUTES)
    def answer_query(self, pick: int, how: str, minutes: int) -> None:
        report = self.one(self.book.reports, pick, where=lambda r: r.state == "queried")
        promise, must = report.promise, report.state == "queried"
        if how == "amend":
            room = report.whole + (self.book.left(promise) if promise.stage in RUNNING else 0)
            who, new = self.actor(report.side, promise), new_report(amount=minutes)
            if self.attempt(lambda: deliveries.amend(who, report.reference, new), must=must):
                counts = min(minutes, room)
                report.surplus = minutes - counts
                report.word = counts if report.side == "group" else None
                self.book.change_state(report, "confirmed" if report.side == "group" else "reported", counts)
        else:
            deed = getattr(deliveries, how)
            if self.attempt(lambda: deed(self.world.council.verifier, report.reference, reason="Seen"), must=must):
                self.book.change_state(report, "upheld" if how == "uphold" else "not_upheld", report.whole)

    @precondition(lambda self: self.book.reports)
    @rule(pick=ANY)
    def add_surplus(self, pick: int) -> None:
        """The other side agrees that what went beyond the promise is added to it."""
        report = self.one(self.book.reports, pick, where=lambda r: r.surplus and r.state in {"reported", "confirmed"})
        promise, more = report.promise, report.surplus
        may = bool(more) and report.state in {"reported", "confirmed", "unanswered"} and promise.state in RUNNING
        may = may and self.fits(promise.pledge, promise.part, more)
        who = self.actor(OTHER[report.side], promise)
        if self.attempt(lambda: deliveries.add_surplus(who, report.reference), must=may):
            promise.amount += more
            report.whole, report.surplus = report.whole + more, 0
            report.word = None if report.word is None else report.word + more

    @precondition(lambda self: self.book.reports)
    @rule(pick=ANY)
    def withdraw_report(self, pick: int) -> None:
        may_be = {"reported", "queried"} | READY
        report = self.one(self.book.reports, pick, where=lambda r: r.state in may_be)
        who = self.actor(report.side, report.promise)
        if self.attempt(
            lambda: deliveries.withdraw(who, report.reference, reason="A mistake"), must=report.state in may_be
        ):
            self.book.change_state(report, "withdrawn", report.whole)

    # --- the council's word -------------------------------------------------------------------------

    @precondition(lambda self: any(r.state in READY | {"first_decision", "differ"} for r in self.book.reports))
    @rule(pick=ANY, act=st.sampled_from(["verify", "verify", "verify_in_part", "reject"]), minutes=MINUTES)
    def decide(self, pick: int, act: str, minutes: int) -> None:
        report = self.one(self.book.reports, pick, where=lambda r: r.state in READY | {"first_decision", "differ"})
        state, whole = report.state, report.whole
        if act == "verify_in_part":
            minutes = max(1, min(minutes, whole - 1))
        may = state in READY | {"first_decision", "differ"} and whole > 0 and (act != "verify_in_part" or whole > 1)
        accepted = {"verify": whole, "verify_in_part": minutes, "reject": 0}[act]
        council = self.world.council
        who = {"first_decision": council.second, "differ": council.outside}.get(state, council.verifier)
        said = decision(act, amount=minutes) if act == "verify_in_part" else decision(act)
        if not self.attempt(lambda: deliveries.decide(who, report.reference, said), must=may):
            return
        if state in READY and whole > TWO_VERIFIERS_ABOVE:
            report.first = (act, accepted)
            self.book.change_state(report, "first_decision", whole)
        elif state == "first_decision" and report.first != (act, accepted):
            self.book.change_state(report, "differ", whole)
        else:
            report.before_decision = whole if report.before_decision is None else report.before_decision
            self.book.change_state(report, OUTCOME[act], accepted if act != "reject" else whole)

    @precondition(lambda self: any(r.state in {"rejected", "verified_in_part", "appealed"} for r in self.book.reports))
    @rule(pick=ANY, act=st.sampled_from(["verify", "verify_in_part", "reject"]), minutes=MINUTES)
    def appeal_or_decide_it(self, pick: int, act: str, minutes: int) -> None:
        report = self.one(
            self.book.reports, pick, where=lambda r: r.state in {"rejected", "verified_in_part", "appealed"}
        )
        if report.state != "appealed":
            who = self.actor("provider", report.promise)
            may = report.state in {"rejected", "verified_in_part"} and not report.appealed
            if self.attempt(lambda: deliveries.appeal(who, report.reference, reason="There is a list"), must=may):
                report.before_appeal, report.state, report.appealed = report.state, "appealed", True
            return
        whole = report.before_decision or 0
        minutes = max(1, min(minutes, whole - 1))
        accepted = {"verify": whole, "verify_in_part": minutes, "reject": 0}[act]
        promise, more = report.promise, accepted - report.figures[0]
        if promise.stage in RUNNING:
            room = more <= self.book.left(promise)
        else:
            has_ended = promise.pledge.state in ENDED_PLEDGE
            room = (has_ended or more <= self.book.free(promise.pledge)) and more <= self.book.wanted(promise.part)
        may = (room or more <= 0) and (act != "verify_in_part" or whole > 1)
        said = decision(act, amount=minutes) if act == "verify_in_part" else decision(act)
        if self.attempt(lambda: deliveries.decide_appeal(self.world.council.third, report.reference, said), must=may):
            self.book.change_state(report, OUTCOME[act], accepted if act != "reject" else whole)

    @precondition(lambda self: any(r.state in {"verified", "verified_in_part"} for r in self.book.reports))
    @rule(pick=ANY)
    def reverse(self, pick: int) -> None:
        report = self.one(self.book.reports, pick, where=lambda r: r.state in {"verified", "verified_in_part"})
        may = report.state in {"verified", "verified_in_part"}
        who = self.world.council.third
        if self.attempt(lambda: deliveries.reverse(who, report.reference, reason="Another group"), must=may):
            self.book.change_state(report, "reversed", report.whole)
