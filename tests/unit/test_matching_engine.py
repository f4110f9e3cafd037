"""The engine alone: what is suggested, how the score is made, that it says why. No database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date, timedelta
from itertools import count
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community_book.base.amounts import KIND_UNITS, Kind, Unit
from community_book.needs.rules import NeedState
from community_book.needs.views import PartWanted, SessionWanted
from community_book.search.texts import Floats
from cwb.commitments.rules import fits
from cwb.matching.engine.saying import LABELS, Told, quote
from cwb.matching.engine.suggesting import Suggested, suggest
from cwb.matching.rules.scoring import PARTS, USUAL, Weights
from cwb.matching.views import Track
from cwb.pledges.rules import PledgeOffer, SessionOffered

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


MOST = {one.name: getattr(USUAL, one.name) for one in fields(USUAL)}


def only(pledge: PledgeOffer, part: PartWanted, **more: Any) -> Suggested:
    [found] = suggest([pledge], [part], DAY, **more)
    return found


def points(found: Suggested) -> dict[str, int]:
    return {reason.key: reason.points for reason in found.reasons}


def says(found: Suggested, key: str) -> str:
    return next(str(reason.message) for reason in found.reasons if reason.key == key)


def test_the_parts_of_a_score_can_reach_a_thousand_and_each_has_a_name() -> None:
    assert sum(USUAL.all) == 1000
    assert tuple(MOST) == tuple(LABELS) == PARTS
    assert tuple(reason.key for reason in only(a_pledge(), a_part()).reasons) == PARTS


@pytest.mark.parametrize("wrong", [{"text": 301}, {"text": 800, "had": -375}])
def test_weights_that_do_not_add_up_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="add up to 1000"):
        Weights(**wrong)


def test_other_weights_make_other_scores_and_the_parts_still_add_up() -> None:
    found = only(a_pledge(), a_part(), weights=Weights(text=0, subject=0, near=0, soon=0, covered=1000, kept=0, had=0))
    assert found.score == points(found)["covered"] == 1000


def test_words_in_common_are_named_quoted_and_count() -> None:
    close, far = a_part(), a_part(need_title="Minutes of meetings", need_story="Somebody to sit with us on Mondays")
    found = suggest([a_pledge()], [close, far], DAY)
    assert [one.part_id for one in found] == [close.part_id, far.part_id]
    assert set(says(found[0], "text").removeprefix("Both speak of: ").split(", ")) == {"accounts", "charity", "keep"}
    text = found[0].reasons[0]
    assert text.asks is not None
    assert text.offers is not None
    assert {text.asks.pieces[place] for place in text.asks.marked} == {"keep", "accounts", "charity"}
    assert "".join(text.offers.pieces).endswith("She keeps the accounts of two charities.")
    assert points(found[1])["text"] == 0
    assert "no telling word" in says(found[1], "text")


def test_a_quote_is_the_stretch_that_tells_most() -> None:
    text = "Somebody " + "very " * 30 + "kind who has a minibus and a driver on Tuesdays. " + "Thank you. " * 20
    found = quote(text, {"minibus", "driver", "tuesday"})
    assert found is not None
    assert len(found.marked) == 3
    assert found.pieces[0] == "… "
    assert len("".join(found.pieces)) < 120
    assert quote("Nothing of it", {"minibus"}) is None
    assert quote("", {"minibus"}) is None


class Knowing:
    """An encoder that knows two things: how people get about, and what is eaten."""

    name, size = "knowing", 2

    def of(self, texts: Sequence[str]) -> Floats:
        about = [[any(w in text for w in ("bus", "ride")), any(w in text for w in ("lunch", "soup"))] for text in texts]
        return np.asarray(about, dtype=np.float32)


def test_texts_that_mean_alike_are_found_without_a_word_in_common() -> None:
    rides, meals = a_pledge(title="A bus", story=""), a_pledge(title="Pots of soup", story="")
    part = a_part(need_title="Nobody can ride to us", need_story="")
    best, other = suggest([meals, rides], [part], DAY, encoder=Knowing())
    assert best.pledge_id == rides.pledge_id
    assert says(best, "text") == "They mean much the same, whatever words they use"
    assert (points(best)["text"], points(other)["text"]) == (MOST["text"], 0)
    assert {points(one)["text"] for one in suggest([meals, rides], [part], DAY)} == {0}


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
    found = only(a_pledge(amount=amount), a_part())
    assert points(found)["covered"] == expected
    assert ("all that is still needed: 12 h" in says(found, "covered")) == (amount == 720)


def test_a_group_that_is_not_sure_is_neither_covered_nor_not() -> None:
    found = only(a_pledge(), a_part(amount=None))
    assert points(found)["covered"] == 75
    assert "not sure" in says(found, "covered")


def test_a_provider_is_judged_by_what_it_kept_the_more_the_more_there_was() -> None:
    pledge, part = a_pledge(), a_part()

    def kept(of: int, share: int) -> int:
        return points(only(pledge, part, tracks={1: Track(of, share)}))["kept"]

    assert kept(0, 0) == points(only(pledge, part))["kept"] == 87
    assert kept(1, 0) > kept(3, 0) > kept(30, 0) > 0
    assert kept(1, 10_000) < kept(3, 10_000) < kept(1000, 10_000) == 124
    assert kept(3, 7_000) == 87, "what is expected changes nothing"
    assert "90% of what was due from this provider's 3 finished promises is verified" in says(
        only(pledge, part, tracks={1: Track(3, 9_000)}), "kept"
    )
    assert "new here" in says(only(pledge, part), "kept")
    assert [one.speaks for one in only(pledge, part).reasons if one.key == "kept"] == [False], "nothing is known"


@pytest.mark.parametrize(
    ("had", "expected", "said"),
    [(0, 125, "nothing yet"), (1, 62, "one promise"), (2, 41, "2 promises"), (9, 12, "9 promises")],
)
def test_a_group_that_has_had_little_comes_first(had: int, expected: int, said: str) -> None:
    found = only(a_pledge(), a_part(group_committed_count=had))
    assert points(found)["had"] == expected
    assert said in says(found, "had")


def test_something_else_is_only_half_a_subject() -> None:
    given = {"kind": Kind.GOODS, "unit": Unit.ITEMS, "subject": "", "amount": 5}
    exact = only(a_pledge(**given, item_type="laptops"), a_part(**given, item_type="laptops"))
    vague = only(a_pledge(**given, item_type="other"), a_part(**given, item_type="other"))
    assert (points(exact)["subject"], points(vague)["subject"]) == (50, 25)
    land = {"kind": Kind.LAND, "unit": Unit.PLOT_WEEKS, "subject": "", "amount": 26}
    assert points(only(a_pledge(**land), a_part(**land)))["subject"] == 50


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


def test_the_same_pair_read_twice_gives_the_same_words() -> None:
    pledge, part = a_pledge(), a_part()
    assert suggest([pledge], [part], DAY) == suggest([replace(pledge)], [replace(part)], DAY)


# --- the same answer as fits(), for every pair ---------------------------------------------------

_days = st.integers(0, 5).map(lambda at: DAY + timedelta(days=at))
_maybe_small = st.one_of(st.none(), st.integers(1, 4))


@st.composite
def schedules(draw: st.DrawFn, made: type[Any]) -> tuple[Any, ...]:
    """A few sessions, some on one day, some used up; no two of one side begin together."""
    found = {}
    for _ in range(draw(st.integers(0, 4))):
        day, begins = draw(_days), draw(st.sampled_from([540, 600, 660, 840]))
        left = draw(st.integers(0, 2))
        session = made(next(_ids), day, begins, begins + draw(st.sampled_from([60, 120, 240])), 2, left)
        found[day, begins] = session
    return tuple(found[key] for key in sorted(found))


@st.composite
def anything(draw: st.DrawFn) -> tuple[PledgeOffer, PartWanted]:
    """A pledge and a part of one kind in every manner fitting looks at."""
    kind = draw(st.sampled_from([Kind.HANDS, Kind.VEHICLE, Kind.ROOM, Kind.SEATS, Kind.LAND, Kind.MONEY, Kind.GOODS]))
    shared = {"kind": kind, "unit": KIND_UNITS[kind], "subject": ""}

    def one_side(is_pledge: bool) -> dict[str, Any]:
        first = draw(_days)
        features = {
            key: draw(st.integers(0, 3)) for key in ("seats", "wheelchair_places", "capacity") if draw(st.booleans())
        }
        features |= {key: int(draw(st.booleans())) for key in ("driver", "step_free", "kitchen") if draw(st.booleans())}
        flags = (
            ("insured", "needs_licence", "needs_permit") if is_pledge else ("insurance", "has_licence", "has_permit")
        )
        conditions: dict[str, Any] = {flag: draw(st.booleans()) for flag in flags if draw(st.booleans())}
        conditions["dbs"] = draw(st.sampled_from(["", "none", "basic", "standard", "enhanced", "unheard of"]))
        return {
            **shared,
            "item_type": draw(st.sampled_from(["laptops", "other"])) if kind is Kind.GOODS else "",
            "smallest_useful": draw(st.integers(1, 400)),
            "first_day": first,
            "last_day": first + timedelta(days=draw(st.integers(0, 30))),
            "online": draw(st.booleans()),
            "features": features,
            "conditions": conditions,
            "team_smallest": draw(_maybe_small),
            "team_largest": draw(_maybe_small),
            "visit_minutes": draw(st.sampled_from([None, 60, 120])),
            "sessions": draw(schedules(SessionOffered if is_pledge else SessionWanted)),
        }

    borough = draw(st.booleans())
    pledge = a_pledge(
        **one_side(True),
        provider_id=draw(st.sampled_from([1, 100])),
        amount=draw(st.sampled_from([0, 1, 90, 720, 10**12])),
        borough_wide=borough,
        zone_scheme_id=None if borough else draw(st.sampled_from([1, 2])),
        zone_ids=frozenset() if borough else draw(st.frozensets(st.integers(1, 3))),
    )
    part = a_part(
        **one_side(False),
        amount=draw(st.sampled_from([None, 1, 60, 720, 10**12])),
        zones=draw(st.dictionaries(st.sampled_from([1, 2]), st.integers(1, 3))),
    )
    return pledge, part


@settings(max_examples=80, deadline=None)
@given(st.lists(anything(), min_size=1, max_size=6), st.integers(-3, 4))
def test_columns_say_of_every_pair_what_fits_says(several: list[tuple[PledgeOffer, PartWanted]], days: int) -> None:
    on = DAY + timedelta(days=days)
    pledges, parts = [pledge for pledge, _ in several], [part for _, part in several]
    said = {
        (pledge.pledge_id, part.part_id): fit.amount
        for pledge in pledges
        for part in parts
        if pledge.provider_id != part.group_id and (fit := fits(pledge, part, on)).ok
    }
    assert {(one.pledge_id, one.part_id): one.amount for one in suggest(pledges, parts, on)} == said


def test_what_is_stored_of_reasons_comes_back_the_same() -> None:
    told = Told((300, 50, 0, 1, 2, 3, 4), 1, 0, ("account", "chariti"), -2, DAY.toordinal(), -1, 2, 9_000, 0)
    assert Told.from_json(told.as_json()) == told
