"""Which pictures are nearly the same, and that those are found by an index."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from community_book.base.file_checking import check_file
from community_book.base.file_checking.clean_picture import look_of
from community_book.base.file_checking.looks import NEARLY_BITS, bands_of, beside, bits_between
from tests.makers_pictures import CHANGES, a_scene, saved

LOOKS = st.integers(min_value=0, max_value=2**64 - 1)
SCENES = range(12)


def bits_after(change: str, number: int) -> int:
    before, after = look_of(a_scene(number)), look_of(CHANGES[change](a_scene(number)))
    assert before is not None
    assert after is not None
    return bits_between(bands_of(before), bands_of(after))


@pytest.mark.parametrize("change", CHANGES)
def test_a_photograph_that_was_changed_a_little_looks_nearly_the_same(change: str) -> None:
    found = [number for number in SCENES if bits_after(change, number) <= NEARLY_BITS]
    assert len(found) >= len(SCENES) - 1


def test_different_photographs_do_not_look_nearly_the_same() -> None:
    looks = [bands_of(look_of(a_scene(number, (320, 240))) or 0) for number in range(100, 200)]
    assert len(set(looks)) == 100
    closest = min(bits_between(one, other) for place, one in enumerate(looks) for other in looks[:place])
    assert closest > NEARLY_BITS


def test_a_checked_picture_has_a_look_and_other_files_have_none() -> None:
    content = saved(a_scene(1))
    assert check_file("hall.jpg", content).look == look_of(Image.open(io.BytesIO(content)))
    assert check_file("list.csv", b"day,people\n1,2\n").look is None


@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA", "P", "1"])
def test_a_plain_picture_is_known_by_nothing(mode: str) -> None:
    assert look_of(Image.new(mode, (300, 200))) is None


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "LA"])
def test_pictures_of_every_kind_have_a_look(mode: str) -> None:
    before, after = look_of(a_scene(5)), look_of(a_scene(5).convert(mode))
    assert before is not None
    assert after is not None
    assert (before ^ after).bit_count() <= NEARLY_BITS


def test_what_shines_through_is_seen_on_white() -> None:
    seen = a_scene(8)
    hidden = seen.convert("RGBA")
    hidden.putalpha(0)
    assert look_of(hidden) is None


@given(LOOKS, st.sets(st.integers(min_value=0, max_value=63), max_size=7))
def test_up_to_seven_bits_apart_one_band_is_the_same_or_beside(look: int, flipped: set[int]) -> None:
    other = look
    for place in flipped:
        other ^= 1 << place
    mine, theirs = bands_of(look), bands_of(other)
    assert bits_between(mine, theirs) == len(flipped)
    assert any(their in beside(my) for my, their in zip(mine, theirs, strict=True))
