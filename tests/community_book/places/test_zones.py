"""Zone schemes: the public page with its map, importing by an administrator, ending one, the command."""

from __future__ import annotations

import io
from datetime import date

import pytest
from sqlalchemy import event

from community_book.base import work
from community_book.base.actor import Role, system
from community_book.base.errors import NotAllowed
from community_book.places import actions, queries
from community_book.places.queries.boundaries import Shelf, boundaries_of
from community_book.places.rules import NumberedZone, read_boundary, read_zones_geojson
from tests.makers import actor_for, client_of, make_organisation, send
from tests.makers_places import TWO_SQUARES, geojson, make_scheme, square

FIRST = {"valid_from-day": "1", "valid_from-month": "10", "valid_from-year": "2019"}


@pytest.fixture
def administrator(app):
    actor = actor_for(make_organisation(is_council=True), Role.ADMINISTRATOR)
    return client_of(app, actor.person_id, actor.organisation_id)


def with_file(text: str, name: str = "zones.geojson") -> dict[str, object]:
    return {"file": (io.BytesIO(text.encode()), name)}


def test_everybody_sees_each_division_with_its_map_and_the_same_zones_in_a_table(client) -> None:
    make_scheme()
    actions.import_zones(system("test"), "By number", date(2020, 1, 1), [NumberedZone("7", "Seven")])
    page = client.get("/zones").get_data(as_text=True)
    assert page.count("<svg") == 1
    assert page.count('class="cb-map__zone') == 2
    for words in ("Homecare zones", "Westside", "Eastside", "By number", "Seven", "no map"):
        assert words in page
    assert " style=" not in page


def test_the_page_of_a_site_without_zones_says_so(client) -> None:
    assert "No zones are known yet" in client.get("/zones").get_data(as_text=True)


def test_an_administrator_tries_a_file_first_and_nothing_is_saved(administrator, reading) -> None:
    answer = send(administrator, "/zones/import", name="Zones", **FIRST, try_only="yes", **with_file(TWO_SQUARES))
    assert answer.status_code == 200
    assert "2 zones are in order, and nothing was saved" in answer.get_data(as_text=True)
    assert queries.schemes(reading) == []


def test_an_administrator_imports_a_file(administrator, reading) -> None:
    assert send(administrator, "/zones/import", name="Zones", **FIRST, **with_file(TWO_SQUARES)).status_code == 303
    [scheme] = queries.schemes_in_use(reading, date(2020, 1, 1))
    assert [(zone.code, zone.has_boundary) for zone in queries.zones_of(reading, scheme.id)] == [
        ("1", True),
        ("2", True),
    ]
    assert queries.schemes_in_use(reading, date(2019, 9, 30)) == []


def test_zones_by_number_are_typed_one_a_line(administrator, reading) -> None:
    assert send(administrator, "/zones/import", name="Zones", **FIRST, zones="1, One\n2, Two").status_code == 303
    [scheme] = queries.schemes(reading)
    assert [zone.name for zone in queries.zones_of(reading, scheme.id)] == ["One", "Two"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Choose a file, or type the zones one a line"),
        ({"zones": "1, One\n1, Again"}, "Line 2: zone 1 is on line 1 too"),
        ({"zones": "1, One", "file": TWO_SQUARES}, "not both"),
        ({"file": "not json"}, "This is not a GeoJSON file"),
        ({"file": geojson(square("1", "A", -2.7, -2.6), {"type": "Feature"})}, "Feature 2"),
        ({"file": "\x00\xff"}, "This is not a GeoJSON file"),
    ],
)
def test_a_bad_file_is_refused_whole_with_a_line_for_each_thing(administrator, reading, fields, said) -> None:
    sent = {**fields, **(with_file(fields["file"]) if "file" in fields else {})}
    answer = send(administrator, "/zones/import", name="Zones", **FIRST, **sent)
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)
    assert queries.schemes(reading) == []


def test_a_name_is_given_once(administrator) -> None:
    make_scheme("Zones")
    answer = send(administrator, "/zones/import", name="Zones", **FIRST, zones="1, One")
    assert answer.status_code == 422
    assert "There is a division of this name already" in answer.get_data(as_text=True)


@pytest.mark.parametrize("role", [Role.OFFICER, Role.AUDITOR, Role.GROUP_LEAD])
def test_nobody_else_imports(app, role) -> None:
    actor = actor_for(make_organisation(is_council=role is not Role.GROUP_LEAD), role)
    assert client_of(app, actor.person_id, actor.organisation_id).get("/zones/import").status_code == 403
    with pytest.raises(NotAllowed):
        actions.import_zones(actor, "Zones", date(2020, 1, 1), [NumberedZone("1", "One")])


