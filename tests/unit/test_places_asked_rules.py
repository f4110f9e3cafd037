"""Numbered zones as people type them, and the map drawn from boundaries."""

from __future__ import annotations

import pytest

from community_book.base.errors import Refused
from community_book.places.rules import (
    NumberedZone,
    draw_zones,
    in_counting_order,
    read_numbered_zones,
    read_zones_geojson,
)
from tests.makers_places import TWO_SQUARES, geojson, square


def test_zones_are_typed_one_a_line_and_a_name_may_be_left_out() -> None:
    assert read_numbered_zones("1, Lowton, and Golborne\n\n 2 \n") == [
        NumberedZone("1", "Lowton, and Golborne"),
        NumberedZone("2", "Zone 2"),
    ]


def test_each_bad_line_is_named() -> None:
    with pytest.raises(Refused) as refused:
        read_numbered_zones(f"1, A\n, no number\n1, again\n{'x' * 21}, too long")
    assert [str(problem.message)[:6] for problem in refused.value.problems] == ["Line 2", "Line 3", "Line 4"]


def test_zone_2_comes_before_zone_10() -> None:
    assert in_counting_order(["10", "2", "A", "1"]) == ["1", "2", "10", "A"]


def test_two_squares_are_drawn_side_by_side_with_their_labels_inside() -> None:
    shapes = read_zones_geojson(TWO_SQUARES)
    picture = draw_zones([(shape.code, shape.name, shape.boundary) for shape in shapes])
    assert picture is not None
    west, east = picture.shapes
    assert (picture.height, west.code, east.name) == (1400, "1", "Eastside")
    assert 0 < west.label_x < picture.width / 2 < east.label_x < picture.width
    assert west.label_y == east.label_y == 700
    assert west.path.startswith("M")
    assert west.path.endswith("z")


def test_the_map_keeps_holes_and_leaves_out_what_is_smaller_than_a_dot() -> None:
    tiny = square("3", "Tiny", -2.4, -2.399999)
    shapes = read_zones_geojson(geojson(square("1", "Westside", -2.7, -2.6), tiny))
    picture = draw_zones([(shape.code, shape.name, shape.boundary) for shape in shapes])
    assert picture is not None
    assert picture.shapes[1].path == ""


def test_without_boundaries_there_is_no_map() -> None:
    assert draw_zones([]) is None


def test_nobody_types_more_zones_than_there_are_anywhere() -> None:
    with pytest.raises(Refused, match="at most 500"):
        read_numbered_zones("\n".join(str(number) for number in range(100_000)))
    assert len(read_numbered_zones("\n".join(str(number) for number in range(500)))) == 500
