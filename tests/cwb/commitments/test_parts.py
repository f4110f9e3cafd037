"""Offers and promises on a need that asks for several things: any of these, or all of these."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from community_book.base import dispatcher, work
from community_book.base.amounts import Kind
from community_book.needs import actions as needs
from community_book.needs import queries as need_queries
from community_book.needs.rules import NeedState
from community_book.needs.views import NeedView
from cwb.commitments import actions, queries
from cwb.commitments.actions import NewCommitment
from cwb.commitments.rules import CommitmentState
from cwb.commitments.saying import say_reason
from tests.makers_commitments import row_of
from tests.makers_needs import ListedGroup, make_listed_group, make_need_of_several, new_part
from tests.makers_pledges import MadePledge, Provider, make_admitted_provider, make_pledge, pledge_row

ADVICE, MONEY = new_part(Kind.ADVICE, amount=720), new_part(Kind.MONEY, amount=50_000)


class Several(NamedTuple):
    """A group's need of two parts, and a provider with a pledge for each."""

    group: ListedGroup
    reference: str
    parts: list[int]
    adviser: Provider
    advice: MadePledge
    giver: Provider
    money: MadePledge

    def offer_advice(self, amount: int) -> str:
        return actions.offer(self.adviser.actor, NewCommitment(self.advice.id, self.parts[0], amount=amount))

    def offer_money(self, amount: int) -> str:
        return actions.offer(self.giver.actor, NewCommitment(self.money.id, self.parts[1], amount=amount))

    def need(self) -> NeedView:
        with work.reading() as reading:
            return need_queries.need(reading, self.group.lead, self.reference)


def several(combine: str) -> Several:
    adviser, giver = make_admitted_provider("Linden"), make_admitted_provider("Harbourway")
    group = make_listed_group("The lunch club")
    reference, parts = make_need_of_several(group.lead, combine, ADVICE, MONEY)
    return Several(
        group, reference, parts, adviser, make_pledge(adviser.actor, "PO7"), giver, make_pledge(giver.actor, "FP1")
    )


@pytest.fixture
def any_of(app: Any) -> Several:
    return several("any")


def test_agreeing_one_in_full_lets_the_offers_on_the_others_go(any_of: Several) -> None:
    first, second = any_of.offer_advice(720), any_of.offer_money(10_000)
    assert pledge_row(any_of.money.reference).held == 10_000
    actions.accept(any_of.group.lead, first)
    dispatcher.dispatch_all()
    assert any_of.need().state is NeedState.PROMISED
    assert row_of(second).state == CommitmentState.LAPSED
    assert pledge_row(any_of.money.reference).held == 0
    with work.reading() as reading:
        reason = say_reason(queries.commitment(reading, any_of.giver.actor, second))
    assert "no longer asks for this" in str(reason)


def test_agreeing_one_in_part_asks_the_group_and_leaves_the_offers(any_of: Several) -> None:
    first, second = any_of.offer_advice(360), any_of.offer_money(10_000)
    actions.accept(any_of.group.lead, first)
    dispatcher.dispatch_all()
    found = any_of.need()
    assert (found.state, found.asked_which) == (NeedState.OPEN, True)
    assert row_of(second).state == CommitmentState.OFFERED
    needs.keep_one_part(any_of.group.lead, any_of.reference, any_of.parts[0])
    dispatcher.dispatch_all()
    assert row_of(second).state == CommitmentState.LAPSED
    assert pledge_row(any_of.money.reference).held == 0


def test_going_on_asking_keeps_every_offer(any_of: Several) -> None:
    first, second = any_of.offer_advice(360), any_of.offer_money(10_000)
    actions.accept(any_of.group.lead, first)
    needs.keep_asking(any_of.group.lead, any_of.reference)
    dispatcher.dispatch_all()
    actions.accept(any_of.group.lead, second)
    assert [part.committed for part in any_of.need().parts] == [360, 10_000]


def test_what_is_agreed_goes_on_when_another_is_agreed_in_full(any_of: Several) -> None:
    first, second = any_of.offer_advice(360), any_of.offer_money(50_000)
    for reference in (first, second):
        actions.accept(any_of.group.lead, reference)
    dispatcher.dispatch_all()
    found = any_of.need()
    assert (found.state, [part.closed for part in found.parts]) == (NeedState.PROMISED, [True, False])
    assert row_of(first).state == CommitmentState.AGREED


def test_of_all_each_is_asked_for_until_it_is_promised(app: Any) -> None:
    all_of = several("all")
    first, second = all_of.offer_advice(720), all_of.offer_money(10_000)
    actions.accept(all_of.group.lead, first)
    dispatcher.dispatch_all()
    assert all_of.need().state is NeedState.OPEN
    assert row_of(second).state == CommitmentState.OFFERED
    needs.drop_part(all_of.group.lead, all_of.reference, 2)
    dispatcher.dispatch_all()
    assert row_of(second).state == CommitmentState.LAPSED
    assert all_of.need().state is NeedState.PROMISED


def test_a_need_taken_back_in_part_lets_its_open_offers_go(any_of: Several) -> None:
    first, second = any_of.offer_advice(360), any_of.offer_money(10_000)
    actions.accept(any_of.group.lead, first)
    needs.withdraw_need(any_of.group.lead, any_of.reference)
    dispatcher.dispatch_all()
    assert row_of(second).state == CommitmentState.LAPSED
    assert row_of(first).state == CommitmentState.AGREED
