"""Races over HTTP: many people do at once what only one of them may have done.

Tried, and what must hold:
- the last hour of a pledge, and the last date of a minibus: one is agreed, the others are told, nothing is over-drawn;
- one delivery verified by two verifiers: one decision counts, the amount once;
- a verified delivery reversed by many: taken out once;
- the same file sent with two reports: stored once, and at least one of the reports is flagged;
- the same form sent many times: one record, everybody is led to it;
- an invitation accepted twice: one membership;
- a pledge withdrawn while its last hours are agreed: what is pledged is what is held and committed;
- two leads who end each other's membership: one is left (this and the next: `people_races`);
- a person erased while they write: nothing is half done, and who is erased has no name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from tools.benching.figures import percentile
from tools.benching.visitor import Answer, Visitor
from tools.torturing.clients import KEPT, Sending, all_at_once, form_to
from tools.torturing.site import Site
from tools.torturing.town import Findings, Town

if TYPE_CHECKING:
    from community_book.base.actor import Actor

CLIENTS = 64
TOLD = {403, 409, 422}
"""Answers that say why not; 503 asks to send it again, which everybody here does."""
AGAIN = 20


def tried_again(sending: Sending) -> Answer | None:
    """Sends a form until the site is not busy, as a person would who is asked to."""
    return again_while_busy(sending.send)


def again_while_busy(send: Callable[[], Answer]) -> Answer:
    """The first answer that is not "busy, send it again"; the last one where all are."""
    answer = send()
    for _ in range(AGAIN):
        if answer.status != 503:
            break
        answer = send()
    return answer


def told(answers: Sequence[Answer | None]) -> Counter[int]:
    """How often each status came; 0 where none did."""
    return Counter(answer.status if answer else 0 for answer in answers)


class Races:
    """The town's races, each so many rounds."""

    def __init__(self, town: Town, site: Site, findings: Findings, rounds: int) -> None:
        self.town, self.site, self.findings, self.rounds = town, site, findings, rounds
        self._cookies: dict[int, dict[str, str]] = {}

    def browser(self, actor: Actor) -> Visitor:
        """A new browser of somebody, who is signed in once."""
        key = actor.person_id or 0
        if key not in self._cookies:
            self._cookies[key] = self.town.cookies(actor)
        return self.town.browser(self.site, actor, self._cookies[key])

    def run(self, name: str, one_round: Callable[[], str], rounds: int | None = None) -> None:
        """So many rounds of a race; `one_round` says what was wrong, or nothing."""
        number = rounds or self.rounds
        wrong = []
        for place in range(number):
            try:
                said = one_round()
            except LookupError as why:
                said = str(why)
            if said:
                wrong.append(f"round {place + 1}: {said}")
        self.findings.say(not wrong, f"{name}, {number} rounds", wrong[0] if wrong else "as it must be each time")

    # --- the last hour and the last date ------------------------------------------------------------

    def last_unit(self, rounds: int) -> None:
        """64 clients press "accept" for 64 requests of which one can be had."""
        from community_book.base.amounts import Kind
        from cwb.commitments import actions
        from cwb.commitments.actions import NewCommitment
        from cwb.pledges.actions import add_to_pledge
        from tests.makers_needs import make_listed_group, make_need
        from tests.makers_pledges import make_admitted_provider, make_pledge

        provider = make_admitted_provider()
        pledge = make_pledge(provider.actor, "PO7", amount=60)
        zones = provider.framework.zone_ids[:1]
        asked = []
        for _ in range(CLIENTS + rounds - 1):
            group = make_listed_group(zones=zones)
            need = make_need(group.lead, kind=Kind.ADVICE, amount=60)
            asked.append(actions.ask(group.lead, NewCommitment(pledge.id, need.part_id, amount=60)))
        self._last(provider.actor, pledge.id, asked, rounds, "the last hour of a pledge", 60,
                   lambda: add_to_pledge(provider.actor, pledge.reference, 60))  # fmt: skip

    def last_date(self, rounds: int) -> None:
        """The same for one Tuesday of one minibus."""
        from community_book.base.amounts import Kind
        from cwb.commitments import actions, rules
        from cwb.commitments.actions import NewCommitment
        from tests.makers_commitments import Pair, fit_of, tuesdays
        from tests.makers_needs import make_listed_group, make_need
        from tests.makers_pledges import make_admitted_provider, make_pledge

        provider = make_admitted_provider()
        days = tuesdays(rounds)
        pledge = make_pledge(provider.actor, "LA3", last_day=days[-1][0] + timedelta(days=1))
        zones = provider.framework.zone_ids[:1]
        wrong: list[str] = []
        seconds: list[float] = []
        for day in days:
            asked = []
            for _ in range(CLIENTS):
                group = make_listed_group(zones=zones)
                need = make_need(
                    group.lead, kind=Kind.VEHICLE, amount=None, sessions=[day], has_licence=True, has_permit=True
                )
                pair = Pair(provider, pledge, group, need, provider.actor)
                keys = tuple(rules.key_of(one) for one in fit_of(pair).common)
                asked.append(actions.ask(group.lead, NewCommitment(pledge.id, need.part_id, session_keys=keys)))
            answers = self._accept_all(provider.actor, asked)
            seconds += [answer.seconds for answer in answers if answer]
            wrong += self._one_won(answers, asked)
        booked = self.town.ask(
            "SELECT committed, at_once, held FROM pledge_sessions WHERE pledge_id = :id AND committed > 0", id=pledge.id
        )
        if any(row[0] > row[1] for row in booked) or len(booked) != rounds:
            wrong.append(f"sessions: {booked}")
        self._said("the last date of a minibus", rounds, wrong, seconds)

    def _last(self, actor: Actor, pledge_id: int, asked: list[str], rounds: int, name: str, unit: int,
              one_more: Callable[[], Any]) -> None:  # fmt: skip
        wrong: list[str] = []
        seconds: list[float] = []
        for place in range(rounds):
            here = asked[:CLIENTS]
            answers = self._accept_all(actor, here)
            seconds += [answer.seconds for answer in answers if answer]
            wrong += [f"round {place + 1}: {said}" for said in self._one_won(answers, here)]
            ((amount, held, committed),) = self.town.ask(
                "SELECT amount, held, committed FROM pledges WHERE id = :id", id=pledge_id
            )
            if (committed, held) != (unit * (place + 1), 0) or amount != committed:
                wrong.append(f"round {place + 1}: pledged {amount}, held {held}, committed {committed}")
            won = [
                reference for answer, reference in zip(answers, here, strict=True) if answer and answer.status == KEPT
            ]
            asked = [reference for reference in asked if reference not in won]
            if place + 1 < rounds:
                one_more()
        self._said(name, rounds, wrong, seconds)

    def _said(self, name: str, rounds: int, wrong: list[str], seconds: list[float]) -> None:
        p99 = f"one winner each time, p99 {percentile(seconds, 0.99):.2f} s" if seconds else "nobody was answered"
        found = "; ".join(wrong[:3]) if wrong else p99
        self.findings.say(not wrong and bool(seconds), f"{name}, {CLIENTS} clients, {rounds} rounds", found)

    def _accept_all(self, actor: Actor, asked: Sequence[str]) -> list[Answer | None]:
        """Everybody's form is open before anybody sends."""
        browsers = [self.browser(actor) for _ in asked]
        page = browsers[0].get(f"/promises/{asked[0]}")
        form = form_to(page, "/accept")
        sendings = []
        for browser, reference in zip(browsers, asked, strict=True):
            own = type(form)(f"/promises/{reference}/accept", list(form.fields), form.choices, is_post=True)
            sendings.append(Sending(browser, own, {}))
        answers = all_at_once([partial(tried_again, one) for one in sendings])
        for browser in browsers:
            browser.close()
        return answers

    def _one_won(self, answers: Sequence[Answer | None], asked: Sequence[str]) -> list[str]:
        found = told(answers)
        others = {status: count for status, count in found.items() if status not in TOLD | {KEPT}}
        wrong = []
        if found[KEPT] != 1 or others:
            first = next((a.said for a in answers if a and a.status not in TOLD | {KEPT}), "")
            wrong.append(f"answers {dict(found)} {first}")
        mute = [a.path for a in answers if a and a.status in TOLD and len(a.said) < 20]
        if mute:
            wrong.append(f"{len(mute)} were refused without a sentence")
        agreed = self.town.ask(
            f"SELECT count(*) FROM commitments WHERE state = 'agreed' AND reference IN ({', '.join(map(repr, asked))})"  # noqa: S608 - our own references
        )[0][0]
        if agreed != 1:
            wrong.append(f"{agreed} were agreed")
        return wrong

    # --- decisions ----------------------------------------------------------------------------------

    def double_verify(self) -> None:
        from cwb.deliveries.rules import DeliveryState
        from tests.makers_commitments import make_commitment, make_pair
        from tests.makers_deliveries import booked, make_council, make_delivery

        council, pair = make_council(), make_pair(amount=40 * 60)
        commitment = make_commitment(pair)

        def one_round() -> str:
            made = make_delivery(DeliveryState.CONFIRMED, pair=pair, commitment=commitment, council=council, amount=3)
            forms = []
            for verifier in (council.verifier, council.second) * 4:
                browser = self.browser(verifier)
                form = form_to(browser.get(f"/deliveries/{made.reference}/verify"), "/verify")
                forms.append(Sending(browser, form, {"act": "verify", "basis": "word", "reason": "The group says so."}))
            found = told(all_at_once([partial(tried_again, one) for one in forms]))
            if found[KEPT] != 1 or found.keys() - TOLD - {KEPT} or booked(made.reference) != (3, 3, 3):
                return f"answers {dict(found)}, booked {booked(made.reference)}"
            return ""

        self.run("one delivery verified by two verifiers, 8 at once", one_round)

    def reverse(self) -> None:
        from cwb.deliveries.rules import DeliveryState
        from tests.makers_commitments import make_commitment, make_pair
        from tests.makers_deliveries import booked, make_council, make_delivery

        council, pair = make_council(), make_pair(amount=40 * 60)
        commitment = make_commitment(pair)

        def one_round() -> str:
            made = make_delivery(DeliveryState.VERIFIED, pair=pair, commitment=commitment, council=council, amount=3)
            sendings = []
            for _ in range(8):
                browser = self.browser(council.second)
                form = form_to(browser.get(f"/deliveries/{made.reference}/reverse"), "/reverse")
                sendings.append(Sending(browser, form, {"reason": "It was another group."}))
            found = told(all_at_once([partial(tried_again, one) for one in sendings]))
            if found[KEPT] != 1 or found.keys() - TOLD - {KEPT} or booked(made.reference) != (0, 0, 0):
                return f"answers {dict(found)}, booked {booked(made.reference)}"
            return ""

        self.run("a verified delivery reversed 8 times at once", one_round)

    def same_form(self) -> None:
        from tests.makers_commitments import make_commitment, make_pair

        pair = make_pair()
        commitment = make_commitment(pair)

        def one_round() -> str:
            first = self.browser(pair.asking)
            form = form_to(first.get(f"/promises/{commitment}"), "/messages")
            (before,) = self.town.ask("SELECT count(*) FROM commitment_messages")[0]
            fields = form.filled(text="We shall be there at ten.")
            browsers = [self.browser(pair.asking) for _ in range(8)]

            sendings = [partial(again_while_busy, partial(one.post, form.action, fields)) for one in browsers]
            found = told(all_at_once(sendings))
            (after,) = self.town.ask("SELECT count(*) FROM commitment_messages")[0]
            return (
                "" if found == {KEPT: 8} and after == before + 1 else f"answers {dict(found)}, {after - before} records"
            )

        self.run("the same form sent 8 times at once", one_round)

    def withdraw_and_agree(self) -> None:
        from cwb.commitments.rules import CommitmentState
        from tests.makers_commitments import make_commitment, make_pair
        from tests.makers_pledges import make_admitted_provider

        provider = make_admitted_provider()

        def one_round() -> str:
            pair = make_pair(provider=provider, pledged={"amount": 120}, amount=60)
            reference = make_commitment(pair, CommitmentState.ASKED, amount=60)
            accepting, withdrawing = self.browser(pair.offering), self.browser(pair.offering)
            yes = Sending(accepting, form_to(accepting.get(f"/promises/{reference}"), "/accept"), {})
            page = withdrawing.get(f"/pledges/{pair.pledge.reference}/withdraw")
            no = Sending(withdrawing, form_to(page, "/withdraw"), {"reason": "We move away."})
            found = told(all_at_once([lambda: tried_again(yes), lambda: tried_again(no)]))
            ((state, amount, held, committed),) = self.town.ask(
                "SELECT state, amount, held, committed FROM pledges WHERE id = :id", id=pair.pledge.id
            )
            ((stage,),) = self.town.ask("SELECT state FROM commitments WHERE reference = :r", r=reference)
            right = {"agreed": 60, "asked": 0}.get(stage)
            if (
                state != "withdrawn"
                or held
                or committed != right
                or amount != committed
                or found.keys() - TOLD - {KEPT}
            ):
                return f"answers {dict(found)}; pledge {state} {amount} {held} {committed}, promise {stage}"
            return ""

        self.run("a pledge withdrawn while a request for it is accepted", one_round)
