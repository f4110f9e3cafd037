"""What desks show of promises and reports, and that one tap on them is enough."""

from __future__ import annotations

import re

from cwb.deliveries import queries
from cwb.deliveries.rules import DeliveryState
from tests.cwb.deliveries.conftest import counted, text
from tests.makers import send
from tests.makers_deliveries import make_delivery, row_of

S = DeliveryState


def test_a_group_says_on_its_desk_that_it_happened(app, browser):
    made = make_delivery()
    group = browser(made.asking)
    page = group.get("/desk").get_data(as_text=True)
    assert "Did it happen?" in page
    address = f"/deliveries/{made.reference}/it-happened"
    assert f'action="{address}"' in page
    version = re.search(rf'{address}".*?name="version" value="(\d+)"', page, re.DOTALL)
    assert version is not None
    assert send(group, address, version=version[1]).status_code == 303
    assert row_of(made.reference).state == S.CONFIRMED
    assert "Did it happen?" not in text(group.get("/desk"))


def test_only_the_group_is_asked_and_only_what_it_can_answer(app, browser):
    made = make_delivery(S.QUERIED)
    other = make_delivery()
    assert "Did it happen?" not in text(browser(made.asking).get("/desk"))
    assert "Did it happen?" not in text(browser(other.providing).get("/desk"))


def test_both_sides_see_how_far_a_promise_is_and_where_to_say_what_happened(app, browser):
    made = make_delivery()
    for actor in (made.asking, made.providing):
        page = browser(actor).get("/desk").get_data(as_text=True)
        assert "2 h of 12 h reported" in page
        assert f"/promises/{made.commitment}/what-happened" in page


def test_the_council_sees_the_place_at_a_glance_and_each_number_leads_on(app, browser, reading):
    made = make_delivery(S.CONFIRMED)
    council = browser(made.council.verifier)
    page = council.get("/desk").get_data(as_text=True)
    numbers = re.findall(r'href="([^"]+)"><strong class="cb-glance__number">(\d+)</strong>', page)
    glance = queries.at_a_glance(reading)
    assert [int(number) for _, number in numbers] == [
        glance.open_needs,
        glance.running,
        glance.to_verify,
        glance.verified_this_quarter,
    ]
    assert glance.to_verify == 1
    for address, _ in numbers:
        assert council.get(address).status_code == 200


def test_a_desk_asks_at_most_fifteen_times(app, browser):
    made = make_delivery()
    for actor in (made.asking, made.providing, made.council.verifier):
        somebody = browser(actor)
        with counted() as asked:
            assert somebody.get("/desk").status_code == 200
        assert len(asked) <= 15, asked
