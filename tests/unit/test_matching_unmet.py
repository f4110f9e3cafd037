"""Where asking outruns offers: as much as possible is met, and what is said of the rest is true."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community_book.base.amounts import Kind
from cwb.matching.rules.unmet import (
    Asked,
    Offered,
    Shortage,
    say_shortage,
    say_what,
    serves,
    share_out,
    shortages,
    what_of,
)

SCHEME, LEIGH, NORTH, SOUTH = 1, 11, 12, 13
_parts = iter(range(1, 10_000))


def asked(amount: int | None = 600, zone: int | None = LEIGH, **more: Any) -> Asked:
    number = next(_parts)
    usual: dict[str, Any] = {"kind": Kind.HANDS, "what": "", "group_id": 1, "need_id": number, "part_id": number}
    zones = {SCHEME: zone} if zone else {}
    return Asked(amount=amount, zone_id=zone, zones=zones, **(usual | more))


def offered(amount: int = 600, *zones: int, **more: Any) -> Offered:
    usual: dict[str, Any] = {"kind": Kind.HANDS, "what": "", "provider_id": 1, "pledge_id": next(_parts)}
    where = {"borough_wide": not zones, "zone_scheme_id": SCHEME if zones else None, "zone_ids": frozenset(zones)}
    return Offered(amount=amount, online=more.pop("online", False), **(usual | where | more))


def short(found: list[Shortage]) -> dict[int | None, int]:
    return {cell.zone_id: cell.short for cell in found}


def test_what_nobody_offers_is_short_and_said_so() -> None:
    [cell] = shortages([asked(340 * 60, kind=Kind.VEHICLE, what="driver")], [offered(10**6, kind=Kind.VEHICLE)])
    assert (cell.short, cell.offers, cell.shade) == (340 * 60, 0, 4)
    assert str(say_shortage(cell, "Leigh")) == (
        "Leigh is short of 340 h: A vehicle with a driver. Nobody has offered any."
    )


def test_a_vehicle_with_a_driver_also_serves_who_has_one() -> None:
    own, driven = asked(kind=Kind.VEHICLE), asked(kind=Kind.VEHICLE, what="driver")
    bus, bare = offered(kind=Kind.VEHICLE, what="driver"), offered(kind=Kind.VEHICLE)
    assert [serves(offer, one) for offer, one in product((bus, bare), (own, driven))] == [True, True, True, False]
    found = shortages([own, driven], [bus, bare])
    assert [cell.short for cell in found] == [0, 0]


@pytest.mark.parametrize(
    ("offer", "part", "ok"),
    [
        (offered(), asked(), True),
        (offered(600, LEIGH), asked(), True),
        (offered(600, NORTH), asked(), False),
        (offered(600, LEIGH), asked(zone=None), False),
        (offered(), asked(zone=None), True),
        (offered(600, LEIGH), asked(online=True), False),
        (offered(600, NORTH, online=True), asked(online=True), True),
        (offered(kind=Kind.MONEY), asked(), False),
        (offered(kind=Kind.ADVICE, what="bids"), asked(kind=Kind.ADVICE, what="legal"), False),
        (offered(600, LEIGH, zone_scheme_id=2), asked(), False),
    ],
)
def test_who_could_serve_whom(offer: Offered, part: Asked, ok: bool) -> None:
    assert serves(offer, part) is ok


def test_help_for_the_whole_borough_is_shared_out_by_what_is_asked() -> None:
    found = shortages([asked(600, LEIGH), asked(300, NORTH)], [offered(600)])
    assert short(found) == {LEIGH: 200, NORTH: 100}
    assert "400" not in str(say_shortage(found[0], "Leigh"))
    assert str(say_shortage(found[0], "Leigh")).endswith("6 h 40 min of 10 h can be met.")


def test_named_zones_are_served_first_and_what_can_move_is_moved() -> None:
    """North can only be served by the second; it must not be spent in Leigh."""
    found = shortages(
        [asked(600, LEIGH), asked(600, NORTH), asked(600, SOUTH)],
        [offered(600, LEIGH, SOUTH), offered(600, LEIGH, NORTH), offered(600, LEIGH)],
    )
    assert short(found) == {LEIGH: 0, NORTH: 0, SOUTH: 0}


def test_a_need_that_is_not_sure_is_counted_and_asks_for_nothing() -> None:
    [cell] = shortages([asked(None, nothing_fits=True), asked(60, group_id=2)], [offered(60)])
    assert (cell.asked, cell.short, cell.needs, cell.groups, cell.unsure, cell.nothing_fits) == (60, 0, 2, 2, 1, 1)
    assert cell.shade == 0
    [cell] = shortages([asked(None)], [])
    assert (cell.asked, cell.short, cell.shade) == (0, 0, 0)


def test_nothing_asked_is_nothing_short() -> None:
    assert shortages([], [offered()]) == []


def test_what_is_on_offer_but_spent_elsewhere_is_said() -> None:
    found = shortages([asked(10**12, LEIGH), asked(1, NORTH)], [offered(1)])
    said = [str(say_shortage(cell, "North")) for cell in found if cell.zone_id == NORTH and cell.short]
    assert said == ["North is short of 1 min: Helping hands. All that is on offer goes elsewhere."]


def test_things_are_told_apart_by_what_they_are() -> None:
    assert what_of(Kind.ADVICE, "bids", "", {}) == "bids"
    assert what_of(Kind.GOODS, "", "laptops", {}) == "laptops"
    assert what_of(Kind.VEHICLE, "", "", {"driver": True}) == "driver"
    assert what_of(Kind.ROOM, "x", "y", {"kitchen": True}) == ""
    assert str(say_what(Kind.ADVICE, "bids")) == "Expert advice: Funding bids"
    assert str(say_what(Kind.GOODS, "nonsense")) == "Things given"


def most_met(supplies: list[tuple[tuple[int, ...], int]], wants: list[int]) -> int:
    """By cuts: the least over all sets of wants of what they ask plus what can only go to the others."""
    best = sum(wants)
    for chosen in product((False, True), repeat=len(wants)):
        inside = {n for n, yes in enumerate(chosen) if yes}
        reach = sum(amount for places, amount in supplies if inside & set(places))
        best = min(best, reach + sum(want for n, want in enumerate(wants) if n not in inside))
    return best


@given(
    wants=st.lists(st.integers(0, 20), min_size=1, max_size=5),
    supplies=st.lists(st.tuples(st.sets(st.integers(0, 4), min_size=1), st.integers(0, 25)), max_size=6),
)
def test_as_much_as_possible_is_met_and_never_more_than_is_wanted(
    wants: list[int], supplies: list[tuple[set[int], int]]
) -> None:
    known = [(tuple(sorted(n for n in reach if n < len(wants))), amount) for reach, amount in supplies]
    usable = [(reach, amount) for reach, amount in known if reach]
    covered = share_out(usable, wants)
    assert all(0 <= met <= want for met, want in zip(covered, wants, strict=True))
    assert sum(covered) == most_met(usable, wants)
    assert share_out(usable, wants) == covered
