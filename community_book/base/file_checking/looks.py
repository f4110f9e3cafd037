"""What pictures look like, as 64 bits: which are nearly the same, and how to find them without looking at all. Pure.

Two looks are nearly the same when at most `NEARLY_BITS` of their bits differ; decision 29 says how that was measured.
A look is kept as four bands of 16 bits. Where at most 7 bits differ, at most one differs in one of the four bands, so
that whoever has a band of the picture's own or one bit beside it is a candidate: 68 values of four indexes.
"""

from __future__ import annotations

BANDS = 4
BAND_BITS = 16
NEARLY_BITS = 6

Bands = tuple[int, int, int, int]


def bands_of(look: int) -> Bands:
    """The four bands of a look, lowest first, each from 0 to 65,535."""
    first, second, third, fourth = ((look >> place * BAND_BITS) & 0xFFFF for place in range(BANDS))
    return first, second, third, fourth


def beside(band: int) -> tuple[int, ...]:
    """A band's own value and the 16 that differ from it in one bit."""
    return (band, *(band ^ 1 << place for place in range(BAND_BITS)))


def bits_between(one: Bands, other: Bands) -> int:
    """In how many of 64 bits two looks differ."""
    return sum((a ^ b).bit_count() for a, b in zip(one, other, strict=True))
