"""What matching remembers between events: columns of both sides as a generation found them, and what changed since.

A process reads the rows once, or a file another process wrote, and from then on only rows that acts have touched.
"""

from __future__ import annotations

from cwb.matching.memory.process import (
    SMALL_SITE,
    forget,
    is_worn,
    keep,
    lacks_generation,
    listed,
    make_and_keep,
    standing_now,
    touched_later,
)
from cwb.matching.memory.standing import Listed, Standing

__all__ = [
    "SMALL_SITE",
    "Listed",
    "Standing",
    "forget",
    "is_worn",
    "keep",
    "lacks_generation",
    "listed",
    "make_and_keep",
    "standing_now",
    "touched_later",
]
