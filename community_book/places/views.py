"""What is told of zone schemes, zones and places."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from community_book.places.rules import GridPoint, ZoneMap


@dataclass(frozen=True)
class SchemeView:
    """A dated division of the borough."""

    id: int
    reference: str
    name: str
    valid_from: date
    valid_to: date | None
    in_use: bool
    source: str
    version: int

    def is_in_use(self, on: date) -> bool:
        return self.in_use and self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True)
class ZoneView:
    """One zone of a scheme. Without a boundary it can only be picked from the list."""

    id: int
    reference: str
    code: str
    name: str
    scheme_id: int
    scheme_name: str
    has_boundary: bool = False

    @property
    def value(self) -> str:
        """How a form names it."""
        return f"{self.scheme_id}:{self.id}"


@dataclass(frozen=True)
class PlaceView:
    """Where something is. Postcode, label and point are None or empty where unknown or confidential.

    The exact place is private unless its owner ticked it public: show `zones` to everybody else.
    """

    id: int
    label: str
    postcode: str | None
    easting: int | None
    northing: int | None
    confidential: bool
    zones: tuple[ZoneView, ...]
    picked: tuple[str, ...] = ()
    """The zones picked by hand, as form values."""

    @property
    def point(self) -> GridPoint | None:
        if self.easting is None or self.northing is None:
            return None
        return GridPoint(self.easting, self.northing)


@dataclass(frozen=True)
class PostcodePoint:
    """Where a postcode lies: metres on the National Grid, and millionths of a degree."""

    postcode: str
    easting: int
    northing: int
    latitude_millionths: int
    longitude_millionths: int


@dataclass(frozen=True)
class SchemeShown:
    """A scheme as the public page shows it: its zones in counting order, and a map where boundaries exist."""

    scheme: SchemeView
    zones: tuple[ZoneView, ...]
    map: ZoneMap | None
