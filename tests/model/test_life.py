"""The whole life of help, in any order a machine can think of: pledged, promised, reported, verified, undone.

After every act each stored amount and state is compared with `amounts.Book`, which works them out a second time; what
the book says must go through has to, and what must not has to be refused and leave no trace. At the end of each life
everything that must always be true is checked. Thirty lives of up to thirty acts in the suite, in half a minute of one
processor and always the same ones; LIFE_EXAMPLES and LIFE_STEPS ask for more, and others each time:
`LIFE_EXAMPLES=2000 LIFE_STEPS=50 pytest -n0 tests/model`. With LIFE_SHRINK=1 a life that fails is made short first,
which takes minutes.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule, run_state_machine_as_test

from community_book.base import clock, work
from community_book.base.actor import system
from community_book.base.outbox import Event
from community_book.needs import actions as needs
from cwb.commitments import actions as promises
from cwb.continuity import actions as continuity
from cwb.continuity.rules import Suspension
from cwb.deliveries import actions as deliveries
from cwb.pledges import actions as pledges
from tests.makers_deliveries import decision, new_report, run_clocks
from tests.model.acting import ANY, STILL_ASKED
from tests.model.amounts import ENDED_PLEDGE, OPEN, RUNNING
from tests.model.reporting import Reporting
from tests.model.world import (
    make_world,
    somebody_without_rights,
    stored,
)
from tests.support.databases import ON_SQLITE

EXAMPLES = int(os.environ.get("LIFE_EXAMPLES", "30"))
STEPS = int(os.environ.get("LIFE_STEPS", "30"))


class Life(Reporting):
    """A whole life, with what happens to all at once."""

    # --- what happens to all at once ----------------------------------------------------------------

    @precondition(lambda self: self.book.promises)
    @rule(days=st.sampled_from([1, 5, 16, 40, 90]))
    def time_passes(self, days: int) -> None:
        self._later(days)

    @precondition(lambda self: any(r.state == "reported" for r in self.book.reports))
    @rule()
    def nobody_answers(self) -> None:
        """Asked, asked twice more, and ten working days are over."""
        for days in (8, 5, 5):
            self._later(days)

    def _later(self, days: int) -> None:
        """Some days on, when the site's clocks have run."""
        self.undo.enter_context(clock.held_at(clock.today() + timedelta(days=days)))
        site = system("clock")
        for act in (promises.nudge_unanswered, promises.lapse_unanswered, promises.begin_due):
            act(site)
        run_clocks()
        promises.ask_what_happened(site)
        pledges.expire_pledges(site)
        needs.expire_needs(site)
        self._hear_the_clocks()

    def _hear_the_clocks(self) -> None:
        """Takes over what time brought, where it may have."""
        now = self._stored()
        for promise in self.book.promises:
            state = now.promises[promise.reference][0]
            if promise.state in OPEN and state == "lapsed":
                assert now.answer_by[promise.reference] < clock.today(), "lapsed before its day"
                self.book.drop(promise, "lapsed")
            elif promise.state == "agreed" and state in {"under_way", "completed"}:
                promise.state = "under_way"
        for report in self.book.reports:
            if report.state == "reported" and now.reports[report.reference][0] == "unanswered":
                self.book.change_state(report, "unanswered", report.whole)
        for pledge in self.book.pledges:
            if pledge.state in {"offered", "paused"} and now.pledges[pledge.id][0] == "expired":
                assert pledge.last_day < clock.today(), "expired before its last day"
                pledge.state = "expired"

    @precondition(
        lambda self: any(
            p.stage in OPEN and (p.part.need_state not in STILL_ASKED or p.pledge.state in ENDED_PLEDGE)
            for p in self.book.promises
        )
    )
    @rule()
    def the_worker_comes_round(self) -> None:
        """What was open on a need or a pledge that has ended is let go, as the events say."""
        now = self._stored()
        with work.bookkeeping(system("dispatcher")) as session:
            for part in self.book.parts:
                if part.need_state not in STILL_ASKED:
                    promises.after_need_ended(session, Event("NeedEnded", {"need_id": part.need_id}))
            for pledge in self.book.pledges:
                if pledge.state in ENDED_PLEDGE:
                    promises.after_pledge_ended(session, Event("PledgeEnded", {"pledge_id": pledge.id}))
        after = self._stored()
        for promise in self.book.promises:
            if promise.stage not in OPEN:
                continue
            wanted = now.needs[promise.part.need_id] in STILL_ASKED
            on_offer = promise.pledge.state == "offered" and promise.pledge.last_day >= clock.today()
            if after.promises[promise.reference][0] == "lapsed":
                assert not wanted or (not on_offer and not promise.holds), "let go, though both sides still want it"
                self.book.drop(promise, "lapsed")

    @precondition(lambda self: len(self.book.reports) > 2 and not self.closed_groups)
    @rule(group=st.integers(0, 1))
    def close_group(self, group: int) -> None:
        reference = self.world.groups[group].organisation.reference
        self.attempt(
            lambda: continuity.close_group(self.world.council.officer, reference, "They moved away"), must=True
        )
        self.closed_groups.add(group)
        for promise in self.book.promises:
            if promise.part.group == group and promise.stage in OPEN:
                self.book.drop(promise, "lapsed")
            elif promise.part.group == group and promise.stage in RUNNING:
                self.book.end(promise, "ended_short")

    @precondition(lambda self: self.is_suspended or len(self.book.promises) > 3)
    @rule()
    def suspend_or_lift(self) -> None:
        """For safety: what is open lapses, what is agreed is on hold, pledges are paused; and back again."""
        reference, who = self.world.provider.organisation.reference, self.world.council.officer
        if self.is_suspended:
            self.attempt(lambda: continuity.lift_provider(who, reference), must=True)
            for promise in self.book.promises:
                self._release(promise, "suspended")
            for pledge in self.book.pledges:
                if pledge.state == "paused" and pledge.by_council and pledge.last_day >= clock.today():
                    pledge.state, pledge.by_council = "offered", False
        else:
            new = Suspension("safety", "A concern was raised")
            self.attempt(lambda: continuity.suspend_provider(who, reference, new), must=True)
            for promise in self.book.promises:
                if promise.stage in OPEN:
                    self.book.drop(promise, "lapsed")
                elif promise.stage in RUNNING:
                    self._hold(promise, "suspended")
            for pledge in self.book.pledges:
                if pledge.state == "offered":
                    pledge.state, pledge.by_council = "paused", True
        self.is_suspended = not self.is_suspended

    @precondition(lambda self: not self.is_suspended and len(self.book.promises) > 1)
    @rule(group=st.sampled_from([None, 0, 1]))
    def done_and_undone(self, group: int | None) -> None:
        """Suspended, or a group closed, and undone at once: the book does not change.

        What was not agreed may not be offered again, where a side has not got it any more.
        """
        if group in self.closed_groups:
            return
        who = self.world.council.officer
        if group is None:
            reference, new = self.world.provider.organisation.reference, Suspension("safety", "A mistake")
            undertaking = self.attempt(lambda: continuity.suspend_provider(who, reference, new), must=True)
        else:
            reference = self.world.groups[group].organisation.reference
            undertaking = self.attempt(lambda: continuity.close_group(who, reference, "A mistake"), must=True)
        self.attempt(lambda: continuity.undo(who, undertaking), must=True)
        now = self._stored()
        for promise in self.book.promises:
            if promise.stage in OPEN and now.promises[promise.reference][0] == "lapsed":
                wanted = promise.part.need_state in STILL_ASKED and promise.amount <= self.book.wanted(promise.part)
                on_offer = promise.pledge.state == "offered" and promise.pledge.last_day >= clock.today()
                assert not (wanted and on_offer), "not put back, though both sides still have it"
                self.book.drop(promise, "lapsed")

    @precondition(lambda self: self.book.promises)
    @rule(pick=ANY, act=st.sampled_from(["accept", "end_short", "report", "confirm", "decide", "reverse", "cut"]))
    def somebody_else_tries(self, pick: int, act: str) -> None:
        """An auditor, who may look at everything, can do none of it; nor does the provider confirm or verify."""
        auditor, promise = somebody_without_rights(self.world), self.one(self.book.promises, pick)
        report = self.one(self.book.reports, pick) if self.book.reports else None
        provider = self.world.provider.actor
        deeds: dict[str, Callable[[], Any]] = {
            "accept": lambda: promises.accept(auditor, promise.reference),
            "end_short": lambda: promises.end_short(auditor, promise.reference, reason_code="enough"),
            "report": lambda: deliveries.report(auditor, promise.reference, new_report(amount=5)),
            "cut": lambda: pledges.cut_pledge(auditor, promise.pledge.reference, 1, "Less") or True,
        }
        if report is not None:
            deeds |= {
                "confirm": lambda: deliveries.confirm(provider, report.reference),
                "decide": lambda: deliveries.decide(provider, report.reference, decision("verify")),
                "reverse": lambda: deliveries.reverse(provider, report.reference, reason="So"),
            }
        if act in deeds:
            self.attempt(deeds[act], must=False)

    # --- after every act ----------------------------------------------------------------------------

    def _stored(self) -> Any:
        return stored([pledge.id for pledge in self.book.pledges])

    @invariant()
    def everything_adds_up(self) -> None:
        book, now = self.book, self._stored()
        book.follow(clock.today())
        for promise in book.promises:
            expected = (promise.state, promise.amount, *book.figures(promise), promise.holds)
            assert now.promises[promise.reference] == expected
        for report in book.reports:
            assert now.reports[report.reference] == (report.state, *report.figures)
        for pledge in book.pledges:
            committed = book.committed(pledge)
            assert now.pledges[pledge.id] == (pledge.state, pledge.amount, book.held(pledge), committed)
            assert now.ledger[pledge.id] == (pledge.amount, committed, *book.figures(pledge))
            assert book.held(pledge) + committed <= pledge.amount
        for part in book.parts:
            part.need_state = now.needs[part.need_id]
            assert now.parts[part.id] == (part.amount, book.committed(part), book.met(part))
            assert book.committed(part) <= part.amount


@ON_SQLITE
def test_whatever_people_do_in_whatever_order_every_amount_is_what_it_should_be(app):
    world = make_world()
    run_state_machine_as_test(
        type("LifeHere", (Life,), {"world": world}),
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            derandomize="LIFE_EXAMPLES" not in os.environ,  # in the suite the same lives each time
            phases=[Phase.generate, *([Phase.shrink] if "LIFE_SHRINK" in os.environ else [])],
            suppress_health_check=list(HealthCheck),
            print_blob=False,
        ),
    )