def test_signed_out_you_are_sent_to_sign_in(client) -> None:
    assert client.get("/zones/import").headers["Location"].startswith("/sign-in")


def test_a_division_ends_on_a_day_and_its_zones_are_offered_no_more(administrator, reading) -> None:
    make_scheme()
    [scheme] = queries.schemes(reading)
    day = {"valid_to-day": "30", "valid_to-month": "9", "valid_to-year": "2024"}
    address = f"/zones/{scheme.reference}/end"
    assert send(administrator, address, **day, version=scheme.version).status_code == 303
    assert queries.schemes_in_use(reading, date(2024, 10, 1)) == []
    assert [one.name for one in queries.schemes_in_use(reading, date(2024, 9, 30))] == ["Homecare zones"]
    assert queries.zone_choices(reading) == []
    assert "Earlier divisions" in administrator.get("/zones").get_data(as_text=True)
    assert send(administrator, address, **day, version=scheme.version).status_code == 409


def test_a_division_cannot_end_before_it_begins_and_an_unknown_one_is_not_there(administrator, reading) -> None:
    make_scheme()
    [scheme] = queries.schemes(reading)
    day = {"valid_to-day": "1", "valid_to-month": "1", "valid_to-year": "2001"}
    answer = send(administrator, f"/zones/{scheme.reference}/end", **day, version=scheme.version)
    assert answer.status_code == 422
    assert administrator.get("/zones/Z-222222/end").status_code == 404


def test_the_command_imports_zones_or_nothing(committed, tmp_path) -> None:
    good, bad = tmp_path / "good.geojson", tmp_path / "bad.geojson"
    good.write_text(TWO_SQUARES)
    bad.write_text(geojson(square("1", "A", -2.7, -2.6), square("1", "B", -2.7, -2.6)))
    runner = committed.test_cli_runner()
    given = ["places", "import-zones", "--scheme", "By command", "--from", "2019-10-01"]
    tried = runner.invoke(args=[*given, str(good), "--dry-run"])
    assert (tried.exit_code, "Nothing was saved" in tried.output) == (0, True)
    refused = runner.invoke(args=[*given, str(bad)])
    assert refused.exit_code == 1
    assert "Feature 2" in refused.output
    done = runner.invoke(args=[*given, str(good)])
    assert (done.exit_code, "2 zones of By command" in done.output) == (0, True)
    again = runner.invoke(args=[*given, str(good)])
    assert (again.exit_code, "name already" in again.output) == (1, True)


def test_boundaries_are_parsed_once_a_process(app, reading) -> None:
    make_scheme("Read once")
    ids = [scheme.id for scheme in queries.schemes(reading) if scheme.name == "Read once"]
    first = boundaries_of(reading, ids)[ids[0]]
    statements: list[str] = []

    def note(_c, _cursor, statement, *_rest) -> None:
        statements.append(statement)

    bind = reading.get_bind()
    event.listen(bind, "before_cursor_execute", note)
    try:
        second = boundaries_of(reading, ids)[ids[0]]
    finally:
        event.remove(bind, "before_cursor_execute", note)
    assert all(second[zone_id] is boundary for zone_id, boundary in first.items())
    assert not any("SELECT zones.id, zones.boundary_json" in statement for statement in statements)


def test_what_is_kept_of_boundaries_is_bounded() -> None:
    [shape, _] = read_zones_geojson(TWO_SQUARES)
    boundary = read_boundary(shape.geometry_json)
    from uuid import uuid4

    shelf: Shelf[object] = Shelf(10)
    keys = [(number, uuid4(), 1) for number in range(3)]
    for key in keys:
        shelf.keep(key, boundary, 5)
    assert [shelf.find(key) is not None for key in keys] == [False, True, True]
    shelf.keep((9, uuid4(), 1), boundary, 11)
    assert shelf.size == 10


def test_the_page_asks_few_questions_whatever_the_number_of_zones(app, client) -> None:
    for number in range(4):
        make_scheme(f"Scheme {number}")
    counted: list[str] = []
    bind = work.engine()
    event.listen(bind, "before_cursor_execute", lambda *given: counted.append(given[2]))
    client.get("/zones")
    assert len([statement for statement in counted if statement.startswith("SELECT")]) <= 15
