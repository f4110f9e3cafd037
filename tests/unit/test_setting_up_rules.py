"""Colours in which words can be read, and numbers somebody can dial."""

from __future__ import annotations

import pytest

from community_book.base.errors import Refused
from community_book.setting_up.rules import (
    PAPER,
    WHITE,
    can_be_read,
    check_telephone,
    contrast,
    darker_that_can_be_read,
    read_colour,
)


def test_contrast_is_reckoned_as_wcag_does() -> None:
    assert contrast("#000000", WHITE) == pytest.approx(21)
    assert contrast(WHITE, WHITE) == 1
    assert contrast("#767676", WHITE) == pytest.approx(4.54, abs=0.01)
    assert contrast("#777777", WHITE) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(("typed", "kept"), [("1D5C63", "#1d5c63"), (" #7a1e5d ", "#7a1e5d"), ("#036", "#003366")])
def test_a_colour_is_read_as_people_type_it(typed: str, kept: str) -> None:
    assert read_colour(typed) == kept


@pytest.mark.parametrize(
    "typed", ["", "red", "#12345", "#1234567", "#ffffff", "#ff9900", "#777777", "١٢٣٤٥٦", "#1d5c63;}", "\0"]
)
def test_what_is_no_colour_or_too_pale_is_refused(typed: str) -> None:
    with pytest.raises(Refused):
        read_colour(typed)


@pytest.mark.parametrize("pale", ["#ff9900", "#ffffff", "#00ff00", "#8080ff"])
def test_the_darker_colour_that_is_offered_can_be_read(pale: str) -> None:
    darker = darker_that_can_be_read(pale)
    assert can_be_read(darker)
    assert min(contrast(darker, WHITE), contrast(darker, PAPER)) >= 4.5


@pytest.mark.parametrize("typed", ["", "call me", "12", "٠١٢٣٤٥", "1" * 16, "020\n<b>"])
def test_a_telephone_is_one_that_can_be_dialled(typed: str) -> None:
    with pytest.raises(Refused):
        check_telephone(typed, field="telephone")
    assert check_telephone("+44 (0)20  7946 0999", field="telephone") == "+44 (0)20 7946 0999"
