"""What a score is made of, and how much of it each part can give. Plain numbers: nothing heavy is loaded with them."""

from __future__ import annotations

from dataclasses import dataclass, fields

from community_book.base.settings import settings

KEPT_IN_A_LIST = 20
"""How many suggestions are stored of each part, and of each pledge."""

PARTS = ("text", "subject", "near", "soon", "covered", "kept", "had")
NEAR_M, FAR_M = 500, 10_000
SOON_DAYS, LATER_DAYS = 14, 182
EXPECTED_BASIS_POINTS, EXPECTED_COUNTS_AS = 7_000, 3
"""A provider is judged as if it had first kept 70% of 3 promises, so that one promise kept or broken says little."""
ONLINE, IN_THE_ZONE, IN_THE_BOROUGH = -1, -2, -3
"""What stands for the way where it does not matter, or is not known."""


@dataclass(frozen=True)
class Weights:
    """The most each part of a score can give; together 1,000. Raises ValueError otherwise."""

    text: int = 300
    subject: int = 50
    near: int = 150
    soon: int = 100
    covered: int = 150
    kept: int = 125
    had: int = 125

    def __post_init__(self) -> None:
        if any(most < 0 for most in self.all) or sum(self.all) != 1000:
            raise ValueError(f"the weights of a score are whole numbers from 0 that add up to 1000, not {self.all}")

    @property
    def all(self) -> tuple[int, ...]:
        return tuple(getattr(self, one.name) for one in fields(self))


USUAL = Weights()


def weights() -> Weights:
    """The most each part of a score can give on this site: MATCHING_WEIGHTS. Raises ValueError where that is wrong."""
    return Weights(**dict(settings().matching_weights))
