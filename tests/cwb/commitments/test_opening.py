"""Offering, asking, proposing."""

from __future__ import annotations

from cwb.commitments.rules import CommitmentState
from tests.makers_commitments import (
    make_commitment,
    make_minibus_pair,
    make_pair,
    terms_of,
)
from tests.makers_pledges import pledge_row


def test_an_offer_holds_the_amount_on_the_pledge_and_nothing_on_the_need(app):
    pair = make_pair()
    reference = make_commitment(pair, CommitmentState.OFFERED)
    assert terms_of(reference).amount == 12 * 60
    assert pledge_row(pair.pledge.reference).held == 12 * 60
    assert pledge_row(pair.pledge.reference).committed == 0


def test_an_offer_of_dates_holds_those_dates(app):
    pair = make_minibus_pair(4)
    reference = make_commitment(pair, CommitmentState.OFFERED)
    terms = terms_of(reference)
    assert len(terms.sessions) == 4
    assert terms.amount == 4 * 120
