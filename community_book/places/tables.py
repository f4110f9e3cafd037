"""Zone schemes, zones, postcodes and places."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from community_book.base.tables import Base, PublicRow, Row


class ZoneScheme(PublicRow, Base):
    """A dated division of the borough. Schemes do not nest."""

    __tablename__ = "zone_schemes"
    name: Mapped[str] = mapped_column(String(120), unique=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    in_use: Mapped[bool] = mapped_column(default=True)
    source: Mapped[str] = mapped_column(String(300), default="")


class Zone(PublicRow, Base):
    """One zone of a scheme; without a boundary it can only be picked from the list."""

    __tablename__ = "zones"
    __table_args__ = (UniqueConstraint("scheme_id", "code"),)
    scheme_id: Mapped[int] = mapped_column(ForeignKey("zone_schemes.id"), index=True)
    code: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(120))
    boundary_json: Mapped[str | None] = mapped_column(Text)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class Postcode(Base):
    """A postcode's point. Degrees are kept as millionths, the grid reference in metres."""

    __tablename__ = "postcodes"
    postcode: Mapped[str] = mapped_column(String(8), primary_key=True)
    easting: Mapped[int]
    northing: Mapped[int]
    latitude_millionths: Mapped[int]
    longitude_millionths: Mapped[int]
    district: Mapped[str | None] = mapped_column(String(9))


class Place(Row, Base):
    """Where something is. A confidential place has no postcode and no point, only zones that were picked."""

    __tablename__ = "places"
    __table_args__ = (
        CheckConstraint(
            "NOT confidential OR (postcode IS NULL AND easting IS NULL AND northing IS NULL AND label = '')",
            name="confidential_has_no_point",
        ),
    )
    label: Mapped[str] = mapped_column(String(200), default="")
    postcode: Mapped[str | None] = mapped_column(String(8))
    easting: Mapped[int | None]
    northing: Mapped[int | None]
    confidential: Mapped[bool] = mapped_column(default=False)


class PlaceZone(Base):
    """The zone of a place in each scheme: that of its point or the one picked."""

    __tablename__ = "place_zones"
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"), primary_key=True)
    scheme_id: Mapped[int] = mapped_column(ForeignKey("zone_schemes.id"), primary_key=True)
    zone_id: Mapped[int] = mapped_column(ForeignKey("zones.id"), index=True)
    picked: Mapped[bool] = mapped_column(default=False)
