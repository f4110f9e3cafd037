"""The engine alone: what is suggested, how the score is made, that it says why. No database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community_book.base.amounts import KIND_UNITS, Kind, Unit
from community_book.base.messages import Message
from community_book.needs.rules import NeedState
from community_book.needs.views import PartWanted
from cwb.matching.engine import LABELS, MOST, Suggested, Track, suggest
from cwb.matching.engine.words import stem, weigh, words_of
from cwb.pledges.rules import PledgeOffer

DAY = date(2026, 10, 1)
_ids = count(1)


def a_pledge(**fields: Any) -> PledgeOffer:
    usual: dict[str, Any] = {
        "pledge_id": next(_ids),
        "reference": "P-234567",
        "title": "Forty hours of our bookkeeper",
        "story": "She keeps the accounts of two charities.",
        "provider_id": 1,
        "provider_name": "Linden",
        "framework_id": 1,
        "lot_id": None,
        "measure_id": 1,
        "measure_code": "PO7",
        "measure_title": "Expert help",
        "pillar_number": 5,
        "kind": Kind.ADVICE,
        "unit": Unit.MINUTES,
        "item_type": "",
        "subject": "accounts",
        "amount": 2400,
        "held": 0,
        "committed": 0,
        "smallest_useful": 1,
        "first_day": DAY,
        "last_day": DAY + timedelta(days=180),
        "borough_wide": True,
        "online": True,
        "zone_scheme_id": None,
        "zone_ids": frozenset(),
    }
    usual |= fields
    usual.setdefault("left", usual["amount"] - usual["held"] - usual["committed"])
    return PledgeOffer(**usual)


def a_part(**fields: Any) -> PartWanted:
    part_id = next(_ids)
    usual: dict[str, Any] = {
        "part_id": part_id,
        "need_id": part_id,
        "need_reference": "N-234567",
        "need_title": "Our treasurer left",
        "need_story": "We need help to keep our accounts for the charity.",
        "group_id": 100,
        "group_name": "Nine O'Clock Club",
        "state": NeedState.OPEN,
        "kind": Kind.ADVICE,
        "unit": Unit.MINUTES,
        "item_type": "",
        "subject": "accounts",
        "amount": 720,
        "committed": 0,
        "smallest_useful": 1,
        "first_day": DAY,
        "last_day": DAY + timedelta(days=90),
        "place_id": 1,
        "zones": {},
        "easting": None,
        "northing": None,
        "online": False,
        "features": {},
        "conditions": {},
        "team_smallest": None,
        "team_largest": None,
        "visit_minutes": None,
        "hosting_cost_pence": None,
        "sessions": (),
        "posted_on": DAY,
        "group_committed_count": 0,
    }
    usual |= fields
    usual.setdefault("left", None if usual["amount"] is None else usual["amount"] - usual["committed"])
    return PartWanted(**usual)


def only(pledge: PledgeOffer, part: PartWanted, **more: Any) -> Suggested:
    [found] = suggest([pledge], [part], DAY, **more)
    return found


def points(found: Suggested) -> dict[str, int]:
    return {reason.key: reason.points for reason in found.reasons}


def says(found: Suggested, key: str) -> str:
    return next(str(reason.message) for reason in found.reasons if reason.key == key)


def test_the_parts_of_a_score_can_reach_a_thousand_and_each_has_a_name() -> None:
    assert sum(MOST.values()) == 1000
    assert MOST.keys() == LABELS.keys()
    assert tuple(reason.key for reason in only(a_pledge(), a_part()).reasons) == tuple(MOST)


def test_bookkeeper_and_bookkeeping_are_one_word() -> None:
    assert stem("bookkeeper") == stem("bookkeeping")
    assert words_of("The Bookkeeper\u2019s charities") == {"bookkeep": "Bookkeeper", "chariti": "charities"}
    assert words_of("We need help with it, please!") == {}


def test_a_rare_word_tells_more_than_a_common_one() -> None:
    weights = weigh([{"garden", "hoist"}, {"garden"}, {"garden"}])
    assert weights.of("hoist") > weights.of("garden") > 0
    assert weights.of("never seen") >= weights.of("hoist")


def test_words_in_common_are_named_and_count() -> None:
    close, far = a_part(), a_part(need_title="Minutes of meetings", need_story="Somebody to sit with us on Mondays")
    found = suggest([a_pledge()], [close, far], DAY)
    assert [one.part_id for one in found] == [close.part_id, far.part_id]
    assert says(found[0], "words") == "Both speak of: accounts, charity"
    assert points(found[1])["words"] == 0
    assert "no telling word" in says(found[1], "words")


def test_online_help_is_near_to_everybody() -> None:
    assert points(only(a_pledge(), a_part(online=True)))["near"] == MOST["near"]


@pytest.mark.parametrize(
    ("way", "expected", "said"),
    [
        (0, 150, "Less than 1 km away"),
        (500, 150, "Less than 1 km away"),
        (5000, 78, "About 5 km away"),
        (10_000, 0, "About 10 km away"),
        (40_000, 0, "About 40 km away"),
    ],
)
def test_what_is_near_scores_more_and_the_way_is_said_in_whole_kilometres(way: int, expected: int, said: str) -> None:
    found = only(
        a_pledge(easting=350_000, northing=400_000), a_part(easting=350_000 + way, northing=400_000, zones={1: 2})
    )
    assert (points(found)["near"], says(found, "near")) == (expected, said)


def test_without_a_point_the_named_zone_counts_more_than_the_whole_borough() -> None:
    zone = a_pledge(borough_wide=False, zone_scheme_id=1, zone_ids=frozenset({2}), online=False)
    in_zone = points(only(zone, a_part(zones={1: 2})))["near"]
    anywhere = points(only(a_pledge(), a_part(zones={1: 2})))["near"]
    assert in_zone > anywhere > 0


@pytest.mark.parametrize(("days", "expected"), [(7, 100), (14, 100), (98, 50), (182, 0), (400, 0)])
def test_what_runs_out_soon_scores_more(days: int, expected: int) -> None:
    part = a_part(last_day=DAY + timedelta(days=days))
    assert points(only(a_pledge(last_day=DAY + timedelta(days=500)), part))["soon"] == expected


@pytest.mark.parametrize(("amount", "expected"), [(720, 150), (360, 75), (72, 15)])
def test_what_covers_more_scores_more(amount: int, expected: int) -> None:
    assert points(only(a_pledge(amount=amount), a_part()))["covered"] == expected


def test_a_group_that_is_not_sure_is_neither_covered_nor_not() -> None:
    found = only(a_pledge(), a_part(amount=None))
    assert points(found)["covered"] == 75
    assert "not sure" in says(found, "covered")


def test_a_provider_is_judged_by_what_it_kept_and_a_new_one_is_neutral() -> None:
    pledge, part = a_pledge(), a_part()
    by = {share: points(only(pledge, part, tracks={1: Track(3, share)}))["kept"] for share in (0, 5_000, 9_000, 10_000)}
    assert by == {0: 0, 5_000: 50, 9_000: 90, 10_000: 100}
    assert points(only(pledge, part))["kept"] == 50
    assert "90% of what the provider promised before is verified" in says(
        only(pledge, part, tracks={1: Track(3, 9_000)}), "kept"
    )


@pytest.mark.parametrize(("had", "expected"), [(0, 100), (1, 50), (2, 33), (9, 10)])
def test_a_group_that_has_had_little_comes_first(had: int, expected: int) -> None:
    assert points(only(a_pledge(), a_part(group_committed_count=had)))["had"] == expected


def test_something_else_is_only_half_a_subject() -> None:
    given = {"kind": Kind.GOODS, "unit": Unit.ITEMS, "subject": "", "amount": 5}
    exact = only(a_pledge(**given, item_type="laptops"), a_part(**given, item_type="laptops"))
    vague = only(a_pledge(**given, item_type="other"), a_part(**given, item_type="other"))
    assert (points(exact)["subject"], points(vague)["subject"]) == (100, 50)
    land = {"kind": Kind.LAND, "unit": Unit.PLOT_WEEKS, "subject": "", "amount": 26}
    assert points(only(a_pledge(**land), a_part(**land)))["subject"] == 100


def test_what_does_not_fit_is_not_suggested() -> None:
    part = a_part()
    assert suggest([a_pledge(subject="bids")], [part], DAY) == []
    assert suggest([a_pledge(kind=Kind.HANDS)], [part], DAY) == []
    assert suggest([a_pledge(last_day=DAY - timedelta(days=1))], [part], DAY) == []
    assert suggest([a_pledge(amount=0)], [part], DAY) == []
    assert suggest([], [part], DAY) == []


def test_nobody_is_suggested_its_own_pledge() -> None:
    assert suggest([a_pledge(provider_id=100)], [a_part(group_id=100)], DAY) == []


def test_ties_go_to_the_earlier() -> None:
    one, two = a_pledge(), a_pledge()
    part = a_part()
    assert [found.pledge_id for found in suggest([two, one], [part], DAY)] == [one.pledge_id, two.pledge_id]


texts = st.lists(
    st.sampled_from("garden minibus account charity lunch club paint fence laptop bid minutes Tuesday".split()),  # noqa: SIM905
    max_size=8,
).map(" ".join)


@st.composite
def sides(draw: st.DrawFn) -> tuple[list[PledgeOffer], list[PartWanted]]:
    kind = draw(st.sampled_from([Kind.ADVICE, Kind.MONEY, Kind.LAND, Kind.SEATS]))
    unit = KIND_UNITS[kind]
    assert unit is not None
    subject = "accounts" if kind is Kind.ADVICE else ""
    shared = {"kind": kind, "unit": unit, "subject": subject}
    point = st.one_of(st.none(), st.integers(340_000, 360_000))
    pledges = [
        a_pledge(
            **shared,
            pledge_id=number,
            provider_id=draw(st.integers(1, 3)),
            title=draw(texts),
            story=draw(texts),
            amount=draw(st.integers(0, 5000)),
            easting=(where := draw(point)),
            northing=where,
            last_day=DAY + timedelta(days=draw(st.integers(0, 400))),
        )
        for number in range(1, draw(st.integers(1, 4)) + 1)
    ]
    parts = [
        a_part(
            **shared,
            part_id=number,
            need_title=draw(texts),
            need_story=draw(texts),
            amount=draw(st.one_of(st.none(), st.integers(1, 5000))),
            easting=(where := draw(point)),
            northing=where,
            online=draw(st.booleans()),
            last_day=DAY + timedelta(days=draw(st.integers(0, 400))),
            group_committed_count=draw(st.integers(0, 5)),
        )
        for number in range(1, draw(st.integers(1, 4)) + 1)
    ]
    return pledges, parts


@settings(max_examples=60, deadline=None)
@given(sides(), st.integers(0, 10_000))
def test_every_score_is_the_sum_of_its_parts_and_lies_between_0_and_1000(
    given_sides: tuple[list[PledgeOffer], list[PartWanted]], share: int
) -> None:
    pledges, parts = given_sides
    found = suggest(pledges, parts, DAY, tracks={1: Track(2, share)})
    assert found == suggest(list(reversed(pledges)), list(reversed(parts)), DAY, tracks={1: Track(2, share)})
    for one in found:
        assert one.score == sum(reason.points for reason in one.reasons)
        assert 0 <= one.score <= 1000
        for reason in one.reasons:
            assert 0 <= reason.points <= MOST[reason.key]
            assert str(reason.message)
            assert Message.from_json(reason.message.as_json()) == reason.message
        pledge = next(pledge for pledge in pledges if pledge.pledge_id == one.pledge_id)
        alone = suggest(
            [pledge],
            parts,
            DAY,
            tracks={1: Track(2, share)},
            beside=[other for other in pledges if other is not pledge],
        )
        assert one in alone, "one pledge looked at alone scores as in a full run"


def test_the_same_pair_read_twice_gives_the_same_words() -> None:
    pledge, part = a_pledge(), a_part()
    assert suggest([pledge], [part], DAY) == suggest([replace(pledge)], [replace(part)], DAY)
