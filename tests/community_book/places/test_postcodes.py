"""Loading postcodes: all of a file or none of it, a line for each bad row, safe to run twice."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from community_book.base import work
from community_book.base.actor import Role, system
from community_book.base.errors import NotAllowed, Refused
from community_book.places import actions, queries
from community_book.places.tables import Postcode
from tests.makers import actor_for, make_organisation
from tests.makers_places import EAST, WEST, postcode_lines

CODE_POINT_OPEN = [
    '"WX11AA",10,360000,400000,"E92000001","E19000001","E18000002","","E08000010","E05015004"\n',
    '"WX22BB",10,361000,400000,"E92000001","E19000001","E18000002","","E08000010","E05015004"\n',
]


def load(lines: list[str], **options: object) -> object:
    return actions.load_postcodes(system("test"), lambda: iter(lines), **options)  # type: ignore[arg-type]


def known(reading) -> list[str]:
    return list(reading.execute(select(Postcode.postcode).order_by(Postcode.postcode)).scalars())


def test_an_ons_lookup_is_loaded_and_loading_it_again_changes_nothing(app, reading) -> None:
    assert load(postcode_lines()).postcodes == 3  # type: ignore[attr-defined]
    load(postcode_lines())
    assert len(known(reading)) == 3
    point = queries.find_postcode(reading, "wx1 1aa")
    assert point is not None
    assert (point.postcode, point.latitude_millionths) == (WEST, 53_500_000)


def test_code_point_open_is_loaded(app, reading) -> None:
    load(CODE_POINT_OPEN)
    point = queries.find_postcode(reading, EAST)
    assert point is not None
    assert (point.easting, point.northing) == (361000, 400000)


def test_a_newer_file_moves_a_postcode(app, reading) -> None:
    load(postcode_lines())
    load(postcode_lines({WEST: (53.4, -2.65)}))
    point = queries.find_postcode(reading, WEST)
    assert point is not None
    assert point.latitude_millionths == 53_400_000


def test_a_postcode_twice_in_one_file_is_one(app, reading) -> None:
    load([*postcode_lines({WEST: (53.5, -2.65)}), f"{WEST},53.4,-2.65\n"])
    assert known(reading) == [WEST]


def test_one_bad_line_refuses_the_whole_file_and_is_named(app, reading) -> None:
    with pytest.raises(Refused) as refused:
        load([*postcode_lines(), "not one,53.5,-2.6\n", "WX4 4DD,north,-2.6\n"])
    assert [str(problem.message)[:7] for problem in refused.value.problems] == ["Line 5:", "Line 6:"]
    assert known(reading) == []


def test_of_very_many_bad_lines_fifty_are_named(app) -> None:
    with pytest.raises(Refused) as refused:
        load(["pcds,lat,long\n", *("no,1,1\n" for _ in range(70))])
    assert len(refused.value.problems) == 51
    assert str(refused.value.problems[-1].message) == "and 20 more lines"


@pytest.mark.parametrize("lines", [[], ["a,b,c\n", "1,2,3\n"], ["pcds,name\n", "WX1 1AA,x\n"]])
def test_a_file_of_another_kind_is_refused(app, lines) -> None:
    with pytest.raises(Refused):
        load(lines)


def test_only_the_districts_wanted_are_kept(app, reading) -> None:
    lines = ["pcds,lat,long,lad_cd\n", f"{WEST},53.5,-2.65,E08000010\n", f"{EAST},53.5,-2.55,E08000011\n"]
    done = load(lines, districts=["E08000010"])
    assert known(reading) == [WEST]
    assert done.elsewhere == 1  # type: ignore[attr-defined]


def test_a_postcode_without_a_point_is_counted_and_left_out(app, reading) -> None:
    done = load(["pcds,lat,long\n", f"{WEST},99.999999,0\n"])
    assert (done.without_point, known(reading)) == (1, [])  # type: ignore[attr-defined]


def test_an_officer_may_not_load_postcodes(app) -> None:
    with pytest.raises(NotAllowed):
        actions.load_postcodes(actor_for(make_organisation(is_council=True), Role.OFFICER), lambda: iter([]))


def test_many_lines_are_written_in_batches(app, reading) -> None:
    rows = [f"WX{n // 100 % 90 + 1} {n // 1 % 10}{a}{b}" for n in range(10) for a in "ABDEFGHJLN" for b in "PQRSTUWXYZ"]
    points = dict.fromkeys(dict.fromkeys(rows), (53.5, -2.6))
    assert load(postcode_lines(points)).postcodes == len(points)  # type: ignore[attr-defined]
    assert len(known(reading)) == len(points)


def test_the_command_loads_a_file_twice_and_names_bad_lines(committed, tmp_path) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text("".join(postcode_lines()))
    bad.write_bytes(b"pcds,lat,long\n\xff\xfe,1,2\n")
    runner = committed.test_cli_runner()
    for _ in range(2):
        done = runner.invoke(args=["places", "load-postcodes", str(good)])
        assert (done.exit_code, "3 postcodes kept" in done.output) == (0, True)
    refused = runner.invoke(args=["places", "load-postcodes", str(bad)])
    assert refused.exit_code == 1
    assert "Line 2" in refused.output
    assert "Nothing was saved" in refused.output
    with work.reading() as reading:
        assert len(known(reading)) == 3


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_however_a_spreadsheet_writes_postcodes_they_are_read(app, reading, separator: str) -> None:
    lines = ["\ufeff" + postcode_lines()[0], *postcode_lines()[1:]]
    assert load([line.replace(",", separator) for line in lines]).postcodes == 3  # type: ignore[attr-defined]
