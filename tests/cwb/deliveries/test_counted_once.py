"""The same thing counts under one measure: what may stand under two is pointed out, and the other report with it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from community_book.base.clock import today
from cwb.deliveries.rules import Flag
from tests.cwb.deliveries.conftest import text
from tests.makers_deliveries import Made, S, make_council, make_own_delivery, row_of
from tests.makers_pledges import Provider, make_admitted_provider


@pytest.fixture
def provider(app) -> Provider:
    return make_admitted_provider("Linden Care")


def spent(provider: Provider, measure: str, *, days_ago: int = 0, state: S = S.REPORTED, **fields: Any) -> Made:
    day = today() - timedelta(days=days_ago)
    given = {"happened_on": day, "amount": 400_00, **fields}
    return make_own_delivery(state, measure=measure, provider=provider, **given)


@pytest.mark.parametrize(("first", "second"), [("PP1", "PP2"), ("PP2", "PP1"), ("PP1", "PP3"), ("PP3", "PP2")])
def test_spending_that_may_stand_under_two_measures_is_flagged_whichever_comes_second(
    provider, first: str, second: str
) -> None:
    one, other = spent(provider, first), spent(provider, second, amount=90_00)
    assert Flag.MAY_STACK not in row_of(one.reference).flags
    assert Flag.MAY_STACK in row_of(other.reference).flags


def test_other_days_other_providers_other_measures_and_what_counts_nothing_are_not_flagged(provider) -> None:
    spent(provider, "PP1", days_ago=1)
    spent(make_admitted_provider(), "PP1")
    spent(provider, "PP1", state=S.WITHDRAWN)
    spent(provider, "FP5")
    assert Flag.MAY_STACK not in row_of(spent(provider, "PP2").reference).flags


def test_a_verifier_reads_why_and_is_led_to_the_other_report(provider, browser) -> None:
    one, other = spent(provider, "PP1"), spent(provider, "PP2")
    page = text(browser(make_council().verifier).get(f"/deliveries/{other.reference}/verify"))
    assert "counts under one of them only" in page
    assert "under PP1, not counted with this" in page
    assert f"/deliveries/{one.reference}" in page


def test_the_page_of_pillars_says_what_is_not_counted_twice(provider, app) -> None:
    page = text(app.test_client().get("/pillars"))
    assert "The same thing is not counted under PP1, PP2 too." in page
