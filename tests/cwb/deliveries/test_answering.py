"""What a group says to a report, and what counts then."""

from __future__ import annotations

import pytest

from cwb.deliveries.rules import DeliveryState
from tests.makers_commitments import terms_of
from tests.makers_deliveries import booked, make_delivery, row_of

S = DeliveryState


@pytest.mark.parametrize("state", [state for state in S if state is not S.REPORTED])
def test_every_state_is_reached_by_acts(app, state):
    made = make_delivery(state)
    row = row_of(made.reference)
    assert row.state == state
    assert booked(made.reference) == (row.amount, row.confirmed, row.verified)
    terms = terms_of(made.commitment)
    assert (terms.reported, terms.confirmed, terms.verified) == (row.amount, row.confirmed, row.verified)
