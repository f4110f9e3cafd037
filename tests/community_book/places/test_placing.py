"""Postcode -> point -> zone in each scheme in use; or the zone picked; a secret place keeps no point."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from community_book.base import work
from community_book.base.actor import system
from community_book.base.errors import Refused
from community_book.places import actions, queries
from community_book.places.rules import NewPlace, NumberedZone
from tests.makers_places import EAST, OUTSIDE, UNKNOWN, WEST, geojson, know_postcodes, make_scheme, place_it, square


@pytest.fixture
def zones(app) -> dict[str, int]:
    know_postcodes()
    return make_scheme()


def numbered(name: str = "By number") -> int:
    reference = actions.import_zones(system("test"), name, date(2020, 1, 1), [NumberedZone("1", "One")])
    with work.reading() as reading:
        return queries.zones_of(reading, queries.scheme_by_reference(reading, reference).id)[0].id


def names(reading, place_id: int) -> list[str]:
    return [zone.name for zone in queries.place(reading, place_id).zones]


def test_a_postcode_in_any_spelling_gives_point_and_zone(zones, reading) -> None:
    place_id = place_it(NewPlace(postcode=" wx11aa"))
    place = queries.place(reading, place_id)
    assert (place.postcode, names(reading, place_id), place.picked) == (WEST, ["Westside"], ())
    assert place.point is not None


def test_a_postcode_we_do_not_know_offers_the_list(zones) -> None:
    with pytest.raises(Refused, match=r"We do not know this postcode\. Check it, or choose the zone from the list"):
        place_it(NewPlace(postcode=UNKNOWN))


def test_what_is_no_postcode_is_said_so(zones) -> None:
    with pytest.raises(Refused, match="not written like a postcode"):
        place_it(NewPlace(postcode="the hall", picked=(zones["Westside"],)))


def test_nothing_at_all_is_refused(zones) -> None:
    with pytest.raises(Refused, match="Enter the postcode, or choose the zone"):
        place_it(NewPlace())


def test_where_no_zones_are_known_an_unknown_postcode_is_kept(app, reading) -> None:
    place = queries.place(reading, place_it(NewPlace(postcode=UNKNOWN)))
    assert (place.postcode, place.point, place.zones) == (UNKNOWN, None, ())


def test_a_postcode_we_do_not_know_is_fine_with_a_zone_picked(zones, reading) -> None:
    place_id = place_it(NewPlace(postcode=UNKNOWN, picked=(zones["Eastside"],)))
    place = queries.place(reading, place_id)
    assert (place.postcode, place.point, names(reading, place_id)) == (UNKNOWN, None, ["Eastside"])
    assert place.picked == (place.zones[0].value,)


def test_zone_and_postcode_that_contradict_each_other_are_refused(zones) -> None:
    with pytest.raises(Refused, match="This postcode lies in 1 Westside"):
        place_it(NewPlace(postcode=WEST, picked=(zones["Eastside"],)))
    with pytest.raises(Refused, match="This postcode lies outside 1 Westside"):
        place_it(NewPlace(postcode=OUTSIDE, picked=(zones["Westside"],)))


def test_a_postcode_outside_every_zone_is_not_placed(zones, reading) -> None:
    assert names(reading, place_it(NewPlace(postcode=OUTSIDE))) == []


def test_a_place_has_a_zone_in_each_scheme_in_use(zones, reading) -> None:
    other = make_scheme("Wards", text=geojson(square("W", "The whole", -2.7, -2.5)))
    place_id = place_it(NewPlace(postcode=EAST))
    found = queries.zones_of_places(reading, [place_id])[place_id]
    assert set(found.values()) == {zones["Eastside"], other["The whole"]}
    scheme_id = next(scheme for scheme, zone in found.items() if zone == other["The whole"])
    assert queries.zone_of_place(reading, place_id, scheme_id) == other["The whole"]


def test_a_scheme_by_number_takes_what_is_picked_beside_the_postcode(zones, reading) -> None:
    place_id = place_it(NewPlace(postcode=EAST, picked=(numbered(),)))
    assert sorted(names(reading, place_id)) == ["Eastside", "One"]


def test_two_zones_of_one_scheme_are_refused(zones) -> None:
    with pytest.raises(Refused, match="one zone only of each division"):
        place_it(NewPlace(picked=(zones["Eastside"], zones["Westside"])))


def test_a_zone_of_an_ended_scheme_cannot_be_picked(zones, reading) -> None:
    ended = numbered("Old zones")
    scheme = next(one for one in queries.schemes(reading) if one.name == "Old zones")
    actions.end_scheme(system("test"), scheme.reference, date(2021, 1, 1), scheme.version)
    with pytest.raises(Refused, match="no longer in use"):
        place_it(NewPlace(picked=(ended,)))
    with pytest.raises(Refused, match="no longer in use"):
        place_it(NewPlace(picked=(10**9,)))


def test_a_secret_place_keeps_its_zone_and_nothing_else(zones, reading) -> None:
    place = queries.place(reading, place_it(NewPlace(postcode=WEST, label="Behind the baths", confidential=True)))
    assert (place.postcode, place.label, place.point) == (None, "", None)
    assert [zone.name for zone in place.zones] == ["Westside"]


@pytest.mark.parametrize("column", ["postcode = 'WX1 1AA'", "easting = 1, northing = 1", "label = 'x'"])
def test_the_database_refuses_a_point_on_a_secret_place(zones, column: str) -> None:
    place_id = place_it(NewPlace(postcode=WEST, confidential=True))
    with pytest.raises(IntegrityError), work.bookkeeping(system("test")) as session:
        session.execute(text(f"UPDATE places SET {column} WHERE id = {place_id}"))


def test_a_place_made_secret_loses_its_point(zones, reading) -> None:
    place_id = place_it(NewPlace(postcode=WEST, label="Hall"))
    with work.work(system("test")) as session:
        actions.change_place(session, place_id, NewPlace(postcode=WEST, confidential=True))
        session.record("test.change", "test:T-234567")
    place = queries.place(reading, place_id)
    assert (place.point, place.postcode, [zone.name for zone in place.zones]) == (None, None, ["Westside"])


def test_distance_is_in_metres_and_unknown_without_a_point(zones, reading) -> None:
    west, east, picked = (
        place_it(NewPlace(postcode=WEST)),
        place_it(NewPlace(postcode=EAST)),
        place_it(NewPlace(picked=(zones["Westside"],))),
    )
    distance = queries.distance_between(reading, west, east)
    assert distance is not None
    assert 6_500 < distance < 6_750
    assert queries.distance_between(reading, west, picked) is None


def test_a_new_scheme_takes_in_the_places_there_are(zones, reading) -> None:
    place_id = place_it(NewPlace(postcode=WEST))
    make_scheme("Wards", text=geojson(square("W", "The whole", -2.7, -2.5)))
    assert sorted(names(reading, place_id)) == ["The whole", "Westside"]


def test_a_place_whose_postcode_becomes_known_gets_its_point(zones, reading) -> None:
    place_id = place_it(NewPlace(postcode=UNKNOWN, picked=(zones["Westside"],)))
    know_postcodes({UNKNOWN: (53.5, -2.55)})
    place = queries.place(reading, place_id)
    assert (names(reading, place_id), place.picked) == (["Eastside"], ())
    assert place.point is not None


def test_the_form_offers_zones_in_counting_order(app, reading) -> None:
    text_ = geojson(square("10", "Ten", -2.7, -2.6), square("2", "Two", -2.6, -2.5))
    make_scheme("Zones", text=text_)
    assert [choice[1] for choice in queries.zone_choices(reading)] == ["2 Two", "10 Ten"]
    assert {choice[2] for choice in queries.zone_choices(reading)} == {"Zones"}
